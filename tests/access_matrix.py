"""Writes docs/access.md, the readable matrix of who may do what: `python -m tests.access_matrix`."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from domain.access import OF_AREAS, OF_ENTERPRISES, RIGHTS, SECOND_FACTOR, Right, Role, may_grant
from web.app import create_app
from web.services.access.names import RIGHT_NAMES, ROLES
from web.services.installation import opened
from web.services.signing_keys import keys
from web.settings import Settings
from web.views.access import Access, Need, Open
from web.views.asking.guarding import access_table

PATH = Path(__file__).parent.parent / "docs" / "access.md"
_OPEN = {
    Open.PUBLIC: "everybody · 所有人",
    Open.SIGNED_IN: "whoever is signed in · 已登录人员",
    Open.KIOSK: "a kiosk with its credential · 持凭据的扫码终端",
}
_HEAD = """# Who may do what · 谁可以做什么

Written by `python -m tests.access_matrix` out of `domain/access.py` and the table in `web/views/access.py`;
a test fails when this page says something else. `tests/web/access` asks every route as every role, as a
stranger and as a kiosk, with its own and with another tenant's ids.

本页由 `python -m tests.access_matrix` 根据 `domain/access.py` 与 `web/views/access.py` 生成，
不一致时测试不通过。
`tests/web/access` 以每种角色、陌生人和扫码终端的身份，
用自己和他人的编号逐一访问全部页面与接口。
"""


def matrix(table: Mapping[str, Access]) -> str:
    """The page as text, out of what it takes for every endpoint."""
    return "\n".join([_HEAD, *_roles(), "", *_rights(), "", *_endpoints(table), ""])


def _roles() -> list[str]:
    lines = [
        "## Roles · 角色",
        "",
        "| Role | 角色 | Given on · 授予范围 | Second factor · 两步验证 | May give · 可授予 |",
        "|---|---|---|---|---|",
    ]
    for role, name in ROLES.items():
        areas, enterprises = role in OF_AREAS, role in OF_ENTERPRISES
        where = [
            *(["area · 区域"] if areas else []),
            *(["enterprise · 单位"] if enterprises else []),
        ]
        given = ", ".join(ROLES[other].en for other in Role if may_grant(role, other)) or "–"
        second = "required · 必须" if role in SECOND_FACTOR else "optional · 可选"
        lines.append(f"| {name.en} | {name.zh} | {', '.join(where)} | {second} | {given} |")
    return lines


def _rights() -> list[str]:
    lines = [
        "## Rights · 权限",
        "",
        f"| Right | 权限 | {' | '.join(f'{name.en}<br>{name.zh}' for name in ROLES.values())} |",
        f"|---|---|{'|'.join([':-:'] * len(ROLES))}|",
    ]
    for right, name in RIGHT_NAMES.items():
        marks = " | ".join("✓" if right in RIGHTS[role] else "" for role in ROLES)
        lines.append(f"| {name.en} | {name.zh} | {marks} |")
    return lines


def _endpoints(table: Mapping[str, Access]) -> list[str]:
    """What each right opens: what is seen with it, and what is done with it."""
    lines = [
        "## Pages and calls · 页面与接口",
        "",
        "| Takes · 所需权限 | To see · 查看 | To do · 操作 |",
        "|---|---|---|",
    ]
    needs: list[Need] = [*Open, *Right]
    for need in needs:
        see = sorted(name for name, access in table.items() if access.see is need)
        do = sorted(name for name, access in table.items() if access.do is need)
        if see or do:
            called = _OPEN[need] if isinstance(need, Open) else _both(need)
            lines.append(f"| {called} | {_grouped(see)} | {_grouped(do)} |")
    return lines


def _both(right: Right) -> str:
    return f"{RIGHT_NAMES[right].en} · {RIGHT_NAMES[right].zh}"


def _grouped(names: list[str]) -> str:
    groups: dict[str, list[str]] = {}
    for name in names:
        blueprint, _, own = name.rpartition(".")
        groups.setdefault(blueprint, []).append(own)
    return "; ".join(
        f"`{group}` {', '.join(own)}" if group else ", ".join(own) for group, own in groups.items()
    )


def main() -> None:
    """Write the page."""
    with tempfile.TemporaryDirectory() as folder:
        inst = opened(Settings(Path(folder), "", "https://park.example", "Pilot District"), lambda: 0)
        keys.ensure(inst)
        PATH.write_text(matrix(access_table(create_app(inst))), encoding="utf-8")
        inst.close()


if __name__ == "__main__":
    main()
