"""Downloads: what is said without a network, limits, and what is kept. Sources are servers of these tests."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import _olivetti_faces

from playground import catalog
from playground.__main__ import main
from playground.basics.errors import Invalid
from playground.experiment import Experiment
from playground.suites import fetched
from playground.suites.fetched import Fetched, on_disk
from playground.suites.olivetti import Olivetti
from tests import frames

KEYS = [key for key, suite in catalog.suites().items() if suite.fetched]


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which nothing was downloaded yet."""
    monkeypatch.setenv(fetched.VARIABLE, str(tmp_path))
    return tmp_path


@contextmanager
def source(monkeypatch: pytest.MonkeyPatch, answer: Callable[[socket.socket], None]) -> Iterator[None]:
    """The place that faces come from is a server here, which treats every caller with `answer`."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    caller, _address = server.accept()
                except OSError:
                    return
                with caller:
                    try:
                        caller.recv(65_536)
                        answer(caller)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/faces.mat"
        monkeypatch.setattr(_olivetti_faces, "FACES", _olivetti_faces.FACES._replace(url=url))
        try:
            yield
        finally:
            ended.set()
            server.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def refusal() -> str:
    """What is said when the faces cannot be fetched; nothing is left behind."""
    with pytest.raises(Invalid) as caught:
        Olivetti().fetch()
    assert list(fetched.folder().glob("*")) == []
    assert len(caught.value.problems) == 1
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_source_that_is_not_there_is_told_in_one_sentence(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    # Nobody listens at that port any more.
    address = _olivetti_faces.FACES._replace(url=f"http://127.0.0.1:{port}/")
    monkeypatch.setattr(_olivetti_faces, "FACES", address)
    said = refusal()
    assert said.startswith("`olivetti` should be within reach of a network to be downloaded; nothing was downloaded yet. Found")
    assert "no network" in said
    assert "refused" in said


def test_a_name_that_nobody_knows_is_told_in_one_sentence(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_olivetti_faces, "FACES", _olivetti_faces.FACES._replace(url="http://nobody.invalid/"))
    assert "no network" in refusal()


def test_a_silent_source_is_not_waited_for(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetched, "SILENCE", 0.2)
    with source(monkeypatch, lambda caller: time.sleep(0.6)):
        assert "timed out" in refusal()
    assert socket.getdefaulttimeout() is None


def test_a_source_that_never_ends_is_left(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetched, "MOST_SECONDS", 1)

    def drip(caller: socket.socket) -> None:
        caller.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        for _second in range(100):
            caller.sendall(b"x")
            time.sleep(0.05)

    with source(monkeypatch, drip):
        assert "longer than 1 seconds" in refusal()


def test_a_file_that_is_too_large_is_cut_off(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetched, "MOST_BYTES", 2**20)

    def pour(caller: socket.socket) -> None:
        caller.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 2**22)

    with source(monkeypatch, pour):
        assert "too large" in refusal().lower()
    # The limit is gone with the download.
    assert (empty / "large").write_bytes(b"x" * 2**21) == 2**21


def test_a_file_that_is_not_the_one_that_was_expected_is_refused(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with source(monkeypatch, lambda caller: caller.sendall(b"HTTP/1.0 200 OK\r\n\r\nother faces")):
        assert "SHA256" in refusal()


@pytest.mark.parametrize("key", KEYS)
def test_what_was_not_downloaded_is_refused_before_a_run(key: str, empty: Path) -> None:
    suite = catalog.suites()[key]()
    assert isinstance(suite, Fetched)
    for ask in (lambda: Experiment.from_dict({"suite": key}), suite.arrays, lambda: suite.load(0)):
        with pytest.raises(Invalid) as caught:
            ask()
        assert str(caught.value).startswith("`suite` should be downloaded once before it is used")
    frames.housing()
    (empty / "olivetti.npz").write_bytes(b"")
    assert "on the disk are olivetti" in str(catalog.suites()["california_housing"]().obstacle())


@pytest.mark.parametrize("key", KEYS)
def test_a_broken_file_is_told_in_one_sentence(key: str, empty: Path) -> None:
    suite = catalog.suites()[key]()
    assert isinstance(suite, Fetched)
    suite.file.write_bytes(b"no archive")
    with pytest.raises(Invalid) as caught:
        suite.load(0)
    assert "delete it and download it again" in str(caught.value)


def test_pickles_are_not_read(empty: Path) -> None:
    touched = empty / "touched"

    class Evil:
        def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
            return os.mkdir, (str(touched),)

    np.savez(empty / "olivetti.npz", faces=np.array([Evil()], object))
    with pytest.raises(Invalid):
        Olivetti().load(0)
    assert not touched.exists()


def test_objects_are_not_written(empty: Path) -> None:
    with pytest.raises(ValueError, match="allow_pickle"):
        Olivetti().keep({"faces": np.array([object()], object)})
    assert list(empty.glob("*")) == []


def test_arrays_are_read_only_and_a_new_download_is_seen(empty: Path) -> None:
    Olivetti().keep({"faces": np.zeros((2, 2))})
    with pytest.raises(ValueError, match="read-only"):
        Olivetti().arrays()["faces"][0] = 1
    path = Olivetti().keep({"faces": np.ones((2, 2))})
    os.utime(path, ns=(1, 1))
    assert Olivetti().arrays()["faces"].all()
    assert on_disk() == ["olivetti"]


def test_the_command_lists_and_refuses(
    empty: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["fetch"]) == 0
    listed = capsys.readouterr().out
    assert all(f"python -m playground fetch {key}" in listed for key in KEYS)
    assert listed.endswith("nothing was downloaded yet\n")
    for wrong in (["wine"], ["openml", "--set", "id=0"], ["openml", "--set", "id"], ["olivetti", "--set", "id=3"]):
        assert main(["fetch", *wrong]) == 2
        assert capsys.readouterr().err.strip().count("\n") == 0


def test_the_command_downloads(empty: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Olivetti, "download", lambda self, home: frames.faces())
    assert main(["fetch", "olivetti"]) == 0
    assert "olivetti.npz" in capsys.readouterr().out
    assert Olivetti().obstacle() is None
    assert Experiment.from_dict({"suite": "olivetti"}).tasks == ("person", "mirrored", "lower")
