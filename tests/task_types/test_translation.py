"""The head that writes: what it is taught, and what it writes by itself."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from playground.basics.random_streams import Streams
from playground.suites.base import Task
from playground.task_types.translation import END, NOTHING, Translation, Writer

WORDS = ("<nothing>", "<end>", "a", "b", "c", "d", "e")
LENGTH = 5
TASK = Task("into", "Into", "translation", classes=WORDS, settings={"length": LENGTH})


@pytest.fixture
def writer() -> Writer:
    """A head whose weights are far from where they start, so that it writes different words."""
    head = Translation().head((6, 8), TASK, Streams([0, 1], "head"))
    assert isinstance(head, Writer)
    generator = torch.Generator().manual_seed(3)
    for parameter in head.parameters():
        parameter.data += 0.7 * torch.randn(parameter.shape, generator=generator)
    return head


@pytest.fixture
def features() -> Tensor:
    x = torch.randn(2, 9, 6, 8, generator=torch.Generator().manual_seed(0))
    x[:, ::2, 4:] = 0
    return x


def test_what_it_writes_is_the_likeliest_word_after_what_it_wrote(writer: Writer, features: Tensor) -> None:
    written = writer(features, None)[..., 0]
    assert written.shape == (2, 9, LENGTH)
    # Taught its own words it should want to write them again: one pass over all positions, and no memory between words.
    scores = writer(features, written)
    wanted = scores[..., 1:].argmax(-1) + 1
    here = written != NOTHING
    assert torch.equal(wanted[here], written[here])
    assert len(set(written[here].tolist())) > 2


def test_nothing_is_written_behind_an_end(writer: Writer, features: Tensor) -> None:
    written = writer(features, None)[..., 0]
    ends = (written == END).cumsum(-1)
    assert bool((ends > 0).any())
    assert (ends.amax(-1) <= 1).all()
    assert torch.equal(written == NOTHING, (ends > 0) & (written != END))


def test_no_word_sees_what_comes_after_it(writer: Writer, features: Tensor) -> None:
    target = torch.randint(2, 7, (2, 9, LENGTH), generator=torch.Generator().manual_seed(1))
    changed = target.clone()
    changed[..., 2] = (changed[..., 2] - 1) % 5 + 2
    first, second = writer(features, target), writer(features, changed)
    torch.testing.assert_close(first[:, :, :3], second[:, :, :3])
    assert not torch.allclose(first[:, :, 3:], second[:, :, 3:])


def test_it_reads_the_features_but_not_their_padding(writer: Writer, features: Tensor) -> None:
    target = torch.randint(2, 7, (2, 9, LENGTH), generator=torch.Generator().manual_seed(1))
    longer = torch.cat([features, torch.zeros(2, 9, 3, 8)], dim=2)
    torch.testing.assert_close(writer(longer, target), writer(features, target))
    assert not torch.allclose(writer(features.flip(1), target), writer(features, target))
    looked = writer(features, None)[:, ::2, :, 1]
    assert (looked < 4).all(), "it should look at no padding"


def test_every_run_of_a_fleet_writes_what_it_writes_alone(features: Tensor) -> None:
    together = Translation().head((6, 8), TASK, Streams([0, 5], "head"))
    alone = Translation().head((6, 8), TASK, Streams([5], "head"))
    assert torch.equal(together(features, None)[1], alone(features[1:], None)[0])


def test_a_loss_is_the_mean_over_words_and_the_end() -> None:
    output = torch.randn(1, 2, LENGTH, 7, generator=torch.Generator().manual_seed(0))
    target = torch.tensor([[[2, 3, END, NOTHING, NOTHING], [4, 5, 6, 2, END]]])
    losses = Translation().loss(output, target)
    for row, size in enumerate((3, 5)):
        torch.testing.assert_close(losses[0, row], nn.CrossEntropyLoss()(output[0, row, :size], target[0, row, :size]))


def test_a_translation_is_right_as_a_whole() -> None:
    target = torch.tensor([[[2, 3, END, 0, 0]] * 5])
    said = torch.tensor([[[2, 3, END, 0, 0], [2, 3, 4, END, 0], [2, END, 0, 0, 0], [3, 2, END, 0, 0], [2, 3, END, 0, 0]]])
    known = torch.tensor([[True, True, True, True, False]])
    assert Translation().score(said, target, known).tolist() == [25.0]


def test_reduced_are_the_words_alone(writer: Writer, features: Tensor) -> None:
    output = writer(features, None)
    assert torch.equal(Translation().reduce(output), output[..., 0])
    assert torch.equal(Translation().show(output), output)
