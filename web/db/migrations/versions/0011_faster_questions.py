"""The desk's questions at ten million entries: a person's entries come out of one index.

Revision: 0011
Before it: 0010
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_entry_people_visitor_time", table_name="entry_people")
    op.create_index("ix_entry_people_visitor_time", "entry_people", ["visitor_id", "at_ms", "entry_id"])


def downgrade() -> None:
    raise RuntimeError("the log is never taken back: restore a backup instead")
