"""A server that is killed and begun again while a page is open: the page says so, comes back, and its run has no gap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from playground.runs.store.store import Store
from tests.pages.play.test_browser import LONG, Window
from tests.pages.serving import Server, rest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STEPS = """() => { const live = window.playgroundLive, state = live?.state(live.key);
    return state?.runs?.find(run => run?.rows.step?.length)?.rows.step ?? []; }"""
LINE = "() => document.querySelector('.playground-progress p:not(.heard)').innerText"
TOUCH = "goal => document.querySelector('.playground-progress')?.dataset.touch === goal"


def test_a_run_outlives_its_server(tmp_path: Path, chromium: Any) -> None:
    server = Server(tmp_path)
    try:
        window = Window(chromium, server)
        page = window.page
        window.open(LONG)
        window.press("Play")
        page.wait_for_function(f"() => ({STEPS})().at(-1) >= 20")

        # As a machine does that has no memory left. The worker ends by itself, and what it held is trained by the next one.
        server.process.kill()
        server.process.wait()
        page.wait_for_function(TOUCH, arg="lost")
        assert "The connection to the server was lost" in page.evaluate(LINE)
        before = page.evaluate(STEPS)
        assert before[-1] >= 20, "what was there stays"
        assert page.locator(".st-key-losses .main-svg").count()

        server = Server(tmp_path, port=server.port)
        page.wait_for_function(TOUCH, arg="open")
        page.wait_for_function(f"goal => ({STEPS})().at(-1) > goal", arg=before[-1])
        assert "lost" not in page.evaluate(LINE)
        rest(page)
        seen, store = page.evaluate(STEPS), Store(server.database)
        (run,) = store.histories([min(entry.id for entry in store.entries())])
        store.close()
        assert seen == [record["step"] for record in run.of_kind("measured")][: len(seen)], "there is no gap"
        window.context.close()
    finally:
        server.close()
