"""The doctor's look at how a PostgreSQL is set up: what would lose entries, or stop the site one day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.wording import Sentence
from web.db.connecting.condition import Server
from web.db.connecting.engine import CONNECTIONS_A_PROCESS
from web.db.connecting.rights import lacking
from web.services.installation import Installation
from web.services.operations.doctor.check import Check, failed, warned, well

# Of the connections that a server has, in hundredths: beyond it the next program may find none.
_NEARLY_ALL: Final = 90


def checks(version: str, server: Server) -> Iterator[Check]:
    """Whether it keeps what it took, has room for the site's processes, and keeps tables and indexes well."""
    if server.losing:
        yield failed(
            "database 数据库", f"{version}, {', '.join(server.losing)} off 已关闭",
            "Turn it on: entries that were answered for would not survive a power cut.",
            "请开启该设置，否则断电会丢失已确认的记录。",
        )  # fmt: skip
    else:
        yield well("database 数据库", f"{version}, migrated 结构最新")
    yield _connections(server)
    if not server.is_vacuumed:
        yield warned(
            "autovacuum 自动清理", "off 已关闭",
            "Turn autovacuum and track_counts on: questions become slow without them, and in the end "
            "PostgreSQL stops taking anything.",
            "请开启 autovacuum 和 track_counts，否则查询会变慢，最终 PostgreSQL 将拒绝写入。",
        )  # fmt: skip
    if server.collation:
        yield warned(
            "collation 排序规则", server.collation,
            "Ids are compared by the rules of a language: questions take up to half as much again of the "
            "server's processor, and after an update of its glibc or ICU indexes are wrong until REINDEX "
            "DATABASE. Restore a backup into a database made with --locale C (docs/operations.md).",
            "编号按语言规则比较：查询占用服务器的处理器时间最多增加一半，且其 glibc 或 ICU 更新后，须执行"
            " REINDEX DATABASE，否则索引有误。请将备份恢复到以 --locale C 建立的数据库"
            "（docs/operations.md）。",
        )  # fmt: skip


def rights(inst: Installation) -> Iterator[Check]:
    """Whether roles that serve the site may use every table; nothing where the owner serves it."""
    for remedy in ungranted(inst):
        yield failed("rights of 权限 tables", "missing 缺少", remedy.en, remedy.zh)


def ungranted(inst: Installation) -> tuple[Sentence, ...]:
    """What to do about tables that came with a migration, for each role that may not use them yet."""
    return tuple(
        Sentence(
            f"The role {role} may not use {', '.join(tables)} yet: as the owner of the tables run "
            f"psql -v app={role} -f docs/rights.sql DATABASE.",
            f"角色 {role} 尚不能使用 {'、'.join(tables)}：请以数据表属主身份执行"
            f" psql -v app={role} -f docs/rights.sql 数据库名。",
        )
        for role, tables in inst.ask(lacking).items()
    )


def _connections(server: Server) -> Check:
    processes = server.room // CONNECTIONS_A_PROCESS
    found = f"{server.taken} of {server.room}, room for {processes} processes 可容纳进程 {processes} 个"
    if not processes:
        return failed(
            "connections 连接", found,
            f"A process takes up to {CONNECTIONS_A_PROCESS}: set max_connections to 100 or more.",
            f"每个进程最多占用 {CONNECTIONS_A_PROCESS} 个连接，请将 max_connections 设为 100 或更大。",
        )  # fmt: skip
    if server.taken * 100 > server.room * _NEARLY_ALL:
        return warned(
            "connections 连接", found,
            f"Nearly all are taken. Set max_connections to {CONNECTIONS_A_PROCESS} for each process of the "
            "site and 20 more, or start fewer processes.",
            f"连接几乎用尽。请将 max_connections 设为进程数×{CONNECTIONS_A_PROCESS}+20，或减少进程。",
        )  # fmt: skip
    return well("connections 连接", found)
