"""How fast a fleet is under every sharing strategy: beside a plain loop, and beside the same loop through TorchJD.

    python -m tests.benchmarks.sharing

prints milliseconds of the processor per run and step, on one thread. As in `tests.benchmarks.race` every entrant learns
three questions about digits, with blocks of 64 units, batches of 64 and Adam, and tells the same; the entrants take turns,
and a ratio is taken within a turn. The loops hold networks out of ordinary modules, written as each strategy's paper has
them, with as many parameters as a run of the fleet. A strategy without such a network is left out.

    python -m tests.benchmarks.sharing --backbones

compares a fleet of eight with eight fleets of one, one after the other, for trunks of every backbone under hard sharing.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from statistics import median

import torch
from torch import Tensor, nn

from playground import catalog
from playground.basics.knobs import knobs_of
from playground.experiment import Experiment, Run
from playground.training.loop import Training
from playground.training.observing.events import Stepped
from tests.benchmarks import race

LEVELS, WIDTH, TASKS = 3, 64, 3
EIGHTH = 8.0
"""How many times as much a loop through TorchJD should cost as a run in a fleet of forty."""


def experiment(key: str) -> Experiment:
    """What everybody trains under a strategy; what would rest for a part of the training learns all the time."""
    flat = {"suite": "digits", "tasks": ",".join(race.TASKS), "backbone.depth": LEVELS, "backbone.width": WIDTH}
    knobs = {"depth": LEVELS} if key == "hard" else {"alone": 0.0} if "alone" in knobs_of(catalog.strategies()[key]) else {}
    turned = {f"sharing.{name}": value for name, value in knobs.items()}
    return Experiment.from_flat(flat | {"sharing": key, "steps": race.STEPS, "batch": 64} | turned)


# --- one run at a time ---------------------------------------------------------------------------------------------


def block() -> nn.Sequential:
    return nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.ReLU())


def tower() -> nn.Sequential:
    return nn.Sequential(*(block() for _level in range(LEVELS)))


def several(make: Callable[[], nn.Module], count: int = TASKS) -> nn.ModuleList:
    return nn.ModuleList(make() for _one in range(count))


class Plain(nn.Module):
    """A trunk of one run: [B, 64] to the features of the tasks, [B, 64] each."""

    def penalty(self) -> Tensor | None:
        """What is added to the sum of the losses."""
        return None


class Separate(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.towers = several(tower)

    def forward(self, x: Tensor) -> list[Tensor]:
        return [one(x) for one in self.towers]

    def rows(self) -> list[Tensor]:
        """For each level [T, P]."""
        levels = zip(*(one.children() for one in self.towers), strict=True)
        return [torch.stack([torch.cat([p.flatten() for p in one.parameters()]) for one in level]) for level in levels]


class Hard(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.common = tower()

    def forward(self, x: Tensor) -> list[Tensor]:
        return [self.common(x)] * TASKS


class SoftL2(Separate):
    def penalty(self) -> Tensor:
        return 0.6 / WIDTH * torch.stack([(rows - rows.mean(0)).square().sum() for rows in self.rows()]).sum()


class SoftTrace(Separate):
    def penalty(self) -> Tensor:
        return 0.08 / WIDTH**0.5 * torch.stack([torch.linalg.matrix_norm(rows, "nuc") for rows in self.rows()]).sum()


class CrossStitch(Separate):
    def __init__(self) -> None:
        super().__init__()
        self.mixes = nn.ParameterList(torch.full((TASKS, TASKS), 0.05).fill_diagonal_(0.9) for _level in range(LEVELS))

    def forward(self, x: Tensor) -> list[Tensor]:
        features = [x] * TASKS
        for level, mix in enumerate(self.mixes):
            stacked = torch.stack([one[level](feature) for one, feature in zip(self.towers, features, strict=True)])
            features = list(torch.einsum("ij,jbf->ibf", mix, stacked).unbind(0))
        return features


class Sluice(Separate):
    def __init__(self) -> None:
        super().__init__()
        self.mixes = nn.ParameterList(torch.full((6, 6), 0.02).fill_diagonal_(0.9) for _level in range(LEVELS))
        self.skips = nn.ParameterList(torch.tensor([0.05, 0.05, 0.9]) for _task in range(TASKS))
        self.overlaps: list[Tensor] = []

    def forward(self, x: Tensor) -> list[Tensor]:
        features, outputs, self.overlaps = [x] * TASKS, [], []
        for level, mix in enumerate(self.mixes):
            own = [one[level](feature) for one, feature in zip(self.towers, features, strict=True)]
            halves = torch.stack([half for feature in own for half in feature.chunk(2, dim=1)])
            self.overlaps.append((torch.matmul(halves[::2].transpose(1, 2), halves[1::2]) / len(x)).square().sum())
            mixed = torch.einsum("ij,jbf->ibf", mix, halves)
            features = [torch.cat([mixed[2 * task], mixed[2 * task + 1]], dim=1) for task in range(TASKS)]
            outputs.append(features)
        return [
            sum(skip[level] * outputs[level][task] for level in range(LEVELS))  # type: ignore[misc]  # of three tensors
            for task, skip in enumerate(self.skips)
        ]

    def penalty(self) -> Tensor:
        return 0.01 * torch.stack(self.overlaps).sum()


def sums(features: Sequence[Tensor], weights: Tensor) -> Tensor:
    """The sum of E features [B, 64] by weights [B, E]."""
    return torch.einsum("be,ebf->bf", weights, torch.stack(list(features)))


class MMoE(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.experts = several(tower, 4)
        self.gates = several(lambda: nn.Linear(16, 4))

    def forward(self, x: Tensor) -> list[Tensor]:
        features = [expert(x) for expert in self.experts]
        read = nn.functional.avg_pool2d(x.view(-1, 1, 8, 8), 2).flatten(1)
        return [sums(features, gate(read).softmax(1)) for gate in self.gates]


class DSelectK(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.experts = several(tower, 4)
        self.codes = nn.ParameterList(0.02 * torch.rand(2, 2) - 0.01 for _task in range(TASKS))
        self.scores = nn.ParameterList(torch.zeros(2) for _task in range(TASKS))

    def chosen(self, codes: Tensor) -> Tensor:
        """[k, E] what each selector gives to each expert."""
        inside = codes.clamp(-0.5, 0.5)
        on = -2 * inside**3 + 1.5 * inside + 0.5
        first, second = torch.stack([1 - on[:, 0], on[:, 0]], 1), torch.stack([1 - on[:, 1], on[:, 1]], 1)
        return (second.unsqueeze(2) * first.unsqueeze(1)).flatten(1)

    def forward(self, x: Tensor) -> list[Tensor]:
        features = torch.stack([expert(x) for expert in self.experts])
        weights = [score.softmax(0) @ self.chosen(codes) for codes, score in zip(self.codes, self.scores, strict=True)]
        return [torch.einsum("e,ebf->bf", weight, features) for weight in weights]

    def penalty(self) -> Tensor:
        given = [self.chosen(codes) for codes in self.codes]
        return 0.01 * torch.stack([-(one * (one + 1e-9).log()).sum() for one in given]).sum()


class PLE(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.own = nn.ModuleList(several(block) for _level in range(LEVELS))
        self.common = several(block, LEVELS)
        self.gates = nn.ModuleList(several(lambda size=size: nn.Linear(size, 2)) for size in (16, WIDTH, WIDTH))
        self.common_gates = nn.ModuleList(nn.Linear(size, 4) for size in (16, WIDTH))

    def forward(self, x: Tensor) -> list[Tensor]:
        features, shared = [x] * TASKS, x
        reads = [nn.functional.avg_pool2d(x.view(-1, 1, 8, 8), 2).flatten(1)] * (TASKS + 1)
        for level, (own, common, gates) in enumerate(zip(self.own, self.common, self.gates, strict=True)):
            answers = [expert(feature) for expert, feature in zip(own, features, strict=True)]  # type: ignore[arg-type]  # a list of modules
            answer = common(shared)
            weights = [gate(read).softmax(1) for gate, read in zip(gates, reads, strict=False)]  # type: ignore[arg-type]  # a list of modules
            features = [sums([mine, answer], weight) for mine, weight in zip(answers, weights, strict=True)]
            if level < LEVELS - 1:
                shared = sums([*answers, answer], self.common_gates[level](reads[-1]).softmax(1))
            reads = [*features, shared]
        return features


class MTAN(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.common, self.carriers = tower(), several(block, LEVELS - 1)
        self.masks = nn.ModuleList(
            several(lambda size=size: nn.Sequential(nn.Linear(size, 16), nn.ReLU(), nn.Linear(16, WIDTH), nn.Sigmoid()))
            for size in (WIDTH, 2 * WIDTH, 2 * WIDTH)
        )

    def forward(self, x: Tensor) -> list[Tensor]:
        taken: list[Tensor] = []
        for level, (layer, masks) in enumerate(zip(self.common, self.masks, strict=True)):
            x = layer(x)
            reads = [torch.cat([x, self.carriers[level - 1](one)], dim=1) for one in taken] if level else [x] * TASKS
            taken = [mask(read) * x for mask, read in zip(masks, reads, strict=True)]  # type: ignore[arg-type]  # a list of modules
        return taken


class Bottleneck(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.down, self.up = nn.Linear(WIDTH, 8, bias=False), nn.Linear(8, WIDTH, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.up(self.down(x).relu())


class Adapters(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.common = tower()
        self.adapters = nn.ModuleList(several(Bottleneck) for _level in range(LEVELS))

    def forward(self, x: Tensor) -> list[Tensor]:
        features = [x] * TASKS
        for level, (layer, adapters) in enumerate(zip(self.common, self.adapters, strict=True)):
            common = [layer(feature) for feature in features] if level else [layer(x)] * TASKS
            features = [adapter(one) for adapter, one in zip(adapters, common, strict=True)]  # type: ignore[arg-type]  # a list of modules
        return features


class LoRA(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.common = tower()
        self.downs = nn.ParameterList((2 * torch.rand(WIDTH, 4) - 1) / 8 for _one in range(LEVELS * TASKS))
        self.ups = nn.ParameterList(torch.zeros(4, WIDTH) for _one in range(LEVELS * TASKS))

    def forward(self, x: Tensor) -> list[Tensor]:
        features = [x] * TASKS
        for level, layer in enumerate(self.common):
            pairs = [(self.downs[place], self.ups[place]) for place in range(level * TASKS, (level + 1) * TASKS)]
            features = [
                (layer[0](feature) + 2 * (feature @ down) @ up).relu()  # type: ignore[index]  # a block is a sequence
                for feature, (down, up) in zip(features, pairs, strict=True)
            ]
        return features


TRUNKS: dict[str, Callable[[], Plain]] = {
    "separate": Separate,
    "hard": Hard,
    "soft_l2": SoftL2,
    "soft_trace": SoftTrace,
    "cross_stitch": CrossStitch,
    "sluice": Sluice,
    "mmoe": MMoE,
    "dselect_k": DSelectK,
    "ple": PLE,
    "mtan": MTAN,
    "adapters": Adapters,
    "lora": LoRA,
}
"""A trunk of one run for each strategy that has a loop."""


class Net(nn.Module):
    """A trunk and a linear head a task."""

    def __init__(self, trunk: Plain):
        super().__init__()
        self.trunk = trunk
        self.heads = nn.ModuleList([nn.Linear(WIDTH, 10), nn.Linear(WIDTH, 1), nn.Linear(WIDTH, 1)])

    def forward(self, x: Tensor) -> list[Tensor]:
        return [head(feature) for head, feature in zip(self.heads, self.trunk(x), strict=True)]


class SumLoop(race.Loop):
    """A single run by one backward pass of the sum of the losses."""

    def __init__(self, seed: int, key: str):
        super().__init__(seed, "equal")
        torch.manual_seed(seed)
        self.net = Net(TRUNKS[key]())  # type: ignore[assignment]  # another network in the place of the race's
        self.shared = list(self.net.trunk.parameters())
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=0.003)

    def step(self, inputs: Tensor, targets: list[Tensor]) -> list[Tensor]:
        losses = race.losses_of(self.net(inputs), targets)
        total, penalty = torch.stack(losses).sum(), self.net.trunk.penalty()  # type: ignore[operator]  # a plain trunk has one
        self.optimizer.zero_grad(set_to_none=True)
        (total if penalty is None else total + penalty).backward()
        self.optimizer.step()
        return losses


class JacobianLoop(SumLoop):
    """A single run through TorchJD: the losses' Jacobian on all that lies before the heads, and its rows' mean."""

    def __init__(self, seed: int, key: str):
        super().__init__(seed, key)
        from torchjd import aggregation

        self.aggregator = aggregation.Mean()

    def step(self, inputs: Tensor, targets: list[Tensor]) -> list[Tensor]:
        from torchjd.autojac import jac_to_grad, mtl_backward

        features = self.net.trunk(inputs)
        # Tasks that share everything get one and the same tensor, which TorchJD wants to be told once.
        apart = list({id(feature): feature for feature in features}.values())
        losses = race.losses_of([head(one) for head, one in zip(self.net.heads, features, strict=True)], targets)
        self.optimizer.zero_grad(set_to_none=True)
        penalty = self.net.trunk.penalty()  # type: ignore[operator]  # a plain trunk has one
        pulled = None
        if penalty is not None:
            pulled = torch.autograd.grad(penalty, self.shared, retain_graph=True, allow_unused=True)
        mtl_backward(losses, features=apart)
        reached = [parameter for parameter in self.shared if getattr(parameter, "jac", None) is not None]
        jac_to_grad(reached, self.aggregator)
        if pulled is not None:
            for parameter, part in zip(self.shared, pulled, strict=True):
                if part is not None and parameter.grad is not None:
                    parameter.grad += part
        self.optimizer.step()
        return losses


# --- the race ------------------------------------------------------------------------------------------------------


class Entrant(race.Entrant):
    """An entrant whose time is what its process had of the processor, whatever else the machine does meanwhile."""

    def time(self, steps: int) -> float:
        """Milliseconds per run and step, over the first `steps` steps of a fresh training."""
        events = self.fresh()
        begun = time.process_time()
        for event in events:
            if isinstance(event, Stepped) and event.step == steps:
                break
        return 1000 * (time.process_time() - begun) / steps / self.runs


def fleet(key: str, runs: int) -> race.Entrant:
    """One fleet of `runs` seeds."""
    return Entrant(runs, lambda: Training([Run(experiment(key), seed) for seed in range(runs)]).events())


def entrants(key: str) -> dict[str, race.Entrant]:
    """Both loops, and fleets of one, eight and forty."""
    kinds = (("plain", SumLoop), ("TorchJD", JacobianLoop))
    loops = {name: Entrant(1, lambda kind=kind: kind(0, key).events()) for name, kind in kinds}  # type: ignore[misc]  # a default argument
    return loops | {f"R={count}": fleet(key, count) for count in (1, 8, 40)}


def strategies(keys: Sequence[str], steps: int, repeats: int) -> None:
    """The table of all strategies."""
    names = ("plain", "TorchJD", "R=1", "R=8", "R=40")
    print("milliseconds per run and step")
    print(f"{'':13}" + "".join(f"{name:>9}" for name in names) + f"{'plain/R=40':>12}{'TorchJD/R=40':>14}")
    for key in keys:
        counts = {name: max(1, steps // 2) if name == "R=40" else steps for name in names}
        times = race.race(entrants(key), counts, repeats)
        numbers = "".join(f"{median(times[name]):9.3f}" for name in names)
        ahead = race.ratio(times["TorchJD"], times["R=40"])
        mark = "" if ahead >= EIGHTH else "   less than eight times"
        print(f"{key:13}{numbers}{race.ratio(times['plain'], times['R=40']):12.1f}{ahead:14.1f}{mark}", flush=True)


# --- other backbones -----------------------------------------------------------------------------------------------


TRUNKS_OF = (
    ("mlp", "digits"),
    ("cnn", "digits"),
    ("resnet", "digits"),
    ("transformer", "digits"),
    ("cnn", "scenes"),
    ("resnet", "scenes"),
    ("transformer", "sentences"),
)
"""Backbones and what they read."""


def trunk_of(backbone: str, suite: str) -> Experiment:
    """Hard sharing of all blocks of a backbone, by all tasks of a suite that are one answer an example."""
    length = catalog.backbones()[backbone]().length
    tasks = [task.name for task in catalog.suites()[suite]().tasks() if task.kind in ("classes", "binary")]
    flat = {"suite": suite, "tasks": ",".join(tasks), "backbone": backbone, "sharing": "hard", "sharing.depth": length}
    return Experiment.from_flat(flat | {"steps": race.STEPS, "batch": 32})


def seconds(runs: Sequence[Run], steps: int) -> float:
    """Processor seconds of so many steps of a fresh fleet, building and the first look at validation left out."""
    begun = 0.0
    for event in Training(runs).events():
        if isinstance(event, Stepped) and event.step == 1:
            begun = time.process_time()
        if isinstance(event, Stepped) and event.step == steps + 1:
            break
    return time.process_time() - begun


def together(experiment: Experiment, runs: int, steps: int) -> tuple[float, float]:
    """Processor seconds of `runs` runs: as one fleet, and one after the other."""
    every = [Run(experiment, seed) for seed in range(runs)]
    return seconds(every, steps), sum(seconds([run], steps) for run in every)


def backbones(pairs: Sequence[tuple[str, str]], runs: int, steps: int, repeats: int) -> None:
    """The table of backbones."""
    print(f"milliseconds of the processor per run and step under hard sharing, {runs} runs")
    print(f"{'':24}{'together':>10}{'in turn':>10}{'in turn/together':>18}")
    for backbone, suite in pairs:
        times = [together(trunk_of(backbone, suite), runs, steps) for _turn in range(repeats)]
        fast, slow = (1000 / runs / steps * median(column) for column in zip(*times, strict=True))
        ahead = race.ratio([slow for _fast, slow in times], [fast for fast, _slow in times])
        print(f"{backbone + ', ' + suite:24}{fast:10.3f}{slow:10.3f}{ahead:18.2f}", flush=True)


def main() -> None:
    """Print a table."""
    options = argparse.ArgumentParser(prog="python -m tests.benchmarks.sharing", description=__doc__)
    options.add_argument("--repeats", type=int, default=3, help="turns of every entrant; the median counts")
    options.add_argument("--steps", type=int, default=60, help="steps of a turn; fleets of 40 take half as many")
    options.add_argument("--only", nargs="+", default=None, help="which strategies, or which backbones")
    options.add_argument("--backbones", action="store_true", help="fleets against one after the other, by backbone")
    chosen = options.parse_args()
    torch.set_num_threads(1)
    if chosen.backbones:
        pairs = [pair for pair in TRUNKS_OF if not chosen.only or pair[0] in chosen.only]
        backbones(pairs, 8, max(1, chosen.steps // 4), chosen.repeats)
    else:
        strategies(chosen.only or list(TRUNKS), chosen.steps, chosen.repeats)


if __name__ == "__main__":
    main()
