"""A chapter as one HTML file to print: every text escaped, figures drawn, nothing fetched.

Drawings are SVG and formulas MathML, so most chapters hold no script. Where a chapter has charts, the script that draws them,
plotly's own, travels in the file once.
"""

from __future__ import annotations

import re

from latex2mathml.converter import convert
from markdown_it import MarkdownIt

from playground.basics.words import _, language
from playground.course.measured import told
from playground.course.measured.figure import figures
from playground.course.measured.table import tables
from playground.course.text import prose
from playground.course.text.bibliography import references
from playground.course.text.model import Block, Chapter, Note, Predict, Prose, Shown, said
from playground.figures.markup import plotly_script
from playground.figures.style import as_html

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1b2430; background: #fff; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; font-size: 13px; }
th, td { border-bottom: 1px solid #ddd; padding: .25rem .6rem; text-align: left; }
figure { margin: 1.2rem 0; break-inside: avoid; } figcaption, .below { color: #5d6875; font-size: 13px; }
aside { border-left: 3px solid #5d6875; padding-left: .8rem; margin: 1rem 0; }
.line { border-bottom: 1px solid #999; height: 2rem; }
.entries { display: flex; flex-wrap: wrap; gap: 0.1rem 1.25rem; } .entry { font-size: 13px; }
.panels { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); }
.hidden-text { display: none; } pre { white-space: pre-wrap; }
svg { max-width: 100%; height: auto; }
.narrow { display: none; }
a { color: inherit; }
"""

CHART = {"width": 700, "autosize": False, "paper_bgcolor": "#fff", "plot_bgcolor": "#fff"}
"""A chart as wide as the page."""

CHARTED = "<div class='chart'>"
"""What a chart of plotly stands in."""

FORMULA = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$")

_reader = MarkdownIt("commonmark", {"html": False}).enable("table")


def written(chapter: Chapter) -> str:
    """The file, in the visitor's language."""
    title = said(chapter.title)
    parts = [f"<h1>{chapter.number} · {as_html(title)}</h1>", f"<p><b>{as_html(said(chapter.question))}</b></p>"]
    cited: list[str] = []
    for one in chapter.lessons:
        version = one.now
        parts += [f"<h2>{as_html(version.title)}</h2>", f"<p><i>{as_html(prose.plain(version.question))}</i></p>"]
        parts += [_block(block) for block in version.blocks]
        cited += prose.cited(version)
    papers = "".join(f"<li>{as_html(references()[key].text)}</li>" for key in dict.fromkeys(cited))
    heading = as_html(_("References"))
    parts.append(f"<h2>{heading}</h2><ol>{papers}</ol>" if papers else "")
    head = f"<meta charset='utf-8'><meta name='viewport' content='width=device-width'><title>{as_html(title)}</title>"
    body = "\n".join(parts)
    if CHARTED in body:
        head += plotly_script()
    return f"<!doctype html><html lang='{language()}'><head>{head}<style>{STYLE}</style></head><body>{body}</body></html>"


def _block(block: Block) -> str:
    """One block; a button has no place on paper."""
    if isinstance(block, Prose):
        return _markup(block.text)
    if isinstance(block, Note):
        return f"<aside>{_markup(block.text)}</aside>"
    if isinstance(block, Predict):
        words = as_html(_("Your prediction:"))
        return f"<p>{as_html(prose.plain(block.ask))}</p><p>{words}</p><div class='line'></div>"
    if isinstance(block, Shown):
        return _figure(block.number) if block.kind == "figure" else _table(block.number)
    return ""


def _markup(text: str) -> str:
    """Markdown as HTML; HTML in it is escaped, formulas are MathML."""
    formulas: list[str] = []

    def kept(found: re.Match[str]) -> str:
        whole, part = found.groups()
        formulas.append(convert(whole or part, display="block" if whole else "inline"))
        return f"\ue000{len(formulas) - 1}\ue001"

    html = str(_reader.render(FORMULA.sub(kept, prose.plain(text))))
    return re.sub("\ue000(\\d+)\ue001", lambda found: formulas[int(found[1])], html)


def _figure(number: int) -> str:
    """A drawing or a chart as it is at first, and below it in words."""
    one = figures()[number]
    drawn = one.draw(**one.defaults())
    if isinstance(drawn, str):
        picture = drawn
    else:
        drawn.update_layout(CHART)
        drawn = drawn.to_html(full_html=False, include_plotlyjs=False, config={"staticPlot": True})
        picture = f"{CHARTED}{drawn}</div>"
    words = one.describe(**one.defaults())
    head = as_html(_("Figure {number}").format(number=number))
    return f"<figure><b>{head}</b> {as_html(_(one.title))}{picture}<figcaption>{as_html(words)}</figcaption></figure>"


def _table(number: int) -> str:
    """A table with the line below it."""
    one = tables()[number]
    head = "".join(f"<th>{as_html(text)}</th>" for text in told.head(one))
    rows = "".join(f"<tr>{''.join(f'<td>{_inline(cell)}</td>' for cell in row)}</tr>" for row in told.body(one))
    title = as_html(_("Table {number}").format(number=number))
    below = f"<p class='below'>{_inline(told.below(one))}</p>"
    return f"<p><b>{title}</b> {as_html(_(one.title))}</p><table><tr>{head}</tr>{rows}</table>{below}"


def _inline(text: str) -> str:
    return str(_reader.renderInline(text))
