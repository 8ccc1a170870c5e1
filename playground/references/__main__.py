"""The process that fits ordinary models for pages: a line of JSON in (experiment and seed), a line of JSON out."""

from __future__ import annotations

import json
import sys

from playground.basics.errors import Invalid
from playground.basics.priority import give_way
from playground.experiment import Experiment
from playground.references.models import references

NICE = 10
"""How much it gives way to pages."""


def main() -> int:
    """Answer until standard input closes; an answer is null where it cannot be said."""
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = references(Experiment.from_dict(asked["experiment"]), asked["seed"])
        except (Invalid, ValueError, ArithmeticError, MemoryError) as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            answer = None
        print(json.dumps(answer), flush=True)
    return 0


if __name__ == "__main__":
    give_way(NICE)
    raise SystemExit(main())
