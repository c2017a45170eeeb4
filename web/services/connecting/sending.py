"""Sends one delivery: to the address that was checked, signed, without following anybody elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from domain.errors import InputError
from domain.wording import Sentence
from machine.trust import trusted
from web.services.connecting import addresses, signing
from web.services.connecting.addresses import UnreachableError
from web.services.connecting.signing import Secrets

_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_TOO_SLOW = Sentence("It did not answer in time.", "超时未响应。")
_NO_CONNECTION = Sentence("It could not be connected to.", "无法连接。")
_NO_HTTP = Sentence("It did not answer as a web server does.", "响应不是有效的 HTTP。")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A delivery to send."""

    id: str
    url: str
    body: bytes
    secrets: Secrets


@dataclass(frozen=True, slots=True)
class Answered:
    """How a try went: the status, 0 for none, and what was wrong, in English and Chinese."""

    status: int
    fault: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the receiver took it."""
        return 200 <= self.status < 300


def sent(one: Outgoing, now_ms: int, *, inside: bool) -> Answered:
    """What the receiver answered; its words are not read. A redirect is no answer to go after."""
    try:
        target = addresses.target_of(one.url, inside=inside)
        address = addresses.resolved(target, inside=inside)
    except (InputError, UnreachableError) as error:
        return Answered(0, _said(error.sentence))
    host = f"[{address}]" if ":" in address else address
    headers = {
        **signing.headers(one.secrets, one.id, now_ms, one.body),
        "Host": target.authority,
        "Content-Type": "application/json",
        "User-Agent": "Code-and-Place-Webhooks/1",
    }
    try:
        # No proxy of the environment: the connection goes where it was looked up.
        with (
            httpx.Client(
                trust_env=False, verify=trusted(), follow_redirects=False, timeout=_TIMEOUT
            ) as client,
            client.stream(
                "POST",
                f"{target.scheme}://{host}:{target.port}{target.path}",
                content=one.body,
                headers=headers,
                extensions={"sni_hostname": target.host},
            ) as answer,
        ):
            return Answered(answer.status_code)
    except httpx.TimeoutException:
        return Answered(0, _said(_TOO_SLOW))
    except httpx.ConnectError:
        return Answered(0, _said(_NO_CONNECTION))
    except (httpx.HTTPError, httpx.InvalidURL):
        return Answered(0, _said(_NO_HTTP))


def _said(sentence: Sentence) -> str:
    return f"{sentence.en} {sentence.zh}"
