"""The log as files (C2SP tlog-tiles): tiles of hashes, bundles of leaves, each the same for ever."""

from __future__ import annotations

import re
from functools import partial

from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.logs.log_tree import TILE_HEIGHT, TILE_WIDTH
from web.services.places import places
from web.store.logs import log
from web.store.scope import PROGRAM

_PLACE = re.compile(r"((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)
_LEVEL = re.compile(r"0|[1-9][0-9]?", re.ASCII)
_PARTS_MOST = 6


def hashes(inst: Installation, level: str, place: str) -> bytes:
    """The tile `<level>/<place>`, as its address is spelled; NotFoundError for all that is not signed."""
    if not _LEVEL.fullmatch(level) or int(level) > 7:
        raise NotFoundError
    low, high = _range(inst, int(level), place)
    return b"".join(inst.ask(partial(log.tile, level=int(level), low=low, high=high)))


def leaves(inst: Installation, place: str) -> bytes:
    """The bundle of leaves `<place>`: each behind its length in two bytes."""
    low, high = _range(inst, 0, place)
    bodies = inst.ask(partial(log.bodies, low=low, high=high))
    return b"".join(len(body).to_bytes(2, "big") + body for body in bodies)


def leaves_for(inst: Installation, area_path: str, place: str) -> bytes:
    """A bundle of leaves, for who looks after everything: those of all venues. NotFoundError for others."""
    if area_path != places.root(inst, PROGRAM):
        raise NotFoundError
    return leaves(inst, place)


def _range(inst: Installation, level: int, place: str) -> tuple[int, int]:
    """Which hashes of a level an address names; all of them must be under the newest checkpoint."""
    found = _PLACE.fullmatch(place)
    if found is None or found[1].count("/") > _PARTS_MOST:
        raise NotFoundError
    index = int(re.sub("[x/]", "", found[1]) + found[2])
    width = int(found[3] or TILE_WIDTH)
    newest = inst.ask(log.latest_checkpoint)
    low, here = index * TILE_WIDTH, (newest.size >> TILE_HEIGHT * level) if newest is not None else 0
    # One address for each: no leading x000, no partial tile of the full width.
    is_spelled = place.startswith(address(index))
    if not is_spelled or width > TILE_WIDTH - bool(found[3]) or low + width > here:
        raise NotFoundError
    return low, low + width


def address(index: int) -> str:
    """An index as tiles are named: `x001/x234/067`."""
    parts = [f"{index % 1000:03}"]
    while index := index // 1000:
        parts.insert(0, f"x{index % 1000:03}")
    return "/".join(parts)
