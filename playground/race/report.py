"""A race as plain values, as a table, and as one honest sentence."""

from __future__ import annotations

import math
import platform
from collections.abc import Callable
from importlib import metadata
from typing import Any

import pandas as pd

from playground import catalog
from playground.basics.words import _, ngettext
from playground.code_version import fingerprint
from playground.race.plan import SINGLE, Race
from playground.race.result import Result, Standing
from playground.runs.results.comparison import higher_is_better
from playground.statistics.contest import Moderated
from playground.statistics.differences import CLOSE, GAINS, LOSES

NOTHING: dict[str, float | None] = {"mean": None, "low": None, "high": None}
ZERO: dict[str, float | None] = {"mean": 0.0, "low": 0.0, "high": 0.0}
MOST_NAMED = 4
"""Names that a sentence lists; of more it names some and counts the rest."""


def to_dict(result: Result) -> dict[str, Any]:
    """Everything of a race as plain values.

    race: what `Race.from_dict` reads, so that the file can be run again. entrants: in the order of their mean Δm, each with
    name, rate, weights, delta_m, tasks, best and cost, among others; a gain is in percent. best: whether it cannot be told
    from the best contender; for one network a task, whether no contender is told to gain over it. configurations: how many
    were tried in all. rows: every number that all of this is made of.
    """
    best, race = result.best, result.race
    return {
        "race": race.to_dict(),
        "key": race.key,
        "complete": result.complete,
        "summary": sentence(result),
        "entrants": [_entrant(result, result.standings[key], place) for place, key in enumerate(result.order, start=1)],
        "configurations": len(race.configurations),
        "runs": race.size,
        "seeds": list(result.seeds),
        "metrics": {
            task.name: {"metric": catalog.kinds()[task.kind].metric, "higher_is_better": higher_is_better(task)}
            for task in race.experiment.the_tasks
        },
        "missing": dict(result.missing),
        "leader": best.leader if best else None,
        "seeds_needed": best.seeds_needed if best else None,
        "critical_difference": _number(result.ranks.distance) if result.ranks else None,
        "friedman_p": _number(result.ranks.p) if result.ranks else None,
        "resampling": result.resampling,
        "versions": versions(),
        "rows": [{name: _number(value) for name, value in row.items()} for row in rows(result).to_dict("records")],
    }


def _entrant(result: Result, one: Standing, place: int) -> dict[str, Any]:
    key, single = one.entrant.key, one.entrant.kind == SINGLE
    ranks = result.ranks.means if result.ranks else {}
    task, gained = one.worst
    return {
        "name": key,
        "title": result.race.titles[key],
        "kind": one.entrant.kind,
        "place": place,
        "rate": dict(one.rates) if single else one.chosen.rate,
        "weights": list(one.chosen.weighting.knobs["weights"]) if one.chosen.weighting.name == "static" else None,
        "sharing": one.chosen.to_dict()["sharing"],
        "weighting": one.chosen.to_dict()["weighting"],
        "steps": dict(one.steps),
        "delta_m": ZERO if single else result.delta_m[key].to_dict(),
        "tasks": {name: ZERO if single else family[key].to_dict() for name, family in result.by_task.items()},
        "scores": one.point(),
        "best": key in result.members,
        "beyond_fixed_weights": result.beyond.get(key),
        "rank": ranks.get(key),
        "chance": result.chances.get(key),
        "worst": {"task": task, "gain": _number(gained)} if task and not single else None,
        "tried": one.tried,
        "broken": one.broken,
        "why": one.why,
        "cost": {
            "passes": _number(one.cost.passes),
            "milliseconds": _number(one.cost.milliseconds),
            "parameters": _number(one.cost.parameters),
        },
    }


def rows(result: Result) -> pd.DataFrame:
    """One row an entrant, seed and task: entrant, kind, rate, seed, task, score, gain (percent), delta_m (percent)."""
    found = [
        (key, one.entrant.kind, one.rates.get(task, one.chosen.rate), seed, task, *_numbers(one, task, seed))
        for key, one in ((key, result.standings[key]) for key in result.order)
        for task in result.race.experiment.tasks
        for seed in result.seeds
    ]
    return pd.DataFrame(found, columns=["entrant", "kind", "rate", "seed", "task", "score", "gain", "delta_m"])


def _numbers(one: Standing, task: str, seed: int) -> tuple[float | None, float | None, float | None]:
    """Score, gain and Δm of an entrant in a seed."""
    return one.scores.get(task, {}).get(seed), one.gains.get(task, {}).get(seed), one.delta.get(seed)


def table(result: Result) -> pd.DataFrame:
    """The leaderboard for people: a row an entrant, the highest mean first; a star where it cannot be told from the best."""
    titles, found = result.race.titles, []
    for key in result.order:
        one = result.standings[key]
        single = one.entrant.kind == SINGLE
        row = {_("Entrant"): titles[key], _("Best"): "★" if key in result.members else ""}
        row[_("Δm, %")] = "0" if single else result.delta_m[key].text()
        for task in result.race.experiment.the_tasks:
            if task.name in result.by_task:
                row[_("{task}, %").format(task=_(task.title))] = "0" if single else result.by_task[task.name][key].text()
        row[_("Rate")] = (
            ", ".join(dict.fromkeys(f"{rate:g}" for rate in one.rates.values())) if single else f"{one.chosen.rate:g}"
        )
        row[_("Tried")] = str(one.tried)
        chance, rank = result.chances.get(key), result.ranks.means.get(key) if result.ranks else None
        row[_("Mean rank")] = "–" if rank is None else f"{rank:.1f}"
        row[_("Probability of being best")] = "–" if chance is None else f"{100 * chance:.0f} %"
        row[_("Passes a step")] = "–" if math.isnan(one.cost.passes) else f"{one.cost.passes:.2g}"
        row[_("ms a step and run")] = "–" if math.isnan(one.cost.milliseconds) else f"{one.cost.milliseconds:.2f}"
        row[_("Broken runs")] = str(one.broken) if one.broken else ""
        found.append(row)
    return pd.DataFrame(found)


def text(result: Result) -> str:
    """What a person reads on a terminal."""
    race = result.race
    head = _(
        "{configurations} configurations, {runs} runs, seeds {seeds}; rates {rates} for every entrant and every baseline, rate "
        "and step chosen on validation, gains over one network a task on test"
    ).format(
        configurations=len(race.configurations),
        runs=race.size,
        seeds=_(", ").join(map(str, result.seeds)) or "–",
        rates=_(", ").join(f"{rate:g}" for rate in race.rates),
    )
    notes = _("[…] are 95 % intervals, corrected for all entrants; ★ cannot be told from the best")
    return "\n".join([head, notes, "", table(result).to_string(index=False), "", *lacking(result), sentence(result)])


def lacking(result: Result, name: Callable[[str], str] = str) -> list[str]:
    """What has no number and why, a sentence each: tasks that are left out, entrants with runs that broke.

    name: how the title of a task is written where it is read.
    """
    left = [_("{task} is left out: {reason}").format(task=name(task), reason=reason) for task, reason in result.missing.items()]
    broken = [result.standings[key] for key in result.order if result.standings[key].broken]
    words = _("{entrant} broke in {broken} of {runs} runs. {why}")
    return left + [
        words.format(
            entrant=result.race.titles[one.entrant.key],
            broken=one.broken,
            runs=one.tried * len(result.seeds),
            why=name(one.why),
        ).strip()
        for one in broken
    ]


# --- sentences ---------------------------------------------------------------------------------------------------------


def sentence(result: Result) -> str:
    """What can be said: who is best, whether that is more than tuned fixed weights and than one network a task give."""
    best = result.best
    if best is None:
        return _("No entrant has a gain yet.")
    if len(result.seeds) < 2:
        return _("One seed tells nothing: of two entrants the better one may be the luckier one.")
    return " ".join([_who(result), _sum(result), _alone(result.delta_m[best.leader]), _front(result)])


def _who(result: Result) -> str:
    best, titles = result.best, result.race.titles
    assert best is not None
    tried = result.standings[best.leader].tried
    if len(best.members) == 1:
        words = _("{name} is best, told from all {count} others (Δm {gain} %, {tried} configurations tried).")
        return words.format(
            name=titles[best.leader], count=len(result.contenders) - 1, gain=result.delta_m[best.leader].text(), tried=tried
        )
    named = [titles[key] for key in best.members[:MOST_NAMED]]
    if more := len(best.members) - len(named):
        named.append(ngettext("{count} more", "{count} more", more).format(count=more))
    words = _("{among} of {all} entrants cannot be told from the best: {names}.")
    said = words.format(among=len(best.members), all=len(result.contenders), names=_(", ").join(named))
    needed = best.seeds_needed
    if needed is not None:
        said += " " + _("About {count} seeds would separate the first two.").format(count=needed)
    else:
        said += " " + _("No number of seeds that can be trained would separate the first two.")
    return said


def _sum(result: Result) -> str:
    """Whether plain sums are among the best."""
    among = [result.race.titles[key] for key in result.members if result.standings[key].entrant.kind in ("equal", "tuned")]
    if among:
        return _("Plain sums are among them: {names}.").format(names=_(", ").join(sorted(among)))
    return _("No plain sum of the losses is among them.")


def _alone(lead: Moderated) -> str:
    """How the leader stands beside one network a task."""
    verdict = lead.verdict
    if verdict == GAINS:
        return _("The leader gains over one network a task: {gain} %.").format(gain=lead.text())
    if verdict == LOSES:
        return _("All lose against one network a task; the leader least: {gain} %.").format(gain=lead.text())
    if verdict == CLOSE:
        return _("Whether sharing helps at all is too close to tell: {gain} %.").format(gain=lead.text())
    return _("Whether sharing helps at all cannot be told.")


def _front(result: Result) -> str:
    """Who lies beyond the front of fixed weights."""
    if not any(one.entrant.kind == "fixed" for one in result.standings.values()) or len(result.tasks) < 2:
        return _("No fixed weights raced that could show a front.")
    found = [
        _("{name} (by {size} %)").format(name=result.race.titles[key], size=f"{size:.1f}")
        for key, size in result.beyond.items()
    ]
    if found:
        return _("Beyond the front of fixed weights, by more than its band: {names}.").format(names=_(", ").join(found))
    return _("No method lies beyond the front of fixed weights by more than its band.")


# --- what else belongs to a file ---------------------------------------------------------------------------------------


def versions() -> dict[str, str]:
    """What the numbers depend on beside the race itself."""
    found = {"python": platform.python_version(), "machine": platform.machine(), "code": fingerprint()}
    for name in ("torch", "numpy", "scipy", "scikit-learn"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def methods_text(race: Race) -> str:
    """How it was done, for a report."""
    suite = race.experiment.the_suite
    redrawn = _(
        " Seeds redraw the split of one set of data, so intervals carry the term for overlapping test sets (Nadeau & Bengio "
        "2003)."
    )
    return _(
        "Data: {data}; {steps} steps of {batch} examples. Every entrant and every single-task baseline was trained with the "
        "rates {rates} and the seeds 0 to {last}; all entrants share data, first weights and batches of a seed. Rate and step "
        "were chosen on validation, for each task's baseline by its own score and for each entrant by its mean gain; what is "
        "reported is test. Δm is the mean over tasks of the relative change against one network a task. Intervals are at 95 %, "
        "paired by seed, with spreads moderated over entrants (Smyth 2004), and corrected after Holm for all entrants. The "
        "best are a set: all that cannot be told from the entrant with the highest mean when every pair is looked at."
    ).format(
        data=_(suite.card.title),
        steps=race.experiment.steps,
        batch=race.experiment.batch,
        rates=_(", ").join(f"{rate:g}" for rate in race.rates),
        last=race.seeds - 1,
    ) + (redrawn if suite.resampling else "")


def _number(value: Any) -> Any:
    """None for NaN and infinities, which JSON does not know."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
