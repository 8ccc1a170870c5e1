"""What kinds have in common that give one answer a position."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def mean_cross_entropy(output: Tensor, target: Tensor, ignored: int) -> Tensor:
    """[R, B] mean cross-entropy in nats over the positions whose target is not `ignored`; 0 where there is none.

    output: [R, B, S, C]. target: [R, B, S] int64.
    """
    losses = functional.cross_entropy(output.flatten(0, 2), target.flatten(), ignore_index=ignored, reduction="none")
    return losses.view(target.shape).sum(-1) / (target != ignored).sum(-1).clamp(min=1)
