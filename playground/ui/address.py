"""The address of a page: what it asks for, read leniently, followed when somebody goes back or forward, and written anew.

Beside what a page shows there stand words in it about the way it is shown: language, and what a teacher hides, locks or
shows on a projector. These stay through every change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from playground.basics.errors import Invalid, Problem
from playground.basics.words import _
from playground.ui import keys

GHOST = "ghost"
"""The name of the run that is kept behind what is shown."""
BESIDE = ("lang", "hide", "lock", "present", GHOST)
"""Names that say how a page is shown, and not what."""
NOTHING: Mapping[str, str] = {}

Shown = TypeVar("Shown")


def asked() -> dict[str, str]:
    """What the address asks for; raises Invalid where a name stands in it more than once."""
    if problems := [_twice(name, count) for name, count in _counts().items() if count > 1]:
        raise Invalid(problems)
    return {name: value for name, value in st.query_params.to_dict().items() if name not in BESIDE}


def _counts() -> dict[str, int]:
    return {name: len(st.query_params.get_all(name)) for name in st.query_params if name not in BESIDE}


def _twice(name: str, count: int) -> Problem:
    return Problem(name, _("should stand in a link once"), count)


def lenient(follow: Callable[[Mapping[str, str]], Shown]) -> tuple[Shown | None, list[Problem]]:
    """What the address shows, and what was wrong with it: a bad field is left out, and the rest is followed.

    None where nothing is left of it that can be followed.
    """
    twice = [name for name, count in _counts().items() if count > 1]
    problems = [_twice(name, _counts()[name]) for name in twice]
    left = {name: value for name, value in st.query_params.to_dict().items() if name not in (*BESIDE, *twice)}
    if twice and not left:
        return None, problems
    while True:
        try:
            return follow(left), problems
        except Invalid as invalid:
            problems += [one for one in invalid.problems if one not in problems]
            bad = {name for name in left for one in invalid.problems if _about(one.where, name)}
            left = {name: value for name, value in left.items() if name not in bad}
            if not bad or not left:
                return None, problems


def _about(where: str, name: str) -> bool:
    """Whether a problem is one of a field of the address: of this field, or of the choice that it is a knob of."""
    return name == where or name.startswith(f"{where}.")


def said(problems: list[Problem], followed: bool) -> list[str]:
    """The sentences about what was wrong with an address."""
    if not problems:
        return []
    head = (
        _("This link was followed without what is wrong in it:")
        if followed
        else _("This link cannot be followed, so the first example is shown instead.")
    )
    return [head, *map(str, problems)]


def arrive() -> None:
    """Note on which page this run is, and on which the one before was; once a run of the script.

    What stands beside in the address is taken along to a page that was turned to.
    """
    context = get_script_run_ctx(suppress_warning=True)
    before = st.session_state.get(keys.HERE)
    st.session_state[keys.CAME_FROM] = before
    st.session_state[keys.HERE] = here = context.page_script_hash if context else ""
    kept = st.session_state.get(keys.BESIDE, {}) if before not in (None, here) else {}
    if missing := {name: value for name, value in kept.items() if name not in st.query_params}:
        st.query_params.update(missing)
    st.session_state[keys.BESIDE] = {name: st.query_params[name] for name in BESIDE if name in st.query_params}


def popped(key: str) -> bool:
    """Whether somebody went back or forward: the address is not the one that was written under this key last.

    An empty one is that of a page that was turned to, unless the page is the same as before.
    """
    written = st.session_state.get(keys.written(key))
    now = {name: value for name, value in st.query_params.to_dict().items() if name not in BESIDE}
    if written is None or now in (written, st.session_state.get(keys.ADDRESS)):
        return False
    return bool(now) or st.session_state.get(keys.CAME_FROM) == st.session_state.get(keys.HERE)


def write(
    key: str, query: Mapping[str, str], says: Callable[[Mapping[str, str]], Any] | None = None, shown: Any = None
) -> None:
    """Put what is shown into the address, unless it says just that already; what stands beside it stays.

    A plain address stays plain as long as the first sight is shown, unless another page brought something else there: whoever
    goes back to it is not led forward again.
    says: reads an address; shown: what it should come to.
    """
    now = {name: value for name, value in st.query_params.to_dict().items() if name not in BESIDE}
    if not now and keys.written(key) not in st.session_state and (says is None or _says({}, says, shown)):
        st.session_state[keys.plain(key)] = dict(query)
    plain = not now and st.session_state.get(keys.plain(key)) == dict(query)
    if now != dict(query) and not plain and not (says and _says(now, says, shown)):
        beside = {name: st.query_params[name] for name in BESIDE if name in st.query_params}
        st.query_params.from_dict({**query, **beside})
        now = dict(query)
    st.session_state[keys.written(key)] = st.session_state[keys.ADDRESS] = now


def _says(now: Mapping[str, str], says: Callable[[Mapping[str, str]], Any], shown: Any) -> bool:
    try:
        return bool(says(now) == shown) and all(count == 1 for count in _counts().values())
    except Invalid:
        return False
