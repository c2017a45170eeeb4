"""Whose code a text is, found out once per text: what `sightings` tells codes apart by."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence

from domain.code import PREFIX, VisitorCode, verified
from kiosk.facts.trust import Rules
from kiosk.sightings.sightings import Seen, SeenKind

_MOST_KEPT = 128


class Recognition:
    """Verifies each new text once; a genuine one keeps its key even after it expires in view."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._known: OrderedDict[str, tuple[int, Seen]] = OrderedDict()

    def seen(self, texts: Sequence[str], rules: Rules) -> tuple[Seen, ...]:
        """Each text with the key of its code; texts that occur twice in a frame count once."""
        return tuple(self._of(text, rules) for text in dict.fromkeys(texts))

    def _of(self, text: str, rules: Rules) -> Seen:
        if not text.startswith(PREFIX):
            return Seen(_text_key(text), text, SeenKind.FOREIGN)
        known = self._known.get(text)
        # New rules may bring the key that was missing, but cannot make a genuine code another one.
        if known is None or (known[0] != rules.seq and known[1].kind is not SeenKind.GENUINE):
            known = (rules.seq, self._verified(text, rules))
        self._known[text] = known
        self._known.move_to_end(text)
        if len(self._known) > _MOST_KEPT:
            self._known.popitem(last=False)
        return known[1]

    def _verified(self, text: str, rules: Rules) -> Seen:
        code = verified(text, rules.keys, self._now_ms() // 1000)
        if isinstance(code, VisitorCode):
            # What another's key signed for the same visitor is no repetition of what was answered before.
            return Seen(f"cti:{code.cti.hex()}{code.owner and '|' + code.owner}", text, SeenKind.GENUINE)
        return Seen(_text_key(text), text, SeenKind.DOUBTFUL)


def _text_key(text: str) -> str:
    # Hashed so that a few hundred remembered codes of 4,296 characters stay a few kilobytes.
    return "text:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
