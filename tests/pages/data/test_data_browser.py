"""A table in a real browser: a file, its columns, a worker that learns from it; another browser sees nothing of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from playground.runs.store.store import Store
from playground.uploads import example
from tests.pages.serving import PATIENCE, Server, rest

pytestmark = pytest.mark.browser


def window(chromium: Any, address: str) -> Any:
    """A page in a browser of its own, at rest."""
    page = chromium.new_context(viewport={"width": 1440, "height": 1400}, locale="en-GB").new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    rest(page)
    return page


def send(page: Any, name: str, content: bytes) -> None:
    page.wait_for_selector("[data-testid=stFileUploaderDropzone]")
    page.set_input_files("input[type=file]", files=[{"name": name, "mimeType": "text/csv", "buffer": content}])


def test_from_a_file_to_a_run(chromium: Any, server: Server) -> None:
    page = window(chromium, f"{server.address}data?view=own")
    send(page, example.NAME, example.text().encode())
    page.get_by_text("540 rows, 8 columns.").wait_for()
    keep = page.get_by_role("button", name="Keep this table and look at it")
    assert keep.is_disabled()
    page.locator("[data-testid=stMultiSelect] input").click()
    for title in ("Loaves sold", "Sold out"):
        page.get_by_role("option", name=title).click()
    page.keyboard.press("Escape")
    page.wait_for_function("() => [...document.querySelectorAll('.st-key-own-keep button')].some(button => !button.disabled)")
    keep.click()
    page.wait_for_function("() => location.search.includes('suite.table=')")
    page.wait_for_selector(".st-key-data-ties .plot")
    link = dict(parse_qsl(urlsplit(page.url).query))
    assert link["suite"] == "table"
    # A link of one's own, in a new session of the same browser: it is still one's own.
    short = urlencode(link | {"steps": "20", "seeds": "1"})
    page.goto(f"{server.address}?{short}")
    page.locator(".st-key-player").get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("button", name="Play again").wait_for()
    store = Store(server.database)
    while any(entry.active for entry in store.entries()):  # its baselines may take a moment longer
        page.wait_for_timeout(100)
    assert {entry.status for entry in store.entries()} == {"finished"}
    assert {entry.values["suite"]["table"] for entry in store.entries()} == {link["suite.table"]}
    store.close()

    other = window(chromium, f"{server.address}data?suite=table&suite.table={link['suite.table']}")
    other.get_by_text("should be a table that you brought yourself").wait_for()
    assert "Loaves" not in other.inner_text("[data-testid=stApp]")


def test_a_file_that_is_too_large_is_refused_and_nothing_is_left(chromium: Any, server: Server, tmp_path: Path) -> None:
    page = window(chromium, f"{server.address}data?view=own")
    path = tmp_path / "large.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * (11 * 2**18))
    page.wait_for_selector("[data-testid=stFileUploaderDropzone]")
    page.set_input_files("input[type=file]", path)
    page.get_by_text("10.0MB or smaller").or_(page.get_by_text("must be 10")).first.wait_for()
    assert not page.query_selector("[data-testid=stException]")
    send(page, "zip.csv", b"PK\x03\x04" + bytes(500))
    page.get_by_text("should be a workbook that can be opened").wait_for()
