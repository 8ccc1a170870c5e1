"""Asking the allocator, where there is one to ask."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace

import pytest

from playground.training.fleet.memory import KEPT, LARGE, MMAP_THRESHOLD, TRIM_THRESHOLD, keep_freed_memory

ask = keep_freed_memory.__wrapped__


def test_both_settings_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: SimpleNamespace(mallopt=lambda *given: asked.append(given) or 1))
    assert ask() is True
    assert asked == [(MMAP_THRESHOLD, LARGE), (TRIM_THRESHOLD, KEPT)]


def test_a_refusal_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: SimpleNamespace(mallopt=lambda *_given: 0))
    assert ask() is False


@pytest.mark.parametrize("error", [OSError, TypeError, AttributeError])
def test_another_c_library_is_left_alone(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_name: object) -> object:
        raise error

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    assert ask() is False
