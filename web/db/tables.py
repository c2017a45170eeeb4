"""All tables, from one place. Times are Unix milliseconds; `*_sealed` columns hold personal data."""

from __future__ import annotations

from web.db.schema.base import metadata
from web.db.schema.gates import (
    alerts,
    enrolments,
    gaps,
    gate_settings,
    kiosk_places,
    kiosks,
    notices,
    quarantine,
)
from web.db.schema.people import (
    accounts,
    codes,
    credentials,
    forgotten_visitors,
    holds,
    visited_areas,
    visitor_terms,
    visitors,
)
from web.db.schema.places import (
    areas,
    enterprises,
    entrances,
    liaisons,
    logos,
    place_imports,
    policies,
    posters,
    venues,
)
from web.db.schema.records import (
    checkpoints,
    counters,
    entries,
    entry_people,
    leaves,
    log_nodes,
    log_sequence,
    signing_keys,
)

__all__ = [
    "APPEND_ONLY",
    "accounts",
    "alerts",
    "areas",
    "checkpoints",
    "codes",
    "counters",
    "credentials",
    "enrolments",
    "enterprises",
    "entrances",
    "entries",
    "entry_people",
    "forgotten_visitors",
    "gaps",
    "gate_settings",
    "holds",
    "kiosk_places",
    "kiosks",
    "leaves",
    "liaisons",
    "log_nodes",
    "log_sequence",
    "logos",
    "metadata",
    "notices",
    "place_imports",
    "policies",
    "posters",
    "quarantine",
    "signing_keys",
    "venues",
    "visited_areas",
    "visitor_terms",
    "visitors",
]

APPEND_ONLY = (entries, leaves, log_sequence, log_nodes, checkpoints)
