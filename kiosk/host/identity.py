"""Who this kiosk is: its server, its credential, the key it trusts and the entrance it stands at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from domain.canonical import canonical_json
from domain.errors import InputError, TamperedError
from domain.note import NoteKey, note_key
from domain.venue import Entrance
from machine.durable import write_durably

VERSION = "0.1.0"
_FILE = "kiosk.json"


@dataclass(frozen=True, slots=True)
class Identity:
    """What enrolment gave this kiosk; the credentials are secret and never printed.

    `previous` is the credential before, kept until the new one has worked once.
    """

    server: str
    kiosk_id: str
    credential: str
    bundle_key: NoteKey
    entrance: Entrance
    previous: str = ""


def saved_identity(home: Path, identity: Identity) -> Path:
    """Write the identity into the kiosk's home, readable by its owner only; OSError if it cannot be."""
    value = {
        "v": 1,
        "server": identity.server,
        "kiosk_id": identity.kiosk_id,
        "credential": identity.credential,
        "previous": identity.previous,
        "bundle_key": identity.bundle_key.text,
        "entrance": {
            "id": identity.entrance.id,
            "name": identity.entrance.name,
            "venue_id": identity.entrance.venue_id,
            "venue_name": identity.entrance.venue_name,
        },
    }
    path = home / _FILE
    write_durably(path, canonical_json(value) + b"\n")
    return path


def state_folder(home: Path, kiosk_id: str) -> Path:
    """Where what belongs to one identity is kept; a new enrolment begins beside it."""
    return home / "state" / kiosk_id


def is_enrolled(home: Path) -> bool:
    """Whether this home holds an identity at all."""
    return (home / _FILE).exists()


def loaded_identity(home: Path) -> Identity:
    """The identity of this home; InputError says how to enrol when there is none or it is damaged."""
    path = home / _FILE
    try:
        value = json.loads(path.read_text("utf-8"))
        entrance = value["entrance"]
        return Identity(
            server=checked_server(str(value["server"])),
            kiosk_id=str(value["kiosk_id"]),
            credential=str(value["credential"]),
            bundle_key=note_key(str(value["bundle_key"])),
            entrance=Entrance(entrance["id"], entrance["name"], entrance["venue_id"], entrance["venue_name"]),
            previous=str(value.get("previous", "")),
        )
    except FileNotFoundError:
        raise InputError(
            "home",
            "This kiosk is not enrolled yet. On the server open Kiosks, add one, and give its code to "
            "“python -m kiosk enrol CPK1:…”, or show it to a camera: “python -m kiosk enrol --source 0”.",
            "本终端尚未登记。请在服务器“终端”页面添加终端，再运行 python -m kiosk enrol CPK1:…，"
            "或用 python -m kiosk enrol --source 0 扫描登记码。",
        ) from None
    except (ValueError, KeyError, TypeError, TamperedError, OSError) as error:
        raise InputError(
            "home",
            f"{path} cannot be read as a kiosk's identity ({type(error).__name__}). Enrol this kiosk again.",
            f"{path} 无法读取，请重新登记本终端。",
        ) from error


def checked_server(url: str) -> str:
    """The server's address without a slash at its end; InputError unless it is http(s)://host[:port][/path]."""
    refusal = InputError(
        "server",
        f"“{url}” is not a server address; write it like http://127.0.0.1:8000.",
        f"“{url}”不是服务器地址，请写成 http://127.0.0.1:8000 的样子。",
    )
    try:
        parts = urlsplit(url.strip())
        port_is_usable = parts.port is None or parts.port > 0
    except ValueError:
        raise refusal from None
    usable = parts.scheme in ("http", "https") and parts.hostname and port_is_usable
    if not usable or parts.query or parts.fragment or parts.username:
        raise refusal
    return url.strip().rstrip("/")
