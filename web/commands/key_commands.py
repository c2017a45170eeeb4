"""`python -m web keys`: the keys that sign visitors' codes, their change, and the drill for a stolen one."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TypeVar

import click

from domain.errors import InputError
from web.asked import Asked
from web.services.errors import NotFoundError
from web.services.installation import Installation, opened, opened_to_read
from web.services.signing_keys import issuing, issuing_rehearsal, keys
from web.services.signing_keys.issuing_values import IssuingKey, KeyState
from web.settings import SITE_COMMAND

_REFUSED = 1
_Done = TypeVar("_Done")
_SURE = (
    "Nothing this key signed will be believed any more, printed cards among it. Go on? "
    "此密钥签发的码（含访客卡）将全部失效，是否继续？"
)


@click.group("keys")
def key_commands() -> None:
    """Show, renew and withdraw the keys that sign visitors' codes. 访客码签发密钥。"""


@key_commands.command("list")
@click.pass_obj
def listed(root: Asked) -> None:
    """List the keys; works beside the running site. 列出密钥。"""
    inst = opened_to_read(root.settings, root.now_ms)
    try:
        for key in issuing.listed(inst):
            click.echo(_line(key, root.now_ms() // 1000))
    finally:
        inst.close()


@key_commands.command()
@click.option("--enterprise", default="", metavar="ID", help="Whose key; else the installation's own.")
@click.pass_obj
def renew(root: Asked, enterprise: str) -> None:
    """Make the next key now: it signs once gates knew it for 14 days. 提前更换密钥。"""
    kid = _changed(root, lambda inst: issuing.renew(inst, enterprise), "enterprise")
    click.echo(f"{kid}: made, signs in 14 days; nothing else is to be done 已生成，14 天后启用，无须其他操作")


@key_commands.command()
@click.argument("kid")
@click.confirmation_option(prompt=_SURE)
@click.pass_obj
def withdraw(root: Asked, kid: str) -> None:
    """Withdraw a stolen key: gates drop it when they next call. 吊销泄露的密钥。"""
    done = _changed(root, lambda inst: issuing.withdraw(inst, kid.strip().lower()), "kid")
    click.echo(f"{done.kid}: withdrawn 已吊销; {done.replaced_by} signs now 开始签发")
    click.echo(f"cards to print anew 需重新打印的访客卡: {done.cards}")


@key_commands.command()
def rehearse() -> None:
    """Rehearse 200 days of changing keys and a theft, on data of its own. 演练密钥更换与泄露。"""
    found = issuing_rehearsal.rehearsed(
        time.time_ns() // 1_000_000, time.perf_counter, lambda step: click.echo(f"{step} …", err=True)
    )
    click.echo(f"while keys changed 更换期间: {found.shown} codes shown, {found.refused} refused 拒绝")
    click.echo(f"after a theft 泄露吊销后: {found.forged} forged, {found.believed} believed 误信")
    click.echo(f"issued anew 重新签发: {found.anew} shown, {found.anew_refused} refused 拒绝")
    click.echo(json.dumps({**asdict(found), "steps": dict(found.steps)}))
    if found.refused or found.believed or found.anew_refused:
        sys.exit(_REFUSED)


def _changed(root: Asked, change: Callable[[Installation], _Done], field: str) -> _Done:
    inst = opened(root.settings, root.now_ms)
    try:
        keys.ensure(inst)
        return change(inst)
    except NotFoundError:
        raise InputError(
            field,
            f"There is no such {field} here. See: {SITE_COMMAND} keys list",
            f"没有这个密钥或企业，请查看：{SITE_COMMAND} keys list",
        ) from None
    finally:
        inst.close()


_STATES = {
    KeyState.WITHDRAWN: "withdrawn 已吊销",
    KeyState.SIGNS: "signs 签发中",
    KeyState.TOLD: "told to gates 下发中",
    KeyState.VERIFIES: "verifies 仅验证",
}


def _line(key: IssuingKey, now_s: int) -> str:
    state = _STATES[key.state(now_s)]
    days = " .. ".join(f"{datetime.fromtimestamp(s, UTC):%Y-%m-%d}" for s in (key.made_s, key.until_s))
    return f"{key.kid}  {state:<16}  {days}  {key.enterprise or '(installation 本站)'}"
