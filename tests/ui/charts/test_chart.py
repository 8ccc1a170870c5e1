"""The live chart in a real browser: what a person has zoomed, hidden or switched stays while data come in."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ROOT = Path(__file__).parents[3]
GROWING = '.playground-chart .plot[aria-label^="A chart of"]'
STILL = '.playground-chart .plot[aria-label="A chart that never changes."]'

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, which was not found"),
]
playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright, which is not installed")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the demo app is served."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(Path(__file__).with_name("demo_chart.py"))]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait()


def _wait_for(url: str) -> None:
    for _attempt in range(300):
        try:
            with urllib.request.urlopen(url):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise TimeoutError(url)


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser) -> Iterator[object]:
    """A light page of 1000 × 900 pixels that has made no error when the test ends."""
    context = browser.new_context(viewport={"width": 1000, "height": 900}, color_scheme="light")
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def _opened(page, address: str) -> None:
    page.goto(address)
    for chart in (GROWING, STILL):
        page.wait_for_selector(f"{chart} .main-svg", timeout=30_000)


def _grown(page, by: int = 2) -> None:
    """Waits until the growing chart was drawn `by` more times."""
    start = int(page.get_attribute(GROWING, "data-draws"))
    page.wait_for_function(
        "([chart, goal]) => Number(document.querySelector(chart).dataset.draws) >= goal", arg=[GROWING, start + by]
    )


def _range(page) -> list[float]:
    return page.evaluate("chart => document.querySelector(chart).layout.xaxis.range", GROWING)


def test_a_zoom_and_a_hidden_entry_outlive_new_data(page, address):
    _opened(page, address)
    page.evaluate("chart => { document.querySelector(chart).mine = true }", GROWING)
    box = page.locator(f"{GROWING} .nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.5 * box["height"], steps=5)
    page.mouse.up()
    page.locator(f"{GROWING} .legendtoggle").nth(1).click()
    page.wait_for_function("chart => document.querySelector(chart)._fullData[1].visible === 'legendonly'", arg=GROWING)
    zoomed = _range(page)
    assert zoomed[0] > 5, "the drag should have zoomed"
    points = page.evaluate("chart => document.querySelector(chart)._fullData[0]._length", GROWING)
    _grown(page, by=3)
    assert _range(page) == pytest.approx(zoomed)
    state = page.evaluate(
        "chart => { const node = document.querySelector(chart); return ["
        "node.mine, node._fullData[1].visible, node._fullData[0].visible, node._fullData[0]._length] }",
        GROWING,
    )
    assert state[:3] == [True, "legendonly", True]
    assert state[3] > points


def test_a_zoom_outlives_a_run_of_the_whole_page(page, address):
    _opened(page, address)
    page.evaluate("chart => Plotly.relayout(document.querySelector(chart), {'xaxis.range': [10, 20]})", GROWING)
    page.get_by_role("button", name="Run the whole page").click()
    page.get_by_text("Ran again").wait_for()
    _grown(page)
    assert _range(page) == [10, 20]


def test_another_subject_lets_go_of_the_zoom(page, address):
    _opened(page, address)
    page.evaluate("chart => Plotly.relayout(document.querySelector(chart), {'xaxis.range': [10, 20]})", GROWING)
    page.get_by_text("Another subject").click()
    page.wait_for_function("chart => document.querySelector(chart).layout.xaxis.range[1] > 40", arg=GROWING)


def test_what_stands_at_the_pointer_outlives_new_data(page, address):
    _opened(page, address)
    box = page.locator(f"{GROWING} .nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"])
    page.wait_for_selector(f"{GROWING} .hoverlayer .legend")
    _grown(page, by=2)
    page.wait_for_selector(f"{GROWING} .hoverlayer .legend")
    page.mouse.move(5, 5)
    page.wait_for_selector(f"{GROWING} .hoverlayer .legend", state="detached")


def test_no_frame_is_without_a_chart(page, address):
    _opened(page, address)
    page.evaluate(
        """chart => { window.missing = 0; window.frames_seen = 0;
        const look = () => { window.frames_seen++;
            if (!document.querySelector(chart + ' .scatterlayer .trace path')) window.missing++;
            requestAnimationFrame(look) };
        look() }""",
        GROWING,
    )
    _grown(page, by=4)
    assert page.evaluate("window.frames_seen") > 4
    assert page.evaluate("window.missing") == 0


def test_what_did_not_change_is_not_drawn_again(page, address):
    _opened(page, address)
    _grown(page)
    before = page.get_attribute(STILL, "data-draws")
    _grown(page, by=3)
    assert page.get_attribute(STILL, "data-draws") == before


def test_all_charts_share_one_plotly(page, address):
    asked = []
    page.on("request", lambda request: "plotly" in request.url and asked.append(request.url))
    _opened(page, address)
    _grown(page)
    assert len(asked) == 1
    assert asked[0].startswith(address), "plotly.js should come from the app's own server"


def test_a_chart_follows_the_width_of_the_page(page, address):
    _opened(page, address)
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function("chart => document.querySelector(chart).layout.width < 390", arg=STILL)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_chart_follows_a_switch_of_the_theme(page, address):
    _opened(page, address)
    colors = "chart => { const l = document.querySelector(chart); return [l.layout.font.color, l.data[0].line.color] }"
    assert page.evaluate(colors, STILL) == ["#1b2430", "#0072b2"]
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("chart => document.querySelector(chart).layout.font.color === '#e8ecf1'", arg=STILL)
    assert page.evaluate(colors, STILL) == ["#e8ecf1", "#3f8fe8"]


def test_a_drawing_moves_what_it_has(page, address):
    bar = '[aria-label="A bar that moves."] .wide .moves'
    _opened(page, address)
    page.wait_for_selector(bar)
    page.evaluate("bar => { const node = document.querySelector(bar); node.mine = node.getAttribute('width') }", bar)
    _grown(page)
    kept, now = page.evaluate("bar => { const n = document.querySelector(bar); return [n.mine, n.getAttribute('width')] }", bar)
    assert kept is not None, "the bar should be the same node"
    assert kept != now


def test_a_drawing_follows_width_and_theme(page, address):
    _opened(page, address)
    drawing = '[aria-label="A bar that moves."]'
    page.wait_for_selector(f"{drawing}[data-form=wide] .wide .moves[fill='#0072b2']")
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector(f"{drawing}[data-form=narrow] .narrow .moves[fill='#3f8fe8']")
    assert not page.is_visible(f"{drawing} .wide")


def test_a_chart_has_words(page, address):
    _opened(page, address)
    figure = page.locator("figure.playground-chart", has=page.locator(STILL.removeprefix(".playground-chart ")))
    assert page.get_attribute(STILL, "role") == "img"
    assert figure.locator("figcaption .title").inner_text() == "Growing"
    assert figure.locator(".hidden-text td").first.text_content() == "task 0"


def test_a_chart_that_cannot_be_drawn_says_so(page, address):
    page.route("**/plotly.min.js*", lambda route: route.abort())
    page.goto(address)
    page.get_by_role("alert").first.wait_for(timeout=30_000)
    assert "could not be drawn" in page.get_by_role("alert").first.inner_text()
