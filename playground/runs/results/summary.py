"""One sentence about a run, made from its numbers. What may be said of a gain is up to `playground.statistics.differences`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from playground.basics.words import _, ngettext
from playground.runs.results.comparison import Comparison
from playground.statistics.differences import CLOSE, GAINS, LOSES, MEAN, UNTOLD, Difference
from playground.statistics.verdicts import hint, percent, phrase

MOST_NAMED = 5
"""With more tasks than these the sentence counts them and names the first and the last only."""


def sentence(comparison: Comparison, cosines: pd.DataFrame) -> str:
    """What a run gained and lost against its baselines, and how its gradients got along.

    cosines: from `history.cosines`; empty where tasks share nothing.
    """
    parts = [text for text in (_gains(comparison), *_no_gains(comparison), _conflict(cosines)) if text]
    if not parts:
        return _("No result yet.")
    said = _("; ").join(parts)
    return _("{sentence}.").format(sentence=said[0].upper() + said[1:])


def too_early(comparison: Comparison) -> str:
    """Why nothing is told yet, as the rest of a sentence; "" where it is not too early."""
    if comparison.step is None or not comparison.early:
        return ""
    return early_at(comparison.step, comparison.experiment.steps)


def early_at(step: int, steps: int) -> str:
    """That it is too early to tell a gain, as the rest of a sentence."""
    return _("{step} of {steps} steps: nothing is compared before a quarter of them").format(step=step, steps=steps)


def standing(comparison: Comparison) -> str:
    """Where it stands, as a sentence in brackets, as long as it is not what all of them ended with on test; else ""."""
    return "" if comparison.step is None else standing_at(comparison.step, comparison.experiment.steps)


def standing_at(step: int, steps: int) -> str:
    """That gains are not final, as a sentence in brackets."""
    words = _("(On validation data after {step} of {steps} steps, as far as all have come.)")
    return words.format(step=step, steps=steps)


def _gains(comparison: Comparison) -> str:
    """ "“Odd or even” gains 3.1 % [+1.5, +4.7], “Which digit” is too close to tell: −0.4 % [−1.2, +0.4]"."""
    if comparison.early:
        return too_early(comparison) if comparison.table["score"].notna().any() else ""
    titles = {task.name: _(task.title) for task in comparison.experiment.the_tasks}
    found = {titles[name]: one for name, one in comparison.differences.items() if name != MEAN and one.asked}
    if len(found) > MOST_NAMED:
        return counted_out(found)
    undecided = {title: one for title, one in found.items() if one.verdict == CLOSE and not one.nothing and not one.failed}
    if len(undecided) < 2:
        undecided = {}
    overall = comparison.differences.get(MEAN)
    # The mean of several tasks may be told where none of them is; then it is the news.
    lead = (
        [phrase(_("All tasks together"), overall)]
        if overall and overall.told and not any(one.told for one in found.values())
        else []
    )
    said = [*lead, *(phrase(title, one) for title, one in found.items() if title not in undecided)]
    return _("; ").join([text for text in (_(", ").join(said), close(undecided)) if text])


def close(found: Mapping[str, Difference]) -> str:
    """What is too close to tell, as one clause: "too close to tell: “Odd or even” +4.1 % [−7.3, +15.4], …"."""
    seeds = any(one.seeds_needed is not None for one in found.values())
    items = [
        _("“{task}” {gain}").format(task=title, gain=percent(one)) + (hint(one) if one.seeds_needed is not None else "")
        for title, one in found.items()
    ]
    # Where seeds would tell some of them, that is said of each; else why not, once.
    why = "" if seeds or not found else hint(next(iter(found.values())))
    return _("too close to tell: {tasks}").format(tasks=_(", ").join(items)) + why if items else ""


def counted_out(found: Mapping[str, Difference]) -> str:
    """Of many tasks how many gain, lose and cannot be told, and which means are the highest and the lowest."""
    ranked = sorted((title for title, one in found.items() if one.count), key=lambda title: found[title].mean)
    said = _("of {count} tasks {words}").format(count=len(found), words=counted(found.values()))
    if ranked:
        ends = [_("“{task}”: {gain}").format(task=title, gain=percent(found[title])) for title in (ranked[-1], ranked[0])]
        said += _("; ") + _("the highest is {best}, the lowest {worst}").format(best=ends[0], worst=ends[1])
    failed = {seed for one in found.values() for seed in one.failed}
    if failed:
        words = ngettext("seed {seeds} lacks gains", "seeds {seeds} lack gains", len(failed))
        said += _("; ") + words.format(seeds=", ".join(map(str, sorted(failed))))
    return said


def counted(found: Iterable[Difference]) -> str:
    """How many of some differences gain, lose, and cannot be told: "2 gain, 1 is too close to tell"."""
    verdicts = [one.verdict for one in found]
    gain, lose, close, untold = (verdicts.count(word) for word in (GAINS, LOSES, CLOSE, UNTOLD))
    said = [
        (gain, ngettext("{count} gains", "{count} gain", gain)),
        (lose, ngettext("{count} loses", "{count} lose", lose)),
        (close, ngettext("{count} is too close to tell", "{count} are too close to tell", close)),
        (untold, _("{count} cannot be told")),
    ]
    return _(", ").join(text.format(count=count) for count, text in said if count)


def counted_best(
    found: Mapping[tuple[int, float, str], Difference], best: Mapping[str, tuple[int, Sequence[int]]], names: Sequence[str]
) -> str:
    """Of many tasks side by side: how many gain most under which strategy, do best alone, or leave it open.

    best: for each task the strategy with the highest mean, and all that cannot be told from it. names: of the strategies.
    """
    first = {task: place for task, (place, tied) in best.items() if len(tied) == 1}
    verdicts = {task: found[place, 0.0, task].verdict for task, place in first.items()}
    parts = []
    for number, name in enumerate(names):
        if count := sum(place == number and verdicts[task] == GAINS for task, place in first.items()):
            words = ngettext("{count} gains most under {strategy}", "{count} gain most under {strategy}", count)
            parts.append(words.format(count=count, strategy=name))
    if count := sum(verdict == LOSES for verdict in verdicts.values()):
        parts.append(ngettext("{count} does best alone", "{count} do best alone", count).format(count=count))
    if count := len(best) - sum(verdict in (GAINS, LOSES) for verdict in verdicts.values()):
        parts.append(_("for {count} it cannot be told").format(count=count))
    return _("Of {count} tasks {words}.").format(count=len(best), words=_(", ").join(parts))


def _no_gains(comparison: Comparison) -> list[str]:
    """The tasks whose gain is not a number: both scores, and why."""
    if comparison.early:
        return []
    found = []
    for task in comparison.experiment.the_tasks:
        run, alone = (comparison.column(name, task.name) for name in ("score", "baseline"))
        if task.name in comparison.missing and run.count and alone.count:
            words = _("“{task}” has {score} against {baseline} alone, and no gain: {reason}")
            reason = comparison.missing[task.name]
            found.append(words.format(task=_(task.title), score=run.text(2), baseline=alone.text(2), reason=reason))
    return found


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
