"""One model with prompts: beside one example at a time, and beside a softmax over the answers of all tasks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from playground.backbones.cnn import CNN
from playground.backbones.mlp import MLP
from playground.backbones.transformer import Transformer
from playground.basics.errors import Invalid
from playground.basics.random_streams import Streams
from playground.experiment import Experiment, Run
from playground.sharing.base import TrunkSpec
from playground.sharing.prompt import Prompt, PromptTrunk
from playground.task_types.classes import Classes
from playground.task_types.tags import Tags
from playground.training.loop import Training
from tests.sharing import naive

BACKBONE = Transformer(depth=2, width=8, heads=2, vocabulary=9)
KINDS, WIDTHS = ("classes", "tags", "classes"), (4, 5, 2)


def built(length: int = 2) -> PromptTrunk:
    plan = TrunkSpec(BACKBONE, (6,), naive.TASKS, Streams(range(naive.RUNS), "weights"), KINDS, WIDTHS)
    trunk = Prompt(length).build(plan)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in trunk.parameters():
            parameter += 0.3 * torch.randn(parameter.shape, generator=generator)
    return trunk


def words() -> torch.Tensor:
    tokens = torch.randint(1, 9, (naive.RUNS, 4, 6), generator=torch.Generator().manual_seed(1))
    tokens[:, 1, 4:] = 0
    return tokens


def scores(trunk: PromptTrunk, task: int, run: int, example: int) -> np.ndarray:
    """[S, U] or [U] scores of all answers for one example: its words behind the prefix, alone in a batch."""
    first, *blocks = trunk._blocks()
    embedded = first(words()[:, [example]])
    prefix = trunk._prefixes()[task].places
    features = torch.cat([prefix, embedded], dim=2)
    for block in blocks:
        features = block(features)
    rows = naive.numpy(features)[run, 0]
    answers = rows @ naive.numpy(trunk.answers.weight)[run] + naive.numpy(trunk.answers.bias)[run, 0]
    return answers[trunk.length :] if KINDS[task] == "tags" else answers[0]


@pytest.mark.parametrize("length", [1, 3])
def test_every_task_reads_the_one_model_behind_its_prefix(length: int) -> None:
    trunk = built(length)
    for task, found in enumerate(trunk(words())):
        for run in range(naive.RUNS):
            for example in range(4):
                np.testing.assert_allclose(
                    naive.numpy(found)[run, example], scores(trunk, task, run, example), rtol=1e-3, atol=1e-4
                )


def test_the_loss_is_the_cross_entropy_over_the_answers_of_all_tasks() -> None:
    trunk, starts = built(), (0, 4, 9)
    targets = [
        torch.tensor([[0, 1, 2, 3]] * 2),
        torch.tensor([[[0, 1, 2, 3, 4, -1]] * 4] * 2),
        torch.tensor([[0, 1, 1, 0]] * 2),
    ]
    kinds: list[Any] = [Classes(), Tags(), Classes()]
    for task, (feature, target, kind) in enumerate(zip(trunk(words()), targets, kinds, strict=True)):
        found = naive.numpy(kind.loss(trunk.head(task)(feature), target))
        for run in range(naive.RUNS):
            for example in range(4):
                over = naive.softmax(scores(trunk, task, run, example).reshape(-1, sum(WIDTHS)))
                right = target[run, example].reshape(-1).tolist()
                terms = [-np.log(over[place, starts[task] + one]) for place, one in enumerate(right) if one >= 0]
                assert found[run, example] == pytest.approx(np.mean(terms), rel=1e-3)


def test_a_task_alone_has_no_others() -> None:
    plan = TrunkSpec(BACKBONE, (6,), ("a",), Streams([0], "weights"), ("classes",), (4,))
    trunk = Prompt().build(plan)
    assert trunk.head(0)(trunk(words()[:1])[0]).shape == (1, 4, 4)


def test_a_task_owns_nothing_but_its_prefix() -> None:
    trunk = built(3)
    encoder = sum(parameter[0].numel() for parameter in encoder_parameters())
    assert naive.size(trunk) == encoder + 3 * 3 * 8 + 8 * 11 + 11
    assert not list(trunk.head(1).parameters())


def encoder_parameters() -> list[torch.nn.Parameter]:
    sizes = BACKBONE.sizes((6,))
    blocks = [BACKBONE.block(level, sizes[level], Streams([0], "one", level)) for level in range(BACKBONE.length)]
    return [parameter for block in blocks for parameter in block.parameters()]


def test_what_is_learned_is_how_alike_the_prefixes_are() -> None:
    trunk = built()
    alike = naive.numpy(trunk.learned()["alike"])
    rows = [naive.numpy(prefix.places)[1].ravel() for prefix in trunk._prefixes()]
    for i, one in enumerate(rows):
        for j, other in enumerate(rows):
            cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)
            assert alike[1, i, j] == pytest.approx(cosine, rel=1e-4, abs=1e-6)


def test_it_says_what_it_cannot_do() -> None:
    for backbone in (MLP(), CNN()):
        (problem,) = Prompt().problems(backbone, naive.TASKS)
        assert problem.where == "sharing"
    assert not Prompt().problems(BACKBONE, naive.TASKS)
    with pytest.raises(Invalid, match="Translation"):
        Experiment.from_flat({"suite": "sentences", "sharing": "prompt"})
    with pytest.raises(Invalid, match="answers from a list"):
        Experiment.from_flat({"suite": "digits", "backbone": "transformer", "sharing": "prompt"})


def test_it_learns_which_question_is_asked() -> None:
    """After a short training topic and sentiment are above chance, and what is shown are their own answers."""
    flat = {"suite": "sentences", "suite.sentences": 400, "tasks": "topic,entities", "sharing": "prompt"}
    small = {"backbone.width": 16, "backbone.depth": 1, "steps": 80, "batch": 32, "rate": 0.01}
    last: dict[str, Any] = {}
    for event in Training([Run(Experiment.from_flat(flat | small), 0)], device="cpu").events():
        last[type(event).__name__] = event
    topic, entities = last["Scored"].scores[0]
    assert topic > 40
    assert entities > 5
    assert {len(row) for row in last["Pictured"].outputs["topic"]} == {4}
