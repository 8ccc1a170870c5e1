"""What the Playground shows, as one value: an experiment, and the seeds that it is trained with.

The scene lives in the address of the page, so that a link is all that one needs to show somebody the same thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from playground import public_names
from playground.basics.errors import Invalid, Problem, unknown
from playground.basics.knobs import Knob
from playground.basics.words import _
from playground.experiment import Experiment, Run, text_of
from playground.presets import SEEDS, Preset, presets, ready
from playground.ui import address, keys

DEFAULT = "digits_few_labels"
"""The preset of the first sight."""

SEED = Knob(0, low=0, high=2**31 - 100)
OWN = ("seed", "seeds", "preset", *address.BESIDE)
"""Names in an address that are not fields of an experiment."""
LONGEST = 8000
"""Characters of an address that are read at most."""


@dataclass(frozen=True)
class Scene:
    """An experiment with its seeds: `seed`, `seed` + 1, … `seeds` of them."""

    experiment: Experiment
    seed: int
    seeds: int

    @property
    def all_seeds(self) -> range:
        """Every seed of it."""
        return range(self.seed, self.seed + self.seeds)

    def runs(self) -> list[Run]:
        """What is trained for the experiment itself."""
        return [Run(one, seed) for one in self.experiment.trainings() for seed in self.all_seeds]

    def baselines(self) -> list[Run]:
        """What it is measured against."""
        return [Run(one, seed) for one in self.experiment.baselines() for seed in self.all_seeds]

    @property
    def preset(self) -> Preset | None:
        """The preset that this is, if it is one with nothing changed."""
        return next((preset for preset in presets().values() if preset.experiment == self.experiment), None)

    def like(self, other: Any) -> bool:
        """Whether its curves may stand on the screen until those of the other scene are there."""
        mine, others = self.experiment, other.experiment
        return bool((mine.suite, mine.tasks) == (others.suite, others.tasks))

    def changed(self, **fields: Any) -> Scene:
        """The scene with fields of its experiment changed, as far as they go together; raises Invalid with every problem."""
        return self.about(public_names.follow(fields, lambda changes: _workable(self.experiment, changes)))

    def about(self, experiment: Experiment) -> Scene:
        """The scene with another experiment; raises Invalid with every problem."""
        return replace(self, experiment=experiment)

    def query(self) -> dict[str, str]:
        """The scene as parameters of an address: all of it."""
        flat = {name: text_of(value) for name, value in self.experiment.to_flat().items()}
        return public_names.public(flat) | {"seed": str(self.seed), "seeds": str(self.seeds)}

    @staticmethod
    def follow(query: Mapping[str, str]) -> Scene:
        """The scene that an address asks for; see `read`."""
        return read(query)

    def short(self) -> dict[str, str]:
        """The scene as parameters of an address: the example that it is nearest to, and what differs from it."""
        return dict(_short(self))


@lru_cache(maxsize=1000)
def _short(scene: Scene) -> tuple[tuple[str, str], ...]:
    """The shortest address that comes to a scene."""
    full = scene.query()
    others = [{"preset": key, **_beyond(full, of_preset(key).query())} for key in presets()]
    for query in sorted(others, key=lambda one: len(urlencode(one)))[:3]:
        try:
            if scene.follow(query) == scene:
                return tuple(query.items())
        except Invalid:
            continue
    return tuple(full.items())


def _beyond(full: Mapping[str, str], base: Mapping[str, str]) -> dict[str, str]:
    """What one address says that another one does not."""
    return {name: value for name, value in full.items() if base.get(name) != value}


def of_preset(key: str) -> Scene:
    """The scene of a preset; where its file is left out of the catalogue, that of another one."""
    preset = ready(key)
    return Scene(preset.experiment, 0, preset.seeds)


def read(query: Mapping[str, str]) -> Scene:
    """The scene that an address asks for; without anything, the first sight. Raises Invalid with every problem."""
    size = sum(len(name) + len(value) for name, value in query.items())
    if size > LONGEST:
        raise Invalid([Problem("link", _("should be at most {count} characters long").format(count=LONGEST), size)])
    key = query.get("preset", DEFAULT)
    if "preset" in query and key not in presets():
        raise Invalid([unknown("preset", key, list(presets()))])
    scene = of_preset(key)
    fields = {name: value for name, value in query.items() if name not in OWN}
    if not fields and "seed" not in query and "seeds" not in query:
        return scene
    problems: list[Problem] = []
    experiment, seed, seeds = scene.experiment, scene.seed, scene.seeds
    try:
        # A link that names a preset changes it; any other link stands for itself.
        if fields:
            start = scene.experiment
            experiment = public_names.follow(
                fields, lambda flat: start.set(**flat) if "preset" in query else Experiment.from_flat(flat)
            )
    except Invalid as invalid:
        problems += invalid.problems
    try:
        seed = SEED.read("seed", query.get("seed", seed))
    except Invalid as invalid:
        problems += invalid.problems
    try:
        seeds = SEEDS.read("seeds", query.get("seeds", seeds))
    except Invalid as invalid:
        problems += invalid.problems
    if problems:
        raise Invalid(problems)
    return Scene(experiment, seed, seeds)


def current() -> Scene:
    """The scene of the page that is open; at its beginning, the one in the address. A bad address is said, not followed."""
    if _desk() == keys.SCENE:
        take_address(keys.SCENE, read, lambda: of_preset(DEFAULT))
    scene: Scene = st.session_state[_desk()]
    return scene


def _desk() -> str:
    """Where the page that is open keeps its scene."""
    return str(st.session_state.get(keys.DESK, keys.SCENE))


def take_address(key: str, follow: Callable[[Mapping[str, str]], Any], first: Callable[[], Any]) -> None:
    """Keep under `key` what the address asks for, at the beginning of a session and when somebody goes back or forward.

    A bad field of it is said and left out; where nothing else is in it, `first` is kept.
    """
    if key not in st.session_state or address.popped(key):
        found, problems = address.lenient(follow)
        say(*address.said(problems, found is not None))
        st.session_state[key] = first() if found is None else found
    try:
        st.session_state[key].experiment.the_suite.tasks()
    except Invalid as invalid:  # a table that was forgotten meanwhile
        say(*map(str, invalid.problems))
        st.session_state[key] = first()


def show(scene: Scene) -> None:
    """Make `scene` the one of the page that is open."""
    st.session_state[_desk()] = scene


def change(**fields: Any) -> None:
    """Change fields of the present experiment, checked; what cannot be is said, and nothing changes."""
    try:
        show(current().changed(**fields))
    except Invalid as invalid:
        say(*map(str, invalid.problems))


def replace_by(flat: Mapping[str, Any]) -> None:
    """Take the experiment of a flat dict, checked; what cannot be is said, and nothing changes."""
    try:
        show(current().about(Experiment.from_flat(flat)))
    except Invalid as invalid:
        say(*map(str, invalid.problems))


def _workable(experiment: Experiment, fields: Mapping[str, Any]) -> Experiment:
    """The changed experiment. Where the method cannot work with the new way of sharing or the new data, or the new network
    is too short for the shared blocks, the other choice gives way and the page says so."""
    try:
        return experiment.set(**fields)
    except Invalid as invalid:
        places = {problem.where for problem in invalid.problems}
        if places == {"weighting"} and "weighting" not in fields:
            changed = experiment.set(**fields, weighting="equal")
            say(_("The weighting is now equal weights: the method before it does not work with these settings."))
            return changed
        if places == {"sharing.depth"} and "backbone.depth" in fields:
            changed = experiment.set(**fields, **{"sharing.depth": fields["backbone.depth"]})
            say(_("All blocks are shared now: there are not more of them."))
            return changed
        raise


def readable(scene: Scene) -> bool:
    """Whether the data of a scene are still for this visitor: a table may be forgotten, or shown no more."""
    try:
        scene.experiment.the_suite.tasks()
    except Invalid:
        return False
    return True


def write_address() -> None:
    """Put the scene into the address of the page."""
    now = current()
    address.write(_desk(), now.short(), now.follow, now)


def say(*sentences: str) -> None:
    """Show sentences on the next run of the page."""
    st.session_state.setdefault(keys.SAID, []).extend(sentences)


def unsaid() -> bool:
    """Whether sentences wait to be shown: buttons in a part of the page that runs alone say them, the whole page shows them."""
    return bool(st.session_state.get(keys.SAID))


def outdated(drawn: Scene) -> bool:
    """Whether the whole page is to be drawn anew: a part that runs alone changed the scene, or has something to say."""
    return current() != drawn or unsaid()


def show_said() -> None:
    """Show what was said, once."""
    sentences = st.session_state.pop(keys.SAID, [])
    if sentences:
        st.warning("\n\n".join(sentences))
