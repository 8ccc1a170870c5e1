"""Weight decay, dropout, class weights and heads that begin at the best guess: in fleets as alone, and off by default."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight

from playground.backbones.layers import Dropout
from playground.basics.random_streams import Streams
from playground.experiment import Experiment, Run
from playground.suites.base import Data, Part, Probe, Task
from playground.training.fleet.adam import FleetAdam
from playground.training.fleet.labels import all_standardised, balanced, begin_at_best_guess, counts
from playground.training.fleet.network import Network
from playground.training.loop import Training
from playground.training.observing.events import Kept, Scored, record_of

WINE = {"suite": "wine", "steps": 25, "batch": 16, "backbone.width": 8}


def wine(**changes: object) -> Experiment:
    return Experiment.from_flat({**WINE, **{name.replace("__", "."): value for name, value in changes.items()}})


def losses(runs: list[Run]) -> list[list[list[float]]]:
    """For each run the losses of its recorded steps."""
    told: list[list[list[float]]] = [[] for _run in runs]
    for event in Training(runs).events():
        for place, lines in enumerate(told):
            record = record_of(event, place, len(runs))
            if record is not None and record["kind"] == "measured":
                lines.append(record["losses"])
    return told


@pytest.mark.parametrize("resting", [False, True])
def test_every_run_shrinks_as_with_adamw_of_its_own(resting: bool) -> None:
    generator, rates, decays = torch.Generator().manual_seed(0), torch.tensor([0.1, 0.03, 0.01]), torch.tensor([0.0, 0.5, 3.0])
    parameters = [torch.nn.Parameter(torch.randn(3, *shape, generator=generator)) for shape in ((3, 4), (5,))]
    alone = [[torch.nn.Parameter(one.detach()[run].clone()) for one in parameters] for run in range(3)]
    references = [
        torch.optim.AdamW(own, lr=float(rate), weight_decay=float(decay))
        for own, rate, decay in zip(alone, rates, decays, strict=True)
    ]
    adam = FleetAdam(parameters, rates, decays=decays)
    for step in range(20):
        factor = 1.0 if step < 10 else 0.4
        moving = torch.rand(2, 3, generator=generator) < 0.5 if resting and step % 3 else None
        gradients = [torch.randn(one.shape, generator=generator) for one in parameters]
        adam.step(gradients, factor, moving)
        for run, (own, reference) in enumerate(zip(alone, references, strict=True)):
            for place, (parameter, gradient) in enumerate(zip(own, gradients, strict=True)):
                parameter.grad = gradient[run].clone() if moving is None or moving[place, run] else None
            reference.param_groups[0]["lr"] = factor * float(rates[run])
            reference.step()
            for parameter, fleet in zip(own, parameters, strict=True):
                torch.testing.assert_close(fleet.detach()[run], parameter.detach(), rtol=1e-5, atol=2e-6)


def test_dropout_leaves_out_its_share_in_training_alone_and_the_same_in_any_fleet() -> None:
    one, two = Dropout(0.25, Streams([0, 1], "a")), Dropout(0.25, Streams([1], "a"))
    x = torch.ones(2, 400, 30)
    assert torch.equal(one.eval()(x), x)
    first, second = one.train()(x), one(x)
    assert first.unique().tolist() == pytest.approx([0, 4 / 3])
    assert float((first == 0).float().mean()) == pytest.approx(0.25, abs=0.02)
    assert not torch.equal(first, second)
    two.train()
    # Fewer rows in the first pass: the second one is not shifted by that.
    assert torch.equal(two(x[1:, :100]), first[1:, :100])
    assert torch.equal(two(x[1:]), second[1:])


def test_runs_of_a_fleet_with_other_strengths_learn_what_they_learn_alone() -> None:
    ones = [wine(weight_decay=decay, backbone__dropout=0.3, heads="constant") for decay in (0.0, 1.0, 10.0)]
    assert len({one.shape() for one in ones}) == 1
    fleet = [Run(one, seed) for one in ones for seed in range(2)]
    together = losses(fleet)
    assert together[0] != together[2] != together[4]
    for run, mine in zip(fleet, together, strict=True):
        np.testing.assert_allclose(mine, losses([run])[0], rtol=2e-4, atol=1e-5)


def test_separate_networks_drop_what_hard_sharing_of_nothing_drops() -> None:
    changes = {"backbone__dropout": 0.3, "weight_decay": 0.1}
    shared, apart = (losses([Run(wine(**changes, **one), 0)]) for one in ({"sharing__depth": 0}, {"sharing": "separate"}))
    np.testing.assert_allclose(shared, apart, rtol=1e-5)


def test_a_network_is_looked_at_without_dropout() -> None:
    training = Training([Run(wine(backbone__dropout=0.5), 0)])
    training.advance(3)
    inputs = training.data.test.inputs[:, :5]
    assert all(torch.equal(a, b) for a, b in zip(training.network(inputs), training.network(inputs), strict=True))


def test_classes_count_as_in_scikit_learn_by_the_labels_that_are_seen() -> None:
    task = Task("a", "a", "classes", classes=("x", "y", "z"))
    targets, known = torch.tensor([[0, 0, 0, 1, 2, 2, 1, 1]]), torch.ones(1, 8, dtype=torch.bool)
    known[0, 6:] = False
    found = balanced(task, targets, known)
    assert found is not None
    wanted = compute_class_weight("balanced", classes=np.arange(3), y=targets[0, :6].numpy())
    np.testing.assert_allclose(found[0], wanted, rtol=1e-6)
    assert counts(task, targets, known).tolist() == [[3, 1, 2]]
    assert balanced(Task("a", "a", "regression"), targets, known) is None


def test_class_weights_weigh_every_example_of_a_loss() -> None:
    one = Training([Run(wine(class_weights="balanced"), 0)])
    place = [task.name for task in one.network.tasks].index("cultivar")
    weights = one.network.class_weights[place]
    assert weights is not None
    target = torch.tensor([[0, 2]])
    output = torch.zeros(1, 2, 3)
    targets = [torch.zeros(1, 2) for _task in one.network.tasks]
    targets[place] = target
    outputs = [torch.zeros(1, 2, 1) for _task in one.network.tasks]
    outputs[place] = output
    known = torch.ones(1, 2, len(targets), dtype=torch.bool)
    found = one.network.losses(outputs, targets, known)[0, place]
    assert float(found) == pytest.approx(float(np.log(3) * weights[0, [0, 2]].mean()), rel=1e-5)


def test_heads_begin_with_the_shares_of_the_labels_that_are_seen_and_the_mean() -> None:
    training = Training([Run(wine(heads="constant", labels__cultivar=30), 0)])
    names = [task.name for task in training.network.tasks]
    shown = dict(zip(names, training.network.shown(training.data.test.inputs), strict=True))
    place = names.index("cultivar")
    labels = training.data.train.targets[place][training.data.train.known[..., place]]
    shares = (np.bincount(labels, minlength=3) + 1) / (len(labels) + 3)
    assert len(labels) == 30
    np.testing.assert_allclose(shown["cultivar"][0].numpy(), np.tile(shares, (len(shown["cultivar"][0]), 1)), rtol=1e-5)
    assert not shown["alcohol"].any()


def test_ordered_classes_begin_with_their_shares_too() -> None:
    from playground.task_types.ordinal import Ordinal

    task, kind = Task("a", "a", "ordinal", classes=("low", "mid", "high")), Ordinal()
    head = kind.head((4,), task, Streams([0], "h"))
    targets = torch.tensor([[0, 0, 0, 1, 2, 2, 2]])
    begin_at_best_guess(task, head, targets, torch.ones_like(targets, dtype=torch.bool))
    with torch.no_grad():
        np.testing.assert_allclose(kind.show(head(torch.randn(1, 2, 4)))[0, 0], [0.4, 0.2, 0.4], rtol=1e-5)


def test_numbers_are_scaled_by_the_labels_that_training_sees_alone() -> None:
    values = np.array([1e9, 1e9 + 2, 1e9 + 4, 7.0])
    known = np.array([True, True, True, False])
    part = Part(np.zeros((4, 1), np.float32), {"a": values}, {"a": known})
    hidden = Part(part.inputs, part.targets, {"a": np.array([True, False, True, False])})
    data = Data(part, part, part, Probe(part.inputs, "rows"))
    task = Task("a", "a", "regression", natural=True)
    train, validation, _test, scales = all_standardised(data, hidden, [task])
    assert scales.tolist() == [[1e9 + 2, 2.0]]
    assert train.targets["a"].dtype == np.float32
    assert validation.targets["a"][:3].tolist() == [-1.0, 0.0, 1.0]
    plain = Task("a", "a", "regression")
    assert all_standardised(data, hidden, [plain])[0].targets["a"] is values


def test_presets_know_nothing_of_it() -> None:
    """What was recorded before these choices stays true."""
    plain = Experiment.from_flat({"suite": "digits"})
    assert (plain.weight_decay, plain.backbone.knobs["dropout"], plain.heads, plain.class_weights) == (0, 0, "random", "equal")
    network = Network(plain, [0], (1, 8, 8))
    assert not any(isinstance(module, Dropout) for module in network.modules())
    assert not network.training


def test_tables_have_defaults_of_their_own_and_other_data_lose_them() -> None:
    table = Experiment.from_flat({"suite": "table"})
    assert table.backbone.knobs["dropout"] > 0
    assert (table.heads, table.checkpoint) == ("constant", "loss")
    assert table.weight_decay > 0
    assert table.set(**{"backbone.dropout": 0}).backbone.knobs["dropout"] == 0
    other = table.set(suite="digits")
    assert (other.weight_decay, other.backbone.knobs["dropout"], other.heads, other.checkpoint) == (0, 0, "random", "best")


def test_strengths_are_tried_for_run_and_baselines_in_one_fleet() -> None:
    one = wine(weight_decay=1, strengths=True, sweep=True, baseline_rate=0.01)
    for many, rate in ((one.trainings(), 0.003), (one.baselines(), 0.01)):
        assert len(many) == 9
        assert sorted({each.weight_decay for each in many}) == [0.1, 1, 10]
        assert rate in {each.rate for each in many}
        assert len({each.shape() for each in many}) == 1
        assert not any(each.strengths or each.sweep for each in many)
    assert len(wine(strengths=True).trainings()) == 1


def test_the_step_of_least_loss_may_count() -> None:
    training = Training([Run(wine(checkpoint="loss", rate=0.1, steps=50), seed) for seed in range(3)])
    events = list(training.events())
    looks = [event for event in events if isinstance(event, Scored) and event.split == "validation"]
    (kept,) = [event for event in events if isinstance(event, Kept)]
    for run, steps in enumerate(kept.steps):
        means = [np.mean(np.log(np.array(look.losses[run]) / np.array(looks[0].losses[run]))) for look in looks]
        assert steps == [looks[int(np.argmin(means))].step] * len(steps)


def test_a_run_that_uses_none_of_it_has_the_key_that_it_had_before() -> None:
    """So runs that were recorded or stored before are found; whoever uses any of it trains something else."""
    plain = wine()
    later = ({"weight_decay": 1}, {"class_weights": "balanced"}, {"heads": "constant"}, {"backbone__dropout": 0.1})
    keys = {plain.key(0), *(wine(**one).key(0) for one in later), wine(metrics__alcohol="mae").key(0)}
    assert len(keys) == 6
    assert wine(strengths=True).key(0) == plain.key(0)
    assert not any(
        word in plain._trained for word in ("weight_decay", "dropout", "heads", "class_weights", "metrics", "strengths")
    )
