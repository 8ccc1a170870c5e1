"""Prompts: one model and one output layer for all tasks, of which a learned prefix names one (Raffel et al., JMLR 2020)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from playground.backbones.base import Backbone
from playground.backbones.layers import Linear
from playground.basics.cards import Card
from playground.basics.errors import Problem
from playground.basics.knobs import knob
from playground.basics.random_streams import Streams
from playground.basics.words import N_, _
from playground.sharing.base import Node, Strategy, Trunk, TrunkSpec, Wiring


class Prefix(nn.Module):
    """R learned sequences of K positions for one task, put before what the task is asked about."""

    def __init__(self, length: int, features: int, streams: Streams):
        super().__init__()
        self.places = nn.Parameter(torch.from_numpy(streams.normal(1, length, features)))

    def forward(self, x: Tensor) -> Tensor:
        """[R, B, S, D] to [R, B, K + S, D]."""
        return torch.cat([self.places.expand(-1, x.shape[1], -1, -1), x], dim=2)


class Share(nn.Module):
    """What a task reads of the scores of the answers of all tasks [R, B, …, U]: its own, and one column for all others.

    The column is the logarithm of the sum of the others' powers of e. So the cross-entropy over what is read equals the
    cross-entropy over all answers, and a task whose model answers another one's question pays for it.
    """

    def __init__(self, start: int, answers: int):
        super().__init__()
        self.start, self.answers = start, answers

    def forward(self, scores: Tensor) -> Tensor:
        """To [R, B, …, C + 1]; where there are no others, [R, B, …, C]."""
        end = self.start + self.answers
        own, others = scores[..., self.start : end], torch.cat([scores[..., : self.start], scores[..., end:]], dim=-1)
        return torch.cat([own, others.logsumexp(-1, keepdim=True)], dim=-1) if others.shape[-1] else own


class PromptTrunk(Trunk):
    """A whole backbone and one linear map onto the answers of all tasks; each task has only its prefix.

    A class is read from the first position of the prefix, tags from the positions of the words.
    """

    def __init__(self, plan: TrunkSpec, length: int):
        super().__init__()
        self.plan, self.length = plan, length
        self.common = plan.tower("shared")
        sizes = plan.backbone.sizes(plan.inputs)
        self.prefixes = nn.ModuleList(Prefix(length, sizes[1][-1], plan.streams.at("prefix", owner)) for owner in plan.owners)
        self.answers = _answers(plan, sizes[-1][-1])

    def forward(self, x: Tensor) -> list[Tensor]:
        """x [R, B, S] to T times the scores of all U answers: [R, B, U], or [R, B, S, U] where every word gets an answer."""
        first, *blocks = self._blocks()
        embedded = first(x)
        found = []
        for prefix, kind in zip(self.prefixes, self.plan.kinds, strict=True):
            features = prefix(embedded)
            for block in blocks:
                features = block(features)
            found.append(self.answers(features[:, :, self.length :] if kind == "tags" else features[:, :, 0]))
        return found

    def head(self, task: int) -> nn.Module:
        return Share(sum(self.plan.widths[:task]), self.plan.widths[task])

    @torch.no_grad()
    def learned(self) -> dict[str, Tensor]:
        """alike: [R, T, T] cosines between the prefixes of the tasks."""
        rows = torch.stack([prefix.places.flatten(1) for prefix in self._prefixes()], dim=1)
        rows = rows / rows.norm(dim=-1, keepdim=True)
        return {"alike": torch.bmm(rows, rows.transpose(1, 2))}

    def _blocks(self) -> list[Any]:
        return list(self.common)

    def _prefixes(self) -> list[Any]:
        return list(self.prefixes)

    def wiring(self) -> Wiring:
        first, *blocks = self._blocks()
        name = self.plan.backbone.block_name
        nodes, reads = [Node("shared.0", 1, name(0), (first,))], tuple(f"{task}.prefix" for task in self.plan.tasks)
        nodes += [
            Node(one, 2, _("prefix"), (prefix,), ("shared.0",), "mix") for one, prefix in zip(reads, self.prefixes, strict=True)
        ]
        for level, block in enumerate(blocks, start=1):
            nodes.append(Node(f"shared.{level}", level + 2, name(level), (block,), reads, apart=level == 1))
            reads = (f"shared.{level}",)
        end = Node("answers", len(blocks) + 3, _("all answers"), (self.answers,), reads, apart=not blocks)
        return Wiring((*nodes, end), ("answers",) * len(self.plan.tasks))


def _answers(plan: TrunkSpec, inputs: int) -> Linear:
    """The map onto the answers of all tasks; those of a task start from the same numbers whatever other tasks there are."""
    layer = Linear(inputs, sum(plan.widths), plan.streams.at("answers"))
    own = [Linear(inputs, width, plan.streams.at("answers", one)) for one, width in zip(plan.owners, plan.widths, strict=True)]
    layer.weight = nn.Parameter(torch.cat([part.weight.detach() for part in own], dim=-1))
    layer.bias = nn.Parameter(torch.cat([part.bias.detach() for part in own], dim=-1))
    return layer


@dataclass(frozen=True)
class Prompt(Strategy):
    """One model for all tasks; a learned prefix says which of them is asked."""

    key = "prompt"
    family = "hard"
    kinds = ("classes", "tags")
    card = Card(
        title=N_("Prompts"),
        idea=N_("All tasks share one whole model, its output layer too; learned positions before the input name the task."),
        formula=r"p(\cdot \mid x, t) = \mathrm{softmax}(W f([z_t, x])) \text{ over the answers of all tasks}",
        paper="Raffel et al., JMLR 2020; Lester, Al-Rfou & Constant, EMNLP 2021",
        link="https://arxiv.org/abs/1910.10683",
        fails=N_("The model has to learn the tasks' names as well, and every task needs a pass of its own through all of it."),
        notes=N_(
            "Answers are classes and tags in one list, not text that is written: an encoder with one output layer instead of "
            "the paper's encoder and decoder. An answer of another task counts as wrong. The output layer reads the first "
            "position of the prefix, and of tags the positions of the words. Lester et al. freeze a pretrained model and learn "
            "nothing but the prefix; here all of it is learned together. For networks that read sequences."
        ),
    )

    length: int = knob(
        1, low=1, high=8, label=N_("Positions of a prefix"), help=N_("How many learned positions stand before the input.")
    )

    def problems(self, backbone: Backbone, tasks: Sequence[str]) -> list[Problem]:
        if "tokens" in backbone.takes:
            return []
        should = _("should not be prompts for a network that reads no sequences: there is no place for a prefix")
        return [Problem("sharing", should, "prompt")]

    def build(self, plan: TrunkSpec) -> PromptTrunk:
        return PromptTrunk(plan, self.length)
