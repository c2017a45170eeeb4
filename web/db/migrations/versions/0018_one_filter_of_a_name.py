"""One saved filter of a name for each account, and an index for which kiosks stood at a venue.

Twins that are there stay, the later ones with a number behind their name.

Revision: 0018
Before it: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_NAME_MOST = 100


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        # No twin may come between looking and the index; who reads goes on.
        op.execute("LOCK TABLE saved_filters IN SHARE ROW EXCLUSIVE MODE")
    _numbered(connection)
    op.create_index("ix_saved_filters_account_id_name", "saved_filters", ["account_id", "name"], unique=True)
    op.drop_index("ix_saved_filters_account_id", table_name="saved_filters")
    op.create_index("ix_kiosk_places_venue_id", "kiosk_places", ["venue_id", "kiosk_id"])


def _numbered(connection: sa.Connection) -> None:
    """Give every filter whose name an older one of its account has the next number that is free."""
    kept = sa.table("saved_filters", *map(sa.column, ("id", "account_id", "name", "created_ms")))
    rows = connection.execute(sa.select(kept).order_by(kept.c.created_ms, kept.c.id)).all()
    used = {(row.account_id, row.name) for row in rows}
    seen = set()
    for row in rows:
        if (row.account_id, row.name) not in seen:
            seen.add((row.account_id, row.name))
            continue
        name, number = row.name, 1
        while (row.account_id, name) in used:
            number += 1
            behind = f" ({number})"
            name = row.name[: _NAME_MOST - len(behind)] + behind
        used.add((row.account_id, name))
        connection.execute(sa.update(kept).where(kept.c.id == row.id).values(name=name))


def downgrade() -> None:
    raise RuntimeError("the log is never taken back: restore a backup instead")
