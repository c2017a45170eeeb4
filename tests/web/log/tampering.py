"""What somebody with all rights on the database can do to the log, for tests that must find it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, text, update

from domain.log import Checkpoint, Frontier, leaf_hash, signed_checkpoint
from domain.proof import subtree_root
from tests.web.tenants import Tenant, entry_item
from web.db.connecting.connection import Connection
from web.db.tables import APPEND_ONLY, checkpoints, leaves, log_nodes, log_sequence
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.logs import sequencing
from web.services.logs.checking import log_fsck
from web.services.logs.checking.log_checks import Finding
from web.services.signing_keys import keys


def fill(inst: Installation, park: Tenant, *seqs: int) -> None:
    """Entries of the park's kiosk, in the log and signed."""
    for at in range(0, len(seqs), 500):
        batch = [entry_item(park.gate, seq, inst.now_ms() + seq) for seq in seqs[at : at + 500]]
        ingest.ingest(inst, park.gate, list(batch))
    sequenced(inst)


def sequenced(inst: Installation) -> None:
    """Give every leaf its index, and sign."""
    while sequencing.sequence(inst):
        pass


def entry_ids(inst: Installation) -> list[str]:
    """The ids of the entries in the order of the log."""
    query = select(leaves.c.ref).where(leaves.c.kind == "entry").order_by(leaves.c.id)
    return inst.read(lambda connection: list(connection.scalars(query)))


def unguarded(inst: Installation, *statements: str, **values: Any) -> None:
    """Run statements that the database would refuse."""

    def work(connection: Connection) -> None:
        unguard(connection)
        for statement in statements:
            names = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), names)

    inst.write(work)


def unguard(connection: Connection) -> None:
    """Put the guards of the tables aside, on PostgreSQL for this transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        return
    for table in APPEND_ONLY:
        for change in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table.name}_no_{change}"))
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))


def recompute(inst: Installation, *, with_key: bool) -> None:
    """All hashes anew over the leaves as they are now, and all checkpoints; signed only with the key."""

    def work(connection: Connection) -> None:
        unguard(connection)
        frontier, edges, hashes = Frontier(), {0: Frontier()}, []
        query = select(log_sequence.c.leaf_index, leaves.c.body).join(
            leaves, leaves.c.id == log_sequence.c.leaf_id
        )
        for row in connection.execute(query.order_by(log_sequence.c.leaf_index)).all():
            hashed = leaf_hash(row.body)
            changed = update(log_sequence).where(log_sequence.c.leaf_index == row.leaf_index)
            connection.execute(changed.values(leaf_hash=hashed))
            hashes.append(hashed)
            frontier = frontier.appended(hashed)
            edges[frontier.size] = frontier
        for index in range(len(hashes) // 256):
            at = (log_nodes.c.level == 1) & (log_nodes.c.node_index == index)
            root = subtree_root(hashes[index * 256 : (index + 1) * 256])
            connection.execute(update(log_nodes).where(at).values(node_hash=root))
        name, _, private = keys.signing(connection, inst, keys.LOG)
        for row in connection.execute(select(checkpoints)).all():
            edge = edges[row.size]
            note = signed_checkpoint(Checkpoint(name.name, edge.size, edge.root()), private)
            if not with_key:
                head, signature = note.split(b"\n\n")[0], row.note.split(b"\n\n")[1]
                note = head + b"\n\n" + signature
            values = {"peaks": b"".join(edge.peaks), "note": note}
            connection.execute(update(checkpoints).where(checkpoints.c.size == row.size).values(values))

    inst.write(work)


def findings(inst: Installation) -> list[Finding]:
    """What fsck tells."""
    found: list[Finding] = []
    log_fsck.checked(inst, found.append)
    return found


def places(inst: Installation) -> list[str]:
    """Where fsck finds something wrong."""
    return [found.where for found in findings(inst)]
