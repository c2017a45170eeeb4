"""`python -m web backup`, `restore` and `doctor`: keeping an installation, and bringing it back."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domain.errors import InputError
from web.asked import Asked
from web.services.operations.backup.sealed_file import checked_passphrase
from web.services.operations.doctor.check import Level
from web.settings import SITE_COMMAND, Settings

# What these commands stand on (psycopg, readers, numpy) is loaded by them, and not by every other.
if TYPE_CHECKING:
    from web.db.bringing.snapshots import Progress
    from web.services.operations.backup.restoring import Restored

# What `restore` ends with when the log that came back is wrong; 2 says that nothing came back.
WRONG = 1
_SHOWN_MOST = 20
_ITS_NEWEST = (
    "- The log signs nothing yet: more was signed than this backup has. Stop the site, back it up anew, and "
    "restore that into another empty database. 日志尚未恢复签署：备份之后仍有签署。请停止网站，重新备份，"
    "并恢复到另一个空数据库。"
)
_THE_OLD_FILE = (
    "- Start no site with the old codeplace.db any more. Delete it once PostgreSQL has a backup: whoever is "
    "forgotten from now on is still in it. 请勿再用旧的 codeplace.db 启动网站；PostgreSQL 备份完成后请删除，"
    "其中仍有今后应遗忘的个人信息。"
)
_FILE = click.Path(dir_okay=False, path_type=Path)
_PASSPHRASE = click.option(
    "--passphrase-file",
    type=_FILE,
    help="Read the passphrase from the first line of this file; else it is asked for. 口令文件。",
)


@click.command()
@click.argument("file", type=_FILE)
@_PASSPHRASE
@click.option("--with-keys", is_flag=True, help="Put the master key into it as well. 同时备份主密钥。")
@click.pass_obj
def backup(root: Asked, file: Path, passphrase_file: Path | None, with_keys: bool) -> None:
    """Write an encrypted backup beside the running site. 在线加密备份。

    It holds the database of one moment, with the log and its newest head; the master key only when asked.
    """
    from web.services.operations.backup import backing_up

    passphrase = _passphrase(passphrase_file, confirm=True)
    with _bar("backup") as progress:
        made = backing_up.backed_up(
            root.settings, root.now_ms, file, passphrase, with_keys=with_keys, progress=progress
        )
    size, leaves = f"{made.size / 2**20:.1f} MiB", made.manifest.log_size
    click.echo(f"{file}: {size}, {leaves} leaves of the log. 备份完成，含日志 {leaves} 条。")
    if not with_keys:
        key = root.settings.secrets / backing_up.MASTER_KEY
        click.echo(f"It is worth nothing without {key}: keep a copy of that elsewhere.")
        click.echo(f"没有 {key} 则备份无法使用，请另行保存该文件。")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--into", required=True, metavar="DIR|URL", help="A new folder, or an empty PostgreSQL database."
)
@_PASSPHRASE
@click.option(
    "--master-key", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="主密钥文件。"
)
@click.option(
    "--nothing-since",
    is_flag=True,
    help="The site was stopped before this backup: let the log go on at once. 备份后未再签署。",
)
@click.pass_obj
def restore(
    root: Asked,
    file: Path,
    into: str,
    passphrase_file: Path | None,
    master_key: Path | None,
    nothing_since: bool,
) -> None:
    """Bring a backup back into a place that is empty, and check its log. 恢复备份并核对日志。"""
    from web.services.operations.backup import restoring

    settings = restoring.target(root.settings, into)
    passphrase = _passphrase(passphrase_file, confirm=False)
    asked = restoring.Asked(file, passphrase, settings, master_key, nothing_since)
    with _bar("restore") as progress:
        done = restoring.restored(asked, root.now_ms, os.cpu_count() or 1, progress)
    _told(done, settings)
    if done.findings:
        sys.exit(WRONG)


@click.command()
@click.option("--online", is_flag=True, help="Also ask BASE_URL from here. 同时从本机访问 BASE_URL。")
@click.pass_obj
def doctor(root: Asked, online: bool) -> None:
    """Look at everything the site stands on, and say what to mend; status 1 if anything fails. 体检。

    Works beside the running site and changes nothing.
    """
    from web.services.operations.doctor import doctor as examination

    counted = Counter[Level]()
    for check in examination.checked(root.settings, root.now_ms, online=online):
        counted[check.level] += 1
        click.echo(f"{check.level:<5} {check.name}: {check.found}")
        if check.remedy is not None:
            click.echo(f"      → {check.remedy.en}\n      → {check.remedy.zh}")
    click.echo(f"{counted[Level.OK]} ok, {counted[Level.WARN]} warn, {counted[Level.FAIL]} fail")
    if counted[Level.FAIL]:
        sys.exit(WRONG)


def _told(done: Restored, settings: Settings) -> None:
    made = datetime.fromtimestamp(done.manifest.made_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    click.echo(f"Restored what {done.manifest.base_url} had at {made}: {done.leaves} leaves of the log.")
    click.echo(f"已恢复 {done.manifest.base_url} 于 {made} 的数据，日志 {done.leaves} 条。")
    for finding in done.findings[:_SHOWN_MOST]:
        click.echo(f"{finding.where}: {finding.sentence.en} {finding.sentence.zh}")
    if done.findings:
        click.echo(
            f"WRONG in {len(done.findings)} places: restore an older backup. 发现问题，请改用更早的备份。"
        )
    else:
        click.echo("The log is as it was signed. 日志完整无误。")
    for line in _next_steps(done, settings):
        click.echo(line)


def _next_steps(done: Restored, settings: Settings) -> Iterator[str]:
    yield "Next 下一步:"
    where = f"DATA_DIR={settings.home}" + (" DATABASE_URL=…" if settings.database_url else "")
    is_moved = bool(settings.database_url) and done.manifest.kind == "sqlite"
    if done.unsigned is not None:
        yield (
            _ITS_NEWEST
            if is_moved
            else (
                f"- The log signs nothing yet. If the old disk still gives its newest database and log-head, "
                f"bring those into {settings.home} instead. 日志尚未恢复签署；如旧磁盘仍可读出最新数据库和 "
                "log-head，请改用它们。"
            )
        )
        yield f'- If they are lost for good 如已永久丢失: {where} {SITE_COMMAND} log reopen --because "…"'
    yield f"- {where} {SITE_COMMAND} serve"
    if is_moved:
        yield _THE_OLD_FILE
    yield "- Kiosks send again by themselves what is missing here. 终端会自动补传缺少的记录。"
    yield (
        "- A kiosk that says “Wrong log”: python -m kiosk log --accept, at the kiosk. "
        "终端提示日志不符时，在该终端运行此命令。"
    )


def _passphrase(file: Path | None, *, confirm: bool) -> str:
    if file is None:
        return checked_passphrase(
            click.prompt("Passphrase 口令", hide_input=True, err=True, confirmation_prompt=confirm)
        )
    try:
        return checked_passphrase(file.read_text(encoding="utf-8").partition("\n")[0])
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "not UTF-8"
        raise InputError(
            "--passphrase-file", f"{file} cannot be read ({said}).", f"无法读取 {file}（{said}）。"
        ) from None


@contextmanager
def _bar(label: str) -> Iterator[Progress]:
    with click.progressbar(length=1, label=label, file=sys.stderr, width=30) as bar:

        def told(done: int, of: int) -> None:
            # More work may come after what looked like the end: a copy, then its sealing.
            bar.finished = False
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        yield told
        told(1, 1)  # what is small is done before it is told
