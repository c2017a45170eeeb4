"""What schemathesis is told beside the description: which ids are there, so that it also finds something."""

from __future__ import annotations

import json
import os
from typing import Any

import schemathesis

_IDS: dict[str, str] = json.loads(os.environ["API_FUZZ_IDS"])


@schemathesis.hook
def map_path_parameters(_context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Real ids for two of three made-up ones."""
    return _real(path_parameters)


@schemathesis.hook
def map_body(_context: Any, body: Any) -> Any:
    """The same for the ids in a body."""
    if not isinstance(body, dict):
        return body
    return body | _real({name: value for name, value in body.items() if name.endswith("_id")})


def _real(values: Any) -> Any:
    if not isinstance(values, dict):
        return values
    return {name: _IDS[name] if _is_to_be_real(name, value) else value for name, value in values.items()}


def _is_to_be_real(name: str, value: Any) -> bool:
    # By the value itself: the same case is the same again.
    return name in _IDS and isinstance(value, str) and sum(map(ord, value)) % 3 != 0
