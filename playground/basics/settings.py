"""Every environment variable that this program reads: what it is for, what holds without it, and what is in force."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from playground.basics.words import N_, _


@dataclass(frozen=True)
class Variable:
    """One environment variable.

    name: PLAYGROUND_…; meaning: what it is for; default: what holds where it is not set, for people.
    """

    name: str
    meaning: str
    default: str

    @property
    def value(self) -> str:
        """What it is set to; "" where it is not."""
        return os.environ.get(self.name, "")

    @property
    def shown(self) -> str:
        """What is in force, for people: without the password of an address."""
        return without_password(self.value) if self.value else _(self.default)


def without_password(text: str) -> str:
    """An address with *** in the place of its password; other text as it is. What looks odd rather loses too much."""
    return re.sub(r"(://[^:/@\s]*):.*@", r"\1:***@", text)


DATABASE = Variable(
    "PLAYGROUND_DATABASE",
    N_("Address of the database with everybody's runs: a SQLite file or a server, as SQLAlchemy writes addresses."),
    N_("sqlite:///data/playground.db, below the working directory"),
)
WORKERS = Variable(
    "PLAYGROUND_WORKERS", N_("How many processes train; each uses one core and about 400 MB."), N_("one for each core")
)
CLUSTER = Variable(
    "PLAYGROUND_CLUSTER",
    N_("Address of a Dask scheduler, as tcp://host:8786, whose workers train instead of processes here."),
    N_("workers of its own"),
)
TABLES = Variable(
    "PLAYGROUND_TABLES",
    N_("Folder with the tables that people bring."),
    N_("data/tables, or tables beside the file of the database"),
)
FETCHED = Variable(
    "PLAYGROUND_FETCHED", N_("Folder with data that were downloaded."), N_("data/fetched, below the working directory")
)
METRICS = Variable(
    "PLAYGROUND_METRICS",
    N_("With 1 the route /metrics tells numbers about this server as Prometheus reads them, to whoever reaches it."),
    N_("off, as strangers need not know how much a class does"),
)
LOG = Variable(
    "PLAYGROUND_LOG",
    N_("From which level on lines are logged: debug, info (a line for each event of a run), warning or error."),
    N_("warning"),
)
POSTGRES = Variable(
    "PLAYGROUND_POSTGRES",
    N_("Only for tests: address of an empty PostgreSQL database to try the store on."),
    N_("a server is started for the tests where one is installed"),
)
BROWSER = Variable(
    "PLAYGROUND_BROWSER",
    N_("Only for tests: with “required” those that need a browser fail without one."),
    N_("they are skipped"),
)
TENSORFLOW = Variable(
    "PLAYGROUND_TENSORFLOW",
    N_("Only for tests: a Python with tensorflow-cpu, numpy and scikit-learn, which exported scripts are run by."),
    N_("this one, where it has TensorFlow; else they are skipped"),
)

SETTINGS = (DATABASE, WORKERS, CLUSTER, TABLES, FETCHED, METRICS, LOG, BROWSER, POSTGRES, TENSORFLOW)


def table() -> str:
    """All of them as text: name, whether it is set, what is in force, and what it is for."""
    lines = []
    for setting in SETTINGS:
        source = _("set") if setting.value else _("default")
        lines += [f"{setting.name} ({source}): {setting.shown}", f"    {_(setting.meaning)}"]
    return "\n".join(lines)


def show(_options: object = None) -> int:
    """Print the table; the exit code."""
    print(table())
    return 0


def database_url() -> str:
    """The address in force: that of a file below the working directory where none is set."""
    return DATABASE.value or f"sqlite:///{Path('data', 'playground.db').absolute()}"
