"""``python -m playground export``: the files of an export in a folder."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.files import check_writable, write_whole
from playground.basics.knobs import Knob
from playground.basics.words import _
from playground.experiment import Experiment

Asked = tuple[Experiment, list[int]]
FRAMEWORKS = ("pytorch", "tensorflow")


NUMBER = Knob(1, low=1, high=2**62)


def add(
    commands: Any, add_what: Callable[[argparse.ArgumentParser], None], asked: Callable[[argparse.Namespace], Asked]
) -> None:
    """Add the command to a parser's.

    add_what: adds the options that say what is meant. asked: reads them.
    """
    parser = commands.add_parser("export", help=_("write code that trains the same without this program"))
    add_what(parser)
    parser.add_argument("--entrant", metavar="NAME", help=_("of a race that was kept as JSON, whose code: pcgrad"))
    parser.add_argument("--framework", choices=FRAMEWORKS, default=FRAMEWORKS[0], help=_("what the code is written with"))
    parser.add_argument("--notebook", action="store_true", help=_("a Jupyter notebook in place of a script"))
    parser.add_argument("--model", action="store_true", help=_("train it here, and write the trained model too"))
    parser.add_argument("--onnx", action="store_true", help=_("write the trained model for serving too, as ONNX"))
    parser.add_argument("--out", type=Path, metavar="DIR", default=Path("export"), help=_("the folder that the files go to"))
    parser.set_defaults(command=lambda options: _export(options, asked))


def _export(options: argparse.Namespace, asked: Callable[[argparse.Namespace], Asked]) -> int:
    """Write the files of an export."""
    if options.entrant is not None:
        experiment, seeds = _of_race(options.what or "", options.entrant)
    else:
        experiment, seeds = _of_run(options.what) if (options.what or "").isdecimal() else asked(options)
    # Imported late: a wrong name on the command line should not have to wait for torch.
    from playground.export.code.bundle import files
    from playground.export.code.choice import Export

    export = Export(experiment, seeds[0], options.framework, options.notebook)
    if export.framework != FRAMEWORKS[0] and (options.model or options.onnx):
        raise Invalid([Problem("--model", _("should go with --framework pytorch"), export.framework)])
    export.check()
    folder = _folder(options.out)
    content = files(export)
    if options.model or options.onnx:
        from playground.export import model

        content |= model.files(export, onnx=options.onnx)
    for name, data in content.items():
        write_whole(folder / name, data)
        print(f"{len(data):>10,}  {folder / name}")
    return 0


def _folder(path: Path) -> Path:
    """A folder that can be written into, made where it is not there. Raises Invalid."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        check_writable(path / "train.py")
    except OSError as error:
        raise Invalid(
            [Problem("--out", _("should be a folder that can be written into"), f"{path}: {error.strerror}")]
        ) from None
    return path


def _of_race(file: str, name: str) -> Asked:
    """Experiment of an entrant of a race, at the rate that it chose, and the race's first seed."""
    from playground.race.plan import SINGLE, Race

    try:
        values = json.loads(Path(file).read_text(encoding="utf-8"))
        told = {one["name"]: one for one in values["entrants"] if one["kind"] != SINGLE}
        race = Race.from_dict(values["race"])
        seeds = [int(seed) for seed in values["seeds"]] or [0]
    except Invalid:
        raise
    except (OSError, ValueError, RecursionError, LookupError, TypeError) as error:
        should = _("should be a race that was kept as JSON")
        raise Invalid([Problem("FILE", should, f"{file}: {error}")]) from None
    if name not in told:
        raise Invalid([unknown("--entrant", name, list(told))])
    configurations = next((one.configurations for one in race.entrants if one.key == name), ())
    for found in configurations:
        values = found.to_dict()
        if all(values[field] == told[name].get(field) for field in ("rate", "sharing", "weighting")):
            return found, seeds
    raise Invalid([Problem("--entrant", _("should be an entrant of this race as it was kept"), name)])


def _of_run(number: str) -> Asked:
    """Experiment and seed of a run of the store, by its number."""
    from playground.basics.settings import database_url
    from playground.runs.store.store import Store

    for found in Store(database_url()).histories([NUMBER.read("RUN", number)]):
        return found.run.experiment, [found.run.seed]
    raise Invalid([Problem("RUN", _("should be the number of a run in the store"), number)])
