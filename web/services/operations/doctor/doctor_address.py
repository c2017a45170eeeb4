"""The doctor's look at the address that visitors reach, from outside and with its certificate."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import httpx

from machine.trust import trusted
from web.services.operations.doctor.check import Check, failed, warned, well
from web.settings import Settings

_DAY_S: Final = 86_400
# What renews by itself does so a month before; half of that is gone by then.
_CERTIFICATE_LATE_S: Final = 14 * _DAY_S
_PATIENCE_S: Final = 10.0


def address(settings: Settings) -> Check:
    """Whether BASE_URL is one that phones can use."""
    parts = urlsplit(settings.base_url)
    if settings.is_https:
        return well("BASE_URL", settings.base_url)
    local = parts.hostname in ("127.0.0.1", "localhost", "::1")
    return (warned if local else failed)(
        "BASE_URL", settings.base_url,
        "Put a web server with TLS before the site and set BASE_URL=https://… before a poster is printed.",
        "请在网站前配置带 TLS 的网页服务器，并在印制场所码之前设置 BASE_URL=https://…。",
    )  # fmt: skip


def reached(settings: Settings, now_ms: int) -> Iterator[Check]:
    """Whether BASE_URL leads here, and how long its certificate is good for."""
    try:
        with httpx.stream(
            "GET", f"{settings.base_url}/healthz", timeout=_PATIENCE_S, verify=trusted()
        ) as answer:
            # Asked for before the answer is read: the connection may be closed with its last byte.
            tls = answer.extensions["network_stream"].get_extra_info("ssl_object")
            ends = tls.getpeercert()["notAfter"] if tls is not None else ""
            well_said = answer.status_code == httpx.codes.OK and answer.read() == b"ok\n"
        said = settings.base_url if well_said else f"status {answer.status_code}"
    except httpx.HTTPError as error:
        well_said, ends, said = False, "", str(error) or type(error).__name__
    if well_said:
        yield well("reached 可访问", said)
    else:
        yield failed(
            "reached 可访问", said,
            "BASE_URL does not lead here from this machine: look at DNS, firewall, certificate, web server.",
            "从本机无法通过 BASE_URL 访问网站：请检查域名解析、防火墙、证书和网页服务器。",
        )  # fmt: skip
    if ends:
        yield _certificate(int(ssl.cert_time_to_seconds(ends)) - now_ms // 1000)


def _certificate(left_s: int) -> Check:
    found = f"{left_s // _DAY_S} d"
    if left_s > _CERTIFICATE_LATE_S:
        return well("certificate 证书", found)
    return warned(
        "certificate 证书", found,
        "Renew it, then: systemctl reload nginx. Without it no phone and no gate reaches the site.",
        "请更新证书，然后执行 systemctl reload nginx；证书到期后手机和终端均无法访问网站。",
    )  # fmt: skip
