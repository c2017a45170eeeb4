"""Where a webhook may be sent: never into this machine's own network, unless the site is told to allow it."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from domain.errors import InputError
from domain.wording import Sentence

URL_MOST = 500
_NOT_THERE = Sentence("Its address is not found.", "找不到该地址。")
_INSIDE = Sentence(
    "It leads into a private network, which is not allowed.", "该地址指向内部网络，不允许访问。"
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Set aside by RFC 6890, 7526 and 9637, which `is_global` of older Pythons takes for public; at 192.0.0.192
# some clouds tell their machines' secrets.
_SET_ASIDE = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """A webhook's address in its parts."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the header Host says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.scheme == "https" else 80) else f"{host}:{self.port}"


class UnreachableError(Exception):
    """A webhook that cannot or must not be connected to, and why."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


def target_of(url: str, *, inside: bool) -> Target:
    """A typed address in its parts; InputError unless it can be a webhook's. `inside` allows http."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _bad() from None
    if len(url) > URL_MOST or not url.isascii() or not url.isprintable() or " " in url.strip():
        raise _bad()
    if parts.scheme not in ("https", "http") or not host or parts.username is not None or parts.fragment:
        raise _bad()
    if parts.scheme == "http" and not inside:
        raise InputError("url", "The address has to begin with https://.", "地址须以 https:// 开头。")
    path = parts.path or "/"
    path = f"{path}?{parts.query}" if parts.query else path
    return Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)


def resolved(target: Target, *, inside: bool) -> str:
    """The address to connect to; UnreachableError when there is none, or any of them is not allowed.

    Whoever connects has to use this very address: a name can stand for another one a moment later.
    """
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise UnreachableError(_NOT_THERE) from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not addresses:
        raise UnreachableError(_NOT_THERE)
    if not inside and not all(is_public(ipaddress.ip_address(one.partition("%")[0])) for one in addresses):
        raise UnreachableError(_INSIDE)
    return addresses[0]


def is_public(address: _Address) -> bool:
    """Whether an address belongs to the public internet, also one that is wrapped into another."""
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            wrapped = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
        if wrapped is not None:
            return is_public(wrapped)
        if address.teredo is not None or address.is_site_local:
            return False
    if any(address in network for network in _SET_ASIDE):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _bad() -> InputError:
    return InputError(
        "url",
        "Give an address like https://example.com/hook, without a name or password in it.",
        "请填写如 https://example.com/hook 的地址，不含用户名或密码。",
    )
