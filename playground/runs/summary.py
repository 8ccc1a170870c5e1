"""One sentence about a run, made from its numbers."""

from __future__ import annotations

import math

import pandas as pd

from playground.runs.comparison import FEW, Comparison
from playground.words import _, ngettext


def sentence(comparison: Comparison, cosines: pd.DataFrame) -> str:
    """What a run gained and lost against its baselines, and how its gradients got along.

    cosines: from `history.cosines`; empty where tasks share nothing.
    """
    parts = [text for text in (_gains(comparison), _conflict(cosines)) if text]
    if not parts:
        return _("No result yet.")
    said = _("; ").join(parts)
    few = len(comparison.seeds)
    if few < FEW:
        said += _("; ") + ngettext("{count} seed only, so no spread", "{count} seeds only, so hardly a spread", few).format(
            count=few
        )
    return _("{sentence}.").format(sentence=said[0].upper() + said[1:])


def _gains(comparison: Comparison) -> str:
    """ "Parity gains 3.1 ± 0.8 %, digit loses 0.8 ± 0.2 %"."""
    said = []
    for task in comparison.experiment.the_tasks:
        spread = comparison.column("gain", task.name)
        if spread.count == 0:
            continue
        size = abs(spread.mean)
        text = f"{size:.1f}" if math.isnan(spread.deviation) else f"{size:.1f} ± {spread.deviation:.1f}"
        words = _("{task} gains {size} %") if spread.mean >= 0 else _("{task} loses {size} %")
        said.append(words.format(task=_(task.title), size=text))
    return _(", ").join(said)


def _conflict(cosines: pd.DataFrame) -> str:
    """ "the tasks' gradients point apart in 41 % of the steps"; for more than one pair, the pair that fights most."""
    if cosines.empty:
        return ""
    share = (cosines["cosine"] < 0).groupby([cosines["first"], cosines["second"]]).mean().mul(100)
    if len(share) == 1:
        return _("their gradients point apart in {share} % of the steps").format(share=f"{share.iloc[0]:.0f}")
    return _("two tasks' gradients point apart in {low} to {high} % of the steps").format(
        low=f"{share.min():.0f}", high=f"{share.max():.0f}"
    )
