"""A choice on one line: a name, then knobs."""

from __future__ import annotations

import pytest

from playground.basics.errors import Invalid
from playground.basics.knobs import knobs_of
from playground.experiment import CHOICES, Experiment
from playground.experiment.choice_text import changes_of


@pytest.mark.parametrize("field", list(CHOICES))
def test_every_entry_of_the_catalogue_can_be_written_with_all_its_knobs(field: str) -> None:
    for name, entry in CHOICES[field]().items():
        knobs = {knob: "1,2" if one.per_task else one.default for knob, one in knobs_of(entry).items()}
        text = ",".join([name, *(f"{knob}={value}" for knob, value in knobs.items())])
        assert changes_of(field, text) == {field: name, **{f"{field}.{knob}": str(value) for knob, value in knobs.items()}}


@pytest.mark.parametrize("text", ["gradnorm,", "gradnorm,3", "gradnorm,alpha", ",", "gradnorm,=3,alpha=1"])
def test_what_is_no_knob_is_said(text: str) -> None:
    with pytest.raises(Invalid, match="`weighting` should look like name,knob=value"):
        changes_of("weighting", text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gradnrm,alpha=3", "`weighting` should be one of .*`gradnorm`"),
        ("gradnorm,alfa=3", "`weighting.alfa` should be one of .*`alpha`"),
        ("gradnorm,alpha=many", "`weighting.alpha` should be a number"),
        ("gradnorm,alpha=30", "`weighting.alpha` should be between 0 and 3"),
        ("gradnorm,alpha=3,4", "`weighting.alpha` should be a number. Found `3,4`"),
        ("gradnorm,alpha=", "`weighting.alpha` should be a number"),
    ],
)
def test_names_and_values_are_checked_as_everywhere(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        Experiment.from_flat({}).set(**changes_of("weighting", text))


def test_knobs_that_are_not_named_take_their_defaults() -> None:
    experiment = Experiment.from_flat({"weighting": "gradnorm", "weighting.alpha": 2, "weighting.rate": 0.1})
    assert experiment.set(**changes_of("weighting", "gradnorm,alpha=3")).weighting.knobs["alpha"] == 3
    assert experiment.set(**changes_of("weighting", "famo,rate=0.5")).weighting.knobs == {"rate": 0.5, "decay": 0.001}
