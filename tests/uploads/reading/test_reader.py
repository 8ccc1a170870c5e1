"""Whatever bytes come in: a sheet, or one sentence."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from playground.basics.errors import Invalid
from playground.uploads.reading import reader
from playground.uploads.reading.limits import LIMITS
from playground.uploads.reading.reader import Sheet, read_bytes, read_file
from playground.uploads.table import table_of
from tests.uploads.reading.files import GOOD, HOSTILE, PLAIN, ROWS, lines


@pytest.mark.parametrize("case", GOOD)
def test_what_people_bring_is_read(case: str) -> None:
    data, titles = GOOD[case]
    sheet = read_bytes(data, "a.csv")
    assert sheet.titles == titles
    assert len(sheet) == ROWS
    assert all(len(column) == ROWS for column in sheet.columns)


def test_cells_are_as_they_stand_in_the_file() -> None:
    notes = read_bytes(GOOD["quotes with lines and commas"][0]).columns[0]
    assert notes[:2] == ('one, two\nthree "four"', "five")
    assert read_bytes(GOOD["formulas"][0]).columns[0][:2] == ("=1+1", "@SUM(A1)")
    assert read_bytes(GOOD["German in Latin-1"][0]).columns[1][:2] == ("Köln", "Düren")
    assert read_bytes(GOOD["中文 in GB18030"][0]).columns[0][:3] == ("北京", "上海", "广州")


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_table_gets_one_sentence(case: str) -> None:
    data, words = HOSTILE[case]
    begun = time.process_time()
    with pytest.raises(Invalid) as caught:
        read_bytes(data, "a.csv")
    assert len(caught.value.problems) == 1
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400
    # Bounded: no file within the limits takes longer than a person waits.
    assert time.process_time() - begun < 20


@pytest.mark.parametrize(
    ("encoding", "word"), [("big5", "臺北"), ("shift_jis", "東京"), ("cp1251", "Москва"), ("gb18030", "北京")]
)
def test_an_encoding_can_be_named(encoding: str, word: str) -> None:
    data = lines("a,b", f"{word},{{n}}").encode(encoding)
    sheet = read_bytes(data, encoding=encoding)
    assert sheet.columns[0][0] == word
    assert sheet.encoding == encoding


def test_a_wrong_encoding_is_said() -> None:
    with pytest.raises(Invalid, match="should be text in the encoding utf-8"):
        read_bytes(GOOD["German in Latin-1"][0], encoding="utf-8")
    with pytest.raises(Invalid, match="encoding"):
        read_bytes(PLAIN.encode(), encoding="zlib_codec")


def test_a_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(2 * 2**30)  # 2 GB that take no room
    monkeypatch.setattr(reader, "read_bytes", lambda *_: pytest.fail("it was read"))
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(Invalid, match=r"should be at most 10 MB; .* Found `2048.0 MB`"):
        read_file(path)


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for path in (tmp_path, tmp_path / "none.csv", tmp_path / "pipe.csv", Path("/dev/zero"), Path("a\0b")):
        with pytest.raises(Invalid) as caught:
            read_file(path)
        assert len(caught.value.problems) == 1


def test_a_file_is_read_as_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(PLAIN.encode())
    assert read_file(path) == read_bytes(PLAIN.encode(), "a.csv")


def _mangled(rng: random.Random) -> bytes:
    """A good file with some of its bytes changed, cut out, doubled, or put elsewhere; or bytes at random."""
    if rng.random() < 0.1:
        return rng.randbytes(rng.randrange(2000))
    data = bytearray(rng.choice([data for data, _titles in GOOD.values()]))
    for _change in range(rng.randrange(1, 6)):
        place, length = rng.randrange(len(data) + 1), rng.randrange(12)
        piece = rng.choice(
            [rng.randbytes(length), rng.choice([b'"', b"\n", b",", b";", b"\0", b"\t", b"'", b"\xff", b"\xef\xbb\xbf"])]
        )
        action = rng.randrange(3)
        if action == 0:
            data[place : place + length] = piece
        elif action == 1:
            data[place:place] = piece
        else:
            del data[place : place + length]
    return bytes(data)


def _outcome(data: bytes) -> Sheet | Invalid:
    try:
        return read_bytes(data, "a.csv")
    except Invalid as invalid:
        return invalid


@pytest.mark.parametrize("seed", range(4))
def test_mangled_files_are_read_or_refused(seed: int) -> None:
    rng = random.Random(seed)
    outcomes = set()
    for _file in range(250):
        found = _outcome(_mangled(rng))
        if isinstance(found, Invalid):
            assert len(found.problems) == 1
            assert "\n" not in str(found)
        else:
            assert len(found) >= LIMITS.fewest
            assert len(set(found.titles)) == len(found.titles) == len(found.columns)
            assert len({len(column) for column in found.columns}) == 1
            table_of(found)
        outcomes.add(type(found))
    assert outcomes == {Sheet, Invalid}
