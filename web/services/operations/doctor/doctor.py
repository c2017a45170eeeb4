"""Looks at everything an installation stands on and says what to mend; changes nothing, names nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from domain.errors import CodePlaceError, TamperedError
from domain.hours import utc_text
from web.db.connecting import condition
from web.db.connecting.connection import Connection, DatabaseError
from web.db.connecting.looking import Standing
from web.db.connecting.replica import Replica
from web.services.gates.fleet import fleet
from web.services.gates.fleet.fleet_values import Presence
from web.services.installation import Installation, opened_to_read
from web.services.logs import log_head
from web.services.logs.checking import nightly
from web.services.operations import months_ahead
from web.services.operations.doctor import doctor_address, doctor_machine, doctor_server
from web.services.operations.doctor.check import Check, Level, failed, warned, well
from web.services.signing_keys import key_making
from web.settings import SITE_COMMAND, Settings
from web.store import counters
from web.store import keys as key_store
from web.store.logs import log, log_checks
from web.store.scope import PROGRAM

_DAY_S: Final = 86_400
_KEY_LATE_S: Final = 20 * _DAY_S
_MANY_WAIT: Final = 2_048
_AHEAD_MS: Final = 120_000


def checked(settings: Settings, now_ms: Callable[[], int], *, online: bool = False) -> Iterator[Check]:
    """Each thing that was looked at, as soon as it is known; `online` also asks BASE_URL from here."""
    yield from doctor_machine.checks(settings, now_ms())
    yield doctor_address.address(settings)
    if online:
        yield from doctor_address.reached(settings, now_ms())
    try:
        inst = opened_to_read(settings, now_ms)
    except CodePlaceError as error:
        yield Check("database and key 数据库与主密钥", Level.FAIL, "not usable 不可用", error.sentence)
        return
    try:
        yield well("master key 主密钥", "fits the database 与数据库相符")
        yield from _database(inst)
        if inst.replica is not None:
            yield _replica(inst.replica)
        yield from inst.read(lambda connection: tuple(_months(connection, inst)))
        yield from inst.read(lambda connection: tuple(_log(connection, inst)))
        yield from inst.ask(lambda connection: tuple(_work(connection, inst)))
        yield from _kiosks(inst)
    finally:
        inst.close()


def _database(inst: Installation) -> Iterator[Check]:
    version, mode = condition.described(inst.reading)
    server = condition.server(inst.reading)
    if server is not None:
        yield from doctor_server.checks(version, server)
        yield from doctor_server.rights(inst)
    elif mode == "wal":
        yield well("database 数据库", f"{version}, {mode}, migrated 结构最新")
    else:
        yield warned(
            "database 数据库", f"{version}, {mode}",
            "Start the site once: it turns write-ahead logging on.", "请启动一次网站，它会启用 WAL 模式。",
        )  # fmt: skip


def _replica(replica: Replica) -> Check:
    try:
        standing, behind_ms = replica.standing()
    except DatabaseError:
        standing, behind_ms = Standing.AWAY, 0
    if standing is Standing.FOLLOWS:
        return well("replica 只读副本", f"{behind_ms / 1000:.0f} s behind 落后")
    if standing is Standing.STRANGE:
        return failed(
            "replica 只读副本", "no replica of DATABASE_URL 不是 DATABASE_URL 的副本",
            "DATABASE_REPLICA_URL has to lead to a standby of the same server; was it promoted?",
            "DATABASE_REPLICA_URL 须指向同一数据库的备库；是否已被提升为主库？",
        )  # fmt: skip
    is_late = standing is Standing.BEHIND
    found = f"{behind_ms / 1000:.0f} s behind 落后" if is_late else "does not answer 无响应"
    return warned(
        "replica 只读副本", found,
        "The desk reads the primary meanwhile. Look at the replica's log, and at pg_stat_replication.",
        "期间查询改读主库。请查看副本的日志和 pg_stat_replication。",
    )  # fmt: skip


def _months(connection: Connection, inst: Installation) -> Iterator[Check]:
    months = months_ahead.looked_at(connection, inst.now_ms())
    if months is None:
        return
    found = f"{max(months.ahead, 0)} ahead 已备, {months.outside} outside 表外"
    if months.ahead < 1:
        yield failed(
            "months 月表", found,
            "Nobody makes months: start the site, look for “months” in its log, and run docs/rights.sql as "
            "the owner. Entries go into the last table meanwhile; none is lost.",
            "无人建立月表：请启动网站，查看其日志中的“months”，并以属主身份执行 docs/rights.sql。"
            "其间记录写入最后一张表，不会丢失。",
        )  # fmt: skip
    elif months.outside:
        yield warned(
            "months 月表", found,
            f"Entries were made months ahead of now: a gate's clock is wrong. See: {SITE_COMMAND} kiosks",
            f"有记录的时间超前数月：某终端时钟有误。请查看：{SITE_COMMAND} kiosks",
        )  # fmt: skip
    else:
        yield well("months 月表", found)


def _log(connection: Connection, inst: Installation) -> Iterator[Check]:
    trouble, newest = log_head.trouble(connection, inst), log.latest_checkpoint(connection)
    if trouble is not None:
        yield Check("log 存证日志", Level.FAIL, "signs nothing 停止签署", trouble)
    elif newest is None:
        yield well("log 存证日志", "empty 空")
    else:
        try:
            head = log_head.opened(connection, bytes(newest.note))
            yield well("log 存证日志", f"{head.size} leaves, head signed 条，日志头签名有效")
        except TamperedError as error:
            yield Check("log 存证日志", Level.FAIL, "head not genuine 日志头无效", error.sentence)
    yield from _whole_log(connection, inst.now_ms())
    waiting = log.waiting(connection)
    behind = max(log.size(connection) - counters.value_of(connection, "projected"), 0)
    found = f"{waiting} to sign 待签署, {behind} to count 待统计"
    if max(waiting, behind) < _MANY_WAIT:
        yield well("background 后台任务", found)
    else:
        yield warned(
            "background 后台任务", found,
            "The site is not running, or far behind: start it and look again in a minute.",
            "网站未运行或积压较多：请启动网站，一分钟后再检查。",
        )  # fmt: skip


def _whole_log(connection: Connection, now_ms: int) -> Iterator[Check]:
    """What the last nightly check of the whole log found, and whether that is long ago."""
    failed_last = nightly.failure(connection)
    if failed_last or nightly.is_late(connection, now_ms):
        found = "nothing checked the whole log for days 多日未核对"
        if failed_last:
            found = f"{utc_text(failed_last.began_ms)}: came to nothing 未能完成: {failed_last.reason}"
        yield warned(
            "nightly check 每夜核对", found,
            f"Check now, which says what is in the way: {SITE_COMMAND} log fsck",
            f"请立即核对，命令会说明原因：{SITE_COMMAND} log fsck",
        )  # fmt: skip
    for last in log_checks.newest(connection):
        day = utc_text(last.ended_ms)
        if not last.findings:
            yield well("whole log 日志全检", f"{day}: {last.leaves} leaves as signed 条与签署一致")
        else:
            yield failed(
                "whole log 日志全检", f"{day}: {last.findings} places wrong 处不符",
                f"Change nothing and copy the database first; then: {SITE_COMMAND} log fsck",
                f"请勿改动任何内容，先复制数据库，再运行：{SITE_COMMAND} log fsck",
            )  # fmt: skip


def _work(connection: Connection, inst: Installation) -> Iterator[Check]:
    """When keys were last looked after: the site makes the next one a month before the last ends."""
    newest = next(iter(key_store.standing(connection, key_making.VISITOR, "")), None)
    left_s = newest.signs_until_s - inst.now_ms() // 1000 if newest else 0
    if left_s > _KEY_LATE_S:
        yield well("signing keys 签名密钥", f"{left_s // _DAY_S} d")
    else:
        yield warned(
            "signing keys 签名密钥", f"{max(left_s, 0) // _DAY_S} d",
            "Start the site: it makes the next key by itself.", "请启动网站，它会自动生成下一个密钥。",
        )  # fmt: skip


def _kiosks(inst: Installation) -> Iterator[Check]:
    units = [unit for unit in fleet.listed(inst, PROGRAM) if unit.presence is not Presence.WITHDRAWN]
    silent = sum(unit.presence is Presence.SILENT for unit in units)
    needing = sum(bool(unit.needs) for unit in units)
    found = f"{len(units)}: {silent} silent 失联, {needing} need somebody 需处理"
    if not needing:
        yield well("kiosks 终端", found)
    else:
        yield warned("kiosks 终端", found, f"See: {SITE_COMMAND} kiosks", f"请查看：{SITE_COMMAND} kiosks")
    ahead_ms = max((unit.seen_ms or 0 for unit in units), default=0) - inst.now_ms()
    if ahead_ms > _AHEAD_MS:
        yield failed(
            "clock 时钟", f"{ahead_ms // 1000} s behind its own records 早于已有记录",
            "The clock was set back. Let it follow a time server: timedatectl set-ntp true",
            "时钟被回拨，请启用网络对时：timedatectl set-ntp true",
        )  # fmt: skip
