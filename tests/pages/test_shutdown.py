"""A fresh server: its first visitor may come by any link, and Ctrl-C ends it with its workers while a run goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.pages.play.test_browser import LONG, Window
from tests.pages.serving import CHROMIUM, Server, need_browser

pytestmark = pytest.mark.browser


def children(process: int) -> list[int]:
    """Numbers of the processes that a process has started."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [line.split() for line in listed.splitlines()]
    return [int(number) for number, parent in pairs if int(parent) == process]


def lives(process: int) -> bool:
    """Whether a process is still there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_fresh_server_is_met_by_a_link_and_ends_by_ctrl_c(tmp_path: Path) -> None:
    need_browser()
    from playwright.sync_api import sync_playwright

    server = Server(tmp_path, workers=2)
    try:
        with sync_playwright() as play:
            chromium = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            window = Window(chromium, server, locale="zh-CN")
            window.open(page="runs")
            navigation = window.page.get_by_role("link")
            navigation.first.wait_for()
            assert {f"{server.address}", f"{server.address}runs"} <= {
                one.evaluate("one => one.href") for one in navigation.all()
            }
            window.page.get_by_text("中文").wait_for()
            assert window.page.get_by_text("English").count() == 1
            assert window.page.title() == "多任务学习游乐场"
            # Now a run that goes on when the server ends.
            window.open(LONG | {"lang": "en"})
            window.says("Train one network on several tasks")
            window.play()
            workers = children(server.process.pid)
            assert len(workers) == 2
            start = time.monotonic()
            server.process.send_signal(signal.SIGINT)
            server.process.wait(20)
            while any(lives(worker) for worker in workers):
                assert time.monotonic() - start < 20, "workers should end with the server"
                time.sleep(0.02)
            print(f"\nserver and workers ended {time.monotonic() - start:.1f} s after Ctrl-C")
            window.context.close()
            chromium.close()
    finally:
        server.close()
    assert "Traceback" not in server.log.read_text(encoding="utf-8")
