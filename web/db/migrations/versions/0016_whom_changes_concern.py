"""Numbers of changes for the gates they concern, in place of one for all.

What was the number of everybody's bundle, and the end of everybody's visitors, goes on as that of all gates.

Revision: 0016
Before it: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gate_news",
        sa.Column("about", sa.String(length=96), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("about", name=op.f("pk_gate_news")),
    )
    for words in (
        "INSERT INTO gate_news (about, number) SELECT 'rules', value FROM counters WHERE name = 'bundle'",
        "INSERT INTO gate_news (about, number) SELECT 'facts', value FROM counters WHERE name = 'facts'",
    ):
        op.execute(words)


def downgrade() -> None:
    raise RuntimeError("the log is never taken back: restore a backup instead")
