"""What presets claim, over twenty fresh seeds each: measured, stored, and written as a table.

    python -m tests.claims [PRESET…] --write

trains every preset (or those named) with the twenty seeds of `tests.test_presets_claims`, also where the tests themselves make
do with fewer, and writes presets/recorded/claims.json and docs/claims.md. It takes a graphics card where there is one; without
one, `--few` leaves the suites whose runs take seconds each at the few seeds of the tests, which the table then says.

What is stored are the gains of every seed with a mark of what they hold for: the preset, its claim, and the code that trains.
`tests/test_claims.py` makes the intervals and the verdicts anew from these numbers each time, and fails where a mark is not
that of today. So a claim is held before each change, and trained where something changed on which it depends.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
import tomllib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch

from playground import public_names
from playground.basics.files import write_whole
from playground.code_version import fingerprint
from playground.presets import Preset, presets
from playground.statistics.differences import ROUNDING, Difference, paired
from playground.training.loop import device_here
from tests import test_presets_claims as claims

ROOT = Path(__file__).parents[1]
DATA = Path("presets/recorded/claims.json")
TABLE = Path("docs/claims.md")
COMMAND = "python -m tests.claims --write"

LONG = {"sentences", "scenes", "road", "two_digits"}
"""Suites that take longest begin first, so that no core waits for one of them at the end."""

Stored = dict[str, dict[str, Any]]


def mark(preset: Preset) -> str:
    """What a stored claim holds for: the experiment and the claim as the preset's file has them, and the code that trains.

    Fields go by the names of their attributes, so that another name for people trains nothing anew.
    """
    written = tomllib.loads((ROOT / "presets" / f"{preset.key}.toml").read_text(encoding="utf-8"))
    experiment = public_names.follow(written["experiment"], dict)
    text = json.dumps([experiment, written["claim"], fingerprint()], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def measured(key: str, few: bool) -> dict[str, Any]:
    """What the fresh seeds say of a preset's claims, as plain data; in a process of its own. few: as on the command line."""
    if not few:
        claims.FEW.clear()
    preset = presets()[key]
    words, found, gains = claims.said(preset), claims.claimed(preset), claims.by_seed(preset)
    told = {
        name: {
            "says": words[name],
            "gains": [round(number, 4) for number in gains[name]],
            "holds": claims.as_claimed(preset, words[name], one),
        }
        for name, one in found.items()
    }
    plain: dict[str, Any] = {"mark": mark(preset), "claims": told}
    plain["with"] = f"torch {torch.__version__}, {device_here()}"
    if name := preset.claim.get("check"):
        try:
            claims.CHECKS[name](preset)
            plain["check"] = {"name": name, "holds": True}
        except AssertionError:
            plain["check"] = {"name": name, "holds": False}
    return plain


def differences(key: str, one: dict[str, Any]) -> dict[str, Difference]:
    """What the stored gains of a preset show by today's rules: for each claim the mean with its own interval."""
    resampling = presets()[key].experiment.the_suite.resampling
    return {name: paired(told["gains"], resampling, ROUNDING) for name, told in one["claims"].items()}


def table(stored: Stored) -> str:
    """The stored claims as a page of Markdown."""
    lines = [
        "# What the examples claim",
        "",
        f"Written by `{COMMAND}`. Gains over single-task baselines in percent, paired by seed over seeds",
        "that no example was tuned on, with 95 % intervals (`playground/statistics/differences.py`); every claim by its own "
        "interval.",
        "*even* is an interval that lies within the bound that the example names. The tests hold the stored gains to these",
        "claims and to the code that trained them, and train a sample of the examples anew.",
        "",
        "| example | what | claim | gain | 95 % interval | seeds | holds |",
        "|---|---|---|---|---|---|---|",
    ]
    for key, one in sorted(stored.items()):
        for name, found in sorted(differences(key, one).items()):
            what = "Δm" if name == "delta_m" else name
            gain = f"{found.mean:+.1f}".replace("-", "−")
            interval = f"[{found.low:+.1f}, {found.high:+.1f}]".replace("-", "−")
            says, holds = one["claims"][name]["says"], "yes" if one["claims"][name]["holds"] else "**no**"
            lines.append(f"| {key} | {what} | {says} | {gain} | {interval} | {found.count} | {holds} |")
        if "check" in one:
            lines.append(f"| {key} | `{one['check']['name']}` | | | | | {'yes' if one['check']['holds'] else '**no**'} |")
    made = sorted({one["with"] for one in stored.values()})
    return "\n".join([*lines, "", f"Trained with {'; '.join(made)}.", ""])


def read() -> Stored:
    """What is stored."""
    path = ROOT / DATA
    found: Stored = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and write if asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.claims", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="PRESET", help="presets to measure; all of them where none is named")
    parser.add_argument("--write", action="store_true", help=f"write {DATA} and {TABLE}")
    parser.add_argument("--few", action="store_true", help="fewer seeds where a run takes seconds")
    parser.add_argument("--into", type=Path, default=ROOT, help="the folder that these paths are below")
    parser.add_argument("--at-once", type=int, default=1, metavar="N", help="train so many presets at a time, one a core")
    options = parser.parse_args(arguments)
    known = presets()
    stored = {key: one for key, one in read().items() if key in known} if options.names else {}
    names = options.names or sorted(known, key=lambda key: known[key].experiment.suite.name not in LONG)
    began = time.monotonic()
    with ProcessPoolExecutor(options.at_once, get_context("spawn")) as pool:
        for key, one in zip(names, pool.map(partial(measured, few=options.few), names), strict=True):
            stored[key] = one
            found = {name: difference.text(2) for name, difference in differences(key, one).items()}
            print(f"{time.monotonic() - began:.0f} s, {key}: {found} {one.get('check', '')}", flush=True)
            if options.write:
                for path, text in ((DATA, json.dumps(stored, indent=1, sort_keys=True) + "\n"), (TABLE, table(stored))):
                    (options.into / path).parent.mkdir(parents=True, exist_ok=True)
                    write_whole(options.into / path, text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
