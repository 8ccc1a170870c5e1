"""Public tables as files: what packages among the development requirements bring along, byte for byte where it is a file."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from sklearn import datasets

MEASURED = ("iris", "wine", "breast_cancer", "diabetes", "linnerud")
"""Small tables of scikit-learn."""

STATS = (
    "anes96/anes96",
    "ccard/ccard",
    "co2/co2",
    "committee/committee",
    "copper/copper",
    "danish_data/data",
    "elec_equip/elec_equip",
    "elnino/elnino",
    "engel/engel",
    "fair/fair",
    "fair/fair_pt",
    "fertility/fertility",
    "grunfeld/grunfeld",
    "heart/heart",
    "interest_inflation/E6",
    "macrodata/macrodata",
    "modechoice/modechoice",
    "nile/nile",
    "scotland/scotvote",
    "spector/spector",
    "stackloss/stackloss",
    "star98/star98",
    "statecrime/statecrime",
    "strikes/strikes",
    "sunspots/sunspots",
)
"""Files of statsmodels with at least twenty rows."""

VEGA = (
    "airports",
    "iowa-electricity",
    "la-riots",
    "seattle-temps",
    "seattle-weather",
    "stocks",
    "us-employment",
)
"""Files of vega_datasets."""

VEGA_JSON = ("cars", "barley", "wheat", "driving")
"""Records of vega_datasets, written as a file with an index, as pandas does."""


def _folder(package: str) -> Path:
    """Where a package lies; it is not imported, which would take seconds."""
    found = importlib.util.find_spec(package)
    assert found is not None, f"{package} is among the development requirements"
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0])


def _toy(name: str) -> bytes:
    frame = getattr(datasets, f"load_{name}")(as_frame=True).frame
    return bytes(frame.to_csv(index=False).encode())


def _records(name: str) -> bytes:
    records = json.loads((_folder("vega_datasets") / "_data" / f"{name}.json").read_text(encoding="utf-8"))
    return bytes(pd.DataFrame(records).to_csv().encode())


CORPUS: dict[str, Callable[[], bytes]] = {
    **{name: lambda name=name: _toy(name) for name in MEASURED},  # type: ignore[misc]
    **{
        path: lambda path=path: (_folder("statsmodels") / "datasets" / f"{path}.csv").read_bytes()  # type: ignore[misc]
        for path in STATS
    },
    **{name: lambda name=name: (_folder("vega_datasets") / "_data" / f"{name}.csv").read_bytes() for name in VEGA},  # type: ignore[misc]
    **{name: lambda name=name: _records(name) for name in VEGA_JSON},  # type: ignore[misc]
}
"""Tables by name: the bytes of a file."""
