"""What the tests of the API stand on: the real application, and programs with tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.web.api.program import Program, program
from tests.web.lending import lent_app
from tests.web.tenants import Tenant
from web.services.installation import Installation

_DESCRIBED: list[dict[str, Any]] = []


@pytest.fixture
def site_app(embedded_park: tuple[Installation, Tenant]) -> Iterator[Flask]:
    with lent_app(embedded_park[0]) as app:
        yield app


@pytest.fixture
def described(site_app: Flask) -> dict[str, Any]:
    """The description of the API, which is the same for every site: made once."""
    if not _DESCRIBED:
        _DESCRIBED.append(site_app.test_client().get("/api/openapi.json").get_json())
    return _DESCRIBED[0]


@pytest.fixture
def there(embedded_park: tuple[Installation, Tenant]) -> Tenant:
    return embedded_park[1]


@pytest.fixture
def owner(site_app: Flask, embedded_park: tuple[Installation, Tenant]) -> Program:
    """A program of the park's owner with every right it can have."""
    inst, park = embedded_park
    return program(inst, site_app, park.staff)
