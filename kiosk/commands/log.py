"""`python -m kiosk log`: the head of the server's log that this kiosk keeps, and which log it follows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from domain.errors import CodePlaceError
from domain.witness import WHY_SENTENCES, Head
from domain.wording import Sentence
from kiosk.commands.console import HOME, leave, say, warn

_REFUSED = 1
_ACCEPTED = Sentence(
    "With the next synchronisation this kiosk follows the log that its server shows then. The head it had is "
    "kept beside it.",
    "下次同步时，本终端将改为跟随服务器届时出示的日志；原日志头保留在旁。",
)


@click.command("log")
@HOME
@click.option(
    "--accept",
    is_flag=True,
    help="Follow another log from now on, after the office said why. 改为跟随服务器当前的日志。",
)
def log_command(home: Path, accept: bool) -> None:
    """Show the head of the log kept here; status 1 while the server's is another. 查看或更换所跟随的日志。"""
    from kiosk.host.identity import loaded_identity, state_folder
    from kiosk.log import head as log_head
    from kiosk.log import witnessing

    try:
        folder = state_folder(home, loaded_identity(home).kiosk_id)
        if accept:
            witnessing.accept(folder)
            say(f"{_ACCEPTED.en} {_ACCEPTED.zh}")
            return
        found = log_head.kept(folder)
    except CodePlaceError as error:
        leave(error.sentence, _REFUSED)
    except OSError as error:
        click.echo(f"{home}: {error.strerror}", err=True)
        sys.exit(_REFUSED)
    refused = found.refused
    for line in _head_lines(found.head):
        click.echo(line)
    if refused is not None:
        since = datetime.fromtimestamp(refused.since_ms // 1000, UTC).isoformat()
        warn(Sentence(f"REFUSED since {since}.", f"自 {since} 起拒绝服务器的日志。"))
        warn(WHY_SENTENCES[refused.why])
        click.echo(refused.note.decode("utf-8", "replace"), err=True)
        sys.exit(_REFUSED)


def _head_lines(head: Head | None) -> Iterator[str]:
    if head is None:
        yield "No head of the log was seen yet. 尚未见过日志头。"
        return
    yield head.note.decode()
    yield head.key.text
