"""What holds for every test: one thread, English, and small made data in the place of those that have to be downloaded."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest

from playground.basics import words
from playground.suites import fetched
from tests import frames

FETCHED = tempfile.TemporaryDirectory(prefix="playground-fetched-")


def pytest_configure() -> None:
    """Put the made data where suites look, also those of servers that tests start; before tests are collected."""
    os.environ[fetched.VARIABLE] = FETCHED.name
    frames.fill()


def pytest_unconfigure() -> None:
    FETCHED.cleanup()


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> None:
    """Threads of torch wait for each other on a busy machine; one is faster for networks this small."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A server of its own for the tests of a file that look at pages in a real browser."""
    from tests.pages.serving import Server, need_browser

    need_browser()
    server = Server(tmp_path_factory.mktemp("server"))
    yield server
    server.close()
    assert "Traceback" not in server.log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser without a screen."""
    from tests.pages.serving import CHROMIUM, need_browser

    need_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Every test begins and ends in English."""
    words.use("en")
    yield
    words.use("en")
