"""Indexes for the desk's questions at ten million entries.

A person's entries and the stays around a trace come out of one index each; what few entries are (a class, a
way of entry, a reason) is found without walking through time. Nothing asked by `ix_entries_venue_time`.

Revision: 0011
Before it: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_OF_STAYS = (
    "venue_id", "in_ms", "out_ms", "visitor_id", "entrance_id", "out_entrance_id", "beginning", "ending",
)  # fmt: skip


def upgrade() -> None:
    for name, table, columns in (
        ("ix_entry_people_visitor_time", "entry_people", ("visitor_id", "at_ms", "entry_id")),
        ("ix_stays_venue_in", "stays", _OF_STAYS),
        ("ix_visitor_terms_field_digest", "visitor_terms", ("field", "digest", "visitor_id")),
    ):
        op.drop_index(name, table_name=table)
        op.create_index(name, table, list(columns))
    op.drop_index("ix_entries_venue_time", table_name="entries")
    op.create_index("ix_entry_people_class_time", "entry_people", ["visitor_class", "at_ms", "entry_id"])
    for column, rare in (("way", "way <> 'kiosk'"), ("reason", "reason NOT IN ('welcome', 'goodbye')")):
        op.create_index(
            f"ix_entries_{column}_time",
            "entries",
            [column, "true_ms", "id"],
            sqlite_where=sa.text(rare),
            postgresql_where=sa.text(rare),
        )


def downgrade() -> None:
    raise RuntimeError("the log is never taken back: restore a backup instead")
