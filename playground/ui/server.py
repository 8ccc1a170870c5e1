"""What all visitors of one server share: the store, the workers, and torch, loaded once before the first visitor."""

from __future__ import annotations

import gc
import hashlib
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from playground import catalog, presets
from playground.basics.errors import Invalid
from playground.basics.validate import Fault
from playground.basics.words import _
from playground.runs.read_cache import Feed
from playground.runs.store.store import Store
from playground.runs.workers.pool import WorkerPool
from playground.ui import keys, pages
from playground.uploads.kept import storage, visibility

COOKIE = "_streamlit_xsrf"
"""The cookie that Streamlit gives a browser."""


@st.cache_resource(show_spinner=False)
def shared_store() -> Store:
    """The store with its workers started beside it; raises Invalid if the database cannot be used."""
    store = Store()
    _workers(store.url)
    return store


@st.cache_resource(show_spinner=False)
def feed() -> Feed:
    """What is read of runs, once for all sessions."""
    return Feed(shared_store(), every=0.08)


@st.cache_resource(show_spinner=False)
def _workers(url: str) -> WorkerPool:
    """The worker processes; they end with the server."""
    return WorkerPool(url)


def workers() -> int:
    """How many workers live; they are started if they have not been. Raises Invalid if the database cannot be used."""
    return _workers(shared_store().url).alive


@st.cache_resource(show_spinner=False)
def warm() -> bool:
    """Load what every page needs, so that the first visitor does not wait for it longer than the server does."""
    from playground.training.fleet.threads import use_one_thread

    use_one_thread()
    with suppress(OSError):  # a folder that cannot be written is said when somebody wants to
        storage.forget_unused()
    catalog.read_all()
    presets.presets()
    for fault in left_out():
        logging.getLogger(__name__).warning("left out: %s", fault)
    if gc.get_freeze_count() == 0:
        # What is loaded now stays until the end. The collector need not look at it again: neither while pages are drawn,
        # nor when the server ends, which took most of a second.
        gc.collect()
        gc.freeze()
    return True


def left_out() -> list[Fault]:
    """The files of the catalogue, presets and pages that cannot be used, each with what is wrong."""
    return [*catalog.faults(), *presets.faults(), *pages.faults()]


def store() -> Store:
    """The store; where it cannot be used, the page says why and ends."""
    try:
        return shared_store()
    except Invalid as invalid:
        st.error(str(invalid), icon=":material/database_off:")
        st.stop()


@contextmanager
def needed() -> Iterator[None]:
    """Around what reads the store: where it cannot be used any more, the page says so in one sentence, and goes on later."""
    try:
        yield
    except Invalid as invalid:
        st.error(str(invalid), icon=":material/database_off:")


def visitor() -> str:
    """An anonymous name for this browser: from the cookie that Streamlit gives it, else new for the session."""
    if keys.VISITOR not in st.session_state:
        cookie = st.context.cookies.get(COOKIE)
        st.session_state[keys.VISITOR] = name_of(cookie) or uuid.uuid4().hex
    return str(st.session_state[keys.VISITOR])


def name_of(cookie: str | None) -> str | None:
    """The anonymous name of the browser that has this cookie; None without one."""
    return hashlib.sha256(token(cookie)).hexdigest()[:32] if cookie else None


def token(cookie: str) -> bytes:
    """What stays the same in the cookie: it holds a version, a mask, the browser's token under that mask, and a time, and each
    page that is loaded brings a new mask. A cookie of another form is taken as it is."""
    try:
        _version, mask, masked, _time = cookie.strip("\"'").split("|")
        key, hidden = bytes.fromhex(mask), bytes.fromhex(masked)
    except ValueError:
        return cookie.encode()
    return bytes(byte ^ key[place % len(key)] for place, byte in enumerate(hidden)) if key and hidden else cookie.encode()


def _reader() -> str | None:
    """Who reads a table: the visitor whose page is drawn; None outside of any page."""
    return visitor() if get_script_run_ctx(suppress_warning=True) is not None else None


visibility.ask(_reader)


def tables() -> dict[str, str]:
    """Names of the visitor's own tables, by key."""
    return {one.key: one.name for one in storage.stored(visitor())}


def check_settings() -> None:
    """Say so when the server runs with a setting that makes it many times slower for a class."""
    if st.get_option("runner.postScriptGC"):
        st.warning(
            _("`runner.postScriptGC` should be false, or pages get many times slower for a class: start in the app's folder.")
        )
