"""Watching a log: a head is followed only where the log grew, under a key that counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.note import LogKey, NoteKey
from domain.witness import Head, Offer, Why, parsed_proof_texts, proof_texts, reviewed
from tests.domain.owned_log import NOW_S, ORIGIN, Log, leaves

LOG = Log(leaves=leaves(40))


def test_the_first_head_that_is_signed_counts():
    found = reviewed(None, Offer(LOG.note(3), None), [LOG.key()], NOW_S)
    assert isinstance(found, Head)
    assert (found.checkpoint.size, found.key) == (3, LOG.note_key)


@given(st.integers(1, 40), st.integers(0, 39))
def test_a_log_that_grew_is_followed_from_any_size_to_any(old: int, more: int):
    new = min(40, old + more)
    found = reviewed(LOG.head(old), LOG.offer(old, new), [LOG.key()], NOW_S)
    assert isinstance(found, Head)
    assert found.checkpoint.size == new


@given(st.integers(2, 40), st.integers(1, 39))
def test_a_shorter_log_is_refused_with_any_proof(old: int, less: int):
    new = max(1, old - less)
    for proof in (None, (), LOG.proof(new, old)):
        assert reviewed(LOG.head(old), Offer(LOG.note(new), proof), [LOG.key()], NOW_S) is Why.SHORTER


@given(st.integers(1, 40), st.integers(0, 39), st.integers(0, 39))
def test_one_altered_leaf_below_what_was_seen_is_refused(old: int, more: int, at: int):
    new = min(40, old + more)
    forked = Log(leaves=LOG.leaves)
    forked.private = LOG.private
    forked.leaves[at % old] = b"altered"
    assert reviewed(LOG.head(old), forked.offer(old, new), [LOG.key()], NOW_S) is Why.FORKED


def test_no_proof_and_no_head_are_no_answer():
    for offer in (Offer(LOG.note(9), None), Offer(b"", ()), Offer(b"", None)):
        assert reviewed(LOG.head(4), offer, [LOG.key()], NOW_S) is Why.WITHHELD


def test_every_byte_of_a_head_and_of_its_proof_is_bound():
    kept, good = LOG.head(11), LOG.offer(11, 29)
    assert good.proof
    for at in range(len(good.note)):
        note = good.note[:at] + bytes([good.note[at] ^ 1]) + good.note[at + 1 :]
        assert isinstance(reviewed(kept, Offer(note, good.proof), [LOG.key()], NOW_S), Why), at
    joined = b"".join(good.proof)
    for at in range(len(joined)):
        changed = joined[:at] + bytes([joined[at] ^ 1]) + joined[at + 1 :]
        proof = tuple(changed[start : start + 32] for start in range(0, len(changed), 32))
        assert reviewed(kept, Offer(good.note, proof), [LOG.key()], NOW_S) is Why.FORKED, at


def test_a_key_signs_only_within_its_dates_and_only_its_own_name():
    kept, offer = LOG.head(4), LOG.offer(4, 9)
    stranger = Log(leaves=LOG.leaves)
    for keys in (
        [],
        [LOG.key(not_after=NOW_S)],
        [LOG.key(not_before=NOW_S + 1)],
        [stranger.key()],
        [LogKey(NoteKey("other.example/log", LOG.note_key.public), 0, 2**40)],
    ):
        assert reviewed(kept, offer, keys, NOW_S) is Why.UNSIGNED
    assert isinstance(reviewed(kept, offer, [LOG.key(not_before=NOW_S)], NOW_S), Head)


def test_the_head_that_was_kept_is_good_after_its_key_is_over():
    kept = LOG.head(4)
    assert reviewed(kept, Offer(kept.note, None), [], NOW_S) is kept


def test_a_new_key_goes_on_under_the_same_name():
    renewed = Log(leaves=LOG.leaves)
    keys = [renewed.key(), LOG.key()]
    found = reviewed(LOG.head(4), renewed.offer(4, 9), keys, NOW_S)
    assert isinstance(found, Head)
    assert found.key == renewed.note_key


def test_another_name_is_followed_only_where_nothing_that_was_seen_is_lost():
    renamed = Log(f"{ORIGIN}/2", LOG.leaves)
    found = reviewed(LOG.head(4), renamed.offer(4, 9), [renamed.key(), LOG.key()], NOW_S)
    assert isinstance(found, Head)
    lost = Log(f"{ORIGIN}/2", [*LOG.leaves[:3], *leaves(9, "b")])
    assert reviewed(LOG.head(4), lost.offer(4, 9), [lost.key(), LOG.key()], NOW_S) is Why.RENAMED
    assert reviewed(LOG.head(4), lost.offer(0, 3), [lost.key(), LOG.key()], NOW_S) is Why.RENAMED


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=64))
def test_a_proof_travels_as_texts(proof: list[bytes]):
    assert parsed_proof_texts(proof_texts(proof)) == tuple(proof)


@pytest.mark.parametrize(
    "value",
    [None, {}, "", 5, ["A" * 43], ["A" * 44], [7], [None], [""], ["é"], proof_texts([bytes(32)]) * 65,
     ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB="], proof_texts([bytes(31)])],
)  # fmt: skip
def test_what_is_no_proof_is_none(value: object):
    assert parsed_proof_texts(value) is None


def test_the_head_that_is_kept_is_the_note_that_came():
    offer = LOG.offer(4, 9)
    found = reviewed(LOG.head(4), offer, [LOG.key()], NOW_S)
    assert isinstance(found, Head)
    assert (found.note, found.checkpoint.size, found.checkpoint.origin) == (offer.note, 9, ORIGIN)


def test_each_key_that_signs_now_is_tried():
    stranger = Log(leaves=LOG.leaves)
    found = reviewed(
        LOG.head(4), LOG.offer(4, 9), [stranger.key(), LOG.key(not_before=NOW_S + 1), LOG.key()], NOW_S
    )
    assert isinstance(found, Head)


def test_another_head_of_the_same_size_is_a_fork_with_or_without_a_proof():
    forked = Log(leaves=[b"altered", *LOG.leaves[1:]])
    forked.private = LOG.private
    for proof in (None, ()):
        assert reviewed(LOG.head(4), Offer(forked.note(4), proof), [LOG.key()], NOW_S) is Why.FORKED


def test_a_log_without_leaves_binds_to_nothing():
    kept = LOG.head(0)
    found = reviewed(kept, Offer(LOG.note(9), None), [LOG.key()], NOW_S)
    assert isinstance(found, Head)
    assert found.checkpoint.size == 9


def test_a_proof_of_as_many_hashes_as_there_are_levels_is_read():
    assert len(parsed_proof_texts(proof_texts([bytes(32)] * 64)) or ()) == 64
