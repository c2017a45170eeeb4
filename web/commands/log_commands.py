"""`python -m web log`: the log's head, proofs of entries, checks of everything, and going on after a loss."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from domain.errors import InputError, TamperedError
from domain.wording import Sentence
from web.asked import Asked
from web.services import accounts
from web.services.errors import NotFoundError
from web.services.installation import Installation, opened, opened_to_read
from web.services.logs import log_proving, log_reopen, purposes
from web.services.logs.checking import log_fsck
from web.services.logs.checking.log_checks import Finding
from web.services.logs.copying import log_copy
from web.services.logs.purposes import Act
from web.services.signing_in import second_factor
from web.services.signing_keys import keys
from web.store.logs import log as log_store
from web.store.scope import PROGRAM

# What `verify` and `fsck` end with when something is wrong; 2 says that they could not look.
WRONG = 1
_SHOWN_MOST = 100


@click.group("log")
def log_commands() -> None:
    """Show, prove and check the log; all but reopen work beside the running site. 存证日志。"""


@log_commands.command()
@click.pass_obj
def checkpoint(root: Asked) -> None:
    """Print the newest signed head, to be kept elsewhere. 输出最新的日志头。"""
    with _reading(root) as inst:
        click.echo(log_proving.head(inst).decode(), nl=False)


@log_commands.command()
@click.argument("entry")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option("--private", is_flag=True, help="With the private record and its salt; needs the two below.")
@click.option("--account", default="", metavar="LOGIN", help="Who takes the record out; asks the password.")
@click.option(
    "--purpose",
    default="",
    type=click.Choice(["", *purposes.choices(Act.UNMASK)]),
    help="What the record is for.",
)
@click.option(
    "--note",
    default="",
    metavar="TEXT",
    help=f"What to remember beside the purpose, {purposes.NOTE_MOST} characters at most; it is kept sealed.",
)
@click.pass_obj
def prove(
    root: Asked, entry: str, out: Path | None, private: bool, account: str, purpose: str, note: str
) -> None:
    """Write the evidence of an entry, which docs/verify_log.py checks. 导出一条记录的存证文件。"""
    identity = entry.strip().lower()
    if private:
        text = _disclosed(root, identity, account, purpose, note)
    else:
        if note:
            raise InputError(
                "--note",
                "A note is kept where a private record is taken out: add --private.",
                "备注仅在调取个人信息时保存，请加上 --private。",
            )
        with _reading(root) as inst:
            text = log_proving.evidence(inst, PROGRAM, identity)
    if out is None:
        click.echo(text.decode(), nl=False)
        return
    try:
        out.write_bytes(text)
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror}") from None
    click.echo(f"{out}: {len(text)} bytes", err=True)


@log_commands.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def verify(root: Asked, file: Path) -> None:
    """Check an evidence file, or a head that was kept, against this log. 核验存证文件或留存的日志头。"""
    text = file.read_bytes()
    with _reading(root) as inst:
        try:
            for line in _head_lines(inst, text) if _is_note(text) else _evidence_lines(inst, text):
                click.echo(line)
        except TamperedError as error:
            _say(Sentence("REFUSED. ", "不予认可。"), error.sentence)
            sys.exit(WRONG)


@log_commands.command()
@click.pass_obj
def fsck(root: Asked) -> None:
    """Recompute the whole log from its leaves; status 1 if anything is wrong. 重新计算并核对整个日志。"""
    found = 0

    def tell(finding: Finding) -> None:
        nonlocal found
        found += 1
        if found <= _SHOWN_MOST:
            click.echo(f"{finding.where}: {finding.sentence.en} {finding.sentence.zh}")

    with _reading(root) as inst:
        total = inst.ask(log_store.size)
        with click.progressbar(length=total, label="log", file=sys.stderr, width=30) as bar:
            workers = os.cpu_count() or 1
            done = log_fsck.checked(inst, tell, lambda leaves: bar.update(leaves - bar.pos), workers)
    if found > _SHOWN_MOST:
        more = found - _SHOWN_MOST
        click.echo(f"… and {more} more. 另有 {more} 处。")
    counted = f"{done.leaves} leaves, {done.checkpoints} checkpoints, {done.waiting} waiting"
    if found:
        click.echo(f"WRONG in {found} places ({counted}). 发现 {found} 处问题。")
        sys.exit(WRONG)
    click.echo(f"All is as it was signed ({counted}). 日志完整无误。")


@log_commands.command()
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="The folder.")
@click.option("--size", type=click.IntRange(1), help="As the log was signed with that many leaves.")
@click.pass_obj
def copy(root: Asked, out: Path, size: int | None) -> None:
    """Write all leaves, hashes and keys for an auditor; no names are in them. 为审计人员导出整个日志。"""
    with _reading(root) as inst:
        try:
            signed, note = log_copy.head(inst, size)
        except NotFoundError:
            raise InputError(
                "--size", "The log signed no head of that size.", "日志没有签署过该长度的日志头。"
            ) from None
        with click.progressbar(length=signed.size, label="copy", file=sys.stderr, width=30) as bar:
            try:
                log_copy.copied(inst, signed, note, out, lambda leaves: bar.update(leaves - bar.pos))
            except TamperedError as error:
                _say(Sentence("REFUSED. ", "不予认可。"), error.sentence)
                sys.exit(WRONG)
            except OSError as error:
                raise click.ClickException(f"{error.filename or out}: {error.strerror}") from None
    click.echo(f"{out}: {signed.size} leaves of {signed.origin}. 日志副本，共 {signed.size} 条。")


@log_commands.command()
@click.option("--because", required=True, metavar="TEXT", help="What happened; it stays in the log.")
@click.pass_obj
def reopen(root: Asked, because: str) -> None:
    """Go on after a loss under another origin; the site must be stopped. 丢失数据后以新名称继续日志。"""
    with _writing(root) as inst:
        head = log_reopen.reopened(inst, because)
    click.echo(f"The log goes on as {head.origin} with {head.size} leaves.")
    click.echo(f"日志以 {head.origin} 继续，共 {head.size} 条。")


@log_commands.command("renew-key")
@click.pass_obj
def renew_key(root: Asked) -> None:
    """Let a new key sign the log; with the embedded database the site must be stopped. 更换日志签名密钥。"""
    with _writing(root) as inst:
        old, new = log_reopen.renewed(inst)
    click.echo(f"{old.text}\n{new.text}")
    click.echo("From the next checkpoint on the second key signs. 自下一检查点起由第二个密钥签署。")


def _disclosed(root: Asked, entry: str, account: str, purpose: str, note: str) -> bytes:
    """With the private record: the log says who took it and what for, before anything is shown."""
    purposes.checked(Act.UNMASK, purpose)
    purposes.checked_note(note)
    if not account:
        raise InputError(
            "--account",
            "Say with --account who takes the private record out.",
            "请用 --account 指明由谁调取个人信息。",
        )
    password = click.prompt("Password 密码", hide_input=True, err=True)
    with _writing(root) as inst:
        who = accounts.sign_in(inst, account, password)
        if who is None:
            raise InputError("--account", "Name or password is wrong.", "用户名或密码错误。")
        if second_factor.is_wanted(inst, who):
            code = click.prompt("Code from the app 应用验证码", err=True)
            if not second_factor.is_right(inst, who.id, code):
                raise InputError("--account", "This code does not work.", "验证码无效。")
        return log_proving.disclosed(inst, who.scope, entry, who.id, purpose, note)


@contextmanager
def _writing(root: Asked) -> Iterator[Installation]:
    inst = opened(root.settings, root.now_ms)
    try:
        keys.ensure(inst)
        yield inst
    finally:
        inst.close()


@contextmanager
def _reading(root: Asked) -> Iterator[Installation]:
    inst = opened_to_read(root.settings, root.now_ms)
    try:
        yield inst
    finally:
        inst.close()


def _is_note(text: bytes) -> bool:
    return not text.lstrip().startswith(b"{")


def _head_lines(inst: Installation, note: bytes) -> Iterator[str]:
    kept, now, proof = log_proving.extended(inst, note)
    yield (
        f"The log of {now.size} leaves begins with these {kept.size} ({len(proof)} hashes). "
        f"现有 {now.size} 条的日志以这 {kept.size} 条开头。"
    )


def _evidence_lines(inst: Installation, text: bytes) -> Iterator[str]:
    shown = log_proving.verified(inst, text)
    yield (
        f"Entry at leaf {shown.index} of {shown.checkpoint.size} of {shown.checkpoint.origin}. "
        f"该记录是日志 {shown.checkpoint.origin} 共 {shown.checkpoint.size} 条中的第 {shown.index} 条。"
    )


def _say(before: Sentence, sentence: Sentence) -> None:
    click.echo(before.en + sentence.en, err=True)
    click.echo(before.zh + sentence.zh, err=True)
