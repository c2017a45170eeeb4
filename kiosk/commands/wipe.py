"""`python -m kiosk wipe`: everything on a kiosk that goes out of service is taken away."""

from __future__ import annotations

from pathlib import Path

import click

from domain.errors import CodePlaceError, InputError
from kiosk.commands.console import HOME, give_up, say


@click.command("wipe")
@HOME
@click.option(
    "--entrance", required=True, help="The name of its entrance, to be sure. 出入口名称（确认用）。"
)
@click.option(
    "--undelivered", is_flag=True, help="Also when entries were never delivered. 有未上传记录时仍清除。"
)
@click.option(
    "--certificate",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write what was wiped. 清除证明文件。",
)
def wipe_command(home: Path, entrance: str, undelivered: bool, certificate: Path | None) -> None:
    """Empty a kiosk that goes out of service, after the site withdrew it. 清空停用的终端。"""
    from kiosk.host.machine import wall_ms
    from kiosk.lifecycle.wiping import damaged, expect_named, waiting, wiped

    try:
        expect_named(home, entrance)
        count = waiting(home, wall_ms)
        if count and not undelivered:
            raise InputError(
                "--undelivered",
                f"{count} entries were never delivered: take them out with export, or say --undelivered.",
                f"有 {count} 条记录未上传。请先用 export 导出，或加 --undelivered。",
            )
        if (aside := damaged(home)) and not undelivered:
            raise InputError(
                "--undelivered",
                f"Damaged entries are kept in {', '.join(aside)}, and may be nowhere else: copy the file, "
                "or say --undelivered.",
                f"损坏的记录保存在 {'、'.join(aside)} 中，可能别处没有：请先复制该文件，或加 --undelivered。",
            )
        done = wiped(home, count, wall_ms)
    except CodePlaceError as error:
        give_up(error)
    if certificate is not None:
        certificate.write_text(done.text, encoding="utf-8")
    say(done.text.strip())
