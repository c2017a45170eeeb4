"""What a browser carries: it opens for its purpose and in its time, and what was sealed before goes on."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from cryptography.fernet import Fernet
from flask import current_app

from tests.web.pages.site import Site
from web.views.asking import sealing
from web.views.asking.sealing import sealed, unsealed


def test_what_was_sealed_opens_for_its_purpose_and_in_its_time(site: Site) -> None:
    with site.app.app_context():
        text = sealed("a letter", {"to": "王伟"})
        assert unsealed("a letter", text, 60) == {"to": "王伟"}
        assert unsealed("another", text, 60) is None
        site.clock.pass_s(61)
        assert unsealed("a letter", text, 60) is None


def test_what_is_changed_at_any_place_does_not_open(site: Site) -> None:
    with site.app.app_context():
        raw = bytearray(urlsafe_b64decode(sealed("a letter", {"to": "me"})))
        for at in range(len(raw)):
            raw[at] ^= 1
            assert unsealed("a letter", urlsafe_b64encode(raw).decode(), 60) is None
            raw[at] ^= 1
        assert unsealed("a letter", urlsafe_b64encode(raw).decode(), 60) == {"to": "me"}


@pytest.mark.parametrize("text", ["", "A", "AQ==", "AQAA", "é", "AQAAAABq_6mg82-yRc-tBd8N", "gAAAAA"])
def test_what_nobody_sealed_does_not_open(site: Site, text: str) -> None:
    with site.app.app_context():
        assert unsealed("a letter", text, 60) is None


def test_what_was_sealed_before_the_kinds_still_opens(site: Site) -> None:
    with site.app.app_context():
        key = urlsafe_b64encode(sealing._key("a letter", current_app.secret_key or ""))
        text = Fernet(key).encrypt_at_time(b'{"to": "me"}', site.clock() // 1000).decode()
        assert unsealed("a letter", text, 60) == {"to": "me"}
        site.clock.pass_s(61)
        assert unsealed("a letter", text, 60) is None
