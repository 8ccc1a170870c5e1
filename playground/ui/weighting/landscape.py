"""The race in the plane as it comes by the channel, made in the thread that reads for everybody."""

from __future__ import annotations

import json
from collections.abc import Mapping

from playground.experiment import Experiment
from playground.live.frames import Place
from playground.live.request import Ref, Topic
from playground.live.shown import Moment, Part
from playground.live.source import Source
from playground.ui.live.following import Following, about, follow, plain
from playground.ui.weighting import race, results, state
from playground.ui.weighting.race import RaceView

PAGE = "weighting"
GROUND = "ground"
"""Field of what is asked for that holds which heights the contours show."""


def following(view: RaceView, ground: str) -> Following | None:
    """What the channel is asked for; None for a race that was recorded, or that nobody asked for."""
    return None if view.race is None else follow(PAGE, {"plan": json.dumps(view.race.plan.to_dict()), GROUND: ground})


def names(view: RaceView) -> list[str]:
    """The names of what moves; as long as nothing is known of a race, what stood there before stays."""
    return [] if view.stale or view.track is None else ["headline", "race", "race.table"]


class Landscape:
    """One race, for all who look at it. See `playground.live.shown.Page`."""

    experiments: tuple[Experiment, ...] = ()

    def __init__(self, topic: Topic):
        asked = about(topic)
        self.ground = next((one for one in results.GROUNDS if one == asked.get(GROUND)), results.GROUNDS[0])
        self.plan = state.checked(plain(asked.get("plan", "")))

    def look(self, known: Mapping[Ref, Source], place: Place) -> Moment:
        """Where it stands now; to look keeps it alive."""
        view = race.look_at(self.plan)

        def draw() -> dict[str, Part]:
            if view.track is None:
                return {}
            planes, table = results.planes(view, self.ground), results.tabled(view)
            return {"headline": results.said(view).plain(), "race": planes.plain(), "race.table": table.plain()}

        return Moment(race.progress(view), len(view.known.steps), draw)
