"""Where the time goes: from an address to the first screen, and from Play to the first live point, in one real browser.

    python -m tests.benchmarks.page
    python -m tests.benchmarks.page --first [--beside ANOTHER_CHECKOUT]
    python -m tests.benchmarks.page --pictures

The first presses Play several times, each time with new seeds, on a warm server, and prints a table: for each stage the median
and the range, in milliseconds. The stages, each from the one before:

written: the press has reached the page's script, and the runs stand in the store
claimed: a worker has taken the first fleet of them
recorded: its first record stands in the store (data made, network built, first step, first write)
told: the browser has got it
drawn: the chart has a point

Beside them, from the press on: asked: the browser has learned what to watch. answered: the first frame of it came.

The second opens the first page: once on a server that has just been started (cold), and then, each time in a browser of its own
that has nothing in its cache, again (warm). It prints milliseconds since the address was asked for until these are there, and
how much was fetched until then. With another checkout beside it both are measured by turns.

buttons: Play can be seen. headline: the sentence too. network: its drawing. charts: the first two over steps, with curves

The third presses Play on the first example and counts, over ten seconds, how many different pictures a second the screen
shows: paintings before which at least one picture in sight was drawn for new numbers; and beside that each picture alone.
Then it stops the run, moves the slider from end to end, and counts how often a second each picture in sight is drawn, and the
messages sent.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]
LINK = {"preset": "digits_few_labels", "steps": "2000"}
"""The settings of the first sight, for twice their length: a point every ten steps, and a run that goes on for a while."""
STAGES = ("written", "claimed", "recorded", "told", "drawn")
BESIDE = ("asked", "answered")
SECONDS = 10
"""For which pictures are counted."""
STEPS = "2000"
"""Of the run whose pictures are counted: more than the example's own, so that it goes on for so long, but a point every ten."""

WATCH = """(() => {
    window.stages = {};
    const note = (name, holds) => holds && (window.stages[name] ??= Date.now());
    document.addEventListener("click", (event) => {
        if (event.target.closest(".st-key-play button")) {
            window.stages = { pressed: Date.now() };
            window.shownBefore = window.playgroundLive?.key;
        }
    }, true);
    const look = () => {
        const live = window.playgroundLive, state = live?.states.get(live.key);
        if (window.stages.pressed && live?.key) {
            note("asked", live.key !== window.shownBefore);
            note("answered", live.key !== window.shownBefore && state?.name);
        }
        if (window.stages.pressed && state?.status?.active) {
            note("told", state.runs.some((run) => run?.rows.step?.length));
            note("drawn", document.querySelector(".st-key-scores .plot")?._fullData?.some((trace) => trace.x?.length));
        }
        requestAnimationFrame(look);
    };
    look();
})()"""
"""In the page: when Play was pressed, when the first rows were there, when the chart had a point."""


FIRST = """(() => {
    window.first = {};
    const holds = {
        buttons: () => document.querySelector(".st-key-play button"),
        headline: () => [...document.querySelectorAll(".playground-told strong, [data-testid=stMarkdown] strong")].some(
            (one) => /%/.test(one.textContent)),
        network: () => document.querySelector(".st-key-network svg"),
        charts: () => [...document.querySelectorAll(".plot")].filter(
            (one) => one.querySelector(".scatterlayer .trace")).length > 1,
    };
    const look = () => {
        for (const name in holds) if (!window.first[name] && holds[name]()) window.first[name] = performance.now();
        if (!window.first.charts) requestAnimationFrame(look);
    };
    document.addEventListener("DOMContentLoaded", look);
})()"""
"""In the page: when what stands on the first screen was there, in milliseconds since its address was asked for."""
SIGHTS = ("buttons", "headline", "network", "charts")
FETCHED = "performance.getEntriesByType('resource').reduce((sum, one) => sum + one.transferSize, 0) / 1024"


def first_sights(roots: Sequence[Path], times: int) -> dict[tuple[str, str], list[dict[str, float]]]:
    """For each checkout, and "cold" and "warm", the milliseconds of each opening, and the KiB fetched."""
    from playwright.sync_api import sync_playwright

    from tests.pages.play.test_browser import Window
    from tests.pages.serving import CHROMIUM, Server

    found: dict[tuple[str, str], list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        servers: dict[Path, Any] = {}
        try:
            for turn in range(times + 1):
                for place, root in enumerate(roots):
                    if root not in servers:
                        (own := Path(folder) / str(place)).mkdir()
                        servers[root] = Server(own, root=root)
                    chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
                    window = Window(chromium, servers[root])
                    window.page.add_init_script(FIRST)
                    window.page.goto(servers[root].address)
                    window.page.wait_for_function("() => window.first.charts")
                    seen = window.page.evaluate("window.first") | {"KiB": window.page.evaluate(FETCHED)}
                    found.setdefault((root.name, "warm" if turn else "cold"), []).append(seen)
                    chromium.close()
        finally:
            for server in servers.values():
                server.close()
    return found


def print_first(found: dict[tuple[str, str], list[dict[str, float]]]) -> None:
    """A table of what `first_sights` found: medians, with the least in brackets where there are several."""
    print(f"{'':24}" + "".join(f"{name:>16}" for name in (*SIGHTS, "KiB")) + "   ms")
    for (root, state), each in found.items():
        cells = [[one[name] for one in each] for name in (*SIGHTS, "KiB")]
        texts = [f"{median(cell):.0f}" + (f" ({min(cell):.0f})" if len(cell) > 1 else "") for cell in cells]
        print(f"{root[:16]:16}{state:8}" + "".join(f"{text:>16}" for text in texts))


PICTURES = """async ([seconds, slider]) => {
    const seen = (one) => { const { top, bottom } = one.getBoundingClientRect(); return top >= 0 && bottom <= innerHeight; };
    const all = () => [...document.querySelectorAll(".plot, .playground-drawing")].filter(seen)
        .filter((one) => one.offsetWidth > 0 && one.dataset.draws);
    const name = (one) => one.closest("[class*=st-key-]").className.match(/st-key-(\\S+)/)[1];
    const input = slider && document.querySelector(".playground-slider input"), last = input && Number(input.max);
    const counts = {}, before = new Map(all().map((one) => [one, one.dataset.draws]));
    const begun = performance.now(), sent = window.sent ?? 0;
    let pictures = 0, moves = 0;
    const part = () => (input ? moves / Math.min(last, 200) : (performance.now() - begun) / 1000 / seconds);
    for (; part() < 1; moves += 1) {
        if (input) {
            input.value = Math.round(part() * (last - 1));
            input.dispatchEvent(new Event("input"));
        }
        await new Promise((done) => requestAnimationFrame(done));
        const drawn = all().filter((one) => before.get(one) !== one.dataset.draws);
        for (const one of drawn) {
            counts[name(one)] = (counts[name(one)] ?? 0) + 1;
            before.set(one, one.dataset.draws);
        }
        pictures += drawn.length > 0;
    }
    const spent = (performance.now() - begun) / 1000;
    return { pictures: pictures / spent, sent: (window.sent ?? 0) - sent,
        ...Object.fromEntries(all().map((one) => [name(one), (counts[name(one)] ?? 0) / spent])) };
}"""
"""In the page: how often a second anything in sight was drawn anew, by itself or by the slider; and each picture in sight."""


def count_pictures() -> dict[str, dict[str, float]]:
    """Different pictures a second while the first example trains, and while the slider moves."""
    from playwright.sync_api import sync_playwright

    from playground.runs.store.store import Store
    from tests.pages.play.test_browser import COUNTED, Window
    from tests.pages.serving import CHROMIUM, Server

    found = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        server = Server(Path(folder), workers=2)
        store = Store(server.database)
        try:
            chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            window = Window(chromium, server)
            window.page.add_init_script(COUNTED)
            window.page.add_init_script(WATCH)
            window.open(LINK | {"steps": STEPS, "seed": "1000"})
            window.press("Play")
            window.page.wait_for_function("() => window.stages.drawn")
            window.page.wait_for_timeout(3000)
            found["while it trains"] = window.page.evaluate(PICTURES, [SECONDS, False])
            stop(store)
            window.page.wait_for_function("() => !window.playgroundLive.state(window.playgroundLive.key).status.active")
            window.rest()
            window.page.wait_for_timeout(1500)
            found["by the slider"] = window.page.evaluate(PICTURES, [0, True])
            window.close()
            chromium.close()
        finally:
            store.close()
            server.close()
    return found


def stop(store: Any) -> None:
    """End everything that goes on."""
    for entry in store.entries(statuses=("queued", "running", "paused")):
        store.stop([entry.id], entry.visitor)


def first_record(store: Any, seed: int, patience: float = 60.0) -> tuple[Any, float]:
    """The run of a seed as it was when its first record stood in the store, and when that was, in seconds since 1970."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        found = [entry for entry in store.entries(statuses=("running",)) if entry.seed == seed and entry.chunks]
        if found:
            return min(found, key=lambda entry: entry.started), time.time()
        time.sleep(0.025)  # looking more often would take from those that are measured
    raise TimeoutError("no record came")


def measure(plays: int) -> list[dict[str, float]]:
    """Milliseconds of each stage, for each Play."""
    from playwright.sync_api import sync_playwright

    from playground.runs.store.store import Store
    from tests.pages.play.test_browser import Window
    from tests.pages.serving import CHROMIUM, Server

    assert CHROMIUM is not None, "needs Chromium on the path"
    found = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        server = Server(Path(folder), workers=2)
        store = Store(server.database)
        try:
            chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            for number in range(plays + 1):
                window, seed = Window(chromium, server), 1000 * (number + 1)
                window.page.add_init_script(WATCH)
                window.open(LINK | {"seed": str(seed)})
                window.drawn(2)
                window.press("Play")
                entry, recorded = first_record(store, seed)
                window.page.wait_for_function("() => window.stages.drawn")
                told = window.page.evaluate("window.stages")
                ends = [
                    told["pressed"] / 1000,
                    entry.created,
                    entry.started,
                    recorded,
                    told["told"] / 1000,
                    told["drawn"] / 1000,
                ]
                if number:  # the first one waits for workers that are still warming up
                    each = {name: 1000 * (ends[place + 1] - ends[place]) for place, name in enumerate(STAGES)}
                    found.append(each | {name: told[name] - told["pressed"] for name in BESIDE})
                stop(store)
                window.page.wait_for_timeout(1500)
                window.close()
            chromium.close()
        finally:
            store.close()
            server.close()
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.page", description=__doc__)
    options.formatter_class = argparse.RawDescriptionHelpFormatter
    options.add_argument("--plays", type=int, default=5, help="how often Play is pressed, or the page is opened")
    options.add_argument("--first", action="store_true", help="measure the first screen instead")
    options.add_argument("--pictures", action="store_true", help="count different pictures a second instead")
    options.add_argument("--beside", type=Path, action="append", default=[], help="another checkout, measured by turns")
    asked = options.parse_args(arguments)
    if asked.first:
        print_first(first_sights([*asked.beside, ROOT], asked.plays))
        return 0
    if asked.pictures:
        for about, each in count_pictures().items():
            print(f"{about}: " + ", ".join(f"{name} {value:.1f}" for name, value in each.items()))
        return 0
    found = measure(asked.plays)
    print(f"{'':10}{'median':>8}{'least':>8}{'most':>8}   ms, of {len(found)}")
    for name in (*STAGES, "all", *BESIDE):
        took = [sum(one[stage] for stage in STAGES) if name == "all" else one[name] for one in found]
        print(f"{name:10}{median(took):8.0f}{min(took):8.0f}{max(took):8.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
