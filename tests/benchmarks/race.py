"""How fast a fleet is: beside a plain loop in PyTorch, and beside the same loop through TorchJD.

    python -m tests.benchmarks.race

prints milliseconds per run and step, on one thread. Every entrant learns the same: three questions about digits, three
shared layers of 64 units, batches of 64, Adam. Every entrant also tells the same: the losses of a step at about 200
steps of a training, and the accuracy on the validation split at about 25. Building networks and loading data is left out.

    python -m tests.benchmarks.race --checkpoints

prints instead what it costs to keep the step that is best on validation, beside keeping the last one: whole trainings, their
ends included, which take turns; the least time of each counts, as nothing makes a program faster than it is.

The entrants take turns, so that whatever else the machine does hits all of them alike, and of several turns the median
counts. A ratio is taken within a turn, and then its median.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from playground import catalog
from playground.experiment import Experiment, Run
from playground.training.loop import POINTS, VIEWS, Training
from playground.training.observing.events import Stepped

METHODS = ("equal", "static", "random", "uncertainty", "dwa", "gradnorm", "mgda", "pcgrad")
TASKS = ("digit", "parity", "large")
STEPS = 500
"""Length of the trainings; only their first steps are timed, but what is told, and how often, goes by this."""


def experiment(method: str, checkpoint: str = "best") -> Experiment:
    """What everybody trains."""
    flat = {"suite": "digits", "tasks": ",".join(TASKS), "backbone.depth": 3, "backbone.width": 64, "sharing.depth": 3}
    turned = {"weighting.weights": "1,1,1"} if method == "static" else {}
    return Experiment.from_flat(flat | {"weighting": method, "steps": STEPS, "batch": 64, "checkpoint": checkpoint, **turned})


# --- one run at a time ---------------------------------------------------------------------------------------------


class Net(nn.Module):
    """Three shared layers and a linear head a task, out of ordinary modules."""

    def __init__(self) -> None:
        super().__init__()
        layers = [nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU()]
        self.trunk = nn.Sequential(*layers)
        self.heads = nn.ModuleList([nn.Linear(64, 10), nn.Linear(64, 1), nn.Linear(64, 1)])

    def forward(self, x: Tensor) -> list[Tensor]:
        """x [B, 64] to the outputs of the three tasks."""
        features = self.trunk(x)
        return [head(features) for head in self.heads]


def losses_of(outputs: Sequence[Tensor], targets: Sequence[Tensor]) -> list[Tensor]:
    """The mean loss of each task."""
    digit, parity, large = outputs
    return [
        functional.cross_entropy(digit, targets[0]),
        functional.binary_cross_entropy_with_logits(parity.squeeze(-1), targets[1]),
        functional.binary_cross_entropy_with_logits(large.squeeze(-1), targets[2]),
    ]


class Loop:
    """A single run: data, network, optimizer, and what every loop tells."""

    def __init__(self, seed: int, method: str):
        torch.manual_seed(seed)
        data = experiment(method).the_suite.load(seed)
        self.train, self.validation = (
            (torch.from_numpy(part.inputs).flatten(1), self._targets(part.targets)) for part in (data.train, data.validation)
        )
        self.method, self.net = method, Net()
        self.shared = list(self.net.trunk.parameters())
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=0.003)
        self.told: list[Any] = []

    @staticmethod
    def _targets(targets: Any) -> list[Tensor]:
        digit, parity, large = (torch.from_numpy(targets[task]) for task in TASKS)
        return [digit, parity.float(), large.float()]

    def batches(self) -> Iterator[tuple[Tensor, list[Tensor]]]:
        """Epoch by epoch, each in a fresh order."""
        inputs, targets = self.train
        while True:
            for rows in torch.randperm(len(inputs)).split(64):
                if len(rows) == 64:
                    yield inputs[rows], [target[rows] for target in targets]

    def events(self) -> Iterator[Stepped]:
        """Train, and tell of every step."""
        batches = self.batches()
        self.look()
        for step in range(1, STEPS + 1):
            losses = self.step(*next(batches))
            if step % ceil(STEPS / POINTS) == 0:
                self.told.append([loss.item() for loss in losses])
            if step % (STEPS // VIEWS) == 0:
                self.look()
            yield Stepped(step, STEPS)

    def step(self, inputs: Tensor, targets: list[Tensor]) -> list[Tensor]:
        """One step of the optimizer; the losses before it."""
        raise NotImplementedError

    @torch.no_grad()
    def look(self) -> None:
        """Accuracy on the validation split."""
        inputs, (digit, parity, large) = self.validation
        first, second, third = self.net(inputs)
        right = [first.argmax(1) == digit, (second.squeeze(-1) > 0) == (parity > 0), (third.squeeze(-1) > 0) == (large > 0)]
        self.told.append([one.float().mean().item() for one in right])


class LossLoop(Loop):
    """The plain loop for methods that see losses only: one backward pass of the weighted sum."""

    def __init__(self, seed: int, method: str):
        super().__init__(seed, method)
        self.log_variance = torch.zeros(3, requires_grad=True)
        if method == "uncertainty":
            self.optimizer.add_param_group({"params": [self.log_variance]})
        self.epoch, self.sums, self.means = 0, torch.zeros(3), list[Tensor]()
        self.weights = torch.ones(3)
        self.taken = 0

    def step(self, inputs: Tensor, targets: list[Tensor]) -> list[Tensor]:
        losses = losses_of(self.net(inputs), targets)
        self.optimizer.zero_grad(set_to_none=True)
        self.total(torch.stack(losses)).backward()
        self.optimizer.step()
        return losses

    def total(self, losses: Tensor) -> Tensor:
        """The weighted sum of the losses [T]."""
        match self.method:
            case "equal":
                return losses.sum()
            case "random":
                return (3 * torch.randn(3).softmax(0) * losses).sum()
            case "uncertainty":
                return ((-self.log_variance).exp() * losses + self.log_variance / 2).sum()
            case "dwa":
                self.average(losses.detach())
        return (self.weights * losses).sum()

    def average(self, losses: Tensor) -> None:
        """Dynamic weight average: new weights after every epoch, from the mean losses of the last two."""
        self.taken += 1
        if self.taken % (len(self.train[0]) // 64) == 0:
            self.means = [*self.means, self.sums][-2:]
            self.sums = torch.zeros(3)
            if len(self.means) == 2:
                self.weights = 3 * (self.means[1] / self.means[0] / 2).softmax(0)
        self.sums += losses


class GradientLoop(Loop):
    """The plain loop for methods that see gradients: a backward pass a task, then the method's own arithmetic."""

    def __init__(self, seed: int, method: str):
        super().__init__(seed, method)
        self.weights = [1.0] * 3
        self.first: list[float] = []

    def step(self, inputs: Tensor, targets: list[Tensor]) -> list[Tensor]:
        losses = losses_of(self.net(inputs), targets)
        rows = []
        for task, (loss, head) in enumerate(zip(losses, self.net.heads, strict=True)):
            own = list(head.parameters())
            found = torch.autograd.grad(loss, self.shared + own, retain_graph=task < 2)
            rows.append(torch.cat([gradient.flatten() for gradient in found[: len(self.shared)]]))
            for parameter, gradient in zip(own, found[len(self.shared) :], strict=True):
                parameter.grad = gradient
        matrix = torch.stack(rows)
        weights = torch.tensor(self.weigh([loss.item() for loss in losses], (matrix @ matrix.T).tolist()))
        parts = (weights @ matrix).split([parameter.numel() for parameter in self.shared])
        for parameter, part in zip(self.shared, parts, strict=True):
            parameter.grad = part.view_as(parameter)
        self.optimizer.step()
        return losses

    def weigh(self, losses: list[float], gramian: list[list[float]]) -> list[float]:
        """The weights [T] for losses [T] and inner products [T, T], in plain numbers: for three tasks that is fastest."""
        return {"gradnorm": self.gradnorm, "mgda": self.mgda, "pcgrad": self.pcgrad}[self.method](losses, gramian)

    def gradnorm(self, losses: list[float], gramian: list[list[float]]) -> list[float]:
        """A step of the weights toward gradients of like length."""
        used, self.first = self.weights, self.first or losses
        left = [now / first for now, first in zip(losses, self.first, strict=True)]
        lengths = [gramian[task][task] ** 0.5 for task in range(3)]
        mean = sum(weight * length for weight, length in zip(used, lengths, strict=True)) / 3
        moved = []
        for weight, length, lag in zip(used, lengths, left, strict=True):
            above = weight * length > mean * (3 * lag / sum(left)) ** 1.5
            moved.append(max(1e-3, weight - 0.025 * (length if above else -length)))
        self.weights = [3 * weight / sum(moved) for weight in moved]
        return used

    def mgda(self, losses: list[float], gramian: list[list[float]]) -> list[float]:
        """The convex combination of least length, by Frank and Wolfe's steps."""
        weights = [1 / 3] * 3
        for _iteration in range(25):
            products = [sum(g * w for g, w in zip(row, weights, strict=True)) for row in gramian]
            best = products.index(min(products))
            length = sum(w * p for w, p in zip(weights, products, strict=True))
            apart = gramian[best][best] - 2 * products[best] + length
            share = min(1.0, (length - products[best]) / apart) if apart > 0 else 0.0
            if share <= 1e-3:
                break
            weights = [(1 - share) * w + share * (task == best) for task, w in enumerate(weights)]
        return weights

    def pcgrad(self, losses: list[float], gramian: list[list[float]]) -> list[float]:
        """What points against another gradient is taken out, in a random order."""
        total = [0.0] * 3
        for task in range(3):
            mix = [float(other == task) for other in range(3)]
            for other in random.sample([one for one in range(3) if one != task], 2):
                product = sum(m * gramian[one][other] for one, m in enumerate(mix))
                if product < 0:
                    mix[other] -= product / gramian[other][other]
            total = [t + m for t, m in zip(total, mix, strict=True)]
        return total


def plain(seed: int, method: str) -> Loop:
    """The plain loop of a method."""
    return (GradientLoop if catalog.methods()[method].signal == "gramian" else LossLoop)(seed, method)


class JacobianLoop(Loop):
    """The loop through TorchJD. Methods that it does not have run with constant weights, which costs least."""

    def __init__(self, seed: int, method: str):
        super().__init__(seed, method)
        # Imported here: the plain loops and the fleet should not need it.
        from torchjd import aggregation

        known = {"equal": "Mean", "random": "Random", "mgda": "MGDA", "pcgrad": "PCGrad"}
        self.aggregator = getattr(aggregation, known[method])() if method in known else aggregation.Constant(torch.ones(3))

    def step(self, inputs: Tensor, targets: list[Tensor]) -> list[Tensor]:
        from torchjd.autojac import jac_to_grad, mtl_backward

        features = self.net.trunk(inputs)
        losses = losses_of([head(features) for head in self.net.heads], targets)
        self.optimizer.zero_grad(set_to_none=True)
        mtl_backward(losses, features=features)
        jac_to_grad(self.shared, self.aggregator)
        self.optimizer.step()
        return losses


# --- the race ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entrant:
    """One way to train: how many runs at once, and what makes a fresh training that yields its events."""

    runs: int
    fresh: Callable[[], Iterator[Any]]

    def time(self, steps: int) -> float:
        """Milliseconds per run and step, over the first `steps` steps of a fresh training.

        Of the processor, which one thread keeps busy all the time, so that other programs do not count.
        """
        events = self.fresh()
        begun = time.process_time()
        for event in events:
            if isinstance(event, Stepped) and event.step == steps < STEPS:
                break
        return 1000 * (time.process_time() - begun) / steps / self.runs


def fleet(methods: Sequence[str], checkpoint: str = "best") -> Entrant:
    """One fleet: one run for each name in `methods`, runs of one method with different seeds."""
    runs = [Run(experiment(method, checkpoint), list(methods[:place]).count(method)) for place, method in enumerate(methods)]
    return Entrant(len(runs), lambda: Training(runs).events())


def loop(kind: Callable[[int, str], Loop], method: str) -> Entrant:
    """A single run by one of the loops."""
    return Entrant(1, lambda: kind(0, method).events())


def race(entrants: dict[str, Entrant], steps: dict[str, int], repeats: int) -> dict[str, list[float]]:
    """Milliseconds per run and step of every entrant in every turn; the entrants take turns."""
    times: dict[str, list[float]] = defaultdict(list)
    for _turn in range(repeats):
        for name, entrant in entrants.items():
            times[name].append(entrant.time(steps[name]))
    return times


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """The median over turns of the ratio within a turn."""
    return median(a / b for a, b in zip(over, under, strict=True))


def mixed(methods: Sequence[str], runs: int, steps: int, repeats: int) -> tuple[list[float], list[float]]:
    """Milliseconds per run and step, turn by turn: of `runs` mixed runs in fleets, and of TorchJD loops on average.

    The runs go into fleets as the program itself puts them: those that need gradients by themselves.
    """
    entrants = {method: loop(JacobianLoop, method) for method in methods}
    fleets: dict[str, list[str]] = defaultdict(list)
    for place in range(runs):
        method = methods[place % len(methods)]
        fleets[experiment(method).fleet()].append(method)
    entrants |= {name: fleet(members) for name, members in fleets.items()}
    times = race(entrants, dict.fromkeys(entrants, steps), repeats)
    together = [
        sum(time * len(members) for time, members in zip(turn, fleets.values(), strict=True)) / runs
        for turn in zip(*(times[name] for name in fleets), strict=True)
    ]
    return together, [sum(turn) / len(methods) for turn in zip(*(times[method] for method in methods), strict=True)]


def checkpoints(methods: Sequence[str], repeats: int) -> None:
    """Print what keeping the best step costs: least milliseconds per run and step of whole trainings, and their ratio."""
    print(f"{'':12}{'R':>4}{'last':>9}{'best':>9}{'best/last':>11}")
    for method in methods:
        for count in (1, 8, 40):
            entrants = {name: fleet([method] * count, name) for name in ("last", "best")}
            least = {name: min(times) for name, times in race(entrants, dict.fromkeys(entrants, STEPS), repeats).items()}
            ratio = least["best"] / least["last"]
            print(f"{method:12}{count:4}{least['last']:9.3f}{least['best']:9.3f}{ratio:11.3f}", flush=True)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.race", description=__doc__)
    options.add_argument("--repeats", type=int, default=5, help="turns of every entrant; the median counts")
    options.add_argument("--steps", type=int, default=100, help="steps of a turn; fleets of 40 take half as many")
    options.add_argument("--methods", nargs="+", default=METHODS, choices=METHODS, help="which methods race")
    options.add_argument("--checkpoints", action="store_true", help="what keeping the best step costs, and nothing else")
    chosen = options.parse_args()
    torch.set_num_threads(1)
    methods = [method for method in chosen.methods if method in catalog.methods()]
    for method in set(chosen.methods) - set(methods):
        print(f"{method}: not in the catalogue, left out")
    print("milliseconds per run and step")
    if chosen.checkpoints:
        checkpoints(methods, chosen.repeats)
        return
    names = ("plain", "TorchJD", "R=1", "R=8", "R=40")
    print(f"{'':12}" + "".join(f"{name:>9}" for name in names) + f"{'TorchJD/R=40':>14}{'(R=1)/plain':>13}")
    for method in methods:
        entrants = {"plain": loop(plain, method), "TorchJD": loop(JacobianLoop, method)}
        entrants |= {f"R={count}": fleet([method] * count) for count in (1, 8, 40)}
        steps = {name: max(1, chosen.steps // 2) if name == "R=40" else chosen.steps for name in entrants}
        times = race(entrants, steps, chosen.repeats)
        numbers = "".join(f"{median(times[name]):9.3f}" for name in names)
        print(
            f"{method:12}{numbers}{ratio(times['TorchJD'], times['R=40']):14.1f}{ratio(times['R=1'], times['plain']):13.2f}",
            flush=True,
        )
    together, loops = mixed(methods, 40, max(1, chosen.steps // 2), chosen.repeats)
    print(f"forty mixed runs of all these methods, in fleets: {median(together):.3f}")
    print(f"TorchJD loops of the same methods: {median(loops):.3f}, {ratio(loops, together):.1f} times as much")


if __name__ == "__main__":
    main()
