"""Every number of a run as a table, and what it takes to make it again: settings with seeds, versions and the command."""

from __future__ import annotations

import json
import platform
import tomllib
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pandas as pd

from playground import public_names
from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.experiment import Experiment
from playground.figures.steps.changes import turned
from playground.runs.results import history
from playground.runs.results.comparison import Comparison, compare
from playground.runs.results.history import History
from playground.runs.results.records import Changed
from playground.statistics.differences import Difference
from playground.statistics.verdicts import verdict_word

PACKAGES = ("mtl-playground", "torch", "numpy", "scipy", "scikit-learn", "pandas")
"""What the numbers of a run may depend on."""
MOST_BYTES = 2**18
"""An uploaded file with an experiment is at most so large."""


def tables(runs: Sequence[History], baselines: Sequence[History]) -> dict[str, pd.DataFrame]:
    """Every table by the name of its file; gains are those on test."""
    found = {
        "steps.csv": history.curves(runs),
        "scores.csv": history.scores(runs),
        "cosines.csv": history.cosines(runs),
        "conflict.csv": history.conflict(runs),
        "costs.csv": history.costs(runs),
        "baseline_steps.csv": history.curves(baselines),
        "baseline_scores.csv": history.scores(baselines),
    }
    for name in ("steps.csv", "scores.csv"):
        found[name] = with_turned(found[name], runs)
    if runs:
        comparison = compare(runs, baselines)
        results = {"gains.csv": comparison.table, "differences.csv": differences(comparison)}
        found |= {name: with_turned(frame, runs) for name, frame in results.items()}
    return {name: frame for name, frame in found.items() if not frame.empty}


def with_turned(frame: pd.DataFrame, runs: Sequence[History]) -> pd.DataFrame:
    """The table with a column that says what was turned in flight in its runs, and when; as it is where nothing was."""
    changed = turned(runs)
    return frame.assign(turned_in_flight=changed) if changed else frame


def differences(comparison: Comparison) -> pd.DataFrame:
    """One row a task, and Δm: mean gain in percent, its 95 % interval, number of seeds, and what may be said of it."""
    return pd.DataFrame([{"task": name, **_row(one)} for name, one in comparison.differences.items()])


def _row(one: Difference) -> dict[str, Any]:
    return {"gain": one.mean, "low": one.low, "high": one.high, "seeds": one.count, "p": one.p, "verdict": verdict_word(one)}


def settings(experiment: Experiment, seeds: Sequence[int], runs: Sequence[History] = ()) -> dict[str, Any]:
    """The experiment with its seeds, the versions that trained it, and the command that trains it again, as plain values.

    runs: of which it is said what was turned in flight, as the command does not do that.
    """
    changed = [{"seed": one.run.seed, **_change(record)} for one in runs for record in one.of_kind("changed")]
    return {
        "experiment": public_names.public(experiment.to_dict()),
        "seeds": list(seeds),
        "versions": versions(),
        "command": command(seeds),
        **({"turned_in_flight": changed} if changed else {}),
    }


def _change(record: Changed) -> dict[str, Any]:
    """What was turned, and after which step."""
    return {"step": record["step"], "what": dict(record["what"])}


def toml(experiment: Experiment, seeds: Sequence[int]) -> str:
    """The same as TOML, which `train` reads as well."""
    found = settings(experiment, seeds)
    lines = [f"{name} = {json.dumps(found[name])}" for name in ("seeds", "command")]
    lines += ["", "[versions]", *(f"{name} = {json.dumps(one)}" for name, one in found["versions"].items())]
    return "\n".join([*lines, "", public_names.to_toml(experiment)])


def command(seeds: Sequence[int]) -> str:
    """The command that trains an experiment in ``experiment.toml`` with these seeds."""
    chosen = f"--seed {seeds[0]}" if len(seeds) == 1 else f"--seeds {max(seeds, default=0) + 1}"
    return f"python -m playground train experiment.toml {chosen}"


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that numbers may depend on, as far as they are installed as packages."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def files(
    experiment: Experiment, seeds: Sequence[int], runs: Sequence[History], baselines: Sequence[History]
) -> dict[str, bytes]:
    """Every table as CSV, and the settings as TOML and JSON."""
    found = {name: frame.to_csv(index=False).encode() for name, frame in tables(runs, baselines).items()}
    plain = json.dumps(settings(experiment, seeds, runs), ensure_ascii=False, indent=1)
    return found | {"experiment.toml": toml(experiment, seeds).encode(), "settings.json": plain.encode()}


def opened(name: str, content: bytes) -> tuple[Experiment, list[int]]:
    """The experiment in a file that was dropped on a page, with the seeds that it names; checked, and nothing of it is run.

    Raises Invalid.
    """
    if len(content) > MOST_BYTES:
        should = _("should be at most {size} kB").format(size=MOST_BYTES // 1024)
        raise Invalid([Problem("file", should, f"{len(content) // 1024} kB")])
    try:
        text = content.decode("utf-8-sig")
        if not name.lower().endswith(".json"):
            return public_names.read_toml(text), _seeds(tomllib.loads(text).get("seeds"))
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        if isinstance(error, Invalid):
            raise
        raise Invalid([Problem("file", _("should be an experiment as TOML or JSON"), error)]) from None
    if not isinstance(values, dict):
        raise Invalid([Problem("file", _("should be a table of names and values"), type(values).__name__)])
    return public_names.read(values.get("experiment", values)), _seeds(values.get("seeds"))


def _seeds(values: object) -> list[int]:
    """Seeds as a file names them; none where they are no list of small whole numbers."""
    if not isinstance(values, list):
        return []
    return sorted({one for one in values[:100] if isinstance(one, int) and not isinstance(one, bool) and 0 <= one < 2**31})
