"""One of several classes."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from playground.suites.base import Task
from playground.task_types.base import Classification, mean_over


class Classes(Classification):
    """One output per class, cross-entropy, accuracy."""

    key = "classes"

    def width(self, task: Task) -> int:
        return len(task.classes)

    def loss(self, output: Tensor, target: Tensor) -> Tensor:
        """output [R, B, C], target [R, B] int64 to [R, B] nats."""
        # With the classes in the middle torch works along the batch, which takes a fifth of the time for few classes.
        return functional.cross_entropy(output.transpose(1, 2), target, reduction="none")

    def score(self, output: Tensor, target: Tensor, known: Tensor) -> Tensor:
        """[R] share of right answers, in percent."""
        return 100 * mean_over((output.argmax(-1) == target).float(), known)

    def show(self, output: Tensor) -> Tensor:
        """[R, N, C] probabilities of the classes."""
        return output.detach().softmax(-1)
