"""What strategies have in common that mix whole networks, one a task, by learned coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playground.backbones.base import Backbone
from playground.basics.errors import Problem
from playground.basics.knobs import knob
from playground.basics.words import N_, _
from playground.sharing.base import Strategy


def frozen_knob() -> Any:
    """The field that freezes the coefficients."""
    return knob(False, label=N_("Freeze the coefficients"), help=N_("Keep the coefficients as they start."))


class Stitched(Strategy):
    """A strategy with a field `own`, the share of its own features that a task starts with, and a field `frozen`."""

    own: float
    frozen: bool

    def shares(self, backbone: Backbone) -> bool:
        return not (self.frozen and self.own == 1.0)

    def problems(self, backbone: Backbone, tasks: Sequence[str]) -> list[Problem]:
        if len(tasks) > 1:
            return []
        return [Problem("sharing", _("should not mix networks of a single task: there is nothing to mix"), self.key)]
