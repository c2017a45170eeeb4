"""How visitors are laid out in a clip."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.scene import DIFFICULTIES, SHORTEST_STAY_S, Appearance, Shown, Side, length_s, script
from domain.errors import InputError

visits = st.lists(
    st.tuples(st.sampled_from(list(Shown)), st.text(min_size=1), st.sampled_from(list(DIFFICULTIES))),
    max_size=12,
)
seconds = st.floats(0, 30)


@given(visits, seconds, st.floats(SHORTEST_STAY_S, 20), seconds)
def test_visitors_come_one_after_the_other_with_the_gap_between_them(
    visits: list[tuple[str, str, str]], first_s: float, stays_s: float, gap_s: float
) -> None:
    laid_out = script(visits, first_s=first_s, stays_s=stays_s, gap_s=gap_s)
    assert [each.text for each in laid_out] == [text for _, text, _ in visits]
    ready = first_s
    for appearance in laid_out:
        assert appearance.starts_s == pytest.approx(ready)
        ready = appearance.ends_s + gap_s
    assert length_s(laid_out, gap_s) == pytest.approx(ready if visits else gap_s)


@given(st.floats(0, 1000), st.floats(SHORTEST_STAY_S, 60))
def test_a_code_is_held_for_one_or_two_seconds_of_the_visit(starts_s: float, stays_s: float) -> None:
    appearance = Appearance(Shown.CARD, "A", starts_s, stays_s)
    begins, ends = appearance.held_s
    assert starts_s + 1 < begins < ends < appearance.ends_s
    assert 1.2 - 1e-9 <= ends - begins <= 2.0 + 1e-9


def test_visitors_come_from_all_sides_in_turn() -> None:
    laid_out = script([("phone", str(number), "plain") for number in range(4)])
    assert [each.side for each in laid_out] == [Side.LEFT, Side.RIGHT, Side.BACK, Side.LEFT]


@pytest.mark.parametrize(
    ("visit", "field", "names"),
    [
        (("watch", "A", "plain"), "shown", "phone, card, poster"),
        (("phone", "A", "impossible"), "difficulty", "plain, tilted, moving, dim, glare, blurred"),
    ],
)
def test_an_unknown_name_is_refused_with_the_known_ones(
    visit: tuple[str, str, str], field: str, names: str
) -> None:
    with pytest.raises(InputError, match=names) as refused:
        script([visit])
    assert refused.value.field == field
    assert names in refused.value.sentence.zh


def test_a_stay_too_short_to_walk_is_refused() -> None:
    with pytest.raises(InputError, match="at least 3 s") as refused:
        Appearance(Shown.CARD, "A", 0.0, 1.5)
    assert refused.value.field == "stays_s"
