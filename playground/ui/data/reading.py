"""How a table that is brought was read: what each column is and why, what it amounts to, and what may be answered otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

import pandas as pd
import streamlit as st

from playground.basics.words import _, ngettext
from playground.ui.text import as_markdown, harmless
from playground.uploads.brought import Brought
from playground.uploads.columns.choices import ROLES, Choices
from playground.uploads.columns.values import KINDS
from playground.uploads.decisions import Answer, Question, listed
from playground.uploads.outline import outline

MANY = 6
"""Questions beyond which they are shown in a frame of its own that scrolls."""

SAID = "own.said"
"""Types that were said, by the mark of the upload and the name of the column."""


def quoted(text: str) -> str:
    """A sentence with what a file holds between quotes instead of backticks, which a page would show as they are."""
    return re.sub(r"`([^`]*)`", r"“\1”", text)


def notes(brought: Brought) -> None:
    """What was done with the file as a whole."""
    for note in brought.notes:
        st.caption(as_markdown(quoted(note)))


def ask(questions: Sequence[Question], mark: str, choices: Choices) -> Choices:
    """Show questions, each with its answers side by side; what is said by those that are chosen."""
    if not questions:
        return choices
    words = ngettext("One thing to look at", "{count} things to look at", len(questions))
    st.markdown("**" + words.format(count=len(questions)) + "**")
    with st.container(height=420 if len(questions) > MANY else "content"):
        for question in questions:
            choices = _asked(question, mark, choices)
    return choices


def _asked(question: Question, mark: str, choices: Choices) -> Choices:
    """One question; the first answer holds until another is pressed."""
    st.markdown(as_markdown(quoted(question.text)))
    answers: dict[str, Answer] = {answer.label: answer for answer in question.answers}
    label = st.segmented_control(
        as_markdown(quoted(question.text)),
        list(answers),
        default=next(iter(answers)),
        required=True,
        key=f"own.ask.{question.topic}.{question.column}.{mark}",
        label_visibility="collapsed",
    )
    answer = answers.get(str(label), question.answers[0])
    return choices if answer.option is None else choices.saying(answer.option)


def kinds(brought: Brought, mark: str, choices: Choices) -> dict[str, str]:
    """For each column whose type a person changed, what it is said to be.

    The editor begins anew when an answer changes how cells are read, with the types that were said before.
    """
    said: dict[str, str] = st.session_state.setdefault(SAID, {}).get(mark, {})
    names = [column.name for column in brought.table.columns]
    shown = _columns(brought)
    settings = {
        "title": st.column_config.TextColumn(_("Column"), disabled=True, pinned=True),
        "kind": st.column_config.SelectboxColumn(
            _("Type"), options=list(KINDS), format_func=lambda kind: _(KINDS[str(kind)]), required=True
        ),
        "reason": st.column_config.TextColumn(_("Because"), disabled=True),
        "empty": st.column_config.NumberColumn(_("Empty"), disabled=True, format="%.1f %%"),
        "strange": st.column_config.NumberColumn(_("Unreadable"), disabled=True, format="%.1f %%"),
        "least": st.column_config.TextColumn(_("Least"), disabled=True, help=_("of classes the rarest")),
        "middle": st.column_config.TextColumn(_("Middle"), disabled=True, help=_("the median")),
        "greatest": st.column_config.TextColumn(_("Greatest"), disabled=True, help=_("of classes the commonest")),
        "bars": st.column_config.BarChartColumn(
            _("How often"), y_min=0, help=_("from the least to the greatest value, or by class")
        ),
        "far": st.column_config.NumberColumn(
            _("Far out"), disabled=True, help=_("values more than three interquartile ranges beyond the quartiles")
        ),
        "different": st.column_config.NumberColumn(_("Different"), disabled=True),
        "some": st.column_config.TextColumn(_("For example"), disabled=True),
    }
    key = f"own.kinds.{mark}.{crc32(repr(choices).encode())}"
    edited = st.data_editor(shown, hide_index=True, column_config=settings, key=key, num_rows="fixed")
    told = dict(zip(names, map(str, edited["kind"]), strict=True))
    before = dict(zip(names, shown["kind"], strict=True))
    return said | {name: kind for name, kind in told.items() if kind != before[name] or name in said}


def keep_said(mark: str, said: dict[str, str]) -> None:
    """Remember the types that were said, for when the editor begins anew."""
    st.session_state[SAID] = {mark: said}


def _columns(brought: Brought) -> pd.DataFrame:
    """A row a column."""
    rows = []
    for column, decision in zip(brought.table.columns, brought.columns, strict=True):
        seen = outline(column)
        reason = decision.reason + (_("; ") + listed(decision.words) if decision.words else "")
        rows.append(
            {
                "title": harmless(column.title),
                "kind": column.kind,
                "reason": harmless(quoted(reason)),
                "empty": 100 * decision.empty,
                "strange": 100 * decision.strange,
                "least": harmless(seen.least[:40]),
                "middle": seen.middle,
                "greatest": harmless(seen.greatest[:40]),
                "bars": list(seen.bars),
                "far": seen.outliers,
                "different": len(column.different),
                "some": harmless(", ".join(column.different[:3])[:60]),
            }
        )
    return pd.DataFrame(rows)


def left_out(brought: Brought) -> None:
    """Which columns are not read, each with its reason: what nobody should have to look for."""
    gone = [one for one in brought.columns if one.role == "out"]
    if gone:
        words = _("; ").join(_("{title} ({reason})").format(title=one.title, reason=one.reason) for one in gone)
        st.caption(as_markdown(_("{role}: {columns}.").format(role=_(ROLES["out"]).capitalize(), columns=words)))
