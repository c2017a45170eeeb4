"""The server as a kiosk sees it: a few requests, each answered by a value, whatever the network does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from domain.facts_page import FactsPlace
from domain.gap import Gap, gap_json
from kiosk.spool.values import Waiting
from kiosk.uplink.heartbeat import Beat, Vitals, beat_of, told_with
from kiosk.uplink.receipt import Receipt as Receipt
from kiosk.uplink.receipt import receipt_of
from kiosk.uplink.reply import Failure as Failure
from kiosk.uplink.reply import Reply as Reply
from kiosk.uplink.reply import Trouble as Trouble
from kiosk.uplink.reply import failure_of, json_of, read
from machine.trust import trusted

_TIMEOUT = httpx.Timeout(10.0, connect=3.0)
_REPLY_BYTES = 4_000_000
_BUNDLE_BYTES = 100_000_000
_PAGE_BYTES = 30_000_000
_CREDENTIAL = re.compile(r"[A-Za-z0-9_\-]{16,200}")


class Portal:
    """Speaks to one server with this kiosk's credential. Any thread may ask; close it at the end."""

    def __init__(
        self,
        server: str,
        credential: str,
        version: str,
        seconds: Callable[[], float],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`seconds` is a monotonic clock that bounds each answer; `transport` replaces the network."""
        self._seconds = seconds
        self._version = version
        # trust_env: a proxy meant for browsing must not carry entries; redirects are never followed,
        # because a captive portal answers with one.
        self._client = httpx.Client(
            base_url=f"{server}/api/v1/kiosks",
            headers={"Accept-Encoding": "gzip"}
            | ({"Authorization": f"Bearer {credential}"} if credential else {}),
            timeout=_TIMEOUT,
            transport=transport,
            trust_env=False,
            verify=trusted(),
        )

    def use(self, credential: str) -> None:
        """Speak with another credential from the next request on."""
        self._client.headers["Authorization"] = f"Bearer {credential}"

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def enrol(self, token: str, name: str) -> Reply | Failure:
        """Use up a one-time token. The whole reply, for the enrolment to read."""
        return self._asked("POST", "/enrol", {"token": token, "name": name, "version": self._version})

    def heartbeat(
        self, vitals: Vitals, settled_seq: int = 0, facts: FactsPlace | None = None
    ) -> Beat | Failure:
        """Tell how the kiosk is; the server's time, newest bundle and newest change to visitors.

        `settled_seq` is up to where nothing waits here: what the server lacks below it, it has lost.
        `facts` is up to where changes to visitors are here.
        """
        body = told_with(vitals, self._version, settled_seq, facts or FactsPlace())
        value = json_of(self._asked("POST", "/self/heartbeat", body))
        return value if isinstance(value, Failure) else beat_of(value)

    def bundle(self, have: int) -> bytes | Failure | None:
        """The newest bundle as a signed note; None when `have` is the newest."""
        reply = self._asked("GET", f"/self/bundle?have={have}", limit=_BUNDLE_BYTES)
        if isinstance(reply, Failure):
            return reply
        if reply.status == httpx.codes.NOT_MODIFIED:
            return None
        return reply.body if reply.status == httpx.codes.OK else failure_of(reply)

    def facts(self, place: FactsPlace) -> bytes | Failure | None:
        """The signed page of changes to visitors that follows on a place; None when there is none."""
        query = httpx.QueryParams(epoch=place.epoch, after=place.seq)
        reply = self._asked("GET", f"/self/facts?{query}", limit=_PAGE_BYTES)
        if isinstance(reply, Failure):
            return reply
        if reply.status == httpx.codes.NO_CONTENT:
            return None
        return reply.body if reply.status == httpx.codes.OK else failure_of(reply)

    def rotated(self) -> str | Failure:
        """A new credential, which the server takes as soon as it is used; the old one until then."""
        value = json_of(self._asked("POST", "/self/rotate", {}))
        if isinstance(value, Failure):
            return value
        credential = value.get("credential")
        # It goes into a header: nothing but letters, digits, - and _ is one.
        if isinstance(credential, str) and _CREDENTIAL.fullmatch(credential):
            return credential
        return Failure(Trouble.STRANGE, "no credential")

    def venue(
        self, after_ms: int, after_id: str, patience_s: float | None = None
    ) -> dict[str, Any] | Failure:
        """What arrived of this kiosk's venue after a place, as the server writes it."""
        path = f"/self/venue?after_ms={after_ms}&after_id={after_id}"
        return json_of(self._asked("GET", path, patience_s=patience_s))

    def entries(
        self,
        batch: Sequence[Waiting],
        gaps: Sequence[Gap] = (),
        settled: Sequence[str] = (),
        log: Mapping[str, object] | None = None,
    ) -> Receipt | Failure:
        """Hand over a batch, and say which numbers will not come. A receipt speaks only of the batch.

        `settled` are the ids of entries that the server took or set aside last: a restored one lacks them.
        `log` is what a witness asks about the log (`Witness.asked`).
        """
        # The stored bytes travel as they are: the server hashes what the gate sealed.
        content = b'{"entries":[' + b",".join(waiting.body for waiting in batch) + b"]"
        if gaps:
            content += b',"gaps":' + json.dumps([gap_json(gap) for gap in gaps]).encode()
        if settled:
            content += b',"settled":' + json.dumps(list(settled)).encode()
        if log is not None:
            content += b',"log":' + json.dumps(log).encode()
        value = json_of(self._asked("POST", "/self/entries", content + b"}"))
        return value if isinstance(value, Failure) else receipt_of(value, batch)

    def _asked(
        self,
        method: str,
        path: str,
        body: object = None,
        limit: int = _REPLY_BYTES,
        patience_s: float | None = None,
    ) -> Reply | Failure:
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if content is not None else {}
        try:
            timeout = _TIMEOUT if patience_s is None else httpx.Timeout(patience_s)
            request = self._client.build_request(
                method, path, content=content, headers=headers, timeout=timeout
            )
            response = self._client.send(request, stream=True)
            ends_s = self._seconds() + (patience_s or (120.0 if limit > _REPLY_BYTES else 20.0))
            try:
                return read(response, limit, lambda: self._seconds() > ends_s)
            finally:
                response.close()
        except httpx.ConnectError as error:
            # Told before anything was sent: no name, nobody there, a certificate that nobody vouches for.
            return Failure(Trouble.UNREACHABLE, str(error))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, RuntimeError) as error:
            # RuntimeError: the client was closed while the kiosk stops.
            return Failure(Trouble.UNREACHABLE, type(error).__name__)
