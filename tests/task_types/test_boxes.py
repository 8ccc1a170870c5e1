"""Detection: losses beside formulas written out in loops, average precision beside hand-worked cases a naive second
implementation that goes through the named boxes one by one, and the program of the COCO benchmark."""

from __future__ import annotations

import contextlib
import io
import itertools
import math

import numpy as np
import pytest
import torch
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from torch import Tensor

from playground.basics.random_streams import Streams
from playground.suites.base import Task
from playground.task_types.boxes import MAX_OBJECTS, OVERLAP, SHOWN, Boxes, average_precision, focal, overlap, spanned, truth

TASK = Task("objects", "Objects", "boxes", classes=("a", "b", "c"), settings={"height": 16, "width": 24})
ROWS, COLUMNS = 8, 12
NONE = [-1.0] * 5


def area(box: list[float]) -> float:
    return max(box[2] - box[0], 0) * max(box[3] - box[1], 0)


def plain_overlap(first: list[float], second: list[float]) -> float:
    both = [max(first[0], second[0]), max(first[1], second[1]), min(first[2], second[2]), min(first[3], second[3])]
    return area(both) / (area(first) + area(second) - area(both))


def plain_precision(named: Tensor, target: Tensor) -> float:
    """Average precision of one run, mean over classes, by the definition: one named box after the other."""
    results = []
    for label in sorted({int(value) for value in target[..., 0].flatten() if value >= 0}):
        said = [
            (float(box[5]), -picture, -place, box[1:5].tolist())
            for picture, boxes in enumerate(named)
            for place, box in enumerate(boxes)
            if int(box[0]) == label
        ]
        true = {p: [box[1:].tolist() for box in boxes if int(box[0]) == label] for p, boxes in enumerate(target)}
        total, hits, points = sum(map(len, true.values())), 0, []
        for count, (_sure, picture, _place, box) in enumerate(sorted(said, reverse=True), start=1):
            fits = [(plain_overlap(box, other), other) for other in true[-picture]]
            best = max(fits, default=(0.0, None))
            if best[0] >= OVERLAP:
                true[-picture].remove(best[1])
                hits += 1
            points.append((hits / total, hits / count))
        # The area below the envelope: over each piece of recall the best precision at this recall or a larger one.
        recalls = [0.0, *sorted({recall for recall, _precision in points})]
        results.append(
            sum(
                (end - start) * max(precision for recall, precision in points if recall >= end)
                for start, end in itertools.pairwise(recalls)
            )
        )
    return 100 * sum(results) / len(results)


def chance(pictures: int, seed: int) -> tuple[Tensor, Tensor]:
    """True boxes, and named ones of which some are near a true one."""
    rng = np.random.default_rng(seed)

    def boxes(*shape: int) -> np.ndarray:
        corner, size = rng.uniform(0, 0.6, (*shape, 2)), rng.uniform(0.1, 0.4, (*shape, 2))
        return np.concatenate([corner, corner + size], axis=-1)

    target = np.concatenate([rng.integers(0, 3, (pictures, 3, 1)), boxes(pictures, 3)], axis=-1)
    target[rng.random((pictures, 3)) < 0.3] = -1
    near = target[:, rng.integers(0, 3, MAX_OBJECTS)] + np.r_[0, [0.03] * 4] * rng.normal(size=(pictures, MAX_OBJECTS, 5))
    other = np.concatenate([rng.integers(0, 3, (pictures, MAX_OBJECTS, 1)), boxes(pictures, MAX_OBJECTS)], axis=-1)
    named = np.where((rng.random((pictures, MAX_OBJECTS, 1)) < 0.5) & (near[..., :1] >= 0), near, other)
    sure = np.sort(rng.random((pictures, MAX_OBJECTS, 1)), axis=1)[:, ::-1]
    return torch.from_numpy(np.concatenate([named, sure], axis=-1)), torch.from_numpy(target)


@pytest.mark.parametrize("seed", range(5))
def test_average_precision_is_that_of_a_naive_implementation(seed: int) -> None:
    named, target = chance(40, seed)
    everything = torch.ones(40, dtype=torch.bool)
    expected = plain_precision(named, target)
    assert 5 < expected < 95
    assert float(average_precision(named, target, everything)) == pytest.approx(expected, rel=1e-6)


def filled(boxes: list[list[float]], most: int, width: int) -> Tensor:
    return torch.tensor([[*boxes, *[[-1.0] * width] * (most - len(boxes))]])


def worked(named: list[list[float]], true: list[list[float]]) -> float:
    return float(average_precision(filled(named, MAX_OBJECTS, 6), filled(true, 3, 5), torch.ones(1, dtype=torch.bool)))


LEFT, RIGHT, AWAY = [0.0, 0, 0.4, 0.4], [0.5, 0.5, 0.9, 0.9], [0.0, 0.6, 0.3, 0.9]


def test_cases_worked_by_hand() -> None:
    two = [[0, *LEFT], [0, *RIGHT]]
    # Both found: precision 1 all the way.
    assert worked([[0, *LEFT, 0.9], [0, *RIGHT, 0.8]], two) == pytest.approx(100)
    # One found of two: precision 1 up to half of the recall, then nothing.
    assert worked([[0, *LEFT, 0.9]], two) == pytest.approx(50)
    # A wrong one first: 1/2 up to half, 2/3 up to all; the envelope lifts the first half to 2/3.
    assert worked([[0, *AWAY, 0.9], [0, *LEFT, 0.8], [0, *RIGHT, 0.7]], two) == pytest.approx(100 * 2 / 3)
    # The same object named twice is found once.
    assert worked([[0, *LEFT, 0.9], [0, *LEFT, 0.8], [0, *RIGHT, 0.7]], two) == pytest.approx(100 * (1 / 2 + 1 / 3))
    # Right place, wrong class; two classes, one of which is not found at all.
    assert worked([[1, *LEFT, 0.9]], [[0, *LEFT]]) == 0
    assert worked([[0, *LEFT, 0.9]], [[0, *LEFT], [1, *RIGHT]]) == pytest.approx(50)
    # An overlap of just one half is enough, less is not.
    assert worked([[0, 0, 0, 0.2, 0.4, 0.9]], [[0, *LEFT]]) == pytest.approx(100)
    assert worked([[0, 0, 0, 0.19, 0.4, 0.9]], [[0, *LEFT]]) == 0


def test_what_stands_at_unknown_pictures_does_not_matter() -> None:
    named, target = chance(30, 7)
    known = torch.arange(30) % 3 > 0
    other = target.clone()
    other[~known] = 0
    kind = Boxes()
    expected = kind.score(named[None], target[None], known[None])
    torch.testing.assert_close(kind.score(named[None], other[None], known[None]), expected)
    assert float(expected) == pytest.approx(plain_precision(named[known], target[known]))
    assert kind.score(named[None], target[None], torch.zeros_like(known)[None]).tolist() == [0]


def test_overlap_is_intersection_over_union() -> None:
    _named, target = chance(20, 3)
    boxes = target[target[..., 0] >= 0][:, 1:]
    table = overlap(boxes[:, None], boxes[None])
    for i, first in enumerate(boxes.tolist()):
        for j, second in enumerate(boxes.tolist()):
            assert float(table[i, j]) == pytest.approx(plain_overlap(first, second), abs=1e-6)


def test_bells_stand_where_the_middles_are() -> None:
    objects = [[2, 0.1, 0.2, 0.5, 0.9], [0, 0.6, 0.1, 0.9, 0.3], NONE]
    bell, near = truth(torch.tensor([[objects]]), 3, (ROWS, COLUMNS))
    assert bell.shape == (1, 1, 3, ROWS, COLUMNS)
    assert near.shape == (1, 1, 3, ROWS, COLUMNS)
    for channel in range(3):
        for row in range(ROWS):
            for column in range(COLUMNS):
                expected = 0.0
                for number, (label, left, top, right, bottom) in enumerate(objects):
                    if label < 0:
                        assert not near[0, 0, number, row, column]
                        continue
                    across = column - math.floor((left + right) / 2 * COLUMNS)
                    down = row - math.floor((top + bottom) / 2 * ROWS)
                    assert bool(near[0, 0, number, row, column]) == (abs(across) <= 1 and abs(down) <= 1)
                    if label == channel:
                        wide, high = max((right - left) * COLUMNS / 6, 0.5), max((bottom - top) * ROWS / 6, 0.5)
                        expected = max(expected, math.exp(-((across / wide) ** 2) / 2 - (down / high) ** 2 / 2))
                assert float(bell[0, 0, channel, row, column]) == pytest.approx(expected, abs=1e-6)
    assert (bell == 1).sum() == 2


def test_the_focal_loss_is_its_formula() -> None:
    heat, bell = torch.tensor([[-2.0, 0.5, 3.0]]), torch.tensor([[1.0, 0.6, 0.0]])
    p = [1 / (1 + math.exp(-value)) for value in heat[0].tolist()]
    expected = [
        -((1 - p[0]) ** 2) * math.log(p[0]),
        -(0.4**4) * p[1] ** 2 * math.log(1 - p[1]),
        -(p[2] ** 2) * math.log(1 - p[2]),
    ]
    assert focal(heat, bell)[0].tolist() == pytest.approx(expected, rel=1e-5)


def perfect(target: Tensor) -> Tensor:
    """Outputs [1, B, 7, ROWS, COLUMNS] that say exactly what is there: target [1, B, M, 5]."""
    bell, near = truth(target, 3, (ROWS, COLUMNS))
    heat = torch.where(bell == 1, 12.0, -12.0)
    sides = torch.zeros(1, target.shape[1], 4, ROWS, COLUMNS)
    for picture in range(target.shape[1]):
        for number in range(target.shape[2]):
            for row, column in near[0, picture, number].nonzero().tolist():
                _label, left, top, right, bottom = target[0, picture, number].tolist()
                x, y = column + 0.5, row + 0.5
                away = [x - left * COLUMNS, y - top * ROWS, right * COLUMNS - x, bottom * ROWS - y]
                sides[0, picture, :, row, column] = torch.tensor(away).clamp(min=1e-3).log()
    return torch.cat([heat, sides], dim=2)


def test_a_perfect_answer_costs_nothing_and_finds_everything() -> None:
    target = torch.tensor([[[[2, 0.1, 0.1, 0.5, 0.9], [0, 0.6, 0.1, 0.95, 0.6], NONE], [[1, 0.3, 0.2, 0.8, 0.7], NONE, NONE]]])
    kind, output = Boxes(), perfect(target)
    assert float(kind.loss(output, target).max()) < 1e-3
    reduced = kind.reduce(output)
    assert reduced.shape == (1, 2, MAX_OBJECTS, 6)
    assert kind.score(reduced, target, torch.ones(1, 2, dtype=torch.bool)).tolist() == [100]
    first = reduced[0, 1, 0].tolist()
    assert first == pytest.approx([1, 0.3, 0.2, 0.8, 0.7, 1], abs=1e-3)
    shown = kind.show(output)
    assert (shown[0, 0, :, 0] >= 0).sum() == 2
    assert (shown[..., 5][shown[..., 0] >= 0] >= SHOWN).all()


def test_losses_are_those_of_each_picture_alone() -> None:
    """And an empty picture only asks that nothing be seen."""
    target = torch.tensor([[[[2, 0.1, 0.1, 0.5, 0.9], [0, 0.6, 0.1, 0.95, 0.6]], [NONE, NONE]]])
    output = torch.randn(1, 2, 7, ROWS, COLUMNS, generator=torch.Generator().manual_seed(0))
    kind = Boxes()
    both = kind.loss(output, target)
    for row in range(2):
        torch.testing.assert_close(kind.loss(output[:, row : row + 1], target[:, row : row + 1])[:, 0], both[:, row])
    nothing = focal(output[:, 1, :3], torch.zeros(1, 3, ROWS, COLUMNS)).sum()
    torch.testing.assert_close(both[0, 1], nothing)
    heat = focal(output[:, 0, :3], truth(target[:, :1], 3, (ROWS, COLUMNS))[0][:, 0]).sum()
    said, gaps = spanned(output[:, :, 3:])[0, 0], 0.0
    for number, box in enumerate(target[0, 0].tolist()):
        places = truth(target[:, :1], 3, (ROWS, COLUMNS))[1][0, 0, number].nonzero().tolist()
        gaps += sum(1 - plain_overlap(said[:, r, c].tolist(), box[1:]) for r, c in places) / len(places)
    assert float(both[0, 0]) == pytest.approx((float(heat) + gaps) / 2, rel=1e-4)


def test_of_neighbouring_places_only_the_surest_names_an_object() -> None:
    output = torch.full((1, 1, 7, ROWS, COLUMNS), -9.0)
    output[0, 0, 1, 3, 4:7] = torch.tensor([1.0, 2.0, 1.5])
    output[0, 0, 1, 3, 10] = 0.5
    named = Boxes().reduce(output)[0, 0]
    assert named[:2, 0].tolist() == [1, 1]
    assert named[:2, 5].tolist() == pytest.approx([1 / (1 + math.exp(-2)), 1 / (1 + math.exp(-0.5))])
    assert (named[2:, 5] < 0.01).all()


def test_a_head_begins_with_few_objects() -> None:
    kind = Boxes()
    output = kind.head((8, 4, 6), TASK, Streams([0, 1], "head"))(torch.rand(2, 5, 8, 4, 6))
    assert output.shape == (2, 5, 7, ROWS, COLUMNS)
    assert kind.loss(output, torch.full((2, 5, 3, 5), -1.0)).isfinite().all()
    assert float(output[:, :, :3].detach().sigmoid().mean()) < 0.2


@pytest.mark.parametrize("seed", [11, 12])
def test_average_precision_is_that_of_coco(seed: int) -> None:
    """The field's own program, told to read its curve at the middle of every step of recall instead of at 101 places."""
    named, target = chance(40, seed)
    truths, found = [], []
    for picture in range(40):
        for label, left, top, right, bottom in target[picture].tolist():
            if label >= 0:
                box = [left, top, right - left, bottom - top]
                truths.append(
                    {"image_id": picture, "category_id": int(label), "bbox": box, "area": box[2] * box[3], "iscrowd": 0}
                )
        for label, left, top, right, bottom, sure in named[picture].tolist():
            box = [left, top, right - left, bottom - top]
            found.append({"image_id": picture, "category_id": int(label), "bbox": box, "score": sure})
    dataset = {
        "images": [{"id": picture} for picture in range(40)],
        "categories": [{"id": label, "name": str(label)} for label in range(3)],
        "annotations": [{"id": number, **one} for number, one in enumerate(truths, start=1)],
    }
    results = []
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = dataset
        coco.createIndex()
        for label in range(3):
            run = COCOeval(coco, coco.loadRes(found), "bbox")
            count = sum(one["category_id"] == label for one in truths)
            run.params.catIds, run.params.iouThrs = [label], np.array([OVERLAP])
            run.params.recThrs = (np.arange(count) + 0.5) / count
            run.params.areaRng, run.params.areaRngLbl = [[0, 1e5**2]], ["all"]
            run.evaluate()
            run.accumulate()
            results.append(run.eval["precision"][0, :, 0, 0, -1].mean())
    everything = torch.ones(40, dtype=torch.bool)
    assert float(average_precision(named, target, everything)) == pytest.approx(100 * np.mean(results), rel=1e-6)
