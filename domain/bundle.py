"""The trust bundle: a gate's rules and keys, and how far it must know visitors; signed, never older."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.canonical import bytes_of_base64, canonical_json
from domain.code import VerifyingKey
from domain.errors import InputError, TamperedError
from domain.facts_page import FactsPlace, place_from_json, place_json
from domain.gate_settings import GateSettings, gate_settings_from_json, gate_settings_json
from domain.hours import local_time
from domain.note import LogKey, NoteKey, note_key, opened_note, signed_note
from domain.policy import Policy
from domain.policy_text import policy_from_json, policy_json
from domain.sealed_entry import SealingKey
from domain.venue import Entrance, VenueState
from domain.wording import Sentence

_Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a gate holds: rises by `seq`, and names the entrance and the kiosk it was made for.

    `facts` is the stream of visitors it must follow, and how far that went when the bundle was made;
    `sealing` is what it seals people's part of its entries for, None from an older server. `log` are the keys
    of the log that it witnesses, none from an older server.
    """

    seq: int
    issued_ms: int
    entrance: Entrance
    policy: Policy
    keys: tuple[VerifyingKey, ...] = ()
    facts: FactsPlace = field(default_factory=FactsPlace)
    settings: GateSettings = field(default_factory=GateSettings)
    kiosk_id: str = ""
    sealing: SealingKey | None = None
    log: tuple[LogKey, ...] = ()


def sealed_bundle(bundle: Bundle, name: str, signing_key: Ed25519PrivateKey) -> bytes:
    """The bundle as a signed note of one line of canonical JSON."""
    text = canonical_json(_bundle_json(bundle)).decode("utf-8")
    return signed_note(text + "\n", name, signing_key)


def opened_bundle(note: bytes, key: NoteKey, entrance_id: str, last_seq: int, kiosk_id: str = "") -> Bundle:
    """The bundle, if `key` signed it for this gate and it is not older than `last_seq`.

    One that names this kiosk may be for another entrance than before: that is how a kiosk is moved. One
    that names no kiosk, as older servers make them, must be for the entrance.
    TamperedError otherwise: a replayed, swapped or forged bundle changes nothing at the gate.
    """
    try:
        bundle = _bundle(json.loads(opened_note(note, key)))
        local_time(
            bundle.issued_ms, bundle.entrance.time_zone
        )  # a zone unknown here would stop every decision
    except (ValueError, KeyError, TypeError, OSError, OverflowError, RecursionError, InputError) as error:
        raise TamperedError(Sentence("The rules cannot be read.", "规则包无法读取。")) from error
    if kiosk_id and bundle.kiosk_id and bundle.kiosk_id != kiosk_id:
        raise TamperedError(Sentence("The rules are another kiosk's.", "规则包属于其他终端。"))
    is_ours = bool(kiosk_id) and bundle.kiosk_id == kiosk_id
    if not is_ours and bundle.entrance.id != entrance_id:
        raise TamperedError(Sentence("The rules are for another entrance.", "规则包属于其他出入口。"))
    if bundle.seq < last_seq:
        raise TamperedError(Sentence("The rules are older than those here.", "规则包比现有的旧。"))
    return bundle


def _bundle_json(bundle: Bundle) -> _Json:
    return {
        "v": 2,
        "seq": bundle.seq,
        "kiosk": bundle.kiosk_id,
        "issued_ms": bundle.issued_ms,
        "entrance": {
            "id": bundle.entrance.id,
            "name": bundle.entrance.name,
            "venue_id": bundle.entrance.venue_id,
            "venue_name": bundle.entrance.venue_name,
            "venue_state": bundle.entrance.venue_state,
            "time_zone": bundle.entrance.time_zone,
        },
        "policy": policy_json(bundle.policy),
        "keys": [
            {
                "kid": k.kid.hex(),
                "x": _b64(k.public),
                "nbf": k.not_before,
                "exp": k.not_after,
                "scope": k.scope,
                # Older gates do not know it, and believe every key that they are given.
                **({"of": k.owner} if k.owner else {}),
            }
            for k in bundle.keys
        ],
        "facts": place_json(bundle.facts),
        "settings": gate_settings_json(bundle.settings),
        "sealing": bundle.sealing and {"kid": bundle.sealing.kid, "x": _b64(bundle.sealing.public)},
        "log": [{"key": k.key.text, "nbf": k.not_before, "exp": k.not_after} for k in bundle.log],
    }


def _bundle(value: Any) -> Bundle:
    # The signature was checked: a wrong shape here is our own fault and ends as KeyError or TypeError.
    if value["v"] != 2:
        raise ValueError("unknown bundle version")
    entrance = value["entrance"]
    return Bundle(
        seq=int(value["seq"]),
        issued_ms=int(value["issued_ms"]),
        entrance=Entrance(**{**entrance, "venue_state": VenueState(entrance["venue_state"])}),
        policy=policy_from_json(value["policy"]),
        keys=tuple(
            VerifyingKey(
                bytes.fromhex(k["kid"]),
                bytes_of_base64(k["x"]),
                k["nbf"],
                k["exp"],
                k["scope"],
                str(k.get("of", "")),
            )
            for k in value["keys"]
        ),
        facts=place_from_json(value["facts"]),
        settings=gate_settings_from_json(value["settings"]),
        kiosk_id=str(value.get("kiosk", "")),
        sealing=_sealing(value.get("sealing")),
        log=tuple(LogKey(note_key(k["key"]), k["nbf"], k["exp"]) for k in value.get("log", ())),
    )


def _sealing(value: Any) -> SealingKey | None:
    return value and SealingKey(str(value["kid"]), bytes_of_base64(value["x"]))


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
