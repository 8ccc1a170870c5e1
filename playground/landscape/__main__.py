"""Races without a page: ``python -m playground.landscape --setting paper --methods equal,mgda``.

With ``--wait`` this is the process that a page races in: it loads what it needs, waits for one line of JSON with a plan,
and tells the race as lines of JSON while it goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playground.basics.errors import Invalid, unknown, writable
from playground.basics.files import until_unread, write_whole
from playground.basics.priority import give_way
from playground.basics.words import _
from playground.landscape.plan import SETTINGS, of_setting, read

NICE = 5
"""How much a race that a page shows gives way to pages."""


@until_unread
def main(arguments: Sequence[str] | None = None) -> int:
    """Run one race, or write down the recorded ones; 0, or 2 for anything that the person who typed it can mend."""
    options = _parser().parse_args(arguments)
    try:
        if options.wait:
            return _serve()
        return _document(_out(options)) if options.recorded else _race(options)
    except Invalid as invalid:
        print(invalid, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(_("Stopped."), file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m playground.landscape", description=_("Weighting methods in the plane."))
    parser.add_argument("--setting", default="live", metavar="NAME", help=", ".join(SETTINGS))
    parser.add_argument("--methods", metavar="A,B", help=_("methods by their keys; all that can run where left out"))
    parser.add_argument("--starts", metavar="X1,X2;…", help=_("points to start from; the setting's own where left out"))
    parser.add_argument("--steps", metavar="N", help=_("stop after so many steps"))
    parser.add_argument("--out", type=Path, metavar="FILE", help=_("write the table (.md) or every recorded point (.json)"))
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument(
        "--record", action="store_true", help=_("keep the race as the recorded one of its setting, or its methods in that one")
    )
    kinds.add_argument("--recorded", action="store_true", help=_("no race: the tables of all recorded ones"))
    kinds.add_argument("--wait", action="store_true", help=argparse.SUPPRESS)
    return parser


def _race(options: argparse.Namespace) -> int:
    """Race, print the table, write the file."""
    if options.setting not in SETTINGS:
        raise Invalid([unknown("--setting", options.setting, list(SETTINGS))])
    plan = of_setting(options.setting)
    chosen = {name: getattr(options, name) for name in ("methods", "starts", "steps") if getattr(options, name) is not None}
    plan = read(plan.to_dict() | chosen)
    out = _out(options)
    # Imported late: a wrong name should not have to wait for torch.
    from playground.landscape.race import race
    from playground.landscape.recorded import Recording, merged, recordings, write
    from playground.landscape.report import numbers, table
    from playground.training.fleet.threads import use_one_thread

    use_one_thread()
    begun = time.perf_counter()
    track = race(plan)
    seconds = time.perf_counter() - begun
    text = f"{numbers(plan)}\n\n{table(plan, track)}\n"
    print(text)
    print(_("{seconds} seconds, {each} ms a step.").format(seconds=f"{seconds:.1f}", each=f"{1000 * seconds / plan.steps:.2f}"))
    if options.record:
        known = recordings().get(options.setting)
        print(write(options.setting, merged(known, Recording(plan, track, seconds))))
    if out is not None:
        write_whole(out, json.dumps(_all(plan.to_dict(), track.to_dict())) if out.suffix == ".json" else text)
    return 0


def _all(plan: dict[str, Any], track: dict[str, Any]) -> dict[str, Any]:
    return {"plan": plan, "track": track}


def _document(out: Path | None) -> int:
    """The document of all recorded races, printed or written."""
    from playground.landscape.findings import document

    if out is None:
        print(document())
    else:
        write_whole(out, document())
    return 0


def _serve() -> int:
    """Wait for a plan on standard input, then tell its race; ends without one when standard input closes."""
    from playground import catalog
    from playground.landscape.race import tell
    from playground.training.fleet.threads import use_one_thread

    give_way(NICE)
    use_one_thread()
    catalog.methods()
    line = sys.stdin.readline()
    if not line.strip():
        return 0
    try:
        for part in tell(read(json.loads(line))):
            # A reader that has gone is an error here, and ends this process.
            print(json.dumps(part.to_dict()), flush=True)
    except BrokenPipeError:
        return 1
    return 0


def _out(options: argparse.Namespace) -> Path | None:
    """The file to write, checked before the race and not after it."""
    return writable(options.out, (".json", ".md"), _("should end in .json or .md"))


if __name__ == "__main__":
    raise SystemExit(main())
