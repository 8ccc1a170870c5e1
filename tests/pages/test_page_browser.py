"""What only a browser can tell of the pages: contrast and other barriers, the way back, the language of the document, paper."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest

from playground.presets import presets
from tests.pages.serving import PATIENCE, lower, rest

PLACES = (
    "",
    "data",
    "sharing",
    "weighting",
    "weighting?tab=arrows",
    "runs",
    "methods",
    "course",
    "course?chapter=2",
    "course?chapter=5",
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

LIGHT = """light => {
    const color = getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor;
    return (color.match(/\\d+/g).slice(0, 3).reduce((sum, one) => sum + Number(one), 0) > 382) === light; }"""


@pytest.fixture
def opened(server: Any, chromium: Any) -> Iterator[Any]:
    """Opens pages, each in a browser of its own."""
    contexts = []

    def open_one(place: str, *, dark: bool = False, width: int = 1366, **link: str) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 844 if width < 640 else 768}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{server.address}{place}" + (f"?{urlencode(link)}" if link else ""))
        page.wait_for_selector('[data-testid="stMain"] h4, [data-testid="stMain"] h5', timeout=2 * PATIENCE)
        rest(page)
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_no_page_has_a_barrier(opened: Any, place: str) -> None:
    """In light, and in dark, which a page turns into where the system does."""
    page, said = opened(place), []
    for scheme, light in (("light", True), ("dark", False)):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(LIGHT, arg=light)
        rest(page)
        said += [f"{scheme}, {one}" for one in barriers(page)]
    assert said == []


def barriers(page: Any) -> list[str]:
    """What axe finds of WCAG 2.2 AA."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
    return [
        f"{one['id']}: {node['html'][:90]} {(node['any'] or [{}])[0].get('message', '')}"
        for one in found
        for node in one["nodes"]
    ]


SMALL_TYPE = """least => {
    const size = (one) => { // as it is on the screen: what lies in a drawing is scaled with it
        const svg = one.closest("svg:not(.main-svg)");
        const scale = svg?.viewBox.baseVal?.width ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
        return parseFloat(getComputedStyle(one).fontSize) * scale;
    };
    const seen = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true })
        && one.getBoundingClientRect().width > 2;
    const read = (one) => [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const apart = ".katex, style, script, .hidden-text";
    return [...document.querySelectorAll("[data-testid=stApp] *")].filter((one) => !one.closest(apart))
        .filter((one) => read(one) && seen(one) && size(one) < least - 0.05)
        .map((one) => `${size(one).toFixed(1)} ${one.textContent.slice(0, 40)}`);
}"""
CUT = """() => {
    const right = (one) => one.getBoundingClientRect().right;
    const scrolls = (one) => one && (/auto|scroll/.test(getComputedStyle(one).overflowX) ? one : scrolls(one.parentElement));
    const main = document.querySelector("[data-testid=stMain]"), place = (one) => scrolls(one.parentElement) ?? main;
    return [...main.querySelectorAll(":is(table, svg.drawing, figure, [data-testid=stDataFrame])")]
        .filter((one) => one.checkVisibility() && right(one) > right(place(one)) + 1)
        .map((one) => [one.outerHTML.slice(0, 90), right(one)]);
}"""


@pytest.mark.parametrize("place", ["", "sharing", "sharing?view=map", "weighting?tab=arrows", "runs", "course?chapter=2"])
def test_no_type_is_too_small_and_no_table_is_cut(opened: Any, place: str) -> None:
    page = opened(place, width=1366)
    assert page.evaluate(SMALL_TYPE, 12) == []
    assert page.evaluate(CUT) == []


def test_an_example_in_the_gallery_takes_two_lines(opened: Any) -> None:
    page = opened("")
    page.locator(".st-key-gallery-open button:visible").first.click()
    page.wait_for_selector("[role=dialog] [class*='st-key-gallery-']")
    rest(page)
    cards = """[role=dialog] :is([class*="st-key-gallery-"], [data-testid=stCaptionContainer]) p"""
    lines = """cards => [...document.querySelectorAll(cards)]
        .map((one) => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight))"""
    found = page.evaluate(lines, cards)
    assert len(found) == 2 * len(presets())
    assert max(found) < 1.5


@pytest.mark.slow
@pytest.mark.parametrize(("dark", "lang"), [(False, "en"), (True, "zh")], ids=["light", "dark-zh"])
def test_a_run_a_ghost_and_dialogs_have_no_barrier(opened: Any, dark: bool, lang: str) -> None:
    page = opened("", dark=dark, preset="noisy_twins_weights", steps="20000", seeds="1", seed="7" if dark else "8", lang=lang)

    def at(where: str) -> Any:
        return page.locator(where).locator("button:visible").first

    def looked(when: str) -> None:
        rest(page)
        assert barriers(page) == [], when

    at(".st-key-play").click()
    page.wait_for_function("document.querySelector('.st-key-losses .plot')?._fullData?.[0]?.x?.length > 1", timeout=60_000)
    looked("while a run goes on")
    lower(page, "sharing-depth")
    page.wait_for_selector(".playground-before")
    rest(page)
    looked("after a change, while the run before still trains")
    at(".st-key-play").click()
    page.wait_for_selector(".playground-progress[data-active=true]", timeout=60_000)
    page.wait_for_timeout(2000)
    looked("with a ghost")
    at(".st-key-stop").click()
    page.wait_for_selector(".playground-progress[data-active=false]", timeout=60_000)
    rest(page)
    looked("at the end")
    page.locator("[data-testid=stExpander] summary").last.click()
    rest(page)
    looked("with what may be taken home")
    at(".st-key-links-open").click()
    page.wait_for_selector("[role=dialog]")
    rest(page)
    looked("with a dialog")


def depth(page: Any) -> str:
    return str(page.locator(".st-key-field-sharing-depth [data-testid='stSliderThumbValue']").inner_text())


def test_back_and_forward_are_followed(opened: Any) -> None:
    page = opened("")
    assert "?" not in page.url
    page.wait_for_function("[...document.querySelectorAll('.st-key-play button')].some(one => !one.disabled)")
    seen = []
    for _turn in range(2):
        lower(page, "sharing-depth")
        seen.append(depth(page))
    assert seen == ["1", "0"]
    for step, shown in ((page.go_back, "1"), (page.go_back, "2"), (page.go_forward, "1")):
        step()
        page.wait_for_function(
            "([where, shown]) => document.querySelector(where)?.innerText === shown",
            arg=[".st-key-field-sharing-depth [data-testid=stSliderThumbValue]", shown],
        )
        rest(page)


def test_the_document_speaks_the_language_and_keeps_it_over_pages(opened: Any) -> None:
    page = opened("", lang="zh", hide="more")
    page.wait_for_function("document.documentElement.lang === 'zh-CN'")
    page.locator("a[href*='runs']").first.click()
    page.wait_for_url("**/runs?*")
    assert "lang=zh" in page.url
    assert "hide=more" in page.url


def test_a_phone_says_on_which_page_one_is_and_no_formula_is_wider(opened: Any) -> None:
    page = opened("methods", width=390)
    assert page.locator(".where").inner_text() == "Methods"
    wide = "() => [...document.querySelectorAll('.katex-display')].filter(one => one.scrollWidth > one.clientWidth + 3).length"
    assert page.evaluate(wide) == 0


def test_paper_shows_charts_whole_and_no_side(opened: Any) -> None:
    page = opened("")
    page.emulate_media(media="print")
    page.wait_for_function("getComputedStyle(document.querySelector('[data-testid=stSidebar]')).display === 'none'")
    assert page.evaluate("getComputedStyle(document.querySelector('[data-testid=stMain]')).overflow") == "visible"


@pytest.mark.slow
def test_a_frame_of_another_site_says_where_files_can_be_sent(server: Any, chromium: Any) -> None:
    """A browser takes localhost and 127.0.0.1 for two sites; both have to be on this machine, or it forbids the frame."""
    inside = f'<iframe src="{server.address}data?view=own" style="width:100%;height:720px"></iframe>'

    class School(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that the library calls
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(inside.encode())

        def log_message(self, *_about: Any) -> None:
            """Nothing."""

    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    with ThreadingHTTPServer(("127.0.0.1", 0), School) as school:  # a browser opens connections that it does not use
        Thread(target=school.serve_forever, daemon=True).start()
        try:
            page = context.new_page()
            page.goto(f"http://localhost:{school.server_port}/")
            frame = page.frame_locator("iframe")
            frame.get_by_text("A file cannot be sent from here").wait_for(timeout=120_000)
            link = frame.get_by_role("link", name="Open this page in a tab of its own").get_attribute("href")
        finally:
            context.close()
            school.shutdown()
    assert str(link).startswith(f"{server.address}data")
    assert "view=own" in str(link)
