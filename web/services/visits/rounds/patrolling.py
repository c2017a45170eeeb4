"""A look at a door on a round: judged by what hangs there, kept once, and told when it is foreign."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.alert import AlertKind
from domain.errors import InputError
from domain.remedy import Remedy
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.findings import finding
from web.services.findings.finding import Found
from web.services.installation import Installation, start_of_day_ms
from web.services.visits.rounds.hanging import Hanging, Verdict, codes_in, hanging
from web.store.findings import alerts
from web.store.places import places
from web.store.scope import Scope
from web.store.visits import patrols

# A phone without network keeps its looks; older ones are nobody's round any more.
AGE_MOST_MS = 3 * 86_400_000
TEXTS_MOST = 16
_LOOK_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Look:
    """A look as a phone sends it; its id was made there, and `age_ms` is how long ago it was.

    `texts` are those of every code in view; none means that nothing hangs.
    """

    id: str
    entrance_id: str
    texts: tuple[str, ...]
    age_ms: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """The verdict on a door, as the phone shows it."""

    id: str
    entrance_id: str
    verdict: Verdict
    sentence: Sentence
    at_ms: int


@dataclass(frozen=True, slots=True)
class Whose:
    """The door that a poster in scope belongs to."""

    entrance_id: str
    sentence: Sentence


def looked(inst: Installation, scope: Scope, account_id: str, look: Look) -> Seen:
    """Judge what hangs at a door in scope and keep it; the same look again is answered and not kept twice.

    InputError for a look that no phone of ours sends.
    """
    if not _LOOK_ID.fullmatch(look.id) or not 0 <= look.age_ms <= AGE_MOST_MS:
        raise InputError("look", "This look is too old or damaged.", "此巡查记录过旧或已损坏。")
    codes = codes_in(look.texts[:TEXTS_MOST], inst.settings.base_url)
    at_ms = inst.now_ms() - look.age_ms

    def work(connection: Connection) -> Seen:
        door = places.entrance_row(connection, scope, look.entrance_id)
        before = patrols.row(connection, look.id)
        if door is None or (before and (before.account_id, before.entrance_id) != (account_id, door.id)):
            raise NotFoundError
        found = hanging(connection, scope, door, codes)
        if before is None:
            _keep(connection, account_id, look, found, at_ms)
            _tell(connection, door, found, inst.now_ms())
        return Seen(look.id, door.id, found.verdict, found.sentence, before.at_ms if before else at_ms)

    return inst.write(work)


def undo(inst: Installation, scope: Scope, account_id: str, patrol_id: str) -> str:
    """Take back one's own look; the id of its door. NotFoundError when there is no such look of these days.

    The alert of a foreign code that nobody else saw today is settled with it.
    """

    def work(connection: Connection) -> str:
        since_ms = inst.now_ms() - AGE_MOST_MS
        row = patrols.removed(connection, scope, account_id, patrol_id, since_ms)
        if row is None:
            raise NotFoundError
        door = places.entrance_row(connection, scope, row.entrance_id)
        if door is not None and row.note:
            today = start_of_day_ms(inst.now_ms(), door.time_zone)
            if not patrols.others_like(connection, row.entrance_id, row.verdict, today):
                keys = [_key(row.entrance_id, host) for host in row.note.splitlines()]
                finding.explained(connection, keys, inst.now_ms())
        return str(row.entrance_id)

    return inst.write(work)


def whose(inst: Installation, scope: Scope, texts: Sequence[str]) -> Whose:
    """Which door in scope a poster belongs to, for who has not said where they stand.

    InputError says why no door can be named.
    """
    codes = codes_in(texts[:TEXTS_MOST], inst.settings.base_url)
    named = {code.poster_id for code in codes if not code.foreign}

    def work(connection: Connection) -> Record | None:
        row = places.poster_row(connection, scope, poster_id=min(named)) if len(named) == 1 else None
        return places.entrance_row(connection, scope, row.entrance_id) if row else None

    door = inst.read(work)
    if door is None or len(codes) > 1:
        raise InputError("look", _CHOOSE_FIRST.en, _CHOOSE_FIRST.zh)
    names = {"venue": door.venue_name, "entrance": door.name}
    return Whose(door.id, _BELONGS.filled(**names))


def _keep(connection: Connection, account_id: str, look: Look, found: Hanging, at_ms: int) -> None:
    patrols.added(
        connection,
        id=look.id,
        account_id=account_id,
        entrance_id=look.entrance_id,
        poster_id=found.poster_id,
        verdict=found.verdict,
        # Hosts alone: what else a foreign code holds may be about somebody.
        note="\n".join(host.en for host in found.foreign),
        at_ms=at_ms,
    )


def _tell(connection: Connection, door: Record, found: Hanging, now_ms: int) -> None:
    """An alert for each foreign code: open again when it was said to be gone, not when it may hang there."""
    hosts = {_key(door.id, host.en): host for host in found.foreign}
    before = alerts.known(connection, list(hosts)) if hosts else {}
    allowed = {key for key, row in before.items() if row.resolution == Remedy.BELONGS_THERE}
    news = [
        Found(
            key,
            AlertKind.FOREIGN_STICKER,
            door.venue_id,
            evidence={"entrance": door.name, "host": host.en, "host_zh": host.zh},
            is_news=True,
        )
        for key, host in hosts.items()
        if key not in allowed
    ]
    finding.raised(connection, news, now_ms)


def _key(entrance_id: str, host: str) -> str:
    digest = hashlib.blake2b(host.encode(), digest_size=8).hexdigest()
    return f"{AlertKind.FOREIGN_STICKER}:{entrance_id}:{digest}"


_BELONGS = Sentence(
    "This is a poster of {venue}, {entrance}. Do you stand there?",
    "这是“{venue}”{entrance}的场所码。您在该处吗？",
)
_CHOOSE_FIRST = Sentence(
    "No door of yours has this poster. Choose the door where you stand, and scan from there.",
    "您负责的出入口没有这张海报。请先选择所在的出入口，再扫描。",
)
