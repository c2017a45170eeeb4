"""The master key of what is restored: tried before anything is written, and put in its place."""

from __future__ import annotations

import base64

from domain.errors import InputError, TamperedError
from machine.durable import write_durably
from web.services.operations.backup.backing_up import Manifest
from web.settings import Settings
from web.store.master_keys import is_in_file, master_keys_of
from web.store.sealing import FieldCipher, Keyring, keyring


def expect_fit(into: Settings, key: bytes, manifest: Manifest) -> None:
    """InputError unless the restored site will have a master key, and it opens what the backup holds.

    `key` is what a key file holds, b"" when neither the backup nor `--master-key` gave one.
    """
    ring = _ring(into, key)
    try:
        if manifest.sealed:
            FieldCipher(*ring.keys).opened(base64.b64decode(manifest.sealed), manifest.sealed_at)
    except TamperedError:
        raise _unfit() from None


def keep(into: Settings, key: bytes) -> None:
    """Put the master key in its place before anything else: without it the rest stays closed."""
    into.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    into.secrets.mkdir(exist_ok=True, mode=0o700)
    path = into.master_key_file
    if key and is_in_file(into) and not path.exists():
        write_durably(path, key.strip() + b"\n")


def _ring(into: Settings, key: bytes) -> Keyring:
    """The keys that are there already, or else those that were given; InputError for two that differ."""
    given = keyring(key.decode("ascii", "replace")) if key else None
    if not is_in_file(into) or into.master_key_file.exists():
        there = master_keys_of(into, may_make=False)
        if key and there != given:
            raise InputError(
                "--into",
                f"{into.master_key_file} holds another key than this backup.",
                f"{into.master_key_file} 中的密钥与备份中的不同。",
            )
        return there
    if not key:
        raise InputError(
            "--master-key",
            "This backup holds no master key. Name the file that you kept apart, with --master-key.",
            "该备份不含主密钥。请用 --master-key 指定另行保存的密钥文件。",
        )
    if given is None:
        raise _unfit()
    return given


def _unfit() -> InputError:
    return InputError(
        "--master-key",
        "This master key does not open the backup: it is another site's, or was exchanged before or after "
        "it. Nothing was written. Give the key as it was when the backup was made, with --master-key.",
        "此主密钥无法解开该备份：属于其他网站，或在备份前后已更换。未写入任何数据。"
        "请用 --master-key 指定备份当时的密钥。",
    )
