"""Many rows at once arrive as they were given, all of them or none, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from web.db.statements.inserting import Insertion
from web.db.tables import leaves, log_nodes
from web.services.installation import Installation

TEXTS = ("a", "汉字 \\N \\. \t\n'\"", "", "\U0001f600")


def noted(inst: Installation) -> list[Any]:
    query = select(leaves.c.kind, leaves.c.ref, leaves.c.body).where(leaves.c.kind == "test")
    return [tuple(row) for row in inst.read(lambda c: c.execute(query.order_by(leaves.c.id)).all())]


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 10, 237])
def test_rows_arrive_in_their_order_and_as_they_were(inst: Installation, count: int):
    rows = [("test", TEXTS[n % len(TEXTS)], bytes((n % 256, 0, 92))) for n in range(count)]
    insertion = Insertion(leaves, ("kind", "ref", "body"))
    inst.write(lambda connection: insertion.run(connection, rows))
    assert noted(inst) == rows


@pytest.mark.parametrize("count", [3, 150])
def test_one_row_that_is_there_already_keeps_out_all_of_them(inst: Installation, count: int):
    insertion = Insertion(log_nodes, ("level", "node_index", "node_hash"))
    rows = [(60, 2**40 + n % (count - 1), b"h" * 32) for n in range(count)]
    with pytest.raises(IntegrityError):
        inst.write(lambda connection: insertion.run(connection, rows))
    inst.write(lambda connection: insertion.run(connection, rows[:-1]))
    kept = select(log_nodes.c.node_index).where(log_nodes.c.level == 60).order_by(log_nodes.c.node_index)
    assert inst.read(lambda c: list(c.scalars(kept))) == [row[1] for row in rows[:-1]]
