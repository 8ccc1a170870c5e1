"""The numbers of an experiment beside what it chooses from the catalogue: how long, how fast, and which step counts."""

from __future__ import annotations

from dataclasses import dataclass

from playground.basics.knobs import knob
from playground.basics.words import N_

MOST_LABELS = 100_000
"""How many labels of a task an experiment may ask for."""


@dataclass(frozen=True, kw_only=True)
class Hyperparameters:
    """How a run is trained, whatever it learns; each with its bounds and its words for the form."""

    steps: int = knob(500, low=10, high=20_000, log=True, label=N_("Steps"), help=N_("How many optimizer steps a run takes."))
    batch: int = knob(
        64,
        low=4,
        high=512,
        log=True,
        label=N_("Batch"),
        help=N_(
            "How many examples one step draws. Where labels are few, tasks that are labelled on different examples draw so "
            "many each, the very same in networks of their own; shared layers then see several batches in a step."
        ),
    )
    rate: float = knob(
        0.003, low=1e-5, high=1.0, log=True, label=N_("Learning rate"), help=N_("Learning rate of the Adam optimizer.")
    )
    decay: str = knob(
        "none",
        choices=("none", "cosine"),
        words=(N_("constant"), N_("cosine")),
        label=N_("Learning rate over time"),
        help=N_("Constant, or growing for a twentieth of the steps and then falling to zero along a cosine."),
    )
    weight_decay: float = knob(
        0.0,
        low=0.0,
        high=100.0,
        log=True,
        label=N_("Weight decay"),
        help=N_("How strongly every step pulls all weights towards zero (AdamW): by rate times this number; 0 for not at all."),
    )
    strengths: bool = knob(
        False,
        label=N_("Choose weight decay by a sweep"),
        help=N_("Train run and baselines at a tenth, one and ten times the weight decay, and choose on validation."),
    )
    class_weights: str = knob(
        "equal",
        choices=("equal", "balanced"),
        words=(N_("every example alike"), N_("every class alike")),
        label=N_("Class weights"),
        help=N_("Every class alike: an example of a rare class counts for more, by the labels that are seen in training."),
    )
    heads: str = knob(
        "random",
        choices=("random", "constant"),
        words=(N_("at random"), N_("at the best guess")),
        label=N_("Heads begin"),
        help=N_(
            "At the best guess: untrained heads answer with the mean, or the shares of the classes, of the training labels."
        ),
    )
    checkpoint: str = knob(
        "best",
        choices=("best", "loss", "last"),
        words=(N_("best on validation"), N_("least loss on validation"), N_("last")),
        label=N_("Step that counts"),
        help=N_(
            "Best on validation: runs and baselines are tested as they stood at the step whose scores on validation data, "
            "averaged over the tasks, were best; a network of one task alone has its own such step. Least loss: the same by "
            "the losses, which few examples tell apart better than accuracies. Last: as they ended."
        ),
    )
    patience: int = knob(
        0,
        low=0,
        high=100,
        label=N_("Patience"),
        help=N_(
            "After how many looks at validation data without a better one a run ends; a training takes about 25. 0: it never "
            "ends early."
        ),
    )
    baseline_rate: float = knob(
        0.0,
        low=0.0,
        high=1.0,
        log=True,
        label=N_("Baselines' learning rate"),
        help=N_("Learning rate of the single-task baselines; 0 gives them the same rate as the run."),
    )
    sweep: bool = knob(
        False,
        label=N_("Choose rates by a sweep"),
        help=N_("Train run and baselines at a third, one and three times their rates, and choose on validation."),
    )
    measure: bool = knob(
        False,
        label=N_("Measure transfer"),
        help=N_(
            "Compare the tasks' features and the effect of their steps on each other while they learn, for the Sharing page."
        ),
    )
