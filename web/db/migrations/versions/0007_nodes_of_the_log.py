"""The roots of full tiles of the log, from which a proof is made without reading all leaves.

Revision: 0007
Before it: 0006
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_WIDTH = 256
_REFUSAL = "the log is append-only"


def upgrade() -> None:
    op.create_table(
        "log_nodes",
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("node_index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("node_hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "node_index", name=op.f("pk_log_nodes")),
    )
    _fill(op.get_bind())
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER log_nodes_no_{change.lower()} BEFORE {change} ON log_nodes "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER log_nodes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_nodes "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _fill(connection: sa.Connection) -> None:
    """The nodes of a log that is already there, level by level and tile by tile."""
    leaves = sa.table("log_sequence", sa.column("leaf_index"), sa.column("leaf_hash"))
    nodes = sa.table("log_nodes", sa.column("level"), sa.column("node_index"), sa.column("node_hash"))
    level, made = 1, 0
    order, query = leaves.c.leaf_index, sa.select(leaves.c.leaf_hash)
    while level == 1 or made:
        made = 0
        while True:
            low = made * _WIDTH
            tile = query.where(order >= low, order < low + _WIDTH).order_by(order)
            hashes = [bytes(value) for value in connection.scalars(tile)]
            if len(hashes) < _WIDTH:
                break
            values = {"level": level, "node_index": made, "node_hash": _root(hashes)}
            connection.execute(sa.insert(nodes).values(values))
            made += 1
        order, query = nodes.c.node_index, sa.select(nodes.c.node_hash).where(nodes.c.level == level)
        level += 1


def _root(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        pairs = range(0, len(hashes), 2)
        hashes = [hashlib.sha256(b"\x01" + hashes[n] + hashes[n + 1]).digest() for n in pairs]
    return hashes[0]


def downgrade() -> None:
    raise RuntimeError("the log is never taken back: restore a backup instead")
