"""Where somebody signs in from: the family of their browser, its network, and whether it is known."""

from __future__ import annotations

from dataclasses import dataclass

from web.services.signing_in.networks import network_of

_V4_PREFIX, _V6_PREFIX = 24, 56
# In this order: each of them also says that it is the ones after it.
_BROWSERS = (
    ("MicroMessenger/", "WeChat"),
    ("DingTalk/", "DingTalk"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("HarmonyOS", "HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks to be let in: network, family of browser, and the accounts that signed in there before.

    `known_id` is the browser's own random name, empty when it has none.
    """

    network: str
    browser: str
    known_id: str = ""
    known_for: frozenset[str] = frozenset()

    def is_known_for(self, account_id: str) -> bool:
        """Whether this account signed in fully with this browser before."""
        return bool(self.known_id) and account_id in self.known_for


def family(user_agent: str) -> str:
    """What a browser is, shortly, as in "Firefox on Android"; empty when it does not say."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " on ".join(part for part in (browser, system) if part)


def network(address: str) -> str:
    """The network an address belongs to: what one attacker has many addresses of."""
    return network_of(address, _V4_PREFIX, _V6_PREFIX)
