"""Which addresses a webhook may have, and that names are looked up before they are trusted."""

from __future__ import annotations

import ipaddress

import pytest

from domain.errors import InputError
from web.services.connecting import addresses
from web.services.connecting.addresses import UnreachableError

PRIVATE = (
    *("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
    *("224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1"),
    *("::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::1"),
    *("64:ff9b:1::7f00:1", "192.0.0.192", "192.88.99.1", "3fff::1", "::ffff:192.0.0.192"),
)


@pytest.mark.parametrize("text", PRIVATE)
def test_addresses_of_inner_networks_are_not_public(text: str) -> None:
    assert not addresses.is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", ["1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_addresses_of_the_internet_are_public(text: str) -> None:
    assert addresses.is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "url",
    [
        *("http://a.example/", "ftp://a.example/", "https://", "https:///x", "a.example", "//a.example/"),
        *(
            "https://user@a.example/",
            "https://a:b@a.example/",
            "https://a.example/#x",
            "https://a.example:x/",
        ),
        *("https://a.example/ b", "https://例.example/", "https://a.example/\n", "https://[::1/", ""),
        "https://a.example/" + "x" * 500,
    ],
)
def test_what_is_no_address_of_a_webhook_is_refused(url: str) -> None:
    with pytest.raises(InputError):
        addresses.target_of(url + "\x00" if url.endswith("\n") else url, inside=False)


def test_an_address_is_taken_apart_as_it_is_called() -> None:
    target = addresses.target_of(" https://a.example:8443/hook?x=1 ", inside=False)
    assert (target.host, target.port, target.path) == ("a.example", 8443, "/hook?x=1")
    assert target.authority == "a.example:8443"
    assert addresses.target_of("https://a.example", inside=False).authority == "a.example"
    assert addresses.target_of("https://[2606:4700::1111]/", inside=False).authority == "[2606:4700::1111]"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "127.1"])
def test_a_name_that_stands_for_an_inner_address_is_not_connected_to(host: str) -> None:
    target = addresses.target_of(f"https://{host}/", inside=False)
    with pytest.raises(UnreachableError):
        addresses.resolved(target, inside=False)


def test_where_it_is_allowed_an_inner_address_is_connected_to() -> None:
    target = addresses.target_of("http://127.0.0.1:9/", inside=True)
    assert addresses.resolved(target, inside=True) == "127.0.0.1"
    with pytest.raises(UnreachableError):
        addresses.resolved(addresses.target_of("http://no-such-host.invalid/", inside=True), inside=True)
