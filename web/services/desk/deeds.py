"""What staff do with people's data becomes a leaf of the log, in one transaction, before rows are shown."""

from __future__ import annotations

import json
from collections.abc import Mapping

from domain.deed import Deed, deed_leaf
from web.db.connecting.connection import Connection
from web.services.access import looks, notes
from web.services.access.looks import Concerns
from web.services.installation import Installation, new_id
from web.services.logs.purposes import joined
from web.store.passing import entries


def noted(
    connection: Connection,
    inst: Installation,
    account_id: str,
    deed: Deed,
    told: Mapping[str, object],
    purpose: str = "",
    about: str = "",
    concerns: Concerns | None = None,
    *,
    note: str = "",
) -> str:
    """The name of a new leaf; nobody may be named in `told` and `purpose`, which stay in the log for ever.

    Whom it is about goes into `about`, as it was asked for, and what is said beside the purpose into
    `note`: the leaf commits to both, and what opens the commitment is kept sealed until it is forgotten.
    Whose data it `concerns` is kept beside the log, for them and their enterprise to read.
    """
    ref, now_ms = new_id(), inst.now_ms()
    text = joined(about, note)
    committed = notes.committed(connection, inst, ref, text, now_ms) if text else b""
    leaf = deed_leaf(now_ms, account_id, deed, _storable(told), purpose, committed)
    entries.leaf_added(connection, deed.value, ref, leaf)
    if concerns is not None:
        looks.kept(connection, inst, ref, account_id, deed, purpose, concerns)
    return ref


def _storable(told: Mapping[str, object]) -> dict[str, object]:
    # Ids come out of URLs: what is no text in UTF-8 becomes a mark.
    return dict(json.loads(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")))
