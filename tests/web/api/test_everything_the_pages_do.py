"""Everything the pages do, the API does as well: endpoint by endpoint, with the same right."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from tests.web.api.pages_and_operations import done_by, needs_none
from web.api.declaring.operations import RIGHTS_OF
from web.views.access import TABLE, Need


@pytest.fixture
def operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["operationId"]: one for path in described["paths"].values() for one in path.values()}


def test_every_page_and_form_has_its_operation_or_a_reason_to_have_none(
    operations: dict[str, dict[str, Any]],
) -> None:
    done, none = done_by(), needs_none()
    assert len(none) == len(set(none))
    assert done.keys() & set(none) == set()
    missing = set(TABLE) - done.keys() - set(none)
    assert missing == set(), "name its operation, or why there is none, in pages_and_operations.py"
    assert done.keys() | set(none) == set(TABLE)
    named = {name for names in done.values() for name in names}
    assert named - operations.keys() == set()


def test_an_operation_takes_the_right_of_its_page() -> None:
    rights = {name.partition(".")[2]: right for name, right in RIGHTS_OF.items()}
    of_pages: dict[str, set[Need]] = defaultdict(set)
    for endpoint, names in done_by().items():
        for name in names:
            of_pages[name] |= {TABLE[endpoint].see, TABLE[endpoint].do}
    wrong = {name for name, needs in of_pages.items() if name in rights and rights[name] not in needs}
    assert wrong == set()
