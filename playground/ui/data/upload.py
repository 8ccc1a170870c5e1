"""Files that a visitor chooses, to one sheet: which encoding, which sheet of a workbook, whether rows are drawn, joined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from playground.basics.errors import Invalid
from playground.basics.words import _
from playground.ui import server
from playground.ui.text import as_markdown
from playground.uploads.joined import joined
from playground.uploads.reading import apart
from playground.uploads.reading.encodings import ENCODINGS
from playground.uploads.reading.limits import LIMITS
from playground.uploads.reading.reader import UNPACKED, Sheet, read_bytes
from playground.uploads.reading.sampling import TooMany

READ = "own.read"
"""What was read of the present upload, by what it was read with: sheets, names of sheets, or the sentence that it got."""

SEED = 0
"""By which rows are drawn on the page."""

TYPES = ("csv", "tsv", "txt", "xlsx", "xlsm", "parquet")


@dataclass(frozen=True)
class Upload:
    """What was chosen, read. mark: another one for other files, or for the same ones read in another way."""

    sheet: Sheet
    mark: str


def uploaded(count: int) -> Upload | None:
    """The sheet of the files that are chosen; None where none is, or where the page says why it cannot be read.

    count: tables that were kept in this session; each begins with an empty upload.
    """
    _without_cookie()
    left, right = st.columns([3, 1], gap="medium", vertical_alignment="bottom")
    with left:
        files = st.file_uploader(
            _("A table with a header: CSV, Excel (.xlsx) or Parquet; or several with the same inputs"),
            type=list(TYPES),
            key=f"own.file.{count}",
            max_upload_size=LIMITS.size // 2**20,
            accept_multiple_files=True,
        )
    with right:
        way = _way(count)
    if not files:
        forget()
        return None
    seed = SEED if st.session_state.get(_drawn(count)) else None
    try:
        chosen = files[: LIMITS.files + 1]
        sheets = [_sheet(file, way, seed, count) for file in chosen]
        marks = [f"{file.file_id}.{one.sheet}" for file, one in zip(chosen, sheets, strict=True)]
        return Upload(joined(sheets, seed), ".".join([str(count), *map(str, way), str(seed), *marks]))
    except TooMany as many:
        _offer_sample(many, count)
    except Invalid as invalid:
        for problem in invalid.problems:
            st.error(as_markdown(str(problem)), icon=":material/table_view:")
    return None


def _without_cookie() -> None:
    """Says where a file cannot be sent: a server takes none from a browser that holds back its cookie, as many do in a frame of
    another site."""
    if st.context.url and server.COOKIE not in st.context.cookies:
        words = _("A file cannot be sent from here, as this browser keeps no cookie of a page in a frame of another site.")
        st.info(words)
        address = f"{st.context.url.partition('?')[0]}?{urlencode(st.query_params.to_dict())}"
        st.link_button(_("Open this page in a tab of its own"), address, icon=":material/open_in_new:")


def _way(count: int) -> tuple[str, int, bool]:
    """How a file is to be read where that is not found out rightly: its encoding, the line of its header, names of rows."""
    encoding = st.selectbox(
        _("Encoding"), list(ENCODINGS), format_func=lambda one: _(ENCODINGS[one]), key=f"own.encoding.{count}"
    )
    with st.popover(_("Lines"), icon=":material/table_rows:", use_container_width=True):
        header = st.number_input(
            _("Line with the titles"), 0, 1000, key=f"own.header.{count}", help=_("0 where it is to be found by itself")
        )
        names = st.toggle(_("Every row begins with a name that has no title"), key=f"own.names.{count}")
    return encoding, int(header), names


def forget() -> None:
    """Let go of what was read."""
    st.session_state.pop(READ, None)


def _sheet(file: Any, way: tuple[str, int, bool], seed: int | None, count: int) -> Sheet:
    """The sheet of one file. Raises Invalid with one problem."""
    name = ""
    if UNPACKED.get(file.getvalue()[:4]) == "xlsx":
        names = _kept((file.file_id, "sheets"), lambda: apart.sheets(file.getvalue()))
        if len(names) > 1:
            words = _("Sheet of {name}").format(name=as_markdown(file.name))
            name = st.selectbox(words, names, key=f"own.sheet.{count}.{file.file_id}") or names[0]
    mark = (file.file_id, way, name, seed)
    sheet: Sheet = _kept(mark, lambda: read_bytes(file.getvalue(), file.name, *way, name, seed))
    return sheet


def _kept(mark: tuple[object, ...], read: Any) -> Any:
    """What `read` gives, or raises, done once as long as the upload is there."""
    found = st.session_state.setdefault(READ, {})
    if mark not in found:
        try:
            found[mark] = read()
        except Invalid as invalid:
            found[mark] = invalid
    if isinstance(found[mark], Invalid):
        raise found[mark]
    return found[mark]


def _drawn(count: int) -> str:
    return f"own.drawn.{count}"


def _offer_sample(many: TooMany, count: int) -> None:
    """Too many rows: how many there are, and a press that takes as many as may be."""
    words = _("{found} rows, of which at most {most} are taken. They are drawn at random, each row with the same chance.")
    st.warning(words.format(found=f"{many.found:,}", most=f"{many.most:,}"), icon=":material/table_view:")
    st.button(
        _("Draw {most} of the {found} rows").format(most=f"{many.most:,}", found=f"{many.found:,}"),
        key="own.sample",
        icon=":material/casino:",
        on_click=_draw,
        args=(count,),
    )


def _draw(count: int) -> None:
    st.session_state[_drawn(count)] = True
