"""What the app tells the channel of its pages: those that come as a whole, and what stands beside runs."""

from __future__ import annotations

from collections.abc import Sequence

from playground.live.shown import Pages
from playground.runs.results.history import History
from playground.ui.play import references
from playground.ui.race import contest_live
from playground.ui.sharing import live as sharing_live
from playground.ui.take_home import use
from playground.ui.weighting import landscape


def beside(runs: Sequence[History]) -> str:
    """What is on its way beside runs, and drawn by the page: ordinary models, and errands for somebody's own table."""
    models, errands = references.wait(runs), use.waits(runs)
    return " ".join([*(["models"] if models else []), *([f"errands{errands}"] if errands else [])])


PAGES: Pages = {
    sharing_live.PAGE: sharing_live.Study,
    contest_live.PAGE: contest_live.Contest,
    landscape.PAGE: landscape.Landscape,
}
