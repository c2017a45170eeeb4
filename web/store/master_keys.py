"""Where the master keys come from: a variable, a file or a command, never the database."""

from __future__ import annotations

import shlex
import subprocess

from domain.errors import UnavailableError
from domain.wording import Sentence
from web.settings import Settings
from web.store.sealing import Keyring, keyring, master_keys

_COMMAND_S = 30


def master_keys_of(settings: Settings, *, may_make: bool) -> Keyring:
    """The keys that the settings name; UnavailableError with the reason when they cannot be had."""
    given = settings.master_key
    if given.text:
        return _whole(given.text, "MASTER_KEY")
    if given.command:
        return _whole(_printed(given.command), "MASTER_KEY_COMMAND")
    return master_keys(settings.master_key_file, may_make=may_make)


def is_in_file(settings: Settings) -> bool:
    """Whether the keys lie in a file that this program may write anew."""
    return not settings.master_key.text and not settings.master_key.command


def _whole(text: str, name: str) -> Keyring:
    found = keyring(text)
    if found is None:
        raise UnavailableError(
            Sentence(
                f"{name} gives no master key: 64 hexadecimal digits, or the new and the old one.",
                f"{name} 未提供主密钥：应为 64 位十六进制数，或新旧两个密钥。",
            )
        )
    return found


def _printed(command: str) -> str:
    """What the command prints; it runs without a shell, and what it says on its other channel stays there."""
    try:
        done = subprocess.run(
            shlex.split(command), capture_output=True, text=True, timeout=_COMMAND_S, check=True
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        raise UnavailableError(
            Sentence(
                "MASTER_KEY_COMMAND failed. Run it yourself as the user of the site and see what it says.",
                "MASTER_KEY_COMMAND 执行失败，请以网站用户身份手动运行并查看输出。",
            )
        ) from None
    return done.stdout
