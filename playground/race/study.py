"""Which method? A race on every suite of a list, kept as it comes, and the document that is written from what is kept.

    python -m playground.race.study                      what is kept and what is missing
    python -m playground.race.study --run [SUITE …]      race where nothing is kept yet, one suite after the other
    python -m playground.race.study --write              write docs/which-method.md from what is kept

A suite that is done is not raced again, so a study that was cut off goes on where it was, and suites may be raced on several
machines: each leaves one file. A file of older code is raced anew with `--again`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from playground import catalog
from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.files import until_unread, write_whole
from playground.basics.words import _
from playground.experiment import Experiment
from playground.race.plan import Race
from playground.statistics.differences import CLOSE, GAINS, LOSES, Difference, paired, signed, together

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "which-method"
DOCUMENT = ROOT / "docs" / "which-method.md"

SEEDS, WEIGHTS = 10, 10

SUITES: Mapping[str, Mapping[str, Any]] = {
    "two_digits": {"tasks": ["left", "right"], "steps": 500},
    "digits": {},
    "toy_plane": {},
    "noisy_twins": {},
    "scale_clash": {},
    "related_functions": {},
    "road": {},
    "breast_cancer": {},
    "diabetes": {},
    "wine": {},
    "linnerud": {},
}
"""What is raced, each with what differs from the suite's own defaults. Networks of convolutions would take hours."""

Told = dict[str, Any]
"""A race as `playground.race.report.to_dict` has it."""


def race_of(suite: str, seeds: int = SEEDS, methods: str = "all") -> Race:
    """The race of a suite: all methods, three rates around its own, ten fixed weightings."""
    experiment = Experiment.from_dict({"suite": suite, **SUITES[suite]})
    return Race.of(experiment, methods, weights=WEIGHTS, seeds=seeds)


def keep(suite: str, told: Told) -> Path:
    """Write what came out of a suite, whole or not at all."""
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{suite}.json.gz"
    path.with_suffix(".part").write_bytes(gzip.compress(json.dumps(told).encode(), 9, mtime=0))
    path.with_suffix(".part").replace(path)
    return path


def kept() -> dict[str, Told]:
    """What is kept, in the order of the list."""
    found = {}
    for suite in SUITES:
        path = KEPT / f"{suite}.json.gz"
        if path.is_file():
            found[suite] = json.loads(gzip.decompress(path.read_bytes()))
    return found


def run(suites: Sequence[str], seeds: int, again: bool) -> None:
    """Race the suites of which nothing is kept."""
    from playground.race import report
    from playground.race.train import train

    done = kept()
    for suite in suites:
        race = race_of(suite, seeds)
        if not again and suite in done and done[suite]["key"] == race.key:
            print(f"{suite}: kept", flush=True)
            continue
        begun = time.monotonic()
        told = report.to_dict(train(race, _bar if sys.stderr.isatty() else None))
        told["seconds"] = round(time.monotonic() - begun)
        print(f"{suite}: {told['runs']} runs in {told['seconds']} s, {keep(suite, told)}\n  {told['summary']}", flush=True)


def _bar(done: int, total: int) -> None:
    print(f"\r{100 * done // max(1, total):3d} %", end="" if done < total else "\n", file=sys.stderr, flush=True)


# --- the document ------------------------------------------------------------------------------------------------------


def document(found: Mapping[str, Told]) -> str:
    """The document in Markdown, in English: it is part of the source."""
    parts = (_head, _overview, _matrix, _literature, _papers, _each, _how)
    return "\n\n".join(part(found) for part in parts) + "\n"


def _contenders(told: Told) -> list[Told]:
    return [one for one in told["entrants"] if one["kind"] in ("equal", "tuned", "asked")]


def _one(told: Told, name: str) -> Told:
    return next(one for one in told["entrants"] if one["name"] == name)


def _gain(ends: Mapping[str, float | None]) -> str:
    if ends["mean"] is None:
        return "–"
    low, high = ends["low"], ends["high"]
    return signed(ends["mean"]) + ("" if low is None or high is None else f" [{signed(low)}, {signed(high)}]")


def _head(found: Mapping[str, Told]) -> str:
    count = len(found)
    plain = sum(_one(told, "equal")["best"] or _one(told, "static")["best"] for told in found.values())
    beyond = sum(any(one["beyond_fixed_weights"] is not None for one in _contenders(told)) for told in found.values())
    alone = sum(sum(one["best"] for one in _contenders(told)) == 1 for told in found.values())
    helps = sum(_above_zero(_leader(told)["delta_m"]) for told in found.values())
    lead = (
        f"**On {plain} of {count} suites a plain sum of the losses, with equal or tuned fixed weights, cannot be told "
        "from the best.** "
        f"A single method is told from all others on {alone}; one lies beyond the front of fixed weights by more than its "
        "band on "
        f"{beyond}; the leader is told to gain over one network a task on {helps}."
    )
    return (
        "# Which method?\n\nWritten by `python -m playground.race.study --write` from the races kept in `docs/which-method/`; "
        f"every number is computed.\n\n{lead}"
    )


def _above_zero(ends: Mapping[str, float | None]) -> bool:
    """Whether the whole interval lies above zero."""
    low = ends["low"]
    return low is not None and low > 0


def _leader(told: Told) -> Told:
    return _one(told, told["leader"])


def _overview(found: Mapping[str, Told]) -> str:
    lines = [
        "## Suite by suite",
        "Gains over one network a task in percent, mean over tasks (Δm) on test, with 95 % intervals corrected for all "
        "entrants.",
        "| Suite | Seeds | Cannot be told from the best | Leader | Its Δm | Equal weights | Fixed weights, tuned | Seeds "
        "to separate the "
        "first two |\n|---|---|---|---|---|---|---|---|",
    ]
    rows = []
    for suite, told in found.items():
        among, leader = [one for one in _contenders(told) if one["best"]], _leader(told)
        rows.append(
            f"| {suite} | {len(told['seeds'])} | {len(among)} of {len(_contenders(told))} | {leader['title']} | "
            f"{_gain(leader['delta_m'])} | "
            f"{_gain(_one(told, 'equal')['delta_m'])} | {_gain(_one(told, 'static')['delta_m'])} | "
            f"{told['seeds_needed'] or '–'} |"
        )
    return "\n\n".join(lines[:2]) + "\n\n" + lines[2] + "\n" + "\n".join(rows)


def _matrix(found: Mapping[str, Told]) -> str:
    """Δm of every method on every suite; a star where it cannot be told from the best."""
    names = {one["name"]: one["title"] for told in found.values() for one in _contenders(told)}
    places: dict[str, list[float]] = {name: [] for name in names}
    for told in found.values():
        for one in _contenders(told):
            if one["rank"] is not None:
                places[one["name"]].append(one["rank"] / len(_contenders(told)))
    order = sorted(names, key=lambda name: sum(places[name]) / max(1, len(places[name])) if places[name] else 9.0)
    lines = [
        "## Where does which method help?",
        "Δm in percent; ★ cannot be told from the best of its suite; **bold** is told from zero. Sorted by mean rank "
        "over suites.",
        "| Method | " + " | ".join(found) + " |\n|---|" + "---|" * len(found),
    ]
    rows = []
    for name in order:
        cells = []
        for told in found.values():
            there = [one for one in _contenders(told) if one["name"] == name]
            cells.append(_cell(there[0]) if there else "–")
        rows.append(f"| {names[name]} | " + " | ".join(cells) + " |")
    return "\n\n".join(lines) + "\n" + "\n".join(rows)


def _cell(one: Told) -> str:
    if one["delta_m"]["mean"] is None:
        return "–"
    ends = one["delta_m"]
    text = signed(ends["mean"])
    told = ends["low"] is not None and not ends["low"] <= 0 <= ends["high"]
    return (f"**{text}**" if told else text) + (" ★" if one["best"] else "")


def _literature(found: Mapping[str, Told]) -> str:
    count = len(found)
    told_apart = ", ".join(suite for suite, told in found.items() if not _one(told, "equal")["best"]) or "none"
    front = {
        suite: [one["title"] for one in _contenders(told) if one["beyond_fixed_weights"] is not None]
        for suite, told in found.items()
    }
    beyond = "; ".join(f"{suite}: {', '.join(names)}" for suite, names in front.items() if names) or "on no suite"
    tuned = sum(_one(told, "static")["best"] for told in found.values())
    equal = sum(_one(told, "equal")["best"] for told in found.values())
    return (
        "## Beside the literature\n\n"
        "*Kurin et al. 2022* ([arXiv 2201.04122](https://arxiv.org/abs/2201.04122)) found that a well-tuned plain sum "
        "does as well as "
        f"specialised methods. Here equal weights cannot be told from the best on {equal} of {count} suites; "
        f"they can on {told_apart}.\n\n"
        "*Xin et al. 2022* ([arXiv 2209.11379](https://arxiv.org/abs/2209.11379)) found that methods move along the "
        "front of fixed weights "
        f"and not beyond it. Here tuned fixed weights cannot be told from the best on {tuned} of {count} suites; methods "
        "beyond the "
        f"front by more than its band: {beyond}. The front is drawn by {WEIGHTS} weightings, none of which gives a task less "
        "than a twentieth of the whole: where losses differ by orders of magnitude the best plain sum lies beyond its ends."
    )


def _papers(found: Mapping[str, Told]) -> str:
    """What the methods' own papers set out to show, more than equal weights, method by method."""
    lines = [
        "## Beside the methods' own papers",
        "Most of them report gains over equal weights, at one rate and on larger networks. Here each had the same three rates "
        "as equal weights. What is told is its Δm less that of equal weights, paired by seed; *more* and *less* by 95 % "
        "intervals, corrected over all methods of a suite.",
        "| Method | Paper | More on | Less on | Too close on |\n|---|---|---|---|---|",
    ]
    against = {suite: against_equal(told) for suite, told in found.items()}
    titles = {one["name"]: one["title"] for told in found.values() for one in _contenders(told) if one["kind"] == "asked"}
    rows = []
    for name, title in titles.items():
        there = {suite: one[name] for suite, one in against.items() if name in one}
        cells = [
            ", ".join(
                f"{suite} ({signed(one.mean)})" if verdict != CLOSE else suite
                for suite, one in there.items()
                if (one.verdict == verdict or (verdict == CLOSE and one.verdict not in (GAINS, LOSES)))
            )
            for verdict in (GAINS, LOSES, CLOSE)
        ]
        paper = catalog.methods()[name.partition(",")[0]].card.paper
        gains = sum(one.verdict == GAINS for one in there.values())
        rows.append((-gains, f"| {title} | {paper or '–'} | {' | '.join(cells)} |"))
    rows.sort()
    last = "*Too close* is no proof of being equal: with ten seeds only differences of some size can be told."
    return "\n\n".join(lines) + "\n" + "\n".join(row for _count, row in rows) + "\n\n" + last


def against_equal(told: Told) -> dict[str, Difference]:
    """Δm of every method of a race less that of equal weights, in percent, paired by seed and corrected together."""
    by_seed: dict[str, dict[int, float]] = {}
    for row in told["rows"]:
        by_seed.setdefault(row["entrant"], {})[row["seed"]] = math.nan if row["delta_m"] is None else row["delta_m"]
    equal = by_seed["equal"]
    names = [one["name"] for one in _contenders(told) if one["kind"] == "asked"]
    return together(
        {name: paired({seed: by_seed[name][seed] - equal[seed] for seed in equal}, told["resampling"]) for name in names}
    )


def _each(found: Mapping[str, Told]) -> str:
    parts = ["## What was found on each"]
    for suite, told in found.items():
        worst = [f"{one['title']} ({one['broken']})" for one in told["entrants"] if one["broken"]]
        broken = f" Runs that broke: {', '.join(worst)}." if worst else ""
        parts.append(f"**{suite}**. {told['summary']}{broken}")
    return "\n\n".join(parts)


def _how(found: Mapping[str, Told]) -> str:
    rows = [
        f"| {suite} | {len(told['race']['experiment']['tasks'])} | {told['race']['experiment']['steps']} | "
        f"{', '.join(f'{rate:g}' for rate in told['race']['rates'])} | {told['configurations']} | {told['runs']} | "
        f"{told['resampling']:.2f} | {told.get('seconds', '–')} |"
        for suite, told in found.items()
    ]
    codes = sorted({told["versions"]["code"][:8] for told in found.values()})
    return (
        "## How it was done\n\n"
        "Every method, equal weights, every fixed weighting and every single-task baseline got the same three rates; "
        "rate and step "
        "were chosen on validation, what is reported is test. Knobs of methods stood at their defaults. All entrants of "
        "a suite share "
        "data, first weights and batches of a seed. The best are a set: all that cannot be told from the leader, "
        "corrected for all "
        "pairs (`playground/statistics/contest.py`). r is the overlap of redrawn test sets, 0 where each seed makes data of "
        "its own.\n\n"
        "| Suite | Tasks | Steps | Rates | Configurations | Runs | r | Seconds on one core "
        "|\n|---|---|---|---|---|---|---|---|\n" + "\n".join(rows) + f"\n\nRaced with the training code {', '.join(codes)}."
    )


@until_unread
def main(arguments: Sequence[str] | None = None) -> int:
    """Race, write, or say what is kept."""
    options = argparse.ArgumentParser(prog="python -m playground.race.study", description=__doc__)
    options.add_argument("suites", nargs="*", metavar="SUITE", help="all of the list where left out")
    options.add_argument("--run", action="store_true", help="race where nothing is kept yet")
    options.add_argument("--again", action="store_true", help="race although something is kept")
    options.add_argument("--seeds", type=int, default=SEEDS)
    options.add_argument("--write", action="store_true", help="write the document")
    chosen = options.parse_args(arguments)
    try:
        if strangers := [name for name in chosen.suites if name not in SUITES]:
            raise Invalid([unknown("SUITE", strangers[0], list(SUITES))])
        if chosen.run or chosen.again:
            run(chosen.suites or list(SUITES), chosen.seeds, chosen.again)
        found = kept()
        if chosen.write and not found:
            raise Invalid([Problem("study", _("should have raced on one suite at least"), 0)])
    except Invalid as invalid:
        print(invalid, file=sys.stderr)
        return 2
    if chosen.write:
        write_whole(DOCUMENT, document(found))
    for suite in SUITES:
        told = found.get(suite)
        state = "missing" if told is None else f"{told['runs']} runs, {len(told['seeds'])} seeds"
        print(f"{suite:20} {state}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
