"""``python -m playground race``: a race on the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playground.basics.errors import Invalid, Problem, writable
from playground.basics.files import write_whole
from playground.basics.words import _
from playground.experiment import Experiment
from playground.race.plan import Race

Asked = Callable[[argparse.Namespace], tuple[Experiment, list[int]]]
"""What makes an experiment and seeds of the options, as the other commands do."""


def add(
    commands: Any, add_what: Callable[[argparse.ArgumentParser], None], asked: Asked, progress: Callable[[int, int], None]
) -> None:
    """Add the command to the others."""
    parser = commands.add_parser("race", help=_("which method? all of them with equal tuning, and what can be told of them"))
    add_what(parser)
    words = _("weighting methods, e.g. all, or pcgrad,gradnorm,alpha=3; equal weights alone where only strategies race")
    parser.add_argument("--methods", metavar="all|A,B,…", help=words)
    parser.add_argument("--strategies", metavar="all|A,B,…", help=_("sharing strategies; the experiment's own where left out"))
    parser.add_argument("--rates", default="", metavar="R,R,…", help=_("learning rates for every entrant and every baseline"))
    parser.add_argument("--weights", metavar="N", help=_("how many fixed weightings race along"))
    parser.add_argument("--knobs", action="store_true", help=_("tune the decisive knob of an entry, too"))
    words = _("write all of it (.json), a row an entrant, seed and task (.csv), or a report for people (.html)")
    parser.add_argument("--out", type=Path, metavar="FILE", help=words)
    parser.set_defaults(command=lambda options: run(options, asked, progress))


def run(options: argparse.Namespace, asked: Asked, progress: Callable[[int, int], None]) -> int:
    """Train a race, print what came out, write the file; 1 where no entrant has a gain."""
    race = race_of(options, asked)
    out = writable(options.out, (".json", ".csv", ".html"), _("should end in .json, .csv or .html"))
    from playground.race import estimate, report, train

    print(estimate.told(race), file=sys.stderr)
    result = train.train(race, progress if sys.stderr.isatty() else None)
    print(report.text(result))
    if out is not None:
        write_whole(out, written(result, out.suffix))
    return 0 if result.best is not None else 1


def written(result: Any, suffix: str) -> str:
    """A result as the text of a file: ".json", ".csv" or ".html"."""
    from playground.race import report

    if suffix == ".csv":
        return report.rows(result).to_csv(index=False)
    if suffix == ".json":
        return json.dumps(report.to_dict(result), ensure_ascii=False, indent=1)
    from playground.figures.race import page

    return page.written(result)


def race_of(options: argparse.Namespace, asked: Asked) -> Race:
    """The race that was asked for: that of an export, as it was or with other options, or one of an experiment."""
    stored = _stored(options.what)
    if stored is None:
        experiment, seeds = asked(options)
        values: dict[str, Any] = {"experiment": experiment.to_dict()}
        if options.seeds is not None or options.seed is not None:
            if options.seed is not None and seeds != [0]:
                raise Invalid([Problem("--seed", _("should be --seeds: a race takes the seeds from 0 on"), options.seed)])
            values["seeds"] = len(seeds)
    else:
        if options.changes:
            raise Invalid(
                [Problem("--set", _("should not be used with a race that is repeated as it was"), options.changes[0])]
            )
        values = dict(stored) | ({"seeds": options.seeds} if options.seeds is not None else {})
    for name in ("methods", "strategies", "weights"):
        if (told := getattr(options, name)) is not None:
            values[name] = told
    if options.strategies is not None and options.methods is None and stored is None:
        values["methods"] = []
    if options.rates:
        values["rates"] = options.rates
    if options.knobs:
        values["knobs"] = True
    return Race.from_dict(values)


def _stored(what: str | None) -> dict[str, Any] | None:
    """The race in an exported file; None where it holds none."""
    path = Path(what or "")
    if path.suffix != ".json" or not path.is_file():
        return None
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise Invalid([Problem("file", _("should be valid JSON"), error)]) from None
    found = values.get("race") if isinstance(values, dict) else None
    return found if isinstance(found, dict) else None
