"""The app as a person meets it: a real server, real workers, a real browser. Every wait is for something to hold."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from playground.experiment import Run
from playground.runs.store.store import Store
from playground.ui.scene import read
from playground.ui.server import COOKIE, name_of
from tests.pages.serving import PATIENCE, Server, lower, rest
from tests.pages.visitor import PAGES, SMALL

pytestmark = pytest.mark.browser

SIZES = ((1440, 900), (1920, 1080), (390, 844))
LONG = {"preset": "noisy_twins_weights", "steps": "20000", "seeds": "1"}
"""A run that does not end while a test looks at it, of an example that opens on losses and weights."""
CHARTS = ("network", "gains", "losses", "weights", "shares", "cosines", "scores", "norms", "model")
POINTS = """goal => { const plot = document.querySelector('.st-key-losses .plot'), x = plot?._fullData?.[0]?.x;
    const going = document.querySelector('.playground-progress[data-active=true]');
    return Boolean(going && x?.length && x[x.length - 1] >= goal[0] && x[x.length - 1] < goal[1]); }"""
LAST = "() => { const x = document.querySelector('.st-key-losses .plot')._fullData[0].x; return x[x.length - 1]; }"
RANGE = "() => document.querySelector('.st-key-losses .plot').layout.xaxis.range"


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    """The store of the server; what a test left going on there is stopped."""
    store = Store(server.database)
    yield store
    for entry in store.entries(statuses=("queued", "running", "paused")):
        store.stop([entry.id], entry.visitor)
    store.close()


class Window:
    """A window of a browser of its own, on one of the app's pages."""

    def __init__(self, chromium: Any, server: Server, size: tuple[int, int] = SIZES[0], scheme: str = "light", **more: Any):
        settings = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme, "locale": "en-GB"} | more
        self.address = server.address
        self.context = chromium.new_context(**settings)
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)
        self.page.on("dialog", lambda dialog: self.complaints.append(f"a dialog: {dialog.message}") or dialog.dismiss())

    def _listen(self, message: Any) -> None:
        # Streamlit itself looks for its own addresses below every page's address first, and finds nothing there.
        if message.type == "error" and "_stcore" not in message.location.get("url", ""):
            self.complaints.append(f"{message.text} {message.location}")

    def open(self, link: dict[str, str] | None = None, page: str = "") -> None:
        """Follow a link, and wait until the page is all there."""
        self.page.goto(f"{self.address}{page}?{urlencode(link or {})}")
        self.rest()

    def rest(self) -> None:
        """Wait until the page stands still."""
        rest(self.page)

    def drawn(self, count: int = len(CHARTS)) -> None:
        """Wait until so many charts are there, and drawn: those below the screen are when they are scrolled to."""
        self.page.wait_for_function("count => document.querySelectorAll('.playground-chart').length >= count", arg=count)
        for place in range(count):
            self.page.wait_for_function(
                """place => { const chart = document.querySelectorAll('.playground-chart')[place];
                    chart?.scrollIntoView({ block: 'center' });
                    return chart?.querySelector('.main-svg') || chart?.matches('.playground-drawing') }""",
                arg=place,
            )
        self.page.evaluate("document.querySelector('.playground-chart').scrollIntoView({ block: 'center' })")

    def button(self, name: str) -> Any:
        """A button of the player."""
        return self.page.locator(".st-key-player").get_by_role("button", name=name, exact=True)

    def press(self, name: str) -> None:
        """Press a button, as soon as it can be pressed."""
        self.button(name).click()

    def enabled(self, name: str) -> None:
        """Wait until a button can be pressed."""
        self.page.wait_for_function(
            "name => [...document.querySelectorAll('.st-key-player button')].some("
            "one => one.innerText.trim().endsWith(name) && !one.disabled)",
            arg=name,
        )

    def play(self) -> float:
        """Press Play and wait for the first live point; the seconds between."""
        start = time.monotonic()
        self.press("Play")
        self.page.wait_for_function(POINTS, arg=[1, 20_000])
        return time.monotonic() - start

    def further(self, times: int = 3) -> None:
        """Wait until the curves have grown so many times."""
        for _time in range(times):
            self.page.wait_for_function(POINTS, arg=[self.page.evaluate(LAST) + 1, 20_000])

    def says(self, words: str | re.Pattern[str]) -> None:
        """Wait for words on the page."""
        self.page.get_by_text(words).first.wait_for()

    def fits(self) -> None:
        """Nothing is wider than the screen."""
        width = self.page.viewport_size["width"]
        self.page.wait_for_function(
            """width => document.documentElement.scrollWidth <= width &&
                [...document.querySelectorAll('.playground-chart')].every(
                    one => one.getBoundingClientRect().right <= width + 1)""",
            arg=width,
        )

    def close(self) -> None:
        """Nothing may have gone wrong on the way."""
        exceptions = self.page.locator("[data-testid=stException]").all_inner_texts()
        self.context.close()
        assert exceptions == []
        assert self.complaints == []


@pytest.fixture
def window(chromium: Any, server: Server, store: Store) -> Iterator[Window]:
    """A light window of a laptop's size."""
    window = Window(chromium, server)
    yield window
    window.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_first_screen(scheme: str, chromium: Any, server: Server) -> None:
    window = Window(chromium, server, scheme=scheme)
    window.open()
    window.drawn()
    page = window.page
    page.wait_for_function("document.querySelectorAll('.st-key-losses .scatterlayer .trace').length > 3")
    back = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", back)[:3])) > 382) == (scheme == "light")
    labels = {key: page.locator(f".st-key-{key} [role=img]").first.get_attribute("aria-label") for key in CHARTS}
    assert all(label and len(label) > 20 for label in labels.values()), labels
    top = page.locator(".st-key-player").bounding_box()
    assert top["y"] + top["height"] < 300, "Play should be seen without scrolling"
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        window.fits()
    window.close()


def test_a_phone(chromium: Any, server: Server, store: Store) -> None:
    window = Window(chromium, server, SIZES[2], has_touch=True, is_mobile=True)
    window.open(SMALL | {"seed": "70"})
    window.fits()
    window.press("Play")
    window.says(re.compile("Δm"))
    window.fits()
    window.close()


@pytest.mark.parametrize("size", [SIZES[0], SIZES[2]], ids=["laptop", "phone"])
def test_every_page_fits(size: tuple[int, int], chromium: Any, server: Server) -> None:
    window = Window(chromium, server, size)
    for page in PAGES:
        window.open(page="" if page == "play.py" else page.removesuffix(".py"))
        window.fits()
    window.close()


def test_the_first_live_point(window: Window) -> None:
    window.open(LONG | {"seed": "10"})
    window.drawn(1)
    seconds = window.play()
    print(f"\nfirst live point {seconds:.2f} s after Play")
    assert seconds < 30
    window.further(1)


def test_zoom_and_hidden_entries_outlive_a_running_training(window: Window) -> None:
    window.open(LONG | {"seed": "20"})
    page = window.page
    page.get_by_text("Slow motion").click()
    window.rest()
    window.play()
    window.further(2)
    before = page.evaluate(RANGE)
    box = page.locator(".st-key-losses .nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.5 * box["height"], steps=5)
    page.mouse.up()
    page.wait_for_function(f"before => JSON.stringify(({RANGE})()) !== JSON.stringify(before)", arg=before)
    zoomed = page.evaluate(RANGE)
    page.locator(".st-key-weights .legendtoggle").first.click()
    hidden = """() => document.querySelector('.st-key-weights .plot')._fullData.filter(
        trace => trace.visible === 'legendonly').length"""
    page.wait_for_function(f"({hidden})() > 0")
    count = page.evaluate(hidden)
    window.further(3)
    assert page.evaluate(RANGE) == pytest.approx(zoomed)
    assert page.evaluate(hidden) == count
    window.press("Stop")
    window.says("Stopped by its visitor.")


def test_pause_one_step_resume_and_stop(window: Window, store: Store) -> None:
    window.open(LONG | {"seed": "30"})
    page = window.page
    page.get_by_text("Slow motion").click()
    window.rest()
    window.play()
    window.press("Pause")
    window.says(re.compile(r"Paused at step \d+ of 20000"))
    window.rest()
    words = page.locator(".playground-progress").inner_text()
    held = int(re.search(r"step (\d+)", words).group(1))
    window.press("One step")
    window.says(f"Paused at step {held + 1} of 20000")
    window.press("Resume")
    page.wait_for_function(POINTS, arg=[held + 2, 20_000])
    window.press("Stop")
    window.says("Stopped by its visitor.")
    window.enabled("Play again")
    assert {entry.status for entry in store.entries() if entry.seed == 30} == {"stopped"}


def test_a_link_shows_the_same_to_somebody_else(window: Window, chromium: Any, server: Server, store: Store) -> None:
    window.open(SMALL | {"seed": "40"})
    window.press("Play")
    window.says(re.compile("Δm"))
    window.enabled("Play again")
    link = window.page.url
    assert "seed=40" in link
    count = len(store.entries())
    other = Window(chromium, server)
    other.page.goto(link)
    other.says(re.compile("Δm"))
    other.enabled("Play again")
    alt = "() => document.querySelector('.st-key-losses [role=img]')?.getAttribute('aria-label')"
    for shown in (window, other):
        shown.page.wait_for_function(f"({alt})()?.includes('goes from')")
    other.page.wait_for_function(f"words => ({alt})() === words", arg=window.page.evaluate(alt))
    assert len(store.entries()) == count, "what is there should not be trained again"
    assert {entry.visitor for entry in store.entries() if entry.seed == 40} == {store.entries()[0].visitor}
    other.close()


def test_a_change_of_the_form_is_in_the_address(window: Window) -> None:
    window.open(SMALL | {"seed": "45"})
    lower(window.page, "sharing-depth")
    scene = read(dict(parse_qsl(urlsplit(window.page.url).query)))
    assert scene == read(SMALL | {"seed": "45", "sharing.depth": "1"})


def test_a_bad_link_is_a_sentence(window: Window) -> None:
    window.open({"suite": "<img src=x onerror=alert(1)>", "steps": "![x](javascript:alert(1))"})
    window.says("This link cannot be followed")
    window.says("<img src=x onerror=alert(1)>")
    assert window.page.locator("img[src=x]").count() == 0
    window.drawn(1)


def test_play_by_keyboard_alone(window: Window) -> None:
    window.open(LONG | {"seed": "50"})
    page = window.page
    window.enabled("Play")
    focused = "() => document.activeElement?.innerText?.trim() ?? ''"
    for _press in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(focused).endswith("Play"):
            break
    assert page.evaluate(focused).endswith("Play"), "Play should be reached by the Tab key"
    ring = page.evaluate("() => { const s = getComputedStyle(document.activeElement); return s.boxShadow + s.outlineStyle; }")
    assert ring != "nonenone", "it should be seen where the keyboard is"
    page.keyboard.press("Enter")
    page.wait_for_function(POINTS, arg=[1, 20_000])


def test_the_language_is_chosen_and_kept_in_the_address(window: Window) -> None:
    window.open(SMALL | {"seed": "60"})
    window.page.get_by_text("中文").click()
    window.page.wait_for_function("location.search.includes('lang=zh')")
    window.rest()
    window.page.get_by_text("English").click()
    window.page.wait_for_function("location.search.includes('lang=en')")
    window.says("Train one network on several tasks")


def test_strategies_learn_side_by_side(window: Window) -> None:
    link = {"suite": "related_functions", "steps": "20000", "backbone.width": "8", "seeds": "1", "seed": "80"}
    window.open(link | {"beside1": "cross_stitch", "measure": "true"}, page="sharing")
    page = window.page
    window.press("Play")
    growing = """goal => { const chart = document.querySelector('.st-key-sharing-losses');
        chart?.scrollIntoView({ block: 'center' });
        const x = chart?.querySelector('.plot')?._fullData?.[0]?.x;
        return x?.length && x[x.length - 1] > goal && x[x.length - 1]; }"""
    seen = 0
    for _look in range(3):
        seen = page.wait_for_function(growing, arg=seen).json_value()
    page.wait_for_function("document.querySelector('.st-key-cka-0 svg')")
    page.wait_for_function("document.querySelectorAll('.st-key-network-1 svg').length")
    window.press("Stop")
    window.says("Stopped by its visitor.")
    window.fits()


SENT = """() => window.sent ?? 0"""
COUNTED = """const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (...all) { window.sent = (window.sent ?? 0) + 1; return send.apply(this, all); };"""
"""Counts the messages that a page sends to the server, by whatever socket."""


def trained(window: Window, seed: int) -> None:
    """A run that is over, with its history in the browser and its first charts drawn."""
    window.open(LONG | {"seed": str(seed), "steps": "60"})
    window.press("Play")
    window.enabled("Play again")
    window.page.wait_for_function("() => window.playgroundLive.state(window.playgroundLive.key)?.past.length > 10")
    window.drawn(4)


def test_the_slider_moves_every_picture_without_the_server(window: Window) -> None:
    page = window.page
    page.add_init_script(COUNTED)
    trained(window, 97)
    slider = page.locator(".playground-slider input")
    slider.scroll_into_view_if_needed()
    before = None
    while before != (before := page.evaluate(SENT)):  # what the end of the run is told by may come a while later
        page.wait_for_timeout(1500)
        rest(page)
    moved = page.evaluate(
        """async () => {
            const input = document.querySelector('.playground-slider input'), last = Number(input.max);
            const headline = document.querySelector('.playground-told');
            const losses = document.querySelector('.st-key-losses .plot'), seen = new Set(), lines = new Set();
            const pictures = '.plot[data-draws], .playground-drawing[data-draws]';
            const inSight = [...document.querySelectorAll(pictures)].filter((one) => {
                const { top, bottom } = one.getBoundingClientRect();
                return top < innerHeight && bottom > 0;
            });
            const draws = inSight.map((one) => Number(one.dataset.draws));
            const begun = performance.now();
            let moves = 0;
            for (let place = 0; place < last; place += Math.ceil(last / 40)) {
                input.value = place;
                input.dispatchEvent(new Event('input'));
                await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
                seen.add(headline.textContent);
                lines.add(losses.layout.shapes?.at(-1)?.x0);
                moves += 1;
            }
            const drawn = inSight.map((one, place) => Number(one.dataset.draws) - draws[place]);
            return [moves, moves / ((performance.now() - begun) / 1000), seen.size, lines.size, drawn];
        }"""
    )
    print(f"\n{moved[0]} moves, {moved[1]:.0f} a second, {moved[2]} headlines, {moved[3]} lines")
    assert page.evaluate(SENT) == before
    assert moved[2] > 5, "the words should follow"
    assert moved[3] > 5, "the curves should follow"
    assert len(moved[4]) > 2
    assert min(moved[4]) > 5, "every picture in sight should follow"
    assert page.evaluate("window.playgroundLive.step") is not None


def test_scrubbing_a_hundred_times_leaks_nothing(window: Window) -> None:
    page = window.page
    trained(window, 98)
    scrub = """async () => {
        const input = document.querySelector('.playground-slider input'), last = Number(input.max);
        for (let move = 0; move < 100; move += 1) {
            input.value = (move * 37) % last;
            input.dispatchEvent(new Event('input'));
            if (move % 5 === 0) await new Promise((done) => requestAnimationFrame(done));
        }
        await new Promise((done) => setTimeout(done, 300));
        return [window.playgroundLive.listeners.size, document.querySelectorAll('*').length];
    }"""
    chromium = window.context.new_cdp_session(page)

    def held() -> int:
        """Bytes that the page's scripts hold on to."""
        chromium.send("HeapProfiler.collectGarbage")
        return int(chromium.send("Runtime.getHeapUsage")["usedSize"])

    page.evaluate(scrub)
    first, before = page.evaluate(scrub), held()
    again, after = page.evaluate(scrub), held()
    print(f"\n{before / 2**20:.2f} and {after / 2**20:.2f} MB")
    assert again[0] == first[0]
    assert abs(again[1] - first[1]) < 30
    assert after - before < 2**20, "a hundred pictures that are kept are some megabytes"


def test_a_browser_without_the_channel_says_so_and_asks_each_second(window: Window) -> None:
    page = window.page
    page.route_web_socket(re.compile("live/watch"), lambda socket: socket.close())
    window.open(LONG | {"seed": "90"})
    window.says("cannot reach the server's live channel")
    window.press("Play")
    goal = """() => { const plot = document.querySelector('.st-key-losses .plot');
        return document.querySelector('.playground-progress[data-active=true]') && plot?._fullData?.[0]?.x?.length > 3; }"""
    page.wait_for_function(goal)
    window.press("Stop")
    window.says("Stopped by its visitor.")


def test_who_watches_keeps_the_run_when_its_owner_pauses(window: Window, chromium: Any, server: Server) -> None:
    window.open(LONG | {"seed": "95"})
    window.page.get_by_text("Slow motion").click()
    window.rest()
    window.page.get_by_text("Slow motion").click()
    window.rest()
    window.play()
    other = Window(chromium, server)
    other.open(LONG | {"seed": "95"})
    other.page.wait_for_function(POINTS, arg=[1, 20_000])
    window.press("Pause")
    other.says("Paused by the one who started it.")
    other.enabled("Play")
    assert other.page.evaluate(LAST) > 0
    assert other.page.get_by_text("Not trained yet.").count() == 0
    window.press("Stop")
    window.says("Stopped by its visitor.")
    window.open(LONG | {"seed": "95"})
    window.says("Stopped by its visitor.")
    window.page.wait_for_function("() => document.querySelector('.st-key-losses .plot')?._fullData?.[0]?.x?.length > 0")
    other.close()


GHOSTS = """part => (document.querySelector(`.st-key-${part} .plot`)?._fullData ?? []).filter(
    trace => trace.uid.includes('ghost') || trace.hovertemplate?.includes('the run before')).map(
        trace => [trace.uid, trace.x.length])"""
PLACES = """() => ['ghost', 'network', 'gains', 'losses', 'scores', 'weights'].map(key => {
    const box = document.querySelector(`.st-key-${key}`)?.getBoundingClientRect();
    return box && Math.round(box.top + window.scrollY); })"""


def test_the_run_before_stays_as_a_ghost_and_nothing_moves(window: Window) -> None:
    page = window.page
    window.open(SMALL | {"seed": "130", "seeds": "2", "steps": "200", "sharing.depth": "2"})
    window.press("Play")
    window.enabled("Play again")
    window.drawn(4)
    before = page.locator(".playground-before")
    assert before.inner_text().startswith("After a change and Play")
    page.evaluate("document.documentElement.scrollIntoView()")
    lower(page, "sharing-depth")
    page.wait_for_function("document.querySelector('.playground-before')?.dataset.dimmed === 'true'")
    window.enabled("Play")
    opacity = "getComputedStyle(document.querySelector('.st-key-losses .playground-chart .plot')).opacity"
    assert float(page.evaluate(opacity)) < 1, "what is shown is of the settings before"
    window.press("Play")
    window.says(re.compile("Against it: .*“"))
    window.enabled("Play again")
    window.drawn(4)
    assert "Shared blocks: 2" in before.inner_text()
    assert float(page.evaluate(opacity)) == 1
    for part in ("losses", "gains"):
        page.locator(f".st-key-{part}").first.scroll_into_view_if_needed()
        page.wait_for_function(f"() => ({GHOSTS})('{part}').length >= 2")
    assert all(count > 3 for _uid, count in page.evaluate(GHOSTS, "losses"))
    said, places = before.inner_text(), page.evaluate(PLACES)
    page.reload()
    window.rest()
    window.says(re.compile("Against it: .*“"))
    assert before.inner_text() == said, "a reload takes nothing away"
    window.drawn(4)
    places = page.evaluate(PLACES)
    page.get_by_role("button", name="Let go").click()
    page.wait_for_function("document.querySelector('.playground-before').textContent.startsWith('After a change')")
    page.wait_for_function(f"() => ({GHOSTS})('losses').length === 0")
    assert page.evaluate(PLACES) == places, "the ghost goes, and nothing moves"
    page.get_by_role("button", name="Keep as ghost").click()
    window.says("This run is kept")
    page.wait_for_function("new URLSearchParams(location.search).has('ghost')")
    page.go_back()
    page.wait_for_function("!new URLSearchParams(location.search).has('ghost')")
    page.wait_for_function("document.querySelector('.playground-before').textContent.startsWith('After a change')")


def test_a_new_seed_is_shown_and_what_cannot_be_done_is_said(window: Window, store: Store) -> None:
    """Buttons are in a part of the page that runs alone, and what they change or say is for the whole of it."""
    window.open(SMALL | {"seed": "70"})
    page, before = window.page, window.page.url
    window.press("New seed")
    page.wait_for_function("before => location.href !== before", arg=before)
    window.rest()
    (me,) = (name_of(one["value"]) for one in window.context.cookies() if one["name"] == COOKIE)
    waiting = store.submit([Run(read(LONG).experiment, seed) for seed in range(9000, 9000 + store.limits.visitor)], me).runs
    window.press("Play")
    window.says("should be at most 400 that wait or train for one visitor")
    store.stop(waiting, me)
