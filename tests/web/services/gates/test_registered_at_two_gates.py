"""Somebody new whom two gates, or a gate and a desk, register at the same moment is one visitor."""

from __future__ import annotations

import threading

from sqlalchemy import func, select

from tests.web.tenants import Tenant, enrolled, entry_item
from web.db.tables import visitors
from web.services.gates.gates import Gate
from web.services.gates.ingest import ingest
from web.services.installation import Installation

ROUNDS = 8


def test_two_gates_that_register_one_person_at_once_make_one_visitor(
    inst: Installation, park: Tenant
) -> None:
    second, _ = enrolled(inst, park.staff, park.entrance)
    start = threading.Barrier(2)

    def send(gate: Gate, order: int) -> None:
        for turn in range(1, ROUNDS + 1):
            pair = [2 * turn - 1, 2 * turn][::order]
            made = [
                entry_item(
                    gate,
                    seq,
                    inst.now_ms() + seq,
                    private={
                        "name": f"Ann {who}",
                        "phone": f"+86138001380{who:02d}",
                        "cti": "",
                        "visitor_id": "",
                    },
                )
                for seq, who in zip((2 * turn - 1, 2 * turn), pair, strict=True)
            ]
            start.wait()
            ingest(inst, gate, made)

    threads = [threading.Thread(target=send, args=one) for one in ((park.gate, 1), (second, -1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert inst.read(lambda c: c.scalar(select(func.count()).select_from(visitors))) == 2 * ROUNDS
