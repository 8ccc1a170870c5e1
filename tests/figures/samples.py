"""Made-up frames with the columns of `playground.runs.results.history`, for the gallery and the tests of figures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from playground.basics.diagram import Box, Diagram
from playground.figures.style import Look, look_of, task_colors
from playground.runs.results.comparison import differences_of
from playground.statistics.differences import Difference, together
from playground.suites.base import Part, Probe, Task
from playground.suites.scenes import Scenes

TASKS = (
    Task("digit", "Which digit", "classes", tuple("0123456789")),
    Task("parity", "Odd or even", "binary", ("even", "odd")),
    Task("ink", "How much ink", "regression"),
)
LOOK = look_of(TASKS)
METRICS = {"digit": "Accuracy (%)", "parity": "Accuracy (%)", "ink": "Root mean squared error"}
BASELINE = {"digit": 93.0, "parity": 95.5, "ink": 0.31}


def curve_frame(seeds: int = 3, steps: int = 500, every: int = 2, seed: int = 0) -> pd.DataFrame:
    """Columns seed, step, task, loss, weight, norm, share."""
    rng, rows = np.random.default_rng(seed), []
    for run in range(seeds):
        for step in range(1, steps + 1, every):
            raw = rng.dirichlet([8, 5, 3])
            for place, task in enumerate(TASKS):
                loss = (2.3 - 0.6 * place) * np.exp(-step / (90 + 60 * place)) * np.exp(0.2 * rng.normal()) + 0.05 * (1 + run)
                weight = 1 + (place - 1) * (1 - np.exp(-step / 150)) * 0.6 + 0.03 * rng.normal()
                rows.append((run, step, task.name, loss, weight, 1 / (1 + place) + 0.1 * rng.random(), raw[place]))
    return pd.DataFrame(rows, columns=["seed", "step", "task", "loss", "weight", "norm", "share"])


def cosine_frame(seeds: int = 3, steps: int = 500, tasks: int = 3) -> pd.DataFrame:
    """Columns seed, step, first, second, cosine."""
    rng, names = np.random.default_rng(1), [task.name for task in TASKS][:tasks]
    rows = [
        (run, step, names[i], names[j], float(np.clip(0.5 * np.cos(step / 90 + i + 2 * j) + 0.25 * rng.normal(), -1, 1)))
        for run in range(seeds)
        for step in range(1, steps + 1, 4)
        for i in range(len(names))
        for j in range(i + 1, len(names))
    ]
    return pd.DataFrame(rows, columns=["seed", "step", "first", "second", "cosine"])


def conflict_frame(seeds: int = 3, steps: int = 500) -> pd.DataFrame:
    """Columns seed, step, conflict (0 to 1), condition (1 or more)."""
    rng = np.random.default_rng(5)
    rows = [
        (run, step, 0.4 * (1 - np.exp(-step / 100)) + 0.02 * run, 10 ** (1 + step / 250 + 0.3 * rng.random()))
        for run in range(seeds)
        for step in range(1, steps + 1, 4)
    ]
    return pd.DataFrame(rows, columns=["seed", "step", "conflict", "condition"])


def score_frame(seeds: int = 3, steps: int = 500) -> pd.DataFrame:
    """Columns seed, step, split, task, score, loss."""
    rng, rows = np.random.default_rng(2), []
    for run in range(seeds):
        for step in range(25, steps + 1, 25):
            for place, task in enumerate(TASKS):
                good = 1 - np.exp(-step / 80)
                score = 0.8 - 0.5 * good if task.kind == "regression" else 40 + (52 + 3 * place) * good
                rows.append((run, step, "validation", task.name, score * (1 + 0.01 * rng.normal()), 1 - good))
    return pd.DataFrame(rows, columns=["seed", "step", "split", "task", "score", "loss"])


def gain_frame(seeds: int = 5) -> pd.DataFrame:
    """Columns task, seed, gain in percent."""
    rng = np.random.default_rng(3)
    rows = [
        (task.name, run, mean + 0.8 * rng.normal())
        for task, mean in zip(TASKS, (-0.9, 3.1, 6.0), strict=True)
        for run in range(seeds)
    ]
    return pd.DataFrame(rows, columns=["task", "seed", "gain"])


def gains_found(frame: pd.DataFrame | None = None) -> dict[str, Difference]:
    """What may be said of the gains of a frame, and of Δm, corrected together."""
    frame = gain_frame() if frame is None else frame
    return together(differences_of(frame, list(frame["task"].unique()), 0.0))


def diagram(tasks: int, blocks: int, shared: int) -> tuple[Diagram, Look]:
    """Hard sharing of the first `shared` of `blocks` blocks, for `tasks` tasks."""
    titles = ("Which digit", "Odd or even", "How much ink", "Closed loops", "Five or more", "Upper half")[:tasks]
    names = tuple(f"task{number}" for number in range(tasks))
    boxes, reads = [Box("input", 0, "input", "input", names, 0, ())], ["input"] * tasks
    for level in range(blocks):
        if level < shared:
            name = f"shared.{level}"
            boxes.append(Box(name, level + 1, "64 units", "block", names, 4160, (reads[0],)))
            reads = [name] * tasks
        else:
            own = [f"{task}.{level}" for task in names]
            boxes += [
                Box(box, level + 1, "64 units", "block", (task,), 4160, (read,))
                for box, task, read in zip(own, names, reads, strict=True)
            ]
            reads = own
    boxes += [
        Box(f"head.{task}", blocks + 1, title, "head", (task,), 65, (read,))
        for task, title, read in zip(names, titles, reads, strict=True)
    ]
    return Diagram(names, tuple(boxes)), Look(task_colors(names), dict(zip(names, titles, strict=True)))


def stitched(tasks: int, blocks: int) -> tuple[Diagram, Look]:
    """Towers with a mixing unit after every block: every box is used by all tasks."""
    plain, look = diagram(tasks, blocks, 0)
    names = plain.tasks
    boxes, reads = [plain.boxes[0]], ["input"] * tasks
    for level in range(blocks):
        own = tuple(f"{task}.{level}" for task in names)
        boxes += [
            Box(box, 2 * level + 1, "64 units", "block", names, 4160, (read,)) for box, read in zip(own, reads, strict=True)
        ]
        boxes.append(Box(f"stitch.{level}", 2 * level + 2, "stitch", "mix", names, tasks**2, own))
        reads = [f"stitch.{level}"] * tasks
    heads = [
        Box(f"head.{task}", 2 * blocks + 1, look.title(task), "head", (task,), 65, (read,))
        for task, read in zip(names, reads, strict=True)
    ]
    return Diagram(names, (*boxes, *heads)), look


def experts(tasks: int, count: int) -> tuple[Diagram, Look]:
    """Shared experts, a gate a task over all of them, and heads."""
    plain, look = diagram(tasks, 1, 1)
    names = plain.tasks
    all_of_them = tuple(f"expert.{number}" for number in range(count))
    boxes = [plain.boxes[0]]
    boxes += [Box(name, 1, f"expert {number + 1}", "block", names, 4160, ("input",)) for number, name in enumerate(all_of_them)]
    boxes += [Box(f"gate.{task}", 2, "gate", "mix", (task,), 256, (*all_of_them, "input")) for task in names]
    boxes += [Box(f"head.{task}", 3, look.title(task), "head", (task,), 65, (f"gate.{task}",)) for task in names]
    return Diagram(names, tuple(boxes)), look


def diagrams() -> dict[str, tuple[Diagram, Look]]:
    """Networks of every form that the strategies build."""
    return {
        "hard, 4 tasks": diagram(4, 2, 2),
        "hard, half": diagram(3, 4, 2),
        "separate": diagram(3, 2, 0),
        "one task": diagram(1, 1, 0),
        "cross-stitch": stitched(3, 2),
        "many of everything": diagram(6, 6, 3),
        "experts": experts(3, 4),
        "cross-stitch, deep": stitched(4, 6),
    }


def plane_probe() -> tuple[Probe, tuple[Task, ...], dict[str, list[list[float]]]]:
    """A probe of the plane with a sure answer, two tasks, and what a model says."""
    grid = np.linspace(-1, 1, 9)
    inputs = np.array([(x, y) for y in grid for x in grid], np.float32)
    tasks = (Task("right", "Right half", "binary", ("left", "right")), Task("height", "Height", "regression"))
    targets = {"right": (inputs[:, 0] > 0).astype(int), "height": inputs[:, 1]}
    known = {"right": np.ones(81, bool), "height": np.arange(81) % 2 == 0}
    probe = Probe(inputs, "plane", (9, 9), targets, Part(inputs, targets, known))
    right = 1 / (1 + np.exp(-8 * inputs[:, 0]))
    return probe, tasks, {"right": np.stack([1 - right, right], 1).tolist(), "height": (0.9 * inputs[:, 1:]).tolist()}


def picture_probe() -> tuple[Probe, tuple[Task, ...], dict[str, list[list[float]]]]:
    """Three pictures of 2 × 2 pixels; the model is wrong about the last one only."""
    tasks = (Task("kind", "Which kind", "classes", ("one", "two", "three")),)
    said = [[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.6, 0.1, 0.3]]
    return Probe(np.eye(4, dtype=np.float32)[:3], "pictures", (2, 2), {"kind": np.array([0, 1, 2])}), tasks, {"kind": said}


def line_probe() -> tuple[Probe, tuple[Task, ...], dict[str, list[list[float]]]]:
    """Two lines over one input."""
    x = np.linspace(-2, 2, 21, dtype=np.float32)[:, None]
    tasks = (Task("up", "Up", "regression"), Task("down", "Down", "regression"))
    targets = {"up": x[:, 0], "down": -x[:, 0]}
    part = Part(x, targets, {"up": np.ones(21, bool), "down": np.ones(21, bool)})
    return Probe(x, "line", (), targets, part), tasks, {"up": (0.9 * x).tolist(), "down": (-0.8 * x).tolist()}


def row_probe() -> tuple[Probe, tuple[Task, ...], dict[str, list[list[float]]]]:
    """One number and one class to predict, for forty rows."""
    rng = np.random.default_rng(4)
    truth, kinds = rng.normal(size=40), rng.integers(0, 3, 40)
    tasks = (Task("size", "Size", "regression", unit="cm"), Task("kind", "Which kind", "classes", ("one", "two", "three")))
    said = np.eye(3)[np.where(rng.random(40) < 0.8, kinds, 0)]
    outputs = {"size": (truth + 0.2 * rng.normal(size=40))[:, None].tolist(), "kind": said.tolist()}
    return Probe(rng.normal(size=(40, 5)).astype(np.float32), "rows", (), {"size": truth, "kind": kinds}), tasks, outputs


def sentence_probe() -> tuple[Probe, tuple[Task, ...], dict[str, list[Any]]]:
    """Two sentences and two beginnings. Of the second sentence the model gets everything wrong but its topic."""
    words = ("<nothing>", "<mark>", ",", ".", "may", "lee", "saw", "the", "court", "in")
    into = ("<nothing>", "<mark>", "梅", "李", "看见", "法庭", "球场", "。", "五月")
    tags = ("O", "B-PER", "I-PER", "B-DATE", "I-DATE")
    tasks = (
        Task("topic", "Topic", "classes", ("sport", "law")),
        Task("names", "Names", "tags", tags),
        Task("translation", "Translation", "translation", into),
        Task("next", "Next word", "classes", words[2:]),
    )
    inputs = np.array([[4, 5, 6, 7, 8, 3, 0], [5, 6, 8, 9, 4, 3, 0], [4, 5, 1, 0, 0, 0, 0], [5, 6, 1, 0, 0, 0, 0]])
    targets = {
        "topic": np.array([0, 1, 0, 0]),
        "names": np.array([[1, 2, 0, 0, 0, 0, -1], [1, 0, 0, 0, 3, 0, -1], [0] * 7, [0] * 7]),
        "translation": np.array([[2, 3, 4, 6, 7, 1, 0], [3, 8, 4, 5, 7, 1, 0], [0] * 7, [0] * 7]),
        "next": np.array([0, 0, 4, 6]),
    }
    looked = [[0, 1, 2, 4, 5, 5, 0], [0, 4, 1, 2, 5, 5, 0], [0] * 7, [0] * 7]
    said = [[2, 3, 4, 6, 7, 1, 0], [3, 2, 4, 5, 7, 1, 0], [0] * 7, [0] * 7]
    outputs = {
        "topic": [[0.9, 0.1], [0.2, 0.8], [0.5, 0.5], [0.5, 0.5]],
        # Lee is taken for a date, may is overlooked; what is tagged behind the last word is never read.
        "names": [[1, 2, 0, 0, 0, 0, 1], [3, 0, 0, 0, 0, 0, 1], [0] * 7, [0] * 7],
        "translation": [[list(pair) for pair in zip(*both, strict=True)] for both in zip(said, looked, strict=True)],
        "next": np.eye(8)[[0, 0, 4, 5]].tolist(),
    }
    return Probe(inputs, "sentences", (2, 7), targets, words=words), tasks, outputs


def attention_probe() -> tuple[Probe, tuple[Task, ...], dict[str, list[Any]]]:
    """The same, and where the translation looked."""
    probe, tasks, outputs = sentence_probe()
    return replace(probe, view="sentences with attention"), tasks, outputs


def face_probe() -> tuple[Probe, tuple[Task, ...], dict[str, list[Any]]]:
    """Upper halves of two faces. Of the second one the model does not know whose it is; each pixel below is 0.1 too light."""
    tasks = (
        Task("person", "Whose face", "classes", ("Ann", "Ben", "Cyd")),
        Task("mirrored", "Mirrored", "binary", ("as taken", "mirrored")),
        Task("lower", "Lower half", "regression", outputs=128),
    )
    rows, columns = np.mgrid[:16, :32]
    upper = np.stack([np.hypot(rows - 10, columns - 16) / 20, columns / 31]).astype(np.float32)[:, None]
    lower = np.stack([np.linspace(0, 0.9, 128), np.linspace(0.9, 0, 128)]).astype(np.float32)
    targets = {"person": np.array([0, 2]), "mirrored": np.array([0, 1]), "lower": lower}
    outputs = {
        "person": [[0.8, 0.1, 0.1], [0.2, 0.7, 0.1]],
        "mirrored": [[0.9, 0.1], [0.3, 0.7]],
        "lower": (lower + 0.1).tolist(),
    }
    return Probe(np.clip(upper, 0, 1), "faces", targets=targets), tasks, outputs


def scene_probe() -> tuple[Probe, tuple[Task, ...], dict[str, list[Any]]]:
    """Four scenes with seven shapes. The model is wrong about the last picture in every task, and right elsewhere."""
    suite = Scenes(pictures=100)
    test = suite.load(1).test
    counts = (test.targets["objects"][..., 0] >= 0).sum(1)
    shown = test.take(np.concatenate([np.flatnonzero(counts == 2)[:3], np.flatnonzero(counts == 1)[:1]]))
    kind = np.eye(4)[shown.targets["kind"]]
    kind[3] = np.roll(kind[3], 1)
    boxes = np.full((4, 8, 6), -1.0)
    boxes[:, :3, :5] = shown.targets["objects"]
    boxes[..., 5] = np.where(boxes[..., 0] >= 0, 0.9, 0.1)
    boxes[3, :, 0] = np.where(boxes[3, :, 0] >= 0, (boxes[3, :, 0] + 1) % 4, -1)
    masks, depth = shown.targets["segments"].copy(), shown.targets["depth"].reshape(4, 16, 2, 16, 2).mean((2, 4))
    masks[3], depth[3] = 0, depth[3] + 1
    outputs = {"kind": kind, "objects": boxes, "segments": masks, "depth": depth}
    probe = Probe(shown.inputs, "scenes", (32, 32), shown.targets)
    return probe, suite.tasks(), {name: values.tolist() for name, values in outputs.items()}


PROBES = (plane_probe, picture_probe, line_probe, row_probe, sentence_probe, attention_probe, face_probe, scene_probe)
