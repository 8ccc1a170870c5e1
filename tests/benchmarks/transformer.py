"""How fast transformers of a fleet are: training steps on sentences, as a fleet and one run after the other.

    python -m tests.benchmarks.transformer

prints CPU milliseconds per run and step on one thread, heads and Adam included. Both take turns, and the best turn counts.
"""

from __future__ import annotations

import time

import torch

from playground.experiment import Experiment, Run
from playground.training.loop import Training
from tests.benchmarks.convolution import TURNS, best

RUNS = (1, 3, 8)
STEPS = 3
SHARING = ({"sharing": "hard", "sharing.depth": 3}, {"sharing": "hard", "sharing.depth": 2}, {"sharing": "separate"})


def training(experiment: Experiment, runs: int) -> Training:
    """A fleet that has taken a step, so that its memory is there."""
    fleet = Training([Run(experiment, seed) for seed in range(runs)], device="cpu")
    fleet._take_step(record=False, diagnose=False)
    return fleet


def cost(fleet: Training) -> float:
    """CPU milliseconds per run and step."""
    begun = time.process_time()
    for _step in range(STEPS):
        fleet._take_step(record=False, diagnose=False)
    return 1000 * (time.process_time() - begun) / STEPS / len(fleet.runs)


def steps(runs: int, turns: int = TURNS, **fields: object) -> dict[str, float]:
    """What a run of a fleet of `runs` costs, and a run alone."""
    experiment = Experiment.from_flat({"suite": "sentences", "suite.sentences": 500, **fields})
    together, alone = training(experiment, runs), training(experiment, 1)
    return best({"fleet": lambda: cost(together), "alone": lambda: cost(alone)}, turns)


def main() -> None:
    """Print the table."""
    torch.set_num_threads(1)
    print(f"{'sharing':<30}{'R':>4}{'fleet':>10}{'alone':>10}{'fleet/alone':>13}")
    for sharing in SHARING:
        for runs in RUNS:
            found = steps(runs, **sharing)
            name = " ".join(str(value) for value in sharing.values())
            print(
                f"{name:<30}{runs:>4}{found['fleet']:>10.1f}{found['alone']:>10.1f}{found['fleet'] / found['alone']:>13.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
