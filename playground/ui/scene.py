"""What the Playground shows, as one value: an experiment, and the seeds that it is trained with.

The scene lives in the address of the page, so that a link is all that one needs to show somebody the same thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from playground.errors import Invalid, Problem, unknown
from playground.experiment import Experiment, Run, text_of
from playground.knobs import Knob
from playground.presets import SEEDS, Preset, presets
from playground.ui import keys
from playground.words import _

DEFAULT = "digits_few_labels"
"""The preset of the first sight."""

SEED = Knob(0, low=0, high=2**31 - 100)
OWN = ("seed", "seeds", "preset", "lang")
"""Names in an address that are not fields of an experiment."""
LONGEST = 4000
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
        return self.about(_workable(self.experiment, fields))

    def about(self, experiment: Experiment) -> Scene:
        """The scene with another experiment; raises Invalid with every problem."""
        return replace(self, experiment=experiment)

    def query(self) -> dict[str, str]:
        """The scene as parameters of an address."""
        flat = {name: text_of(value) for name, value in self.experiment.to_flat().items()}
        return flat | {"seed": str(self.seed), "seeds": str(self.seeds)}


def of_preset(key: str) -> Scene:
    """The scene of a preset."""
    preset = presets()[key]
    return Scene(preset.experiment, 0, preset.seeds)


def read(query: Mapping[str, str]) -> Scene:
    """The scene that an address asks for; without anything, the first sight. Raises Invalid with every problem."""
    size = sum(len(name) + len(value) for name, value in query.items())
    if size > LONGEST:
        raise Invalid([Problem("link", _("should be at most {count} characters long").format(count=LONGEST), size)])
    key = query.get("preset", DEFAULT)
    if key not in presets():
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
            experiment = experiment.set(**fields) if "preset" in query else Experiment.from_flat(fields)
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
    """Keep under `key` what the address asks for, the first time in a session; a bad address is said, and `first` is kept."""
    if key not in st.session_state:
        try:
            st.session_state[key] = follow(_address())
        except Invalid as invalid:
            say(_("This link cannot be followed, so the first example is shown instead."), *map(str, invalid.problems))
            st.session_state[key] = first()
    try:
        st.session_state[key].experiment.the_suite.tasks()
    except Invalid as invalid:  # a table that was forgotten meanwhile
        say(*map(str, invalid.problems))
        st.session_state[key] = first()


def _address() -> dict[str, str]:
    """The parameters of the address; raises Invalid where one stands in it more than once."""
    counts = {name: len(st.query_params.get_all(name)) for name in st.query_params}
    if problems := [Problem(name, _("should stand in a link once"), count) for name, count in counts.items() if count > 1]:
        raise Invalid(problems)
    return st.query_params.to_dict()


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


def write_address() -> None:
    """Put the scene into the address of the page."""
    query = current().query()
    if language := st.query_params.get("lang"):
        query["lang"] = language
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)


def say(*sentences: str) -> None:
    """Show sentences on the next run of the page."""
    st.session_state.setdefault(keys.SAID, []).extend(sentences)


def show_said() -> None:
    """Show what was said, once."""
    sentences = st.session_state.pop(keys.SAID, [])
    if sentences:
        st.warning("\n\n".join(sentences))
