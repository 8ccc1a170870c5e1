"""What came of a prediction: its choices, the recorded answer beside it, and which choice was right."""

from __future__ import annotations

from typing import Any

from playground.basics.words import N_, _
from playground.course.measured import numbers
from playground.course.measured.recording import cells
from playground.course.measured.table import tables
from playground.course.text.model import Predict
from playground.statistics.differences import CLOSE, GAINS, LOSES

VERDICTS = {GAINS: N_("It gains"), CLOSE: N_("It cannot be told from nothing"), LOSES: N_("It loses")}


def known(block: Predict) -> bool:
    """Whether the answer is recorded."""
    return bool(cells(_table(block)))


def options(block: Predict) -> dict[str, str]:
    """What can be chosen, with its words."""
    if block.how == "verdict":
        return {key: _(words) for key, words in VERDICTS.items()}
    return {row.key: _(row.title) for row in tables()[_table(block)].rows if row.preset}


def right(block: Predict) -> str:
    """The choice that was measured."""
    return best(block)[0] if block.how == "best" else str(numbers.cell(block.place)["verdict"])


def answer(block: Predict, guess: Any) -> str:
    """The recorded answer beside the prediction."""
    if block.how == "best":
        key, found = best(block)
        yours = cells(_table(block))[str(guess)][_column(block)]
        said = _("**{best}** has the highest mean: {number} {interval}. You said {guess}: {yours} {other}.").format(
            best=options(block)[key],
            number=f"{found['text']} %",
            interval=found["interval"],
            guess=options(block)[str(guess)],
            yours=f"{yours['text']} %",
            other=yours["interval"],
        )
        return said + " " + _overlap(found, yours, key == guess)
    found = numbers.cell(block.place)
    measured = _("Measured: **{number}** {interval}, {count} seeds.").format(
        number=f"{found['text']} %", interval=found["interval"], count=found["count"]
    )
    if block.how == "verdict":
        right = found["verdict"] == guess
        word = options(block).get(found["verdict"], "–")
        words = _("That is what you said: {word}.") if right else _("You said otherwise; the answer is: {word}.")
        return f"{measured} {words.format(word=word)}"
    inside = found["low"] is not None and found["low"] <= guess <= found["high"]
    if inside:
        return measured + " " + _("Your {guess} % lies in the interval.").format(guess=guess)
    far = f"{abs(guess - found['mean']):.0f}"
    return measured + " " + _("Your {guess} % is {far} points away from the mean, outside of it.").format(guess=guess, far=far)


def _overlap(found: dict[str, Any], yours: dict[str, Any], right: bool) -> str:
    if right:
        return _("That is it.")
    if yours["high"] is not None and found["low"] is not None and yours["high"] >= found["low"]:
        return _("Their intervals overlap, so this order may be luck.")
    return _("Their intervals do not overlap.")


def best(block: Predict) -> tuple[str, dict[str, Any]]:
    """The row with the highest mean in the column that is asked about, and what was measured there."""
    rows = {key: row[_column(block)] for key, row in cells(_table(block)).items() if row.get(_column(block), {}).get("text")}
    key = max(rows, key=lambda one: rows[one]["mean"])
    return key, rows[key]


def _table(block: Predict) -> int:
    return int(block.place.split(".")[0][1:])


def _column(block: Predict) -> str:
    return block.place.split(".")[1]
