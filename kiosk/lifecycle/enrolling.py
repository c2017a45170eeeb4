"""Enrolment: a one-time text from the server becomes this kiosk's identity."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from domain.enrolment import PREFIX, Enrolment, parsed_enrolment
from domain.errors import InputError, UnavailableError
from domain.venue import Entrance
from domain.wording import Sentence
from kiosk.camera.camera import Camera, CameraState
from kiosk.decoder.decoder import Decoder
from kiosk.host.identity import (
    Identity,
    checked_server,
    is_enrolled,
    loaded_identity,
    saved_identity,
    state_folder,
)
from kiosk.spool.spool import Spool
from kiosk.uplink.portal import Failure, Portal, Reply
from machine.durable import write_durably
from reader.reading import Effort

_KIOSK_ID = re.compile(r"[0-9a-z][0-9a-z\-]{0,63}")
_CREATED, _GONE = 201, 410


def enrolled(
    text: str, home: Path, name: str, portal_of: Callable[[str], Portal], wall_ms: Callable[[], int]
) -> Identity:
    """Use up the one-time text and keep the identity in `home`.

    InputError for a wrong or used text, or a home that still holds unsent entries; UnavailableError
    when the server does not answer. The token is spent only after `home` was found writable.
    """
    enrolment = parsed_enrolment(text)
    server = checked_server(enrolment.server)
    _check_nothing_waits(home, wall_ms)
    _check_writable(home)
    portal = portal_of(server)
    try:
        reply = portal.enrol(enrolment.token, name)
    finally:
        portal.close()
    identity = _identity(reply, server, enrolment)
    saved_identity(home, identity)
    return identity


def text_from_camera(
    camera: Camera, decoder: Decoder, seconds: Callable[[], float], patience_s: float = 600.0
) -> str:
    """The first enrolment text the camera sees; UnavailableError when it sees none."""
    ends_s = seconds() + patience_s
    with decoder:
        decoder.wait_ready(20.0)
        with camera:
            while seconds() < ends_s:
                frame = camera.take(0.5)
                if frame is None and camera.status().state is CameraState.ENDED:
                    break
                if frame is not None and decoder.submit(frame.image, effort=Effort.LIVE) is not None:
                    decoded = decoder.wait(2.0)
                    for reading in decoded.readings if decoded else ():
                        if reading.text and reading.text.startswith(PREFIX):
                            return reading.text
    raise UnavailableError(
        Sentence(
            "The camera saw no enrolment code. Show it again, larger, or give it as text.",
            "摄像头未看到登记码。请放大后重新出示，或直接输入文本。",
        )
    )


def _check_nothing_waits(home: Path, wall_ms: Callable[[], int]) -> None:
    """A new identity could not deliver the old one's entries: they must be gone first."""
    if not is_enrolled(home):
        return
    try:
        old = loaded_identity(home)
    except InputError:
        return
    spool = Spool(state_folder(home, old.kiosk_id), wall_ms)
    counts = spool.counts()
    spool.close()
    if left := counts.waiting + counts.quarantined:
        raise InputError(
            "home",
            f"This kiosk still holds {left} entries that the server has not taken. Run it online until none "
            "waits, or enrol with another --home.",
            f"本终端仍有 {left} 条记录未被服务器接收。请先联网运行至全部上传，或用 --home 指定其他目录登记。",
        )


def _check_writable(home: Path) -> None:
    try:
        write_durably(home / "writable", b"")
        (home / "writable").unlink()
    except OSError as error:
        raise InputError(
            "home",
            f"{home} cannot be written ({error.strerror}). Give another --home.",
            f"{home} 无法写入（{error.strerror}），请用 --home 指定其他目录。",
        ) from error


def _identity(reply: Reply | Failure, server: str, enrolment: Enrolment) -> Identity:
    if isinstance(reply, Failure):
        raise UnavailableError(
            Sentence(
                f"No connection to {server} ({reply.detail}). Check the network, that the server is running, "
                "and that this machine trusts its certificate.",
                f"无法连接 {server}（{reply.detail}）。请检查网络、服务器是否运行，以及本机是否信任其证书。",
            )
        )
    if reply.status == _GONE:
        raise InputError(
            "enrolment",
            "This enrolment code was used already or is older than 10 minutes. Make a new one on the server.",
            "登记码已使用或超过 10 分钟，请在服务器上重新生成。",
        )
    try:
        value = json.loads(reply.body)
        entrance = value["entrance"]
        if reply.status == _CREATED and _KIOSK_ID.fullmatch(value["kiosk_id"]):
            return Identity(
                server=server,
                kiosk_id=value["kiosk_id"],
                credential=str(value["credential"]),
                bundle_key=enrolment.bundle_key,
                entrance=Entrance(
                    entrance["id"], entrance["name"], entrance["venue_id"], entrance["venue_name"]
                ),
            )
    except (ValueError, KeyError, TypeError):
        pass
    raise UnavailableError(
        Sentence(
            f"The server {server} answered in a way this kiosk does not know (HTTP {reply.status}). "
            "Check its address.",
            f"服务器 {server} 的回复无法识别（HTTP {reply.status}），请检查地址。",
        )
    )
