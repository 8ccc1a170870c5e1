"""The race of methods as it comes by the channel, made in the thread that reads for everybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import combinations

from playground.experiment import Experiment
from playground.live.frames import Place
from playground.live.request import Ref, Topic
from playground.live.shown import Moment, Part
from playground.live.source import Source
from playground.race.course import Look
from playground.race.plan import Race
from playground.ui.live.following import Following, about, follow, plain
from playground.ui.race import results, state

PAGE = "race"


def following(now: Look) -> Following | None:
    """What the channel is asked for; None as long as nobody asked for this race."""
    if now.kept is None:
        return None
    return follow(PAGE, {"race": json.dumps(now.race.to_dict()), "pair": results.pair_of(now.race)})


class Contest:
    """One race, for all who look at it. See `playground.live.shown.Page`."""

    def __init__(self, topic: Topic):
        asked = about(topic)
        self.race = Race.from_dict(plain(asked.get("race", "")))
        pairs = [f"{a.name}|{b.name}" for a, b in combinations(self.race.experiment.the_tasks, 2)]
        self._owner: str | None = None
        self.pair = next((one for one in pairs if one == asked.get("pair")), next(iter(pairs), ""))

    @property
    def experiments(self) -> list[Experiment]:
        """In what it races."""
        return [self.race.experiment]

    def look(self, known: Mapping[Ref, Source], place: Place) -> Moment:
        """Where it stands now. Who looks at a race drives it, in the name of whoever began it."""
        course = state.courses().of(self.race)
        if self._owner is None:
            kept = course.store.race(self.race.key)
            self._owner = kept.visitor if kept else None
        now = course.look(self._owner or "")

        def draw() -> dict[str, Part]:
            return {name: results.part(now, name, self.pair, self.race.seeds).plain() for name in results.names(now)}

        going = tuple((one.id, len(one.records)) for one in now.going)
        return Moment(results.progress(now), (id(now.result), going), draw)
