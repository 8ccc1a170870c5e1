"""Every figure and table of the course in a browser: both languages, light and dark, wide and narrow."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from playground.course.text.reading import chapters
from tests.pages.serving import Server, rest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOXES = """kind => [...document.querySelectorAll(`[class*="st-key-course-${kind}-"]`)].map(one => {
  const {left, right, height} = one.getBoundingClientRect();
  return {name: one.className, left, right, height};
})"""


ALL = list(itertools.product(("en", "zh"), ("light", "dark"), (1440, 390)))
SAMPLE = [("en", "light", 1440), ("zh", "dark", 390)]


@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [*SAMPLE, *(pytest.param(*one, marks=pytest.mark.exhaustive) for one in ALL if one not in SAMPLE)],
)
def test_every_figure_and_table_is_seen(chromium: Any, server: Server, language: str, scheme: str, width: int) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for chapter in chapters():
        page.goto(f"{server.address}course?chapter={chapter.number}&lang={language}")
        page.get_by_role("heading", name=chapter.title[language], exact=True).wait_for(timeout=120_000)
        rest(page)
        for kind in ("figure", "table"):
            boxes = page.evaluate(BOXES, kind)
            assert len(boxes) == len(chapter.shown(kind)), (chapter.key, kind)
            for box in boxes:
                assert box["height"] > 60, box
                assert box["left"] >= 0, box
                assert box["right"] <= width, box
        assert page.locator(".playground-chart .failure:visible").count() == 0
    context.close()
    assert wrong == []
