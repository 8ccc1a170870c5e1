"""Tables that commands write into documents, each between `<!-- NAME -->` and the next `<!-- end -->`."""

from __future__ import annotations

import re
from pathlib import Path


def read(path: Path, name: str) -> str:
    """What stands under a name; raises ValueError unless there is one such place."""
    found = _place(name).findall(path.read_text(encoding="utf-8"))
    if len(found) != 1:
        raise ValueError(f"{path.name} should hold one <!-- {name} --> before an <!-- end -->. Found {len(found)}.")
    return str(found[0])


def put(path: Path, name: str, lines: str) -> None:
    """Write lines in the place of those that stand under a name; raises ValueError unless there is one such place."""
    read(path, name)
    path.write_text(_place(name).sub(lambda _old: lines, path.read_text(encoding="utf-8")), encoding="utf-8")


def _place(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=<!-- {re.escape(name)} -->\n).*?(?=<!-- end -->)", re.DOTALL)
