"""Two clerks of the park, who order files."""

from __future__ import annotations

import pytest

from domain.access import Role
from tests.web.tenants import Tenant
from web.services import accounts
from web.services.installation import Installation


@pytest.fixture
def clerks(inst: Installation, park: Tenant) -> tuple[str, str]:
    """Two accounts of the park's enterprise."""
    made = (
        accounts.create_account(
            inst, login, "a sentence works well", Role.OWNER, enterprise_id=park.enterprise
        )
        for login in ("first", "second")
    )
    first, second = made
    return first, second
