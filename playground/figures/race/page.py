"""A race as one HTML file that holds everything: figures, table, numbers, how it was done, and how to repeat it."""

from __future__ import annotations

import json
from itertools import combinations

import plotly.io
from plotly.graph_objects import Figure

from playground.basics.words import _, language
from playground.figures.markup import plotly_script
from playground.figures.race import more, race
from playground.figures.style import as_html
from playground.race import report
from playground.race.result import Result

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1b2430; background: #ffffff; }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; font-size: 14px; display: block; overflow-x: auto; }
th, td { padding: 0.25rem 0.6rem; text-align: left; border-bottom: 1px solid #e4e8ec; white-space: nowrap; }
pre { background: #f4f6f8; padding: 0.8rem; overflow-x: auto; }
figure { margin: 1.5rem 0; } figcaption { color: #5d6875; font-size: 14px; }
"""

MOST_PAIRS = 6
"""Pairs of tasks whose plane is drawn, at most."""


def pictures(result: Result) -> list[tuple[Figure, str]]:
    """Every figure of a race with its words."""
    tasks = result.race.experiment.the_tasks
    found = [
        (race.front(result, first, second), race.front_text(result, first, second))
        for first, second in list(combinations(tasks, 2))[:MOST_PAIRS]
    ]
    found += [
        (race.board(result), race.board_text(result)),
        (more.ranks(result), more.ranks_text(result)),
        (more.chances(result), more.chances_text(result)),
        (race.cost(result), race.cost_text(result)),
    ]
    if len(tasks) > 2:
        found.append((more.parallel(result), more.parallel_text(result)))
    return found


def written(result: Result) -> str:
    """The report. Every text of others is escaped; the script is plotly's own, and nothing is fetched."""
    title = _("Which method? {data}").format(data=_(result.race.experiment.the_suite.card.title))
    numbers = json.dumps(report.to_dict(result), ensure_ascii=False, indent=1)
    figures = [
        f'<figure aria-label="{as_html(words)}">{plotly.io.to_html(figure, full_html=False, include_plotlyjs=False)}'
        f"<figcaption>{as_html(words)}</figcaption></figure>"
        for figure, words in pictures(result)
    ]
    done, again = _("How it was done"), _("To repeat it")
    save, everything = _("Save the numbers below as race.json, then:"), _("All numbers (JSON)")
    parts = [
        f"<!doctype html><html lang='{language()}'><head><meta charset='utf-8'><title>{as_html(title)}</title>",
        f"<meta name='viewport' content='width=device-width'><style>{STYLE}</style>",
        f"{plotly_script()}</head><body>",
        f"<h1>{as_html(title)}</h1><p><b>{as_html(report.sentence(result))}</b></p>",
        report.table(result).to_html(index=False, escape=True, border=0),
        *(f"<p>{as_html(words)}</p>" for words in report.lacking(result)),
        *figures,
        f"<h2>{as_html(done)}</h2><p>{as_html(report.methods_text(result.race))}</p>",
        f"<h2>{as_html(again)}</h2>",
        f"<p>{as_html(save)} <code>python -m playground race race.json</code></p>",
        f"<details><summary>{as_html(everything)}</summary><pre>{as_html(numbers)}</pre></details>",
        "</body></html>",
    ]
    return "\n".join(parts)
