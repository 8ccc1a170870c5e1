"""Tags of spans beside a loop over words."""

from __future__ import annotations

import random

import pytest
import torch
from torch import nn

from playground.basics.random_streams import Streams
from playground.suites.base import Task
from playground.task_types.tags import Tags, spans

NAMES = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
TASK = Task("names", "Names", "tags", classes=NAMES)


def found(tags: list[int]) -> set[tuple[str, int, int]]:
    """Type, first and last word of every span, read from left to right."""
    result, open_span = set(), None
    for place, tag in enumerate([*tags, 0]):
        letter, _dash, kind = NAMES[tag].partition("-")
        if open_span and (letter != "I" or kind != open_span[0]):
            result.add((*open_span, place - 1))
            open_span = None
        if letter in ("B", "I") and open_span is None:
            open_span = (kind, place)
    return result


def coded(words: str) -> list[int]:
    return [NAMES.index(word) for word in words.split()]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("O O O", set()),
        ("B-PER I-PER O", {("PER", 0, 1)}),
        ("B-PER B-PER I-PER", {("PER", 0, 0), ("PER", 1, 2)}),
        ("B-PER I-LOC I-LOC", {("PER", 0, 0), ("LOC", 1, 2)}),
        ("O I-PER O I-PER", {("PER", 1, 1), ("PER", 3, 3)}),
        ("B-LOC I-LOC I-LOC", {("LOC", 0, 2)}),
    ],
)
def test_spans_written_out_by_hand(words: str, expected: set[tuple[str, int, int]]) -> None:
    tags = coded(words)
    assert found(tags) == expected
    kinds, ends = spans(torch.tensor(tags))
    names = {1: "PER", 2: "LOC"}
    assert {
        (names[kind], place, end) for place, (kind, end) in enumerate(zip(kinds.tolist(), ends.tolist(), strict=True)) if kind
    } == expected


def test_f1_is_that_of_a_loop_over_spans_for_every_run() -> None:
    rng = random.Random(0)
    runs, rows, length = 3, 40, 7
    said = [[[rng.randrange(5) for _word in range(length)] for _row in range(rows)] for _run in range(runs)]
    # Half of the words are tagged right, so that some spans are.
    sizes = [[rng.randint(1, length) for _row in range(rows)] for _run in range(runs)]
    true = [
        [[tag if rng.random() < 0.7 else rng.randrange(5) for tag in row[:size]] for row, size in zip(part, some, strict=True)]
        for part, some in zip(said, sizes, strict=True)
    ]
    known = [[rng.random() < 0.8 for _row in range(rows)] for _run in range(runs)]
    target = torch.tensor([[row + [-1] * (length - len(row)) for row in part] for part in true])
    scores = Tags().score(torch.tensor(said), target, torch.tensor(known))
    for run in range(runs):
        right = spoken = wanted = 0
        for row in range(rows):
            if known[run][row]:
                one, other = found(said[run][row][: sizes[run][row]]), found(true[run][row])
                right, spoken, wanted = right + len(one & other), spoken + len(one), wanted + len(other)
        precision, recall = right / spoken, right / wanted
        assert 0.2 < recall < 0.9, "the example should be neither empty nor perfect"
        assert float(scores[run]) == pytest.approx(100 * 2 * precision * recall / (precision + recall), rel=1e-5)


def test_a_loss_is_the_mean_over_words() -> None:
    output = torch.randn(2, 3, 4, 5, generator=torch.Generator().manual_seed(0))
    target = torch.tensor([[[0, 1, 2, -1], [3, -1, -1, -1], [-1, -1, -1, -1]]] * 2)
    losses = Tags().loss(output, target)
    for run in range(2):
        for row, size in enumerate((3, 1)):
            expected = nn.CrossEntropyLoss()(output[run, row, :size], target[run, row, :size])
            torch.testing.assert_close(losses[run, row], expected)
        assert losses[run, 2] == 0


def test_right_tags_score_a_hundred_and_none_score_nothing() -> None:
    target = torch.tensor([[coded("B-PER I-PER O"), coded("O B-LOC O")]])
    known = torch.ones(1, 2, dtype=torch.bool)
    assert Tags().score(target, target, known).tolist() == [100.0]
    assert Tags().score(torch.zeros_like(target), target, known).tolist() == [0.0]
    assert Tags().score(target, target, ~known).tolist() == [0.0]


def test_a_head_tags_every_position() -> None:
    head = Tags().head((4, 6), TASK, Streams([0, 1], "head"))
    features = torch.randn(2, 3, 4, 6, generator=torch.Generator().manual_seed(0))
    output = head(features)
    assert output.shape == (2, 3, 4, 5)
    assert torch.equal(Tags().reduce(output), output.argmax(-1))
    assert torch.equal(Tags().show(output), output.argmax(-1))
