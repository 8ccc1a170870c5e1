"""What a person may read about a method, a strategy, a suite or a backbone: plain data beside the code it describes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """The words of one entry of the catalogue; all of them marked with `N_` and translated where they are shown.

    title: its name in plain words, at most four of them.
    idea: what it does, in one sentence.
    formula: its rule, in KaTeX without dollar signs; "" where words say it better.
    paper: authors, venue, year; "" where nobody in particular invented it.
    link: address of the paper.
    fails: when it does not work, in one sentence.
    notes: where it departs from the paper or from public implementations, and why.
    """

    title: str
    idea: str
    formula: str = ""
    paper: str = ""
    link: str = ""
    fails: str = ""
    notes: str = ""
