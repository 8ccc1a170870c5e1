"""The Playground stands still while a run begins, goes on and ends, and shows first what moves: measured in a real browser."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest

from playground.runs.store.store import Store
from tests.pages.play.test_browser import POINTS, Window, store  # noqa: F401  # a fixture
from tests.pages.serving import PATIENCE, Server

pytestmark = pytest.mark.browser

SHORT = {"preset": "digits_few_labels", "steps": "120", "seeds": "2"}
"""The first example, for a few seconds."""
TWINS = {"preset": "noisy_twins_weights", "steps": "20000", "seeds": "1"}
"""An example that opens on losses and weights, for longer than anybody looks."""
MOST = 0.05
"""Layout shift, as browsers count it, that still counts as good is twice as much."""
MOST_AT_FIRST = 0.1
"""The same while the page comes, part by part: all that is there has its height before its script is."""
SHIFTS = """window.shifts = [];
    const name = (node) => [node?.parentElement, node].map((one) => String(one?.className ?? "").slice(-60)).join(" > ");
    const box = (one) => [one.x, one.y, one.width, one.height].map(Math.round).join(",");
    new PerformanceObserver((list) => list.getEntries().forEach((one) => window.shifts.push([one.value, one.sources.map(
        ({ node, previousRect, currentRect }) => `${name(node)}: ${box(previousRect)} to ${box(currentRect)}`)])))
    .observe({ type: "layout-shift", buffered: true });"""
BOXES = """names => names.map((name) => { const box = document.querySelector(name)?.getBoundingClientRect();
    return box ? [box.top, box.bottom, box.left, box.right] : null; })"""

RANGES = """() => {
    Object.assign(window, { ranges: new Set(), seen: new Set() });
    const look = () => {
        const plot = document.querySelector('.st-key-losses .plot'), x = plot?._fullData?.[0]?.x;
        if (x?.length) {
            window.seen.add(x[x.length - 1]);
            window.ranges.add(JSON.stringify([plot.layout.xaxis.range, plot.layout.yaxis.range]));
        }
        requestAnimationFrame(look);
    };
    look(); }"""
HEARD = """() => {
    window.heard = [];
    const place = document.querySelector('.playground-progress .heard'), hear = () => window.heard.push(place.textContent);
    new MutationObserver(hear).observe(place, { childList: true, characterData: true, subtree: true }); }"""

LAPTOP, SCREEN, PROJECTOR, PHONE = (1366, 768), (1440, 900), (1920, 1080), (390, 844)
SAMPLE = [(LAPTOP, "light", "en"), (PHONE, "dark", "zh")]
REST = [
    (size, scheme, language)
    for size in (LAPTOP, SCREEN, PROJECTOR, PHONE)
    for scheme, language in (("light", "en"), ("dark", "en"), ("light", "zh"))
]
ALL = [*SAMPLE, *(pytest.param(*one, marks=[pytest.mark.slow, pytest.mark.exhaustive]) for one in REST if one not in SAMPLE)]


@pytest.fixture
def opened(chromium: Any, server: Server, store: Store) -> Iterator[Any]:  # noqa: F811
    """Opens windows, and closes them."""
    windows = []

    def open_one(
        link: dict[str, str], size: tuple[int, int] = LAPTOP, scheme: str = "light", page: str = "", **more: Any
    ) -> Window:
        window = Window(chromium, server, size, scheme, **more)
        windows.append(window)
        window.page.add_init_script(SHIFTS)
        window.open(link, page)
        return window

    yield open_one
    for window in windows:
        window.close()


def settled(window: Window) -> None:
    """Wait until the first charts are drawn, and nothing moved for a moment."""
    window.page.wait_for_function("document.querySelectorAll('.st-key-first figure').length >= 4")
    before = -1
    while (now := window.page.evaluate("window.shifts.length")) != before:
        before = now
        window.page.wait_for_timeout(1000)


def told(name: str, shifts: list[Any]) -> str:
    """The worst shifts with what moved."""
    return "\n".join([name, *map(str, sorted(shifts, reverse=True)[:6])])


@pytest.mark.parametrize(("size", "scheme", "language"), ALL)
def test_nothing_moves_over_a_run(opened: Any, size: tuple[int, int], scheme: str, language: str) -> None:
    seed = str(200 + ALL_NAMES.index((size, scheme, language)))
    window = opened(SHORT | {"seed": seed, "lang": language}, size, scheme)
    settled(window)
    first = window.page.evaluate("window.shifts")
    assert sum(value for value, _sources in first) < MOST_AT_FIRST, told("first", first)
    before = len(first)
    window.page.locator(".st-key-play button:visible").first.click()
    window.page.wait_for_selector(".playground-progress[data-active=true]")
    window.page.wait_for_selector(".playground-progress[data-active=false]")
    window.rest()
    window.page.wait_for_timeout(1500)
    shifts = window.page.evaluate(f"window.shifts.slice({before})")
    assert sum(value for value, _sources in shifts) < MOST, told("run", shifts)


OTHERS = {
    "sharing": (
        {"suite": "related_functions", "suite.examples": "100", "backbone.width": "8", "steps": "60", "seeds": "2"}
        | {"beside1": "cross_stitch", "beside2": "soft_l2"},
        ".st-key-play button",
        ("seed", ("240", "250")),
    ),
    "race": (
        {"suite": "toy_plane", "backbone.width": "8", "steps": "60", "seeds": "1", "weights": "1", "methods": "pcgrad,mgda"},
        ".st-key-race-play button",
        ("rates", ("0.003", "0.004")),
    ),
    "weighting": (
        {"world": "bowls", "methods": "equal,mgda,pcgrad", "starts": "2,1"},
        ".st-key-race-begin button",
        ("steps", ("9000", "9100")),
    ),
}
"""Pages with something small to be trained on them, the button that begins it, and a field with its value for each window: what
one window has trained is over for all others, whatever their language."""
GOING = "document.querySelector('[data-testid=stMain] [data-testid=stProgress], .playground-progress[data-active=true]')"


@pytest.mark.exhaustive  # it takes minutes
@pytest.mark.slow
@pytest.mark.parametrize(("size", "scheme", "language"), SAMPLE)
def test_nothing_moves_on_other_pages(opened: Any, size: tuple[int, int], scheme: str, language: str) -> None:
    for name, (link, button, (field, values)) in OTHERS.items():
        own = {field: values[SAMPLE.index((size, scheme, language))], "lang": language}
        window = opened(link | own, size, scheme, name)
        window.page.wait_for_selector(f"{button}:visible")
        window.page.wait_for_timeout(3000)
        first = window.page.evaluate("window.shifts")
        assert sum(value for value, _sources in first) < MOST_AT_FIRST, told(name, first)
        before = len(first)
        window.page.locator(f"{button}:visible").first.click()
        window.page.wait_for_function(GOING)
        window.page.wait_for_function(f"!{GOING}", timeout=4 * PATIENCE)
        window.rest()
        window.page.wait_for_timeout(1500)
        shifts = window.page.evaluate(f"window.shifts.slice({before})")
        assert sum(value for value, _sources in shifts) < MOST, told(name, shifts)


ALL_NAMES = list(dict.fromkeys([*SAMPLE, *REST]))


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(LAPTOP, marks=pytest.mark.slow),  # the lowest
        SCREEN,
        pytest.param(PROJECTOR, marks=[pytest.mark.slow, pytest.mark.exhaustive]),  # what fits a lower one fits
    ],
)
def test_losses_and_weights_are_whole_while_a_run_goes_on(opened: Any, size: tuple[int, int]) -> None:
    window = opened(TWINS | {"seed": f"{230 + size[0]}"}, size)
    window.play()
    names = [
        ".st-key-lower .stColumn:nth-child(1) figure",
        ".st-key-lower .stColumn:nth-child(2) figure",
        ".st-key-gains figure",
    ]
    for top, bottom, left, right in window.page.evaluate(BOXES, names):
        assert 0 <= top < bottom - 180 <= size[1] - 180
        assert 0 <= left < right <= size[0]


@pytest.mark.slow
def test_a_low_screen_shows_something_of_the_curves(opened: Any) -> None:
    window = opened(SHORT, (1280, 720))
    settled(window)
    ((top, *_rest),) = window.page.evaluate(BOXES, [".st-key-lower .plot"])
    assert top < 720 - 80


@pytest.mark.slow
@pytest.mark.parametrize("preset", ["scenes_one_trunk", "sentences_names"])
def test_what_the_model_does_is_on_the_first_screen(opened: Any, preset: str) -> None:
    window = opened({"preset": preset})
    settled(window)
    ((top, bottom, _left, _right),) = window.page.evaluate(BOXES, [".st-key-upper .st-key-show"])
    assert 0 < top < bottom - 150 < 768 - 150


@pytest.mark.slow
def test_axes_grow_in_steps(opened: Any) -> None:
    window = opened(TWINS | {"seed": "220", "steps": "400"})
    settled(window)
    window.page.evaluate(RANGES)
    window.press("Play")
    window.enabled("Play again")
    seen, ranges = window.page.evaluate("[window.seen.size, [...window.ranges]]")
    assert len(ranges) < 12, ranges
    assert seen > 0


@pytest.mark.slow
def test_keys_play_pause_step_and_start_over(opened: Any, store: Store) -> None:  # noqa: F811
    window = opened(TWINS | {"seed": "221"})
    page = window.page
    settled(window)
    page.keyboard.press("Alt+p")
    page.wait_for_function(POINTS, arg=[1, 20_000])
    page.keyboard.press("Alt+p")
    window.says(re.compile(r"Paused at step \d+ of 20000"))
    window.enabled("Resume")
    held = int(re.search(r"step (\d+)", page.locator(".playground-progress").inner_text()).group(1))
    page.keyboard.press("Alt+n")
    window.says(f"Paused at step {held + 1} of 20000")
    window.enabled("Start over")
    page.keyboard.press("Alt+o")
    late = time.monotonic() + 60
    while not any(entry.seed == 221 and entry.status == "stopped" for entry in store.entries()):
        assert time.monotonic() < late, "the one before should be over"
        page.wait_for_timeout(200)
    page.wait_for_function(POINTS, arg=[1, 20_000])


@pytest.mark.slow
def test_one_step_shows_at_once(opened: Any) -> None:
    window = opened(TWINS | {"seed": "222"})
    window.press("One step")
    window.says("Paused at step 1 of 20000")
    window.page.wait_for_function("document.querySelector('.st-key-losses .plot')?._fullData?.[0]?.x?.length === 1")
    window.enabled("One step")
    window.press("One step")
    window.says("Paused at step 2 of 20000")
    window.page.wait_for_function("document.querySelector('.st-key-losses .plot')?._fullData?.[0]?.x?.length === 2")


@pytest.mark.slow
def test_a_run_is_told_to_those_who_do_not_see_it(opened: Any) -> None:
    window = opened(SHORT | {"seed": "223", "steps": "400"})
    page = window.page
    page.wait_for_selector(".playground-progress .heard", state="attached")
    page.evaluate(HEARD)
    assert page.locator("[aria-live=polite], [role=status]").count() == 1
    window.press("Play")
    window.enabled("Play again")
    page.wait_for_function("() => window.heard.at(-1) === document.querySelector('.playground-told strong')?.innerText")
    heard = page.evaluate("window.heard")
    assert heard[0] == "The training has begun."
    assert any(re.fullmatch(r"(25|50|75) % of all steps are done\.", one) for one in heard)


@pytest.mark.slow
def test_a_projector_shows_one_chart_large(opened: Any) -> None:
    window = opened(SHORT | {"present": "losses"}, PROJECTOR)
    settled_one = "document.querySelectorAll('.st-key-hero .main-svg').length >= 1"
    window.page.wait_for_function(settled_one)
    ((top, bottom, left, right),) = window.page.evaluate(BOXES, [".st-key-hero figure"])
    assert 0 < top < bottom - 540 <= 1080 - 540
    assert right - left > 1500
    assert not window.page.locator("[data-testid=stSidebar] .st-key-hero, [data-testid=stSidebar][aria-expanded=true]").count()
