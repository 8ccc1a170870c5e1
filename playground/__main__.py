"""The command line: ``python -m playground list``, ``train``, ``sweep``, ``race``, ``transfer``, ``fetch``, ``export`` …"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from playground import catalog, public_names
from playground.basics.errors import Invalid, Problem, unknown, writable
from playground.basics.files import until_unread, write_whole
from playground.basics.knobs import Knob, knobs_of, read_knobs
from playground.basics.settings import show
from playground.basics.words import _
from playground.commands import race, use
from playground.course import command as course_command
from playground.experiment import CHOICES, Experiment
from playground.experiment.choice_text import changes_of
from playground.export import command as exporting
from playground.presets import SEEDS, presets, read
from playground.presets import faults as presets_left_out
from playground.suites.fetched import Fetched, offer
from playground.uploads.columns.choices import ROLES
from playground.uploads.columns.values import KINDS

SEED = LINE = Knob(0, low=0, high=2**31 - 1)
OF_TABLES = ("targets", "types", "split_by", "missing", "keep_words", "column", "keep_totals", "row_names", "sheet", "sample")
"""Options that say something of a table that is brought."""


@until_unread
def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code: 0, 1 where nothing was learned, 2 for anything that the person who typed it can mend."""
    options = _parser().parse_args(arguments)
    try:
        done = int(options.command(options))
        _tell_left_out(sys.stdout if options.command is _list else sys.stderr)
        return done
    except Invalid as invalid:
        print(invalid, file=sys.stderr)
        _tell_left_out(sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(_("Stopped."), file=sys.stderr)
        return 130


def _tell_left_out(stream: TextIO) -> None:
    """The files that had to be left out of what was read, each with what is wrong."""
    for fault in [*catalog.faults(), *presets_left_out()]:
        print(_("Left out: {fault}").format(fault=fault), file=stream)


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
    race.add(commands, _add_what, _asked, _bar)
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
    words = _("its name, or sharing, sharing_depth … for what the Sharing page shows first")
    recording.add_argument("preset", metavar="PRESET", nargs="?", help=words)
    recording.add_argument("--all", action="store_true", help=_("everything that this code did not record yet"))
    recording.add_argument("--anew", action="store_true", help=_("with --all: what it did record, too"))
    recording.set_defaults(command=_record)
    exporting.add(commands, _add_what, _asked)
    course_command.add(commands)
    use.add_commands(commands, _table)
    showing = commands.add_parser("config", help=_("print every setting of the environment and what is in force"))
    showing.set_defaults(command=show)
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
        help=_("change a field, e.g. steps=200, sharing.depth=1 or weighting=gradnorm,alpha=3"),
    )
    seeds = parser.add_mutually_exclusive_group()
    seeds.add_argument("--seeds", metavar="N", help=_("train with the seeds 0 … N−1"))
    seeds.add_argument("--seed", metavar="K", help=_("train with this one seed"))
    parser.set_defaults(usage=parser)
    _add_table(parser)


def _add_table(parser: argparse.ArgumentParser) -> None:
    """The options that bring a table of one's own."""
    table = parser.add_argument_group(_("a table of your own"))
    words = _("learn from this table (CSV, .xlsx, .parquet); more than once: tables with the same inputs, joined")
    table.add_argument("--data", type=Path, action="append", metavar="FILE", help=words)
    words = _("the sheet of a workbook; once for all files, or once for each")
    table.add_argument("--sheet", action="append", default=[], metavar="NAME", help=words)
    words = _("draw rows by a seed, 0 where left out, if there are more than are taken")
    table.add_argument("--sample", nargs="?", const="0", metavar="SEED", help=words)
    table.add_argument("--targets", default="", metavar="A,B", help=_("columns to learn, by header or name"))
    words = _("what columns are, where it is not found out rightly: {kinds}").format(kinds=", ".join(KINDS))
    words += "; " + _("ordered classes with their order: A=ordinal:low<middle<high")
    table.add_argument("--types", default="", metavar="A=TYPE,…", help=words)
    table.add_argument("--split-by", default="", metavar="A", help=_("rows that agree in this column stay in one split"))
    for verb, form, words in (
        ("missing", "A=CELL,…", _("cells of a column that say that nothing is known, e.g. price=-999,unknown")),
        ("keep-words", "A=CELL,…", _("cells that say something, where they are taken for missing, e.g. country=NA")),
        ("column", "A=ROLE/TYPE", _("what is done with a column: {roles}; and what it is").format(roles=", ".join(ROLES))),
    ):
        table.add_argument(f"--{verb}", action="append", default=[], metavar=form, help=words)
    table.add_argument("--keep-totals", action="store_true", help=_("lines with totals are rows like others"))
    table.add_argument("--row-names", action="store_true", help=_("every row begins with a name that has no title"))
    table.add_argument("--header", default="0", metavar="LINE", help=_("the line with the titles, where it is not found"))
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
    """Everything that can be chosen, with its knobs; what has to be left out, and why, is told by `main`."""
    catalog.read_all()
    print(_("presets"))
    for preset in presets().values():
        print(f"  {preset.key:24} {_(preset.title)}")
    for title, entries in (
        (_("suites"), catalog.suites()),
        (_("backbones"), catalog.backbones()),
        (_("sharing"), catalog.strategies()),
        (_("weighting"), catalog.methods()),
        (_("schedules"), catalog.schedules()),
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
    from playground.runs.results.headless import train_with_baselines

    result = train_with_baselines(experiment, seeds, _bar if sys.stderr.isatty() else None)
    print(result.summary())
    if out is not None:
        plain = {**result.to_dict(), "table": use.told_of_table(options)}
        write_whole(out, result.metrics_csv() if out.suffix == ".csv" else json.dumps(plain, ensure_ascii=False, indent=1))
    # A program that goes on from here should know whether anything was learned to the end.
    return 0 if result.comparison.table["score"].notna().any() else 1


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
    from playground.runs.results import sweeps

    experiments = sweeps.beside(experiment, options.sharing) if options.sharing else [experiment]
    found = sweeps.sweep(options.over, experiments, seeds, options.task, _bar if sys.stderr.isatty() else None)
    print(found.summary())
    if out is not None:
        text = found.table.to_csv(index=False) if out.suffix == ".csv" else json.dumps(found.to_dict(), indent=1)
        write_whole(out, text)
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

    from playground.runs.results import affinity, sweeps

    experiments = sweeps.beside(experiment, options.sharing) if options.sharing else [experiment]
    found = affinity.measure(experiments, seeds, _bar if sys.stderr.isatty() else None)
    print("\n\n".join(one.summary() for one in found))
    if out is not None and out.suffix == ".csv":
        write_whole(out, pd.concat([one.table() for one in found]).to_csv(index=False))
    elif out is not None:
        write_whole(out, json.dumps([one.to_dict() for one in found], indent=1))
    return 0


def _record(options: argparse.Namespace) -> int:
    """Train what pages show first, as it is, and keep what was recorded beside the presets."""
    from playground.runs.precomputed import recording

    bar = _bar if sys.stderr.isatty() else None
    if options.all != (options.preset is None):
        raise Invalid([Problem("PRESET", _("should be one name, or --all should stand in its place"), options.preset)])
    if options.all:
        for one, due in recording.record_stale(options.anew, bar):
            said = recording.sizes(one.name) if due else _("{name} is as this code would make it").format(name=one.name)
            print(said, flush=True)
        return 0
    for result in recording.record(recording.plan(options.preset), bar):
        print(result.summary())
    print(recording.sizes(options.preset))
    return 0


def _table(options: argparse.Namespace) -> tuple[str, dict[str, int]]:
    """The key of the table that is brought and the budget that suits it; "" and {} where there is none."""
    if options.data is None:
        without = [name for name in OF_TABLES if getattr(options, name)]
        if without:
            found = getattr(options, without[0])
            raise Invalid([Problem(f"--{without[0].replace('_', '-')}", _("should go with --data"), found)])
        if options.what is None:
            options.usage.error(_("PRESET_OR_FILE or --data should be given"))
        return "", {}
    # Only here, so that whoever brings no table does not wait for what reads one.
    from playground.uploads import files
    from playground.uploads.brought import Told, report, told
    from playground.uploads.kept import storage

    way = files.Way(options.encoding, int(LINE.read("--header", options.header)), options.row_names)
    sheet = files.read(options.data, way, options.sheet, options.sample)
    said = {verb: getattr(options, verb.replace("-", "_")) for verb in ("missing", "keep-words", "column")}
    brought, choices = told(sheet, Told(options.targets, options.types, options.split_by, said, options.keep_totals))
    print(report(brought, choices), file=sys.stderr)
    return storage.lend(brought.table), brought.table.budget()


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
        experiment, count = public_names.read_file(path), 1
    elif path.suffix == ".toml" and path.is_file():
        experiment, count = _from_toml(path)
    elif path.suffix == ".toml":
        raise Invalid([Problem("PRESET_OR_FILE", _("should be a file that exists"), what)])
    else:
        raise Invalid([unknown("PRESET_OR_FILE", what, list(known))])
    if key and what is not None:
        experiment = experiment.set(suite="table", **{"suite.table": key})
    return public_names.follow(_changes(changes), lambda fields: experiment.set(**fields)) if changes else experiment, count


def _pairs(changes: Sequence[str]) -> dict[str, str]:
    """What is said by `--set name=value`."""
    pairs = [change.partition("=") for change in changes]
    bad = [Problem("--set", _("should look like name=value"), name) for name, sign, _value in pairs if not sign]
    if bad:
        raise Invalid(bad)
    return {name: value for name, _sign, value in pairs}


def _changes(said: Sequence[str]) -> dict[str, str]:
    """What `--set` changes in an experiment; a choice may bring its knobs along: `--set weighting=gradnorm,alpha=3`."""
    changes: dict[str, str] = {}
    for name, value in _pairs(said).items():
        changes |= changes_of(name, value) if name in CHOICES else {name: value}
    return changes


def _from_toml(path: Path) -> tuple[Experiment, int]:
    """A TOML file: a whole preset, which has a title, or an experiment alone."""
    experiment = public_names.read_file(path)
    if "title" not in tomllib.loads(path.read_text(encoding="utf-8")):
        return experiment, 1
    preset = read(path)
    return preset.experiment, preset.seeds


def _bar(done: int, total: int) -> None:
    """A progress bar on the terminal, rewritten in place."""
    filled = 40 * done // total
    print(f"\r[{'=' * filled:40}] {100 * done // total:3d} %", end="", file=sys.stderr, flush=True)
    if done >= total:
        print(file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
