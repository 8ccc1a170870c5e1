"""Scripts of pages, loaded alone in a real browser: a test calls their functions with made data and reads what comes back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playground.ui.scripts.component import THEME

FOLDER = Path(__file__).parents[3] / "playground" / "ui"


class Scripts:
    """Some scripts in an empty page, after each other as a component has them.

    changes: parts of their text that are replaced, to see whether tests notice.
    """

    def __init__(self, page: Any, *names: str, changes: dict[str, str] | None = None):
        self.page = page
        source = "\n".join([THEME, *(next(FOLDER.rglob(name)).read_text(encoding="utf-8") for name in names)])
        for old, new in (changes or {}).items():
            assert old in source, old
            source = source.replace(old, new)
        source = source.replace("export default function", "function component")
        page.goto("about:blank")
        # NaN does not travel as JSON, so that numbers come back as text where they are none.
        page.evaluate(
            # In a block of its own, where a name stands for one thing only, as in the module that a page gets.
            """source => {
                const text = `"use strict"; { ${source}; return eval(call)(...values); }`;
                window.run = new Function("call", "values", text);
            }""",
            source,
        )

    def call(self, function: str, *values: Any) -> Any:
        """What a function (a name, or one written out) gives for plain values; of an async one, what it gives at its end."""
        told = self.page.evaluate(
            "async ([call, values]) => JSON.stringify(await run(call, JSON.parse(values)), "
            "(key, one) => one instanceof Float64Array ? [...one] : one)",
            [function, json.dumps(values)],
        )
        return None if told is None else json.loads(told)
