"""What the tests of the API stand on: the real application, and programs with tokens."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.web.api.program import Program, program
from tests.web.tenants import Tenant
from web.app import create_app
from web.services.installation import Installation
from web.views.extensions import limiter


@pytest.fixture
def site_app(embedded_park: tuple[Installation, Tenant]) -> Flask:
    app = create_app(embedded_park[0])
    app.testing = True
    limiter.reset()
    return app


@pytest.fixture
def there(embedded_park: tuple[Installation, Tenant]) -> Tenant:
    return embedded_park[1]


@pytest.fixture
def owner(site_app: Flask, embedded_park: tuple[Installation, Tenant]) -> Program:
    """A program of the park's owner with every right it can have."""
    inst, park = embedded_park
    return program(inst, site_app, park.staff)
