"""Nothing asks again and again where the channel serves: what moves comes by it."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = [*ROOT.glob("pages/*.py"), *ROOT.glob("playground/ui/**/*.py")]
WITHOUT = {"playground/ui/take_home/use.py"}
"""Files whose fragment is only drawn where there is no channel."""
ALONE = {"playground/ui/take_home/export_model.py"}
"""Who waits for a trained model waits alone, for seconds, and also where there is no run that the channel could speak of."""


def clocks(source: str) -> list[str]:
    """When fragments are drawn anew by themselves, as written."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [ast.unparse(one.value) for call in calls for one in call.keywords if one.arg == "run_every"]


def test_a_fragment_has_a_clock_only_where_there_is_no_channel() -> None:
    found = {path.relative_to(ROOT).as_posix(): clocks(path.read_text(encoding="utf-8")) for path in FILES}
    with_clocks = {name: conditions for name, conditions in found.items() if conditions}
    assert len(with_clocks) == 6
    for name, conditions in with_clocks.items():
        for condition in conditions:
            assert name in WITHOUT | ALONE or ("not channel.served()" in condition and condition.endswith("else None")), name
    source = (ROOT / "playground/ui/take_home/use.py").read_text(encoding="utf-8")
    assert "if channel.served():" in source.split("def _outcomes")[1].split("_wait(mine)")[0]
