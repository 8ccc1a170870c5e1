"""What tasks have in common, measured while they learn: likeness of their features, and the effect of one's step on another.

`cka` says how alike two tasks see the same examples, block by block (Kornblith, Norouzi, Lee & Hinton, ICML 2019).
`affinity` says what a step on one task does to the loss of another (Fifty et al., NeurIPS 2021). Both change nothing: a run
that is measured learns the same numbers as one that is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from playground.sharing.base import Node, Trunk
from playground.training.gradients import task_gradients

if TYPE_CHECKING:
    from playground.training.loop import Training

EXAMPLES = 256
"""Validation examples on which features are compared, at most."""


def measured(training: Training) -> dict[str, Tensor]:
    """What is known of transfer at this moment, by name, each [R, …]; NaN where it cannot be said.

    cka: [R, L, T, T] likeness of the tasks' features after each block, and of what the heads read where that is another.
    affinity: [R, T, T] effect of a step on task i (rows) on task j; left out where nothing is shared, and before a step.
    """
    found: dict[str, Tensor] = {}
    data = training.data
    inputs = data.validation.inputs[:, :EXAMPLES][data.sources]
    levels = features_by_level(training.network.trunk, [task.name for task in training.network.tasks], inputs)
    found["cka"] = torch.stack([cka(features) for features in levels], dim=1)
    if training.reach.shares and training.batch is not None:
        found["affinity"] = affinity(training)
    return found


# --- likeness of features ----------------------------------------------------------------------------------------------


@torch.no_grad()
def cka(features: Sequence[Tensor]) -> Tensor:
    """[R, T, T] linear centred kernel alignment between the features of T tasks on the same N examples, from 0 to 1.

    features: T tensors [R, N, …], which may differ in all axes but the first two. With K = X Xᵀ of features whose mean over
    examples is taken out, CKA(X, Y) = ⟨K_X, K_Y⟩ / (‖K_X‖ ‖K_Y‖). Neither rotating nor scaling the features changes it. NaN
    where a task's features are the same for all examples.
    """
    flat = [feature.flatten(2) for feature in features]
    centred = [one - one.mean(1, keepdim=True) for one in flat]
    # Scaled to length 1 first, so that very small or large features lose no digits when they are squared.
    scaled = [one / one.flatten(1).norm(dim=1).clamp(min=1e-30)[:, None, None] for one in centred]
    if max(one.shape[2] for one in scaled) <= scaled[0].shape[1]:
        # ⟨X Xᵀ, Y Yᵀ⟩ = ‖Xᵀ Y‖²: with less features than examples this is the smaller of the two.
        rows = [[(first.transpose(1, 2) @ second).square().sum((1, 2)) for second in scaled] for first in scaled]
        products = torch.stack([torch.stack(row, dim=1) for row in rows], dim=1)
    else:
        kernels = torch.stack([(one @ one.transpose(1, 2)).flatten(1) for one in scaled], dim=1)
        products = kernels @ kernels.transpose(1, 2)
    lengths = products.diagonal(dim1=1, dim2=2).sqrt()
    alike = products / (lengths[:, :, None] * lengths[:, None, :])
    constant = torch.stack([one.flatten(1).norm(dim=1) <= 1e-12 for one in centred], dim=1)
    return torch.where(constant[:, :, None] | constant[:, None, :], torch.nan, alike.clamp(0, 1))


@torch.no_grad()
def features_by_level(trunk: Trunk, tasks: Sequence[str], x: Tensor) -> list[list[Tensor]]:
    """For each level of blocks the features of the T tasks on x [R, N, …], and at last what their heads read.

    A task's features at a level are those of its own block there; where it has none, those of all blocks that its head
    depends on, side by side. Levels at which some task has nothing to look at are left out.
    """
    wiring = trunk.wiring()
    blocks = [node for node in wiring.nodes if node.kind == "block" and len(node.modules) == 1]
    seen: dict[int, list[Tensor]] = defaultdict(list)
    hooks = [node.modules[0].register_forward_hook(_keep(seen)) for node in blocks]
    try:
        ends = list(trunk(x))
    finally:
        for hook in hooks:
            hook.remove()
    reached = [wiring.upstream(number) for number in range(len(tasks))]
    levels = []
    for column in sorted({node.level for node in blocks}):
        there = [node for node in blocks if node.level == column]
        rows = [_of_task(number, task, there, reached[number], seen, len(tasks)) for number, task in enumerate(tasks)]
        if all(row is not None for row in rows):
            levels.append([row for row in rows if row is not None])
    same = bool(levels) and all(
        end.shape == row.shape and torch.equal(end, row) for end, row in zip(ends, levels[-1], strict=True)
    )
    return levels if same else [*levels, ends]


def _keep(seen: dict[int, list[Tensor]]) -> Any:
    """A hook that keeps what a block gives, once for each time that it is called."""

    def keep(module: nn.Module, _inputs: object, output: Tensor) -> None:
        seen[id(module)].append(output)

    return keep


def _of_task(
    number: int, task: str, blocks: Sequence[Node], reached: set[str], seen: dict[int, list[Tensor]], tasks: int
) -> Tensor | None:
    """[R, N, F] features of a task after the blocks of one level; None where it has none."""
    used = [node for node in blocks if node.name in reached]
    own = [node for node in used if task in node.name.split(".")]
    found = []
    for node in own or used:
        outputs = seen[id(node.modules[0])]
        if outputs:
            # A common block that is called once a task gives each its own features.
            found.append(outputs[number if len(outputs) == tasks else 0].flatten(2))
    return torch.cat(found, dim=2) if found else None


# --- effect of a step --------------------------------------------------------------------------------------------------


def affinity(training: Training) -> Tensor:
    """[R, T, T] Z_ij = 1 − L_j(θ − η g_i) / L_j(θ): the part of task j's loss that a step on task i takes away.

    The step moves the shared parameters alone, by the run's learning rate η along task i's gradient there; both losses are
    those of the batch that was learned from last. Negative where task i harms task j; NaN where the batch held no label for
    one of them, or L_j is zero. The parameters stand afterwards as they stood before, to the last bit.
    """
    network, batch = training.network, training.batch
    assert batch is not None
    tasks = task_gradients(network, training.reach, batch)
    parameters, groups = training.reach.parameters, training.reach.groups
    before = tasks.losses
    after = []
    with torch.no_grad():
        stood = [parameter.detach().clone() for parameter in parameters]
        for number in range(len(network.tasks)):
            for members, rows in tasks.trunk.items():
                if len(members) > 1 and number in members:
                    step = training.rates[:, None] * rows[:, members.index(number)]
                    parts = step.split([parameters[place][0].numel() for place in groups[members]], dim=1)
                    for place, part in zip(groups[members], parts, strict=True):
                        parameters[place].sub_(part.view_as(parameters[place]))
            after.append(training.losses_now(batch))
            for parameter, value in zip(parameters, stood, strict=True):
                parameter.copy_(value)
    effect = 1 - torch.stack(after, dim=1) / before[:, None]
    known = batch.known.any(1)
    fine = known[:, :, None] & known[:, None, :] & (before > 0)[:, None] & effect.isfinite()
    return torch.where(fine, effect, torch.nan)
