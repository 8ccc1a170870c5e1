"""The Weighting page in a real browser: playing, clicking a start, dragging an arrow, and the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.pages.serving import PATIENCE, Server, rest

pytestmark = pytest.mark.browser

NUMBERS, LAB = 'svg[data-name="numbers"]', 'svg[data-name="lab"]'


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A light page that has made no error when the test ends."""
    context = chromium.new_context(viewport={"width": 1300, "height": 1000}, color_scheme="light")
    context.set_default_timeout(PATIENCE)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def asked(page: Any, name: str) -> str:
    """What the address says of a name."""
    return parse_qs(urlsplit(page.url).query).get(name, [""])[0]


def wait_for_address(page: Any, name: str, old: str) -> str:
    """The new value of a name in the address, once it is no longer the old one."""
    page.wait_for_function("([name, old]) => new URL(location).searchParams.get(name) !== old", arg=[name, old])
    return asked(page, name)


def settled(page: Any) -> str:
    """The arrows of the address, once they are those that lie on the screen: it hears of several on the way."""
    lies = """lab => {
        const svg = document.querySelector(lab), numbers = (text) => text.split(",").map(Number);
        const [left, right, low, high] = numbers(svg.dataset.window), [x, y, width, height] = numbers(svg.dataset.field);
        const tips = [...svg.querySelectorAll("[data-task] line")].map(({ x2, y2 }) => [
            left + (x2.baseVal.value - x) / width * (right - left),
            low + (1 - (y2.baseVal.value - y) / height) * (high - low),
        ]);
        const said = new URL(location).searchParams.get("arrows").split(";").map(numbers);
        return said.every(([angle, length], task) => {
            const turned = angle * Math.PI / 180;
            return Math.hypot(length * Math.cos(turned) - tips[task][0], length * Math.sin(turned) - tips[task][1]) < 0.01;
        });
    }"""
    page.wait_for_function(lies, arg=LAB)
    return asked(page, "arrows")


def test_a_race_is_played_stepped_and_dragged(server: Server, page: Any) -> None:
    page.goto(f"{server.address}weighting")
    page.wait_for_selector(f"{NUMBERS} .run")
    rest(page)
    step = page.locator("output")
    assert step.inner_text() == "Step 50,000"
    whole = page.locator(f"{NUMBERS} .run polyline").first.get_attribute("points")
    page.get_by_role("button", name="One point back").click()
    assert step.inner_text() != "Step 50,000"
    page.locator(".playground-planes input").fill("0")
    assert step.inner_text() == "Step 0"
    assert len(page.locator(f"{NUMBERS} .run polyline").first.get_attribute("points").split()) == 1
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('output').textContent !== 'Step 0'")
    page.wait_for_function("() => document.querySelector('output').textContent === 'Step 50,000'")
    assert page.locator(f"{NUMBERS} .run polyline").first.get_attribute("points") == whole
    page.get_by_role("button", name="Play").wait_for()


def test_a_click_places_a_start_and_a_new_race_begins(server: Server, page: Any) -> None:
    page.goto(f"{server.address}weighting?world=bowls&methods=equal,mgda&starts=2,1&steps=400")
    page.get_by_text("After 400 steps the front").first.wait_for(state="attached")
    before = asked(page, "starts")
    assert before == "2,1"
    page.wait_for_selector('[data-testid="stProgress"]', state="detached")
    rest(page)
    # A quarter of the field from its left and from its upper edge, in pixels of the screen.
    place = "svg => [(52 + 0.25 * 378) / 440 * svg.clientWidth, (10 + 0.25 * 366) / 420 * svg.clientHeight]"
    x, y = page.locator(NUMBERS).evaluate(place)
    page.locator(NUMBERS).click(position={"x": x, "y": y})
    assert wait_for_address(page, "starts", before) == "2,1;-1.5,1.5"
    page.get_by_text("of 2 starts").first.wait_for()
    page.wait_for_function("picture => document.querySelectorAll(picture + ' .run').length === 4", arg=NUMBERS)


def test_an_arrow_is_dragged_and_turned_with_keys(server: Server, page: Any) -> None:
    page.goto(f"{server.address}weighting?tab=arrows&arrows=0,2;90,2")
    handle = page.locator(f'{LAB} [data-task="1"] .handle')
    handle.wait_for()
    page.get_by_text("no method hurts anybody").wait_for()
    rest(page)
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for part in range(1, 11):
        page.mouse.move(x - 12 * part, y + 4 * part)
    page.mouse.up()
    wait_for_address(page, "arrows", "0,2;90,2")
    dragged = settled(page)
    angle, length = (float(number) for number in dragged.split(";")[1].split(","))
    assert 110 < angle < 170
    assert 0.5 < length <= 3
    page.get_by_text("methods let a loss rise").wait_for()
    page.keyboard.press("ArrowRight")
    turned = wait_for_address(page, "arrows", dragged)
    assert turned == f"0,2;{angle - 5:g},{length:g}"
    page.wait_for_function("task => document.activeElement?.parentElement?.dataset.task === task", arg="1")


def test_both_halves_fit_a_phone_and_follow_the_theme(server: Server, page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for query, picture in (("", NUMBERS), ("?tab=arrows", LAB)):
        page.emulate_media(color_scheme="light")
        page.goto(f"{server.address}weighting{query}")
        page.wait_for_selector(f"{picture} rect.field[fill='#f4f6f8']")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.emulate_media(color_scheme="dark")
        page.wait_for_selector(f"{picture} rect.field[fill='#1a212b']")
