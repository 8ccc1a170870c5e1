"""A choice with its knobs on one line, as people type it: ``gradnorm,alpha=3`` or ``soft_l2,strength=0.1``."""

from __future__ import annotations

import re

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _

BETWEEN = re.compile(r",(?=[^,=]*=)")
"""A comma before the next knob; one before anything else belongs to a knob with several numbers, as in ``weights=1,2``."""


def changes_of(field: str, text: str) -> dict[str, str]:
    """What a choice on one line changes, by dotted name: ``{"weighting": "gradnorm", "weighting.alpha": "3"}``.

    field: one of `playground.experiment.CHOICES`.
    Raises Invalid for a text that is not a name followed by knobs with values; names and values themselves are not looked at.
    """
    name, *turned = BETWEEN.split(text)
    pairs = [part.partition("=") for part in turned]
    if "," in name or not all(knob for knob, _sign, _value in pairs):
        raise Invalid([Problem(field, _("should look like name,knob=value"), text)])
    return {field: name, **{f"{field}.{knob}": value for knob, _sign, value in pairs}}
