"""``python -m tests.mutation --room weighting``: try single changes to a room's files, and say which no test noticed.

A room is a folder of `playground/`, or a file beside them. Changes are drawn by seed, evenly from the room's files, and
tried in a copy of the tree, so that nothing here changes. For each, the tests that mirror the file run first, then
those of its folder, then all of the room; the first failure kills it. Whoever reads what is left decides which of them
change nothing that anybody could see.

With ``--scripts`` instead, the same for the JavaScript of the pages: the tests that load a script alone, in a real browser.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutation import changes as python
from tests.mutation import scripts
from tests.mutation.changes import Change

ROOT = Path(__file__).parents[2]
COPIED = ("playground", "pages", "presets", "tests", "docs", ".streamlit")


@dataclass(frozen=True)
class Mutant:
    """A change of one file; `path` is relative to the top of the tree."""

    path: Path
    change: Change

    def words(self, source: bytes) -> str:
        """Where and what, in one line."""
        old = " ".join(source[self.change.start : self.change.end].decode().split())
        new = " ".join(self.change.text.split()) or "(left out)"
        return f"{self.path}:{self.change.line} {self.change.kind}: {old[:60]} -> {new[:60]}"


def files(room: str) -> list[Path]:
    """The Python files of a room, relative to the top of the tree."""
    place = ROOT / "playground" / room
    found = sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    if not found or not found[0].exists():
        raise SystemExit(f"--room should be a folder or file of playground/. Found `{room}`.")
    return [path.relative_to(ROOT) for path in found]


def of_pages() -> list[Path]:
    """The scripts of the pages, relative to the top of the tree."""
    return sorted(path.relative_to(ROOT) for path in (ROOT / "playground" / "ui").rglob("*.js"))


def drawn(paths: list[Path], count: int, seed: int) -> list[Mutant]:
    """So many mutants at random, in turns from all files, so that a long file does not stand for a room."""
    rng = random.Random(seed)
    decks = {path: (scripts if path.suffix == ".js" else python).changes((ROOT / path).read_bytes()) for path in paths}
    for deck in decks.values():
        rng.shuffle(deck)
    order = [path for path in paths if decks[path]]
    rng.shuffle(order)
    found: list[Mutant] = []
    while len(found) < count and any(decks.values()):
        found += [Mutant(path, decks[path].pop()) for path in order if decks[path]]
    return found[:count]


def mirrors(path: Path) -> Iterator[list[str]]:
    """The tests of a file, narrowest first: those named like it, then those of its folder and of each folder above."""
    if path.suffix == ".js":
        texts = {one: one.read_text(encoding="utf-8") for one in sorted((ROOT / "tests" / "ui").rglob("test_*.py"))}
        every = [one for one, text in texts.items() if "Scripts(" in text]
        named = [one for one in every if f'{path.name}"' in texts[one]]
        yield [one.relative_to(ROOT).as_posix() for one in named or every]
        return
    inner = path.relative_to("playground")
    if inner == Path("__main__.py"):
        inner = Path("commands", "cli.py")  # the command line is tested beside its commands
    folder = Path("tests", *inner.parts[:-1])
    while not (ROOT / folder).is_dir():
        folder = folder.parent
    named = sorted((ROOT / folder).rglob(f"test_{inner.name}"))
    if named:
        yield [one.relative_to(ROOT).as_posix() for one in named]
    if folder == Path("tests"):
        yield [one.relative_to(ROOT).as_posix() for one in sorted((ROOT / folder).glob("test_*.py"))]
    while folder != Path("tests"):
        yield [folder.as_posix()]
        folder = folder.parent


def noticed(tree: Path, mutant: Mutant, patience: float) -> bool:
    """Whether a test fails, or does not end in time, when the change is made in `tree`."""
    path, source = tree / mutant.path, (ROOT / mutant.path).read_bytes()
    path.write_bytes(mutant.change.of(source))
    alone = mutant.path.suffix == ".js"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    environment["PLAYGROUND_BROWSER"] = "required" if alone else ""
    try:
        for tests in mirrors(mutant.path):
            command = [
                sys.executable,
                "-m",
                "pytest",
                "-x",
                "-q",
                "-p",
                "no:cacheprovider",
                "-m",
                "not slow" if alone else "not slow and not browser",
                *tests,
            ]
            done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, timeout=patience, check=False)
            if done.returncode not in (0, 5):  # 5: no test was found
                return True
    except subprocess.TimeoutExpired:
        return True
    finally:
        path.write_bytes(source)
    return False


def main() -> int:
    """Try the changes, print what was not noticed, and answer 1 where too little was."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description="Single changes, and whether a test notices.")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--room", help="a folder or file of playground/, e.g. weighting")
    what.add_argument("--scripts", action="store_const", const="scripts", dest="room", help="the JavaScript of the pages")
    parser.add_argument("--count", type=int, default=40, help="changes to try, at most")
    parser.add_argument("--seed", type=int, default=0, help="which changes are drawn")
    parser.add_argument("--patience", type=float, default=300.0, help="seconds after which tests count as stuck")
    parser.add_argument("--least", type=float, default=0.0, help="percent that have to be noticed")
    parser.add_argument("--json", action="store_true", help="one line of JSON at the end")
    options = parser.parse_args()
    mutants = drawn(of_pages() if options.room == "scripts" else files(options.room), options.count, options.seed)
    left = []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for name in COPIED:
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        for path in [one for one in ROOT.iterdir() if one.is_file()]:
            shutil.copy2(path, tree / path.name)
        for number, mutant in enumerate(mutants, start=1):
            words = mutant.words((ROOT / mutant.path).read_bytes())
            if not noticed(tree, mutant, options.patience):
                left.append(words)
                print(f"{number:3d}/{len(mutants)} not noticed  {words}", flush=True)
    share = 100 * (1 - len(left) / max(1, len(mutants)))
    print(f"{options.room}: {len(mutants) - len(left)} of {len(mutants)} noticed, {share:.0f} % (seed {options.seed})")
    if options.json:
        print(json.dumps({"room": options.room, "tried": len(mutants), "noticed": len(mutants) - len(left), "left": left}))
    return int(share < options.least)


if __name__ == "__main__":
    raise SystemExit(main())
