"""The command line: ``python -m playground list``, ``train``, ``sweep``, ``transfer`` and ``fetch``."""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from playground import catalog
from playground.errors import Invalid, Problem, unknown, writable
from playground.experiment import Experiment
from playground.knobs import Knob, knobs_of, read_knobs
from playground.presets import SEEDS, presets, read
from playground.tables import shelf
from playground.tables.reader import read_file
from playground.tables.table import chosen, table_of
from playground.tables.values import KINDS
from playground.tasks.fetched import Fetched, offer
from playground.words import _

STUDY = "sharing"
"""What stands for the first sight of the Sharing page where a preset is recorded."""

SEED = Knob(0, low=0, high=2**31 - 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0, or 2 for anything that the person who typed it can mend."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return int(options.command(options))
    except Invalid as invalid:
        print(invalid, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(_("Stopped."), file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m playground", description=_("Multi-task learning without a page."))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    listing = commands.add_parser("list", help=_("print presets, suites, strategies, methods and their knobs"))
    listing.set_defaults(command=_list)
    training = commands.add_parser("train", help=_("train a preset or a file, with its baselines"))
    _add_what(training)
    training.add_argument("--out", type=Path, metavar="FILE", help=_("write all of it (.json) or the history (.csv)"))
    training.set_defaults(command=_train)
    sweeping = commands.add_parser("sweep", help=_("gains against shared blocks, relatedness, or the labels of one task"))
    _add_what(sweeping)
    _add_strategies(sweeping)
    sweeping.add_argument("--over", default="relatedness", metavar="WHAT", help=_("depth, relatedness or size"))
    sweeping.add_argument("--task", default="", metavar="TASK", help=_("the task whose labels become fewer, for size"))
    sweeping.add_argument("--out", type=Path, metavar="FILE", help=_("write all of it (.json) or a row a seed (.csv)"))
    sweeping.set_defaults(command=_sweep)
    fetching = commands.add_parser("fetch", help=_("download data once; without a name, print what can be downloaded"))
    fetching.add_argument("suites", nargs="*", metavar="SUITE")
    fetching.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="changes", help=_("e.g. id=61"))
    fetching.set_defaults(command=_fetch)
    measuring = commands.add_parser("transfer", help=_("how alike tasks see, and what a step on one does to another"))
    _add_what(measuring)
    _add_strategies(measuring)
    measuring.add_argument("--out", type=Path, metavar="FILE", help=_("write a row for each pair of tasks (.json or .csv)"))
    measuring.set_defaults(command=_transfer)
    recording = commands.add_parser("record", help=_("train a preset and keep it as the recorded run that pages show first"))
    recording.add_argument("preset", metavar="PRESET", help=_("its name, or sharing for what the Sharing page shows first"))
    recording.set_defaults(command=_record)
    return parser


def _add_what(parser: argparse.ArgumentParser) -> None:
    """What is trained: a preset or a file, changes to it, and seeds."""
    words = _("a preset's name, or a TOML or JSON file with an experiment; not needed with --data")
    parser.add_argument("what", metavar="PRESET_OR_FILE", nargs="?", help=words)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="changes",
        help=_("change a field, e.g. sharing.depth=1"),
    )
    seeds = parser.add_mutually_exclusive_group()
    seeds.add_argument("--seeds", metavar="N", help=_("train with the seeds 0 … N−1"))
    seeds.add_argument("--seed", metavar="K", help=_("train with this one seed"))
    parser.set_defaults(usage=parser)
    _add_table(parser)


def _add_table(parser: argparse.ArgumentParser) -> None:
    """The options that bring a table of one's own."""
    table = parser.add_argument_group(_("a table of your own"))
    table.add_argument("--data", type=Path, metavar="FILE.csv", help=_("learn from this table"))
    table.add_argument("--targets", default="", metavar="A,B", help=_("columns to learn, by header or name"))
    words = _("what columns are, where it is not found out rightly: {kinds}").format(kinds=", ".join(KINDS))
    table.add_argument("--types", default="", metavar="A=TYPE,…", help=words)
    table.add_argument("--split-by", default="", metavar="A", help=_("rows that agree in this column stay in one split"))
    table.add_argument("--encoding", default="auto", help=_("encoding of the file, where it is not found out rightly"))


def _add_strategies(parser: argparse.ArgumentParser) -> None:
    """The strategies that are put side by side."""
    parser.add_argument(
        "--sharing",
        action="append",
        metavar="NAME,KNOB=VALUE",
        help=_("a strategy to look at, e.g. soft_l2,strength=0.1; once for each; the experiment's own where left out"),
    )


def _list(_options: argparse.Namespace) -> int:
    """Everything that can be chosen, with its knobs."""
    print(_("presets"))
    for preset in presets().values():
        print(f"  {preset.key:24} {_(preset.title)}")
    for title, entries in (
        (_("suites"), catalog.suites()),
        (_("backbones"), catalog.backbones()),
        (_("sharing"), catalog.strategies()),
        (_("weighting"), catalog.methods()),
    ):
        print(title)
        for key, entry in entries.items():
            print(f"  {key:24} {_(entry.card.title)}")
            for name, knob in knobs_of(entry).items():
                print(f"    {name:22} {knob.default!r:14} {_(knob.label)}")
    return 0


def _train(options: argparse.Namespace) -> int:
    """Train, print the summary, write the file."""
    experiment, seeds = _asked(options)
    out = writable(options.out, (".json", ".csv"), _("should end in .json or .csv"))
    # Imported late: a wrong name on the command line should not have to wait for torch.
    from playground.runs.headless import train_with_baselines

    result = train_with_baselines(experiment, seeds, _bar if sys.stderr.isatty() else None)
    print(result.summary())
    if out is not None:
        text = result.metrics_csv() if out.suffix == ".csv" else json.dumps(result.to_dict(), ensure_ascii=False, indent=1)
        out.write_text(text, encoding="utf-8")
    return 0


def _asked(options: argparse.Namespace) -> tuple[Experiment, list[int]]:
    """The experiment and the seeds that were asked for."""
    key, budget = _table(options)
    experiment, count = _experiment(options.what, options.changes, key, budget)
    if options.seed is not None:
        return experiment, [SEED.read("--seed", options.seed)]
    return experiment, list(range(SEEDS.read("--seeds", count if options.seeds is None else options.seeds)))


def _sweep(options: argparse.Namespace) -> int:
    """Train a sweep of one or several strategies, print the gains, write the file."""
    experiment, seeds = _asked(options)
    out = writable(options.out, (".json", ".csv"), _("should end in .json or .csv"))
    from playground.runs import sweeps

    experiments = sweeps.beside(experiment, options.sharing) if options.sharing else [experiment]
    found = sweeps.sweep(options.over, experiments, seeds, options.task, _bar if sys.stderr.isatty() else None)
    print(found.summary())
    if out is not None:
        text = found.table.to_csv(index=False) if out.suffix == ".csv" else json.dumps(found.to_dict(), indent=1)
        out.write_text(text, encoding="utf-8")
    return 0


def _fetch(options: argparse.Namespace) -> int:
    """Download the data of suites that have to be downloaded, or say what can be and what was."""
    found = {key: suite for key, suite in catalog.suites().items() if issubclass(suite, Fetched)}
    for name in options.suites:
        if name not in found:
            raise Invalid([unknown("SUITE", name, list(found))])
    for name in options.suites:
        knobs, problems = read_knobs(name, found[name], _pairs(options.changes))
        if problems:
            raise Invalid(problems)
        path = found[name](**knobs).fetch()
        print(_("{size} kB in {path}").format(size=path.stat().st_size // 1024, path=path))
    if not options.suites:
        for suite in found.values():
            print(f"python -m playground fetch {suite().words:24} {_(suite.card.title)}")
        print(offer())
    return 0


def _transfer(options: argparse.Namespace) -> int:
    """Train one or several strategies while transfer is measured, print what came out, write the file."""
    experiment, seeds = _asked(options)
    out = writable(options.out, (".json", ".csv"), _("should end in .json or .csv"))
    import pandas as pd

    from playground.runs import sweeps, transfer

    experiments = sweeps.beside(experiment, options.sharing) if options.sharing else [experiment]
    found = transfer.measure(experiments, seeds, _bar if sys.stderr.isatty() else None)
    print("\n\n".join(one.summary() for one in found))
    if out is not None and out.suffix == ".csv":
        pd.concat([one.table() for one in found]).to_csv(out, index=False)
    elif out is not None:
        out.write_text(json.dumps([one.to_dict() for one in found], indent=1), encoding="utf-8")
    return 0


def _record(options: argparse.Namespace) -> int:
    """Train a preset as it is, or the first sight of the Sharing page, and keep all that was recorded beside the presets."""
    if options.preset not in (STUDY, *presets()):
        raise Invalid([unknown("PRESET", options.preset, [STUDY, *presets()])])
    from playground.experiment import Run
    from playground.runs import recorded, sweeps
    from playground.runs.headless import Result, train_all

    if options.preset == STUDY:
        experiments, seeds = sweeps.first(), range(sweeps.FIRST_SEEDS)
    else:
        preset = presets()[options.preset]
        experiments, seeds = [preset.experiment], range(preset.seeds)
    own = {one: [Run(rate, seed) for rate in one.trainings() for seed in seeds] for one in experiments}
    against = [Run(rate, seed) for rate in experiments[0].baselines() for seed in seeds]
    wanted = dict.fromkeys([*(run for runs in own.values() for run in runs), *against])
    found = train_all(list(wanted), _bar if sys.stderr.isatty() else None)
    path = recorded.RECORDED / f"{options.preset}.json.gz"
    recorded.write(list(found.values()), path)
    for one, runs in own.items():
        print(Result(one, [found[run] for run in runs], [found[run] for run in against]).summary())
    print(_("{size} kB in {path}").format(size=path.stat().st_size // 1024, path=path))
    return 0


def _table(options: argparse.Namespace) -> tuple[str, dict[str, int]]:
    """The key of the table that is brought and the budget that suits it; "" and {} where there is none."""
    if options.data is None:
        told = [name for name in ("targets", "types", "split_by") if getattr(options, name)]
        if told:
            raise Invalid([Problem(f"--{told[0].replace('_', '-')}", _("should go with --data"), getattr(options, told[0]))])
        if options.what is None:
            options.usage.error(_("PRESET_OR_FILE or --data should be given"))
        return "", {}
    table = chosen(table_of(read_file(options.data, options.encoding)), options.targets, options.types, options.split_by)
    return shelf.lend(table), table.budget()


def _experiment(what: str | None, changes: Sequence[str], key: str, budget: dict[str, int]) -> tuple[Experiment, int]:
    """The experiment that is asked for, with its changes, and the number of seeds that it is usually trained with.

    key: of a table to learn from in the place of other data; budget: steps and batch that suit it.
    """
    path, known = Path(what or ""), presets()
    if what is None:
        experiment, count = Experiment.from_flat({"suite": "table", "suite.table": key, **budget}), 1
    elif what in known:
        experiment, count = known[what].experiment, known[what].seeds
    elif path.suffix == ".json":
        experiment, count = Experiment.from_file(path), 1
    elif path.suffix == ".toml" and path.is_file():
        experiment, count = _from_toml(path)
    elif path.suffix == ".toml":
        raise Invalid([Problem("PRESET_OR_FILE", _("should be a file that exists"), what)])
    else:
        raise Invalid([unknown("PRESET_OR_FILE", what, list(known))])
    if key and what is not None:
        experiment = experiment.set(suite="table", **{"suite.table": key})
    return (experiment.set(**_pairs(changes)) if changes else experiment), count


def _pairs(changes: Sequence[str]) -> dict[str, str]:
    """What is said by `--set name=value`."""
    pairs = [change.partition("=") for change in changes]
    bad = [Problem("--set", _("should look like name=value"), name) for name, sign, _value in pairs if not sign]
    if bad:
        raise Invalid(bad)
    return {name: value for name, _sign, value in pairs}


def _from_toml(path: Path) -> tuple[Experiment, int]:
    """A TOML file: a whole preset, which has a title, or an experiment alone."""
    experiment = Experiment.from_file(path)
    if "title" not in tomllib.loads(path.read_text(encoding="utf-8")):
        return experiment, 1
    preset = read(path)
    return preset.experiment, preset.seeds


def _bar(done: int, total: int) -> None:
    """A progress bar on the terminal, rewritten in place."""
    width = 40
    filled = width * done // total
    print(f"\r[{'=' * filled}{' ' * (width - filled)}] {100 * done // total:3d} %", end="", file=sys.stderr, flush=True)
    if done >= total:
        print(file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
