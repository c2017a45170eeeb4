"""Tables that people upload, and what was read of one while the browser carries it to the next page."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

from flask import request

from domain.errors import InputError
from printables.batch.table import refusal

FILE_MOST = 1_500_000


def uploaded(field: str = "table") -> bytes:
    """The bytes of the chosen file; InputError when there are none or too many."""
    file = request.files.get(field)
    data = file.read(FILE_MOST + 1) if file else b""
    if not data:
        raise InputError("table", "Please choose a file that is not empty.", "请选择一个非空的文件。")
    if len(data) > FILE_MOST:
        raise refusal("is larger than 1.5 MB; split it.", "超过 1.5 MB，请拆分。")
    return data


def packed(value: Any) -> str:
    """A value of JSON as short text, to be sealed."""
    return base64.b85encode(zlib.compress(json.dumps(value, ensure_ascii=False).encode(), 9)).decode("ascii")


def unpacked(text: str) -> Any:
    """What `packed` made shorter."""
    return json.loads(zlib.decompress(base64.b85decode(text)))
