"""Lines for whoever looks after a server: one an event, as ``key=value``, so that they can be searched."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import sys

from playground.basics.settings import LOG

LEVELS = ("debug", "info", "warning", "error")
FORMAT = "%(asctime)s level=%(levelname)s logger=%(name)s %(message)s"
PLAIN = re.compile(r"[^\s=\"]+")


def begin() -> None:
    """Write the lines of this program to standard error, from the level in the environment on. A bad level is said, and the
    default holds."""
    logging.basicConfig(format=FORMAT, stream=sys.stderr)
    level = LOG.value.lower() or "warning"
    own = logging.getLogger("playground")
    own.setLevel(level.upper() if level in LEVELS else logging.WARNING)
    if level not in LEVELS:
        own.warning("%s should be one of %s, not %s", LOG.name, ", ".join(LEVELS), written(level))


def tell(log: logging.Logger, event: str, level: int = logging.INFO, **fields: object) -> None:
    """One line about one event."""
    if log.isEnabledFor(level):
        log.log(level, "%s", " ".join(f"{key}={written(value)}" for key, value in {"event": event, **fields}.items()))


def written(value: object) -> str:
    """A value on one line, in quotes where it would not be one word; a text of visitors can add no line and no field."""
    text = str(value)
    return text if text.isprintable() and PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=not text.isprintable())


def anonymous(visitor: str) -> str:
    """By which the lines of one visitor are found together, and from which nobody gets back to the visitor."""
    return hashlib.sha256(f"log {visitor}".encode()).hexdigest()[:8]
