"""What a person would see on a page: contrast, places, and when something has happened."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page


def line_boxes(page: Page) -> Any:
    return page.eval_on_selector_all(
        "#line .cell", "cells => cells.map(c => c.getBoundingClientRect().toJSON())"
    )


def until(page: Page, truth: str) -> None:
    """Wait for an expression; the page's own policy forbids Playwright to evaluate it inside."""
    ends_s = time.monotonic() + 60
    while not page.evaluate(truth):
        assert time.monotonic() < ends_s, truth
        page.wait_for_timeout(20)


def contrast(page: Page, selector: str) -> float:
    """WCAG 2 contrast of an element's words against the nearest painted ground behind it."""
    ratio: float = page.eval_on_selector(
        selector,
        """element => {
          const numbers = text => text.match(/[\\d.]+/g).map(Number);
          const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          let ground = element;
          while (numbers(getComputedStyle(ground).backgroundColor)[3] === 0) ground = ground.parentElement;
          const [a, b] = [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor]
            .map(c => light(numbers(c))).sort((x, y) => y - x);
          return (a + 0.05) / (b + 0.05);
        }""",
    )
    return ratio
