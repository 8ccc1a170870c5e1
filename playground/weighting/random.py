"""Random loss weighting (Lin, Ye, Zhang and Tsang, TMLR 2022): new weights from a lottery in every step."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from playground.basics.cards import Card
from playground.basics.words import N_
from playground.weighting.base import Signals, Weighting


@dataclass
class Random(Weighting):
    """w = T · softmax(z), z ~ N(0, I)."""

    key = "random"
    signal = "loss"
    uses_chance = True
    card = Card(
        title=N_("Random weights"),
        idea=N_("Draw new weights in every step; on average every task has the same."),
        formula=r"w = T\,\mathrm{softmax}(z), \qquad z \sim \mathcal{N}(0, I)",
        paper="Lin, Ye, Zhang, Tsang, TMLR 2022",
        link="https://arxiv.org/abs/2111.10603",
        fails=N_("It knows nothing of the tasks; what it adds is noise, which helps no more than noise can."),
        notes=N_("The weights add up to the number of tasks, so that the step is as long as that of equal weights."),
    )

    def weigh(self, signals: Signals) -> Tensor:
        tasks = self.setting.shape[1]
        drawn = torch.from_numpy(self.setting.streams.normal(tasks)).to(self.setting.rates)
        return tasks * drawn.softmax(-1)
