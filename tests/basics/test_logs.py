"""Lines that can be searched: one an event, whatever its values hold, from the level that the environment names."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from playground.basics import logs

LOG = logging.getLogger("playground.test")


@pytest.fixture(autouse=True)
def _levels() -> Iterator[None]:
    own, root = logging.getLogger("playground"), logging.getLogger()
    level, handlers = own.level, list(root.handlers)
    yield
    own.setLevel(level)
    root.handlers[:] = handlers


def test_a_line_is_one_line_of_keys_and_values(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    logs.tell(LOG, "failed", run=7, message='no "x"\nevent=forged run=8')
    assert caplog.messages == ['event=failed run=7 message="no \\"x\\"\\nevent=forged run=8"']


@pytest.mark.parametrize("text", ["", "a b", "a=b", 'a"b', "a\x1b[31m", "a\u2028b", "a\x85b"])
def test_what_is_no_word_stands_in_quotes_and_on_one_line(text: str) -> None:
    written = logs.written(text)
    assert written[0] == written[-1] == '"'
    assert written.isprintable()
    assert len(written.splitlines()) == 1


def test_a_name_of_a_visitor_is_not_told_but_stays_the_same() -> None:
    assert logs.anonymous("ann") == logs.anonymous("ann") != logs.anonymous("bob")
    assert "ann" not in logs.anonymous("ann")


@pytest.mark.parametrize(("said", "level"), [("", logging.WARNING), ("info", logging.INFO), ("DEBUG", logging.DEBUG)])
def test_the_environment_says_from_which_level_on(said: str, level: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_LOG", said)
    logs.begin()
    assert logging.getLogger("playground").level == level


def test_a_level_that_is_none_is_said_and_the_default_holds(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PLAYGROUND_LOG", "loud")
    logs.begin()
    assert logging.getLogger("playground").level == logging.WARNING
    assert caplog.messages == ["PLAYGROUND_LOG should be one of debug, info, warning, error, not loud"]
