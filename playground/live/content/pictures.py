"""What a model does on the probe of its suite, drawn once for each step at which it was asked."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import lru_cache
from typing import Any

from playground.basics.words import _
from playground.experiment import Experiment
from playground.figures.steps.kept import span
from playground.figures.style import Look
from playground.figures.views import views
from playground.runs.results.history import History
from playground.runs.results.records import Pictured
from playground.suites.base import Probe

IMAGE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]{200,}")
"""An image in markup that is long enough to be worth sending once only."""


@lru_cache(maxsize=50)
def probe_of(canonical: str, seed: int) -> Probe:
    """The examples on which a suite shows what a model does."""
    return Experiment.from_dict(json.loads(canonical)).the_suite.load(seed).probe


def picture(run: History, record: Pictured, look: Look, more: bool) -> dict[str, Any]:
    """One record of kind "pictured" as a picture: markup or a plotly figure, its words, and the line below it.

    more: whether it shows more than it must, see `views.MORE`.
    """
    probe = probe_of(run.experiment.canonical(), run.run.seed)
    if more:
        probe = replace(probe, view=views.MORE.get(probe.view, ("", "", probe.view))[0] or probe.view)
    figure, words = views.view(probe, run.experiment.the_tasks, look, record["outputs"])
    drawn = {"markup": figure} if isinstance(figure, str) else {"figure": json.loads(figure.to_json())}
    kept = bool(record.get("kept"))
    return {"step": record["step"], "kept": kept, "alt": words, "caption": caption(run, record), **drawn}


def caption(run: History, record: Pictured) -> str:
    """Which model it is."""
    step = span(list(run.kept.values())) if record.get("kept") else record["step"]
    words = _("Seed {seed} after {step} steps, on examples that it did not learn from.").format(seed=run.run.seed, step=step)
    return words + " " + _("This is the step that counts.") if record.get("kept") else words


def lift_images(picture: dict[str, Any], images: dict[str, int]) -> list[str]:
    """Replaces long images in a picture's markup by their places in `images`; those that were not there before.

    Most pictures of a run show the same examples again, so each image travels once.
    """
    new: list[str] = []

    def place(match: re.Match[str]) -> str:
        image = match.group(0)
        if image not in images:
            images[image] = len(images)
            new.append(image)
        return f"image:{images[image]}:"

    if "markup" in picture:
        picture["markup"] = IMAGE.sub(place, picture["markup"])
    return new
