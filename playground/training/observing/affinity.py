"""What tasks have in common, measured while they learn: likeness of their features, and the effect of one's step on another.

`cka` says how alike two tasks see the same examples, block by block (Kornblith, Norouzi, Lee & Hinton, ICML 2019), and `Twins`
how alike two networks of one and the same task come out, without which no likeness of two tasks says much.
`affinity` says what a step on one task does to the loss of another (Fifty et al., NeurIPS 2021). Both change nothing: a run
that is measured learns the same numbers as one that is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from playground.sharing.base import Node, Trunk
from playground.training.fleet.gradients import task_gradients
from playground.training.fleet.state import FleetState

EXAMPLES = 256
"""Validation examples on which features are compared, at most."""

FEWEST = 4
"""Examples that the unbiased estimate needs at least."""

NOTHING = 1e-9
"""Part of their squared length below which centred features count as the same for all examples."""


def measured(training: FleetState) -> dict[str, Tensor]:
    """What is known of transfer at this moment, by name, each [R, …]; NaN where it cannot be said.

    cka: [R, L, T, T] likeness of the tasks' features after each block, and of what the heads read where that is another.
    affinity: [R, T, T] effect of a step on task i (rows) on task j; left out where nothing is shared, and before a step.
    """
    found: dict[str, Tensor] = {}
    inputs, there = compared(training)
    levels = features_by_level(training.network.trunk, [task.name for task in training.network.tasks], inputs)
    found["cka"] = torch.stack([cka(features, there) for features in levels], dim=1)
    if training.reach.shares and training.batch is not None:
        found["affinity"] = affinity(training)
    return found


# --- likeness of features ----------------------------------------------------------------------------------------------


@torch.no_grad()
def cka(features: Sequence[Tensor], there: Tensor | None = None) -> Tensor:
    """[R, T, T] debiased linear centred kernel alignment between the features of T tasks on the same N examples, −1 to 1.

    features: T tensors [R, N, …], which may differ in all axes but the first two. there: [R, N] which of them are examples,
    where others only fill up the rows of runs that have fewer; None for all. With K = X Xᵀ,
    CKA(X, Y) = HSIC(K_X, K_Y) / √(HSIC(K_X, K_X) · HSIC(K_Y, K_Y)), where HSIC is the estimate without bias of Song et al.,
    JMLR 2012, as in Nguyen, Raghu & Kornblith, ICLR 2021. The usual estimate grows with the number of features: independent
    ones in 4,096 dimensions on 256 examples read 0.94. This one is 0 for them on average, a little below or above each time.
    Neither rotating, moving nor scaling the features changes it. NaN where a task's features are the same for all examples,
    and with less than four examples.
    """
    flat = [feature.flatten(2).double() for feature in features]
    if there is not None:
        flat = [one * there[:, :, None] for one in flat]
    counts = torch.full_like(flat[0][:, 0, 0], flat[0].shape[1]) if there is None else there.sum(1).double()
    centred = [one - one.sum(1, keepdim=True) / counts[:, None, None] for one in flat]
    if there is not None:
        centred = [one * there[:, :, None] for one in centred]
    # Scaled to length 1 first, so that very small or large features lose no digits when they are squared.
    lengths = torch.stack([one.flatten(1).norm(dim=1) for one in centred], dim=1)
    scaled = [one / length.clamp(min=1e-30)[:, None, None] for one, length in zip(centred, lengths.unbind(1), strict=True)]
    shared = hsic(scaled, counts)
    own = shared.diagonal(dim1=1, dim2=2)
    # A difference that is no more than the rounding of single precision is none.
    size = torch.stack([one.flatten(1).norm(dim=1) for one in flat], dim=1)
    fine = (lengths > 1e-6 * size) & (own > NOTHING) & (counts >= FEWEST)[:, None]
    lengths = own.clamp(min=NOTHING).sqrt()
    alike = shared / (lengths[:, :, None] * lengths[:, None, :])
    return torch.where(fine[:, :, None] & fine[:, None, :], alike.clamp(-1, 1), torch.nan).to(features[0].dtype)


def hsic(centred: Sequence[Tensor], counts: Tensor) -> Tensor:
    """[R, T, T] N (N − 3) times the unbiased Hilbert–Schmidt independence criterion of T features [R, N, F] with mean 0.

    counts: [R] the N of each run; rows beyond them are 0.

    Song et al. have tr(K L) + (1ᵀK1)(1ᵀL1) / ((N−1)(N−2)) − 2 · 1ᵀK L 1 / (N−2) with zeros on the diagonals of K and L. As
    rows of X Xᵀ sum to 0 where X has mean 0, this is ‖XᵀY‖² − N/(N−2) Σ p_i q_i + Σp Σq / ((N−1)(N−2)), where p_i = ‖x_i‖²
    and q_i = ‖y_i‖²: no kernel has to be changed, nor made where there are less features than examples.
    """
    if max(one.shape[2] for one in centred) <= centred[0].shape[1]:
        rows = [[(first.transpose(1, 2) @ second).square().sum((1, 2)) for second in centred] for first in centred]
        products = torch.stack([torch.stack(row, dim=1) for row in rows], dim=1)
    else:
        kernels = torch.stack([(one @ one.transpose(1, 2)).flatten(1) for one in centred], dim=1)
        products = kernels @ kernels.transpose(1, 2)
    squares = torch.stack([one.square().sum(2) for one in centred], dim=1)
    sums = squares.sum(2)
    count = counts[:, None, None]
    few = (count - 2).clamp(min=1)  # with less than four examples nothing is said anyway
    return (
        products - count / few * squares @ squares.transpose(1, 2) + sums[:, :, None] * sums[:, None, :] / ((count - 1) * few)
    )


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


class Twins:
    """Likeness of two networks of one task: a probe for trainings in which every task has a network of its own.

    The second networks learn the same data in the same batches and differ in their first weights alone, so they show how
    alike two networks can be expected to see what both have learned. They cost a second training of these networks; where
    tasks share, nothing is trained and nothing is told.

    twin: the second training, once there is one.
    """

    def __init__(self) -> None:
        self.twin: FleetState | None = None

    def __call__(self, training: FleetState) -> dict[str, Tensor]:
        """twins: [R, L, T] likeness of the two networks' features after each block; empty where tasks share."""
        if training.whole.shares:
            return {}
        self.twin = self.twin or training.twin()
        self.twin.advance(training.step - self.twin.step)
        names = [task.name for task in training.network.tasks]
        inputs, there = compared(training)
        first, second = (features_by_level(one.network.trunk, names, inputs) for one in (training, self.twin))
        found = [
            torch.stack([cka(pair, there)[:, 0, 1] for pair in zip(own, other, strict=True)], dim=1)
            for own, other in zip(first, second, strict=True)
        ]
        return {"twins": torch.stack(found, dim=1)}


def compared(training: FleetState) -> tuple[Tensor, Tensor | None]:
    """[R, N, …] the validation examples on which features are compared, and [R, N] which of them are some; None for all."""
    data = training.data
    inputs = data.validation.inputs[:, :EXAMPLES][data.sources]
    sizes = data.validation.sizes[data.sources]
    there = torch.arange(inputs.shape[1], device=sizes.device) < sizes[:, None]
    return inputs, None if bool(there.all()) else there


# --- effect of a step --------------------------------------------------------------------------------------------------


def affinity(training: FleetState) -> Tensor:
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
