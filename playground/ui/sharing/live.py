"""The Sharing page as it comes by the channel: the parts of a study, made in the thread that reads for everybody."""

from __future__ import annotations

import time
from collections.abc import Mapping
from itertools import chain

from playground.experiment import Experiment
from playground.live.content.progress import progress
from playground.live.frames import Place
from playground.live.request import Ref, Topic
from playground.live.shown import Moment, Part
from playground.live.source import Source
from playground.ui.live.following import Following, Piece, about, follow
from playground.ui.live.watch import View
from playground.ui.play.over_steps import LOWER_EVERY
from playground.ui.sharing import state as sharing
from playground.ui.sharing.results import Bench, Drawn, drawing, lower_pictures, said, tabled, upper_pictures
from playground.ui.sharing.sweeps import sweep_parts

PAGE = "sharing"


def following(view: View, stale: bool) -> Following | None:
    """What the channel is asked for; None for what does not move: a recording, or the study before."""
    if stale or not view.entries:
        return None
    return follow(PAGE, view.scene.query(), view.runs, view.baselines)


def names(bench: Bench, lower: tuple[list[Drawn], list[Drawn]]) -> list[str]:
    """The names of `parts`, without making them."""
    if bench.study.view != sharing.SIDE:
        return ["headline", f"sweep.{bench.study.view}", "sweep.table"]
    fixed = ["headline", "sharing.losses", "sharing.gains", "sharing.table"]
    return [*fixed, *(f"network.{place}" for place in range(len(bench.boards))), *chain(*lower[0], *lower[1])]


def parts(bench: Bench, lower: tuple[list[Drawn], list[Drawn]]) -> dict[str, Piece]:
    """Everything that moves on the page. lower: of `lower_pictures`."""
    found: dict[str, Piece] = {"headline": said(bench)}
    if bench.study.view != sharing.SIDE:
        return found | sweep_parts(bench)
    for place, board in enumerate(bench.boards):
        found[f"network.{place}"] = drawing(board)
    found |= upper_pictures(bench) | {"sharing.table": tabled(bench)}
    for pictures in (*lower[0], *lower[1]):
        found |= pictures
    return found


class Study:
    """One study, for all who look at it. See `playground.live.shown.Page`."""

    def __init__(self, topic: Topic):
        self.topic, self.study = topic, sharing.read(about(topic))
        self._wanted = [[run.key for run in runs] for runs in (self.study.runs(), self.study.baselines())]
        self._placed: tuple[float, int | None] = (0.0, None)
        self._lower: tuple[float, tuple[list[Drawn], list[Drawn]]] = (0.0, ([], []))

    @property
    def experiments(self) -> list[Experiment]:
        """What its strategies are compared in."""
        return [self.study.experiment]

    def look(self, known: Mapping[Ref, Source], place: Place) -> Moment:
        """Where it stands now."""
        sources = {known[ref].run.key: known[ref] for ref in self.topic.refs if ref in known}
        entries = {key: one.entry for key, one in sources.items() if one.entry is not None}
        own = [entries[key] for key in self._wanted[0] if key in entries]
        if any(one.status == "queued" for one in own) and time.monotonic() - self._placed[0] > 1:
            self._placed = time.monotonic(), place([one.id for one in entries.values()])
        status = progress(own, list(entries.values()), self.study.experiment.steps, self._placed[1])
        state = tuple((key, len(one.records), one.entry and one.entry.status) for key, one in sources.items())

        def draw() -> dict[str, Part]:
            histories = {key: one.history() for key, one in sources.items()}
            runs, baselines = ([histories[key] for key in keys if key in histories] for keys in self._wanted)
            bench = Bench(View(self.study, runs, baselines, entries, False))
            if not status["active"] or time.monotonic() - self._lower[0] > LOWER_EVERY:
                self._lower = time.monotonic(), lower_pictures(bench)
            return {name: piece.plain() for name, piece in parts(bench, self._lower[1]).items()}

        return Moment(status, state, draw)
