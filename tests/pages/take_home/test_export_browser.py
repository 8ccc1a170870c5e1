"""What is taken home in a real browser: every file arrives, opens, and an experiment comes back."""

from __future__ import annotations

import ast
import io
import json
import tomllib
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from tests.pages.serving import PATIENCE, Server, rest
from tests.pages.visitor import SMALL

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TAKE = "Take it home: code, report, tables"


def taken(page: Any, button: Any) -> bytes:
    """The file that a button gives."""
    with page.expect_download(timeout=PATIENCE) as waited:
        button.click()
    return Path(waited.value.path()).read_bytes()


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_what_is_taken_home_opens_there_and_here(chromium: Any, server: Server, tmp_path: Path) -> None:
    page = chromium.new_context(viewport={"width": 1440, "height": 1400}, locale="en-GB", accept_downloads=True).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{server.address}?{urlencode(SMALL)}")
    rest(page)
    page.locator(".st-key-player").get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("button", name="Play again").wait_for()
    rest(page)  # what stands above is still being drawn
    page.get_by_text(TAKE).first.click()
    rest(page)

    def press(name: str) -> bytes:
        return taken(page, page.get_by_role("button", name=name).first)

    # Code in each form.
    files = unzipped(press("Code and data (ZIP)"))
    assert "import torch" in files["train.py"].decode()
    page.get_by_text("TensorFlow", exact=True).click()
    rest(page)
    assert "import keras" in unzipped(press("Code and data (ZIP)"))["train.py"].decode()
    page.get_by_text("As a notebook").click()
    rest(page)
    cells = json.loads(unzipped(press("Code and data (ZIP)"))["train.ipynb"])["cells"]
    ast.parse("\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"))

    # The code explained: a block and a chart mark their lines, and lines mark their blocks.
    page.get_by_text("Show the code").click()
    page.wait_for_selector(".playground-explained .line")
    rest(page)
    lines, marked = page.locator(".playground-explained .line"), page.locator(".playground-explained .line.marked")
    page.locator(".st-key-network svg.drawing:visible > g", has=page.locator("title")).nth(1).click()
    assert marked.first.is_visible()
    page.locator(".st-key-losses .playground-chart .title").click()
    assert "losses" in marked.first.inner_text()
    lines.filter(has_text="self.heads = ").first.click()
    titles = page.locator(".st-key-network .playground-marked:visible > title").all_text_contents()
    assert len(titles) == len(SMALL["tasks"].split(","))
    page.keyboard.press("Escape")  # the code may stand over the charts

    # Numbers and pictures.
    tables = unzipped(press("All tables (CSV)"))
    assert {"steps.csv", "scores.csv", "gains.csv", "differences.csv"} <= tables.keys()
    assert b"step" in press("Numbers (CSV)").splitlines()[0]
    losses = page.locator(".st-key-losses .saving")
    losses.scroll_into_view_if_needed()
    page.wait_for_selector(".st-key-losses .main-svg")
    kinds = {kind: taken(page, losses.get_by_role("button", name=f"{kind}: Training loss")) for kind in ("PNG", "SVG", "CSV")}
    assert kinds["PNG"].startswith(b"\x89PNG")
    assert ElementTree.fromstring(kinds["SVG"]).tag.endswith("svg")
    assert len(kinds["CSV"].decode("utf-8-sig").splitlines()) > 20

    # The report, where there is no network.
    (tmp_path / "report.html").write_bytes(press("Report (HTML)"))
    alone = chromium.new_context(offline=True).new_page()
    complaints: list[str] = []
    alone.on("pageerror", lambda error: complaints.append(str(error)))
    alone.on("request", lambda request: complaints.append(request.url) if request.url.startswith("http") else None)
    alone.goto((tmp_path / "report.html").as_uri())
    alone.wait_for_function("() => document.querySelectorAll('.plotly-graph-div .main-svg').length >= 3")
    assert complaints == []

    # The experiment comes back by its files, with what was changed in them.
    settings = press("Settings (TOML)")
    assert tomllib.loads(settings.decode())["experiment"]["steps"] == int(SMALL["steps"])
    for name, content, old, new in (
        ("mine.toml", settings, b"steps = 20", b"steps = 30"),
        ("mine.json", tables["settings.json"], b'"steps": 20', b'"steps": 40'),
    ):
        assert old in content
        changed = content.replace(old, new)
        page.set_input_files("input[type=file]", files=[{"name": name, "mimeType": "text/plain", "buffer": changed}])
        page.wait_for_function("steps => location.search.includes(`steps=${steps}`)", arg=int(new.split()[-1]))
        rest(page)
