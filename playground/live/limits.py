"""Every number that bounds the channel, in one place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds for a class of thirty on a small machine, some behind one address. Times are in seconds.

    every: between two looks at the store.
    sockets: that are open at a time, of everybody; address: of one address, as a whole school may have one.
    message: characters of what a browser sends at a time; messages: how many of these it may send within `span`.
    about: characters in which a page says what it shows.
    runs: that one page watches, baselines included.
    number: greatest number of a run.
    frames: that are kept for those that lag behind; who lags further gets the whole anew.
    rows: recorded steps of a run that are sent at most when somebody connects.
    ghost: recorded steps of each run that stands behind the one that is watched.
    words: between two sentences about a run that goes on.
    work: for words and pictures of all runs together, of each look at the store.
    parts: between two drawings of a page that comes as a whole.
    keep: time for which what nobody watches any more is kept.
    kept: how many such things.
    check: after which it is asked anew whether somebody may see what is sent.
    wait: for a browser that does not say what it wants to see.
    """

    every: float = 0.1
    sockets: int = 1000
    address: int = 200
    message: int = 48_000
    messages: int = 40
    span: float = 10.0
    about: int = 8000
    runs: int = 1000
    number: int = 2**62
    frames: int = 40
    rows: int = 2000
    ghost: int = 150
    words: float = 1.0
    work: float = 0.04
    parts: float = 1.0
    keep: float = 60.0
    kept: int = 50
    check: float = 5.0
    wait: float = 10.0


LIMITS = Limits()
