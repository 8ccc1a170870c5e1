"""``python -m playground predict`` and ``importance``: what trained networks are used for, from a result or a stored run."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground import public_names
from playground.basics.errors import Invalid, Problem, writable
from playground.basics.files import write_whole
from playground.basics.words import _
from playground.experiment import Experiment

OF_THE_TABLE = (
    *("data", "sheet", "sample", "targets", "types", "split_by", "missing", "keep_words", "column"),
    *("keep_totals", "row_names", "header", "encoding"),
)
"""Options of ``train`` that say which table was learned from: a result keeps them, so that it can be read again."""

Bring = Callable[[argparse.Namespace], tuple[str, dict[str, int]]]
"""Reads the table that options name: its key, and a budget."""


@dataclass(frozen=True)
class Learned:
    """An experiment with the seeds that it was trained with."""

    experiment: Experiment
    seeds: list[int]


def add_commands(commands: Any, bring: Bring) -> None:
    """Both commands. bring: reads the table that was learned from."""
    for name, words, function in (
        ("predict", _("what the networks of a result or a stored run say of new rows"), _predict),
        ("importance", _("how much worse each task gets where a column is shuffled"), _importance),
    ):
        parser = commands.add_parser(name, help=words)
        told = _("a file that train --out wrote (.json), or the number of a stored run; its networks are trained again")
        parser.add_argument("run", metavar="RUN", help=told)
        parser.add_argument("--single", action="store_true", help=_("ask the networks of one task each, not the shared one"))
        if name == "predict":
            parser.add_argument(
                "--data", type=Path, required=True, metavar="FILE", help=_("the new rows, with the same headers")
            )
        parser.add_argument("--out", type=Path, metavar="FILE", help=_("write it as CSV"))
        parser.set_defaults(command=lambda options, function=function: function(options, bring))


def told_of_table(options: argparse.Namespace) -> dict[str, Any]:
    """What a result keeps of the options that brought its table: plain values; {} where there was none."""
    if options.data is None:
        return {}
    told = {name: getattr(options, name) for name in OF_THE_TABLE}
    return told | {"data": [str(path.resolve()) for path in options.data]}


def _predict(options: argparse.Namespace, bring: Bring) -> int:
    """Predict, say what is strange, write or print the rows."""
    from playground.runs.workers.using import predictions
    from playground.uploads.reading.reader import read_bytes

    learned = _learned(options, bring)
    out = writable(options.out, (".csv",), _("should end in .csv"))
    try:
        data = options.data.read_bytes()
    except OSError:
        raise Invalid([Problem("--data", _("should be a file that can be read"), options.data)]) from None
    sheet = read_bytes(data, options.data.name, fewest=1)
    found, strange = predictions(learned.experiment, learned.seeds, sheet)
    for sentence in strange:
        print(sentence, file=sys.stderr)
    _give(found.to_csv(index=False, float_format="%.6g"), out)
    return 0


def _importance(options: argparse.Namespace, bring: Bring) -> int:
    """Shuffle, write or print the table."""
    from playground.runs.workers.using import importance

    learned = _learned(options, bring)
    out = writable(options.out, (".csv",), _("should end in .csv"))
    found = importance(learned.experiment, learned.seeds)
    _give(found.to_csv(index=False, float_format="%.4g") if out else found.to_string(index=False), out)
    return 0


def _give(text: str, out: Path | None) -> None:
    if out is None:
        print(text.rstrip())
    else:
        write_whole(out, text)


def _learned(options: argparse.Namespace, bring: Bring) -> Learned:
    """What a result or a stored run learned."""
    found = _of_store(int(options.run)) if options.run.isdigit() else _of_file(Path(options.run), options.single, bring)
    one = found.experiment.baseline() if options.single and options.run.isdigit() else found.experiment
    return Learned(one, found.seeds)


def _of_store(number: int) -> Learned:
    """A stored run: its experiment with its seed."""
    from playground.runs.store.store import Store

    histories = Store().histories([number])
    if not histories:
        raise Invalid([Problem("RUN", _("should be the number of a stored run"), number)])
    return Learned(histories[0].experiment, [histories[0].run.seed])


def _of_file(path: Path, single: bool, bring: Bring) -> Learned:
    """A result, at the settings that were chosen. Raises Invalid where its table is not what it was."""
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
        values, table = dict(result["experiment"]), dict(result.get("table") or {})
        seeds = [int(one["seed"]) for one in result["runs"]]
        rate, decay = float(result["setting"]["rate"]), float(result["setting"]["weight_decay"])
    except (OSError, ValueError, KeyError, TypeError):
        should = _("should be a file that train --out wrote (.json), or the number of a stored run")
        raise Invalid([Problem("RUN", should, path)]) from None
    if table:
        key, _budget = bring(argparse.Namespace(**{**table, "data": [Path(one) for one in table["data"]]}, what=None))
        if key != values["suite"].get("table"):
            should = _("should hold what the networks learned from, unchanged")
            raise Invalid([Problem("table", should, ", ".join(table["data"]))])
    experiment = public_names.read(values)
    return Learned((experiment.baseline() if single else experiment).at_rate(rate, decay), seeds)
