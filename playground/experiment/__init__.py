"""An experiment is one value: what is learned, who shares what, how tasks are weighed, when and for how long."""

from playground.experiment.choices import CHOICES, Choice
from playground.experiment.compatibility import backbone_obstacle, sharing_problems
from playground.experiment.experiment import Experiment
from playground.experiment.formats import flatten, text_of, unflatten
from playground.experiment.hyperparameters import MOST_LABELS
from playground.experiment.training_run import Run
from playground.experiment.tuning import SWEEP, Setting

__all__ = [
    "CHOICES",
    "MOST_LABELS",
    "SWEEP",
    "Choice",
    "Experiment",
    "Run",
    "Setting",
    "backbone_obstacle",
    "flatten",
    "sharing_problems",
    "text_of",
    "unflatten",
]
