"""Liaisons, what enterprises are, the life of a code, and what came with which table of places.

Revision: 0008
Before it: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _text(name: str, kind: sa.types.TypeEngine[str]) -> sa.Column[str]:
    """A column that is empty for what was there before."""
    return sa.Column(name, kind, nullable=False, server_default="")


def upgrade() -> None:
    op.create_table(
        "liaisons",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("area_id", sa.String(length=64), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        _text("import_id", sa.String(length=64)),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_liaisons_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liaisons")),
    )
    op.create_index(op.f("ix_liaisons_area_id"), "liaisons", ["area_id"])
    op.create_index(op.f("ix_liaisons_digest"), "liaisons", ["digest"])
    op.create_table(
        "place_imports",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("undone_ms", sa.BigInteger(), nullable=True),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_imports")),
    )
    op.create_index(op.f("ix_place_imports_account_id"), "place_imports", ["account_id"])
    with op.batch_alter_table("enterprises") as table:
        table.add_column(_text("kind", sa.String(length=32)))
        table.add_column(_text("size_class", sa.String(length=16)))
        table.add_column(sa.Column("contact_name_sealed", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("contact_phone_sealed", sa.LargeBinary(), nullable=True))
        # No foreign key: SQLite would have to build the table anew, and with it all that refers to it.
        table.add_column(sa.Column("liaison_id", sa.String(length=64), nullable=True))
        table.add_column(_text("import_id", sa.String(length=64)))
        table.create_index(op.f("ix_enterprises_liaison_id"), ["liaison_id"])
    op.add_column("venues", sa.Column("applied_ms", sa.BigInteger(), nullable=True))
    op.add_column("venues", sa.Column("reviewed_ms", sa.BigInteger(), nullable=True))
    op.add_column("venues", _text("reviewed_by", sa.String(length=64)))
    op.add_column("venues", _text("returned_for", sa.Text()))
    for table_name in ("venues", "entrances", "posters"):
        op.add_column(table_name, _text("import_id", sa.String(length=64)))
    op.add_column("posters", sa.Column("printed_ms", sa.BigInteger(), nullable=True))
    op.add_column("posters", sa.Column("posted_ms", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    raise RuntimeError("the log is never taken back: restore a backup instead")
