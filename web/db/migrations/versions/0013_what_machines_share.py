"""What several machines over one database must all see.

Revision: 0013
Before it: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shared_counts",
        sa.Column("name", sa.LargeBinary(length=16), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", "until_ms", name=op.f("pk_shared_counts")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE shared_counts SET UNLOGGED")
    op.create_table(
        "print_jobs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("posters", sa.Text(), server_default="[]", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_jobs")),
    )
    op.create_table(
        "file_pieces",
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "number", name=op.f("pk_file_pieces")),
    )
