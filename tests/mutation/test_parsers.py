"""A short run of the mutants: none passes that must not, nothing breaks, and deep steps are reached."""

from __future__ import annotations

from dataclasses import replace

from domain.errors import InputError
from tests.mutation.changes import Draw
from tests.mutation.notes import CHECKPOINTS, HEADS, cosigned, is_of
from tests.mutation.parser import tried
from tests.mutation.parsers import PARSERS, run, total
from tests.mutation.visitor_codes import VISITOR_CODES


def test_fifteen_thousand_mutants_are_refused_by_every_parser_without_an_error():
    tallies = run(15_000, seed=20_261_121)
    assert [line for tally in tallies.values() for line in tally.wrong] == []
    figures = total(tallies)
    assert figures["inputs"] >= 15_000
    assert (figures["accepted"], figures["uncaught"]) == (0, 0)
    # The run means something only if mutants reach every step that a mutant can reach.
    assert set(tallies["visitor code"].results) >= {
        *("foreign", "length_or_alphabet", "base45", "shape", "unprotected", "protected", "key_unknown"),
        *("signature", "not_canonical", "claims", "lifetime", "read"),
    }
    assert set(tallies["proof file"].results) >= {
        "This is no C2SP tlog-proof file.",
        "The signature is missing or wrong.",
        "The proof does not lead from the leaf to the root.",
    }
    assert set(tallies["witness"].results) >= {"withheld", "unsigned", "forked", "read"}
    assert set(tallies["evidence file"].results) >= {
        "This is no evidence file, or it was changed after it was made.",
        "The private record is not the one in the leaf.",
        "The proof does not lead from the leaf to the root.",
    }


def test_a_seed_gives_the_same_mutants_again():
    first, again, other = (run(400, seed) for seed in (7, 7, 8))
    assert {name: tally.results for name, tally in first.items()} == {
        name: tally.results for name, tally in again.items()
    }
    assert first["visitor code"].results != other["visitor code"].results


def test_the_shares_of_the_parsers_make_a_hundred():
    assert sum(parser.share for parser in PARSERS) == 100


def test_good_input_itself_is_no_mutant_and_is_read():
    for parser in PARSERS:
        for shown in parser.originals:
            assert parser.read(shown) is not None, parser.name
            assert parser.is_right(shown, parser.read(shown)) or parser.name == "file of entries"


def test_the_run_would_see_a_parser_that_takes_too_much():
    lax = replace(
        VISITOR_CODES, read=lambda shown: VISITOR_CODES.read((VISITOR_CODES.originals[0][0], False))
    )
    assert tried(lax, 50, Draw(1)).accepted > 0
    careless = replace(CHECKPOINTS, is_right=lambda shown, read: is_of(HEADS[2], HEADS[:2]))
    assert tried(careless, 500, Draw(1)).accepted > 0
    assert is_of(cosigned(HEADS[2]), HEADS)


def test_the_run_would_see_a_parser_that_breaks():
    def broken(shown: object) -> object:
        raise IndexError(shown)

    def refusing(shown: object) -> object:
        raise InputError("field", "No.", "不。")

    assert tried(replace(CHECKPOINTS, read=broken), 5, Draw(1)).uncaught == 5
    figures = tried(replace(CHECKPOINTS, read=refusing), 5, Draw(1))
    assert (figures.uncaught, figures.results["No."]) == (0, 5)
