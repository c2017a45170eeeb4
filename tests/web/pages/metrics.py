"""The site as somebody who watches it set it up, and what it tells them."""

from __future__ import annotations

from dataclasses import replace

from prometheus_client.parser import text_string_to_metric_families

from tests.web.pages.site import Site
from web.app import create_app

TOKEN = "a token for tests only"


def watched(site: Site, **settings: object) -> Site:
    """The site as somebody who watches it set it up."""
    given = {"metrics_token": TOKEN, **settings}
    inst = replace(site.inst, settings=replace(site.inst.settings, **given))
    return Site(inst, create_app(inst), site.clock, site.url)


def read(site: Site) -> dict[str, dict[tuple[str, ...], float]]:
    answer = site.client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        family.name: {(sample.name, *sample.labels.values()): sample.value for sample in family.samples}
        for family in text_string_to_metric_families(answer.text)
    }
