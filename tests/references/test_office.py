"""Models fitted in a process of its own: asked once, answered for everybody, whatever becomes of the process."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from playground.experiment import Experiment
from playground.references.models import references
from playground.references.office import COMMAND, Office

WINE = Experiment.from_flat({"suite": "wine", "tasks": "cultivar"})


def office(code: str, longest: float = 60.0) -> Iterator[Office]:
    return closing(Office((sys.executable, "-c", code), longest))  # type: ignore[return-value]


def until_known(asked: Office, seeds: list[int]) -> dict[int, Any]:
    for _try in range(6000):  # seconds elsewhere, a minute where the machine is busy
        found = asked.known(WINE, seeds)
        if not asked.waits(WINE, seeds):
            return asked.known(WINE, seeds)
        time.sleep(0.05)
    pytest.fail(f"no answer: {found}")


def test_the_process_answers_what_this_one_would() -> None:
    with closing(Office(COMMAND)) as asked:
        assert asked.known(WINE, [0]) == {}
        assert until_known(asked, [0]) == {0: references(WINE, 0)}
        assert asked.known(Experiment.from_flat({"suite": "digits"}), [0]) == {}


def test_a_question_is_asked_once_and_what_fails_is_not_asked_again(tmp_path: Path) -> None:
    log = tmp_path / "asked"
    code = (
        "import sys, json\n"
        "for line in sys.stdin:\n"
        "    seed = json.loads(line)['seed']\n"
        f"    print(seed, file=open({str(log)!r}, 'a'))\n"
        "    if seed == 1: sys.exit(1)\n"
        "    print(json.dumps(None if seed == 2 else {'seed': seed}), flush=True)\n"
    )
    with office(code) as asked:
        found = until_known(asked, [0, 1, 2, 3])
        assert found == {0: {"seed": 0}, 3: {"seed": 3}}
        assert until_known(asked, [3, 2, 1, 0]) == found
    assert log.read_text().split() == ["0", "1", "2", "3"]


def test_what_takes_too_long_is_ended() -> None:
    with office("import time\ntime.sleep(600)", longest=0.3) as asked:
        assert until_known(asked, [0]) == {}
