"""The log's order: every leaf its index, each checkpoint signed over all before it, nothing about people."""

from __future__ import annotations

import base64
import json
import threading
import time

from sqlalchemy import select

from domain.log import Frontier, commitment, leaf_hash, node_hash, opened_checkpoint
from tests.web.tenants import SettableClock, Tenant, entry_item
from web.background import Background
from web.db.connecting.connection import Connection
from web.db.tables import checkpoints, entry_people, leaves, log_sequence
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.logs import sequencing
from web.services.passing import checkin, recording
from web.services.passing.checkin import CheckIn
from web.services.signing_keys import keys
from web.store.logs import log


def send(inst: Installation, park: Tenant, *seqs: int) -> None:
    batch = [entry_item(park.gate, seq, inst.now_ms() + seq) for seq in seqs]
    ingest.ingest(inst, park.gate, list(batch))


def bodies(inst: Installation) -> list[bytes]:
    """The leaves in the order of their indexes, which have no gap."""
    query = select(log_sequence.c.leaf_index, log_sequence.c.leaf_hash, leaves.c.body)
    query = query.join(leaves, leaves.c.id == log_sequence.c.leaf_id).order_by(log_sequence.c.leaf_index)
    rows = inst.read(lambda c: c.execute(query).all())
    assert [row.leaf_index for row in rows] == list(range(len(rows)))
    assert [row.leaf_hash for row in rows] == [leaf_hash(row.body) for row in rows]
    return [row.body for row in rows]


def root_of(hashes: list[bytes]) -> bytes:
    """RFC 6962 §2.1 as it is written there, to hold the frontier to."""
    if len(hashes) == 1:
        return hashes[0]
    half = 1 << ((len(hashes) - 1).bit_length() - 1)
    return node_hash(root_of(hashes[:half]), root_of(hashes[half:]))


def heads(inst: Installation) -> list[tuple[int, bytes]]:
    """(size, root) of every checkpoint, each opened with the log's key."""
    key, _, _ = inst.read(lambda c: keys.signing(c, inst, keys.LOG))
    notes = inst.read(lambda c: list(c.scalars(select(checkpoints.c.note).order_by(checkpoints.c.size))))
    opened = [opened_checkpoint(note, key) for note in notes]
    assert {head.origin for head in opened} <= {"park.example/log"}
    return [(head.size, head.root) for head in opened]


def test_leaves_are_placed_in_the_order_of_their_commits(inst: Installation, park: Tenant):
    for seq in (3, 1, 2, 5):
        send(inst, park, seq)
    assert sequencing.sequence(inst) == 4
    assert sequencing.sequence(inst) == 0
    assert [json.loads(body)["seq"] for body in bodies(inst)] == [3, 1, 2, 5]
    assert [size for size, _ in heads(inst)] == [4]


def test_every_checkpoint_is_signed_over_all_leaves_before_it(inst: Installation, park: Tenant):
    for nth in range(1, 12):
        send(inst, park, *range(nth * 100, nth * 100 + nth))
        assert sequencing.sequence(inst) == nth
    hashes = [leaf_hash(body) for body in bodies(inst)]
    assert heads(inst) == [
        (size, root_of(hashes[:size])) for size in (n * (n + 1) // 2 for n in range(1, 12))
    ]
    frontier = inst.read(sequencing.latest_frontier)
    assert (frontier.size, frontier.root()) == (66, root_of(hashes))


def test_a_checkpoint_is_made_for_at_most_256_leaves(inst: Installation, park: Tenant):
    send(inst, park, *range(1, 301))
    assert [sequencing.sequence(inst) for _ in range(2)] == [300, 0]
    assert [size for size, _ in heads(inst)] == [256, 300]


def test_a_long_queue_is_placed_in_several_transactions(inst: Installation, park: Tenant):
    def work(connection: Connection) -> None:
        log.appended(connection, [{"kind": "gap", "ref": str(n), "body": b"%d" % n} for n in range(2_100)])

    inst.write(work)
    assert [sequencing.sequence(inst) for _ in range(3)] == [2_048, 52, 0]
    assert [size for size, _ in heads(inst)] == [*range(256, 2_049, 256), 2_100]
    frontier = Frontier()
    for body in bodies(inst):
        frontier = frontier.appended(leaf_hash(body))
    assert heads(inst)[-1] == (2_100, frontier.root())


def test_an_empty_log_has_no_checkpoint(inst: Installation):
    assert sequencing.sequence(inst) == 0
    assert heads(inst) == []
    assert inst.read(sequencing.latest_frontier) == Frontier()


def test_an_answer_to_a_kiosk_carries_the_newest_checkpoint(inst: Installation, park: Tenant):
    assert ingest.ingest(inst, park.gate, []).checkpoint is None
    send(inst, park, 1)
    sequencing.sequence(inst)
    note = ingest.ingest(inst, park.gate, []).checkpoint
    key, _, _ = inst.read(lambda c: keys.signing(c, inst, keys.LOG))
    assert note is not None
    assert opened_checkpoint(note.encode(), key).size == 1


def test_the_order_holds_while_many_write_and_several_sequence(inst: Installation, park: Tenant):
    start, stop = threading.Barrier(8), threading.Event()

    def write(part: int) -> None:
        start.wait()
        for nth in range(10):
            send(inst, park, part * 1000 + nth * 2 + 1, part * 1000 + nth * 2 + 2)

    def order() -> None:
        start.wait()
        while not stop.is_set():
            sequencing.sequence(inst)

    writers = [threading.Thread(target=write, args=[part]) for part in range(6)]
    orderers = [threading.Thread(target=order) for _ in range(2)]
    for thread in (*writers, *orderers):
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in orderers:
        thread.join()
    sequencing.sequence(inst)
    made = bodies(inst)
    assert len(made) == 120
    placed = inst.read(lambda c: list(c.scalars(select(log_sequence.c.leaf_id).order_by("leaf_index"))))
    assert placed == sorted(placed)
    hashes = [leaf_hash(body) for body in made]
    assert heads(inst) == [(size, root_of(hashes[:size])) for size, _ in heads(inst)]
    assert heads(inst)[-1][0] == 120


def test_a_leaf_says_nothing_about_the_person_and_its_commitment_opens_with_salt_and_record(
    inst: Installation, park: Tenant
):
    given = CheckIn(checkin.new_entry_id(inst), "Wang Wei", "13800138000", plate="苏A12345")
    done = checkin.check_in(inst, park.poster, given)
    sequencing.sequence(inst)
    [body] = bodies(inst)
    people = inst.read(lambda c: c.execute(select(entry_people)).one())
    for secret in ("Wang", "Wei", "W***", "13800138000", "8000", "A12345", people.visitor_id):
        assert secret.encode() not in body
    leaf = json.loads(body)
    assert (leaf["id"], leaf["venue"], leaf["outcome"], leaf["type"]) == (
        done.entry_id, park.venue, "admitted", "entry",
    )  # fmt: skip
    record = inst.cipher.opened(people.record_sealed, recording.record_place(done.entry_id))
    assert json.loads(record)["visitor_id"] == people.visitor_id
    assert json.loads(record)["plate"] == "苏A12345"
    assert leaf["private"] == base64.b64encode(commitment(record, people.salt)).decode()
    assert commitment(record, b"\0" * 32) != commitment(record, people.salt)


def test_what_runs_beside_the_requests_sequences_and_stops(inst: Installation, park: Tenant):
    background = Background(inst)
    try:
        send(inst, park, *range(1, 11))
        until = time.monotonic() + 60
        while not heads(inst) and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        background.stop()
    assert heads(inst)[-1][0] == 10
    send(inst, park, 11)
    time.sleep(0.6)
    assert heads(inst)[-1][0] == 10


def test_the_log_key_outlives_every_visitor_key(inst: Installation, park: Tenant, clock: SettableClock):
    send(inst, park, 1)
    sequencing.sequence(inst)
    clock.pass_s(400 * 86_400)
    keys.ensure(inst)
    send(inst, park, 2)
    sequencing.sequence(inst)
    # Besides the two entries: another key signs visitors' codes now, which is a leaf as well.
    assert [size for size, _ in heads(inst)] == [1, 3]
