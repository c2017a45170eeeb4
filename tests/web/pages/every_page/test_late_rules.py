"""Addresses written late are those that Werkzeug writes, and it still asks for its writers where we wait."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.routing import BuildError, Map, Rule

from web.views.every_page.late_rules import LateRule

ADDRESSES = (
    ("/", {}),
    ("/venues/<venue>/posters/<int:number>", {"venue": "a b/é", "number": 7, "page": 2}),
    ("/i/<symbols>", {"symbols": "x", "none": None}),
    ("/files/<path:name>", {"name": "a/b c"}),
)


def test_late_rules_write_what_rules_write() -> None:
    for text, values in ADDRESSES:
        late, plain = (Map([kind(text, endpoint="there")]).bind("site.example") for kind in (LateRule, Rule))
        for _ in range(2):
            for unknown in (True, False):
                written = [rules.build("there", values, append_unknown=unknown) for rules in (late, plain)]
                assert written[0] == written[1], text


def test_a_missing_value_is_found_as_always() -> None:
    rules = Map([LateRule("/venues/<venue>", endpoint="there")]).bind("site.example")
    with pytest.raises(BuildError):
        rules.build("there", {})


def test_nothing_is_compiled_until_an_address_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Werkzeug has no public place to wait at: where its private one goes, this fails and rules are slow."""
    compiled: list[str] = []
    real = Rule._compile_builder

    def noted(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled.append(rule.rule)
        return real(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", noted)
    rules = Map([LateRule("/a/<x>", endpoint="a"), LateRule("/b/<x>", endpoint="b")]).bind("site.example")
    assert compiled == []
    assert rules.build("b", {"x": "1"}) == rules.build("b", {"x": "1"}) == "/b/1"
    assert compiled == ["/b/<x>"]
