"""A deed's leaf says who did what for what, and names nobody."""

from __future__ import annotations

import base64
import json

import pytest

from domain.deed import Deed, deed_leaf


def test_a_leaf_says_who_did_what_and_what_for():
    leaf = deed_leaf(1_000, "clerk", Deed.EXPORT, {"rows": 7, "filter": "venue=x"}, "audit", b"\x01" * 32)
    assert json.loads(leaf) == {
        "about": base64.b64encode(b"\x01" * 32).decode(), "account": "clerk", "at_ms": 1_000,
        "purpose": "audit",
        "told": {"filter": "venue=x", "rows": 7}, "type": "export", "v": 1,
    }  # fmt: skip


def test_what_has_no_single_spelling_is_refused():
    with pytest.raises(ValueError, match="canonical JSON"):
        deed_leaf(0, "clerk", Deed.QUERY, {"share": 0.5}, "")
