"""Pre-training and fine-tuning: all tasks first, then the main task alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from playground.basics.cards import Card
from playground.basics.errors import Problem
from playground.basics.knobs import knob
from playground.basics.words import N_, _
from playground.task_sampling.base import Schedule


@dataclass(frozen=True)
class PretrainFinetune(Schedule):
    """All tasks for a share of the steps, then one of them."""

    key = "pretrain_finetune"
    card = Card(
        title=N_("Pre-train, then fine-tune"),
        idea=N_("First all tasks learn together; then the network goes on with the main task alone."),
        formula=r"\nabla \sum_i w_i L_i \;\text{ for } t < s\,S, \qquad \nabla L_\text{main} \;\text{ for } s\,S \le t < S",
        paper="Howard & Ruder (ULMFiT), ACL 2018; Devlin et al. (BERT), NAACL 2019",
        link="https://doi.org/10.18653/v1/P18-1031",
        fails=N_("The other tasks are forgotten while the main one is fine-tuned: their bars show by how much."),
        notes=N_("Weighting methods work in the first part; in the second one the main task has weight 1."),
    )

    share: float = knob(
        0.6,
        low=0.05,
        high=0.95,
        label=N_("Share of pre-training"),
        help=N_("The part of the steps that learns from all tasks."),
    )
    main: int = knob(
        1,
        low=1,
        high=12,
        label=N_("Main task"),
        help=N_("Which task is fine-tuned, counted from the first one."),
    )

    def active(self, steps: int, sizes: Sequence[int], rng: np.random.Generator) -> np.ndarray:
        result = np.ones((steps, len(sizes)), bool)
        result[max(1, round(steps * self.share)) :] = np.arange(len(sizes)) == self.main - 1
        return result

    def problems(self, tasks: Sequence[str]) -> list[Problem]:
        if self.main <= len(tasks):
            return []
        should = _("should be at most {count}, the number of tasks").format(count=len(tasks))
        return [Problem("schedule.main", should, self.main)]
