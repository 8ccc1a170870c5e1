"""How fast convolutions of a fleet are: three ways to make one, and whole networks beside the same runs one after the other.

    python -m tests.benchmarks.convolution

prints CPU milliseconds per run, forward and backward, on one thread. The ways take turns, so that whatever else the machine
does hits all of them alike, and of several turns the best counts. Freed memory is kept, as in a training.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from playground import catalog
from playground.backbones.convolution import Convolution
from playground.basics.random_streams import Streams
from playground.training.fleet.memory import keep_freed_memory

RUNS = (1, 5, 8, 40)
TURNS = 5

LAYERS = (
    (64, 1, 16, 8, 3),
    (64, 16, 16, 8, 3),
    (32, 3, 16, 32, 5),
    (32, 16, 16, 16, 3),
    (32, 12, 12, 16, 3),
    (32, 16, 20, 16, 1),
)
"""Batch, channels before and after, rows and columns, side of the kernel: layers as digits and scenes have them."""

PICTURES = {"digits": (64, 1, 8, 8), "scenes": (32, 3, 32, 32)}
"""Batch and shape of one picture."""


def grouped(x: Tensor, weight: Tensor) -> Tensor:
    """All runs as one convolution with a group a run, without filling up channels; x [R, B, C, height, width]."""
    runs, size = len(x), weight.shape[-1]
    y = functional.conv2d(x.transpose(0, 1).flatten(1, 2), weight.flatten(0, 1), padding=size // 2, groups=runs)
    return y.unflatten(1, (runs, -1)).transpose(0, 1)


def unfolded(x: Tensor, weight: Tensor) -> Tensor:
    """What lies under the kernel at every place as columns, and one batched product of matrices."""
    runs, outputs, size = len(x), weight.shape[1], weight.shape[-1]
    columns = functional.unfold(x.flatten(0, 1), size, padding=size // 2).unflatten(0, x.shape[:2])
    return (weight.reshape(runs, 1, outputs, -1) @ columns).unflatten(-1, x.shape[3:])


def looped(x: Tensor, weight: Tensor) -> Tensor:
    """One run after the other."""
    size = weight.shape[-1]
    return torch.stack([functional.conv2d(one, own, padding=size // 2) for one, own in zip(x, weight, strict=True)])


def cost(work: Callable[[], Tensor], inputs: list[Tensor]) -> float:
    """CPU milliseconds of one pass forward and backward."""
    begun = time.process_time()
    end = work()
    torch.autograd.grad(end.square().sum(), inputs)
    return 1000 * (time.process_time() - begun)


def best(ways: Mapping[str, Callable[[], float]], turns: int = TURNS) -> dict[str, float]:
    """The least that each way took in `turns` turns."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _turn in range(turns):
        for name, way in ways.items():
            taken[name].append(way())
    return {name: min(numbers) for name, numbers in taken.items()}


def layers(runs: int, shape: tuple[int, ...], turns: int = TURNS) -> dict[str, float]:
    """Milliseconds per run of one convolution, in each way and as `Convolution` does it."""
    batch, before, after, side, size = shape
    layer = Convolution(before, after, size, Streams(range(runs), "layer"), bias=False)
    x = torch.rand(runs, batch, before, side, side)
    # Pictures need no gradient; features do.
    inputs = [layer.weight] if before <= 3 else [layer.weight, x.requires_grad_()]
    ways = {
        way.__name__: lambda way=way: cost(lambda: way(x, layer.weight), inputs) / runs for way in (grouped, unfolded, looped)
    }
    return best({**ways, "taken": lambda: cost(lambda: layer(x), inputs) / runs}, turns)


def networks(runs: int, backbone: str, suite: str, turns: int = TURNS) -> dict[str, float]:
    """Milliseconds per run of a whole backbone: as a fleet, and one run after the other."""
    batch, *inputs = PICTURES[suite]
    entry = catalog.backbones()[backbone]()
    sizes = entry.sizes(tuple(inputs))

    def tower(seeds: range) -> nn.Module:
        return nn.Sequential(*(entry.block(level, sizes[level], Streams(seeds, level)) for level in range(entry.length)))

    fleet, single, x = tower(range(runs)), tower(range(1)), torch.rand(runs, batch, *inputs)
    alone = {"alone": lambda: cost(lambda: single(x[:1]), list(single.parameters()))}
    together = {"fleet": lambda: cost(lambda: fleet(x), list(fleet.parameters())) / runs}
    return best({**together, **alone}, turns)


def main() -> None:
    """Print both tables."""
    torch.set_num_threads(1)
    keep_freed_memory()
    print(f"{'batch, channels, side, kernel':<30}{'R':>4}{'grouped':>10}{'unfolded':>10}{'looped':>10}{'taken':>10}")
    for shape in LAYERS:
        for runs in RUNS:
            found = layers(runs, shape)
            print(f"{shape!s:<30}{runs:>4}" + "".join(f"{number:>10.2f}" for number in found.values()), flush=True)
    print(f"\n{'network':<30}{'R':>4}{'fleet':>10}{'alone':>10}{'fleet/alone':>13}")
    for backbone in ("cnn", "resnet"):
        for suite in PICTURES:
            for runs in RUNS:
                found = networks(runs, backbone, suite)
                fleet, alone = found["fleet"], found["alone"]
                print(f"{f'{backbone}, {suite}':<30}{runs:>4}{fleet:>10.2f}{alone:>10.2f}{fleet / alone:>13.2f}", flush=True)


if __name__ == "__main__":
    main()
