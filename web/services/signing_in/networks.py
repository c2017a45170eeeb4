"""Which network an address belongs to: what one attacker, or one carrier, has many addresses of."""

from __future__ import annotations

import ipaddress
from functools import lru_cache


@lru_cache(maxsize=1024)
def network_of(address: str, v4_prefix: int, v6_prefix: int) -> str:
    """The network of so many bits around an address, "here" for a socket of this machine."""
    try:
        host = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "here"
    if isinstance(host, ipaddress.IPv6Address) and host.ipv4_mapped:
        host = host.ipv4_mapped
    prefix = v4_prefix if host.version == 4 else v6_prefix
    return str(ipaddress.ip_network((host, prefix), strict=False))
