"""A visitor without a browser, and a worker without a process: they open pages, press buttons, and train what was asked."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from playground import words
from playground.runs.job import Job
from playground.runs.limits import Limits
from playground.runs.store import Entry, Store
from playground.training.loop import Training
from playground.ui import keys
from playground.ui.scene import Scene, read

ROOT = Path(__file__).parents[2]
PAGES = sorted(path.name for path in (ROOT / "pages").glob("*.py"))

SMALL = {"suite": "toy_plane", "tasks": "circle,xor", "steps": "20", "batch": "16", "backbone.width": "8", "seeds": "1"}
"""The link of a scene that trains in a moment: one seed, two tasks."""


class Visitor:
    """One session of the app.

    name: who it is; two sessions of one name are one browser.
    link: parameters of the address.
    locale: the language that the browser asks for.
    page: the file in ``pages/`` that is opened.
    """

    def __init__(self, name: str = "ann", link: dict[str, Any] | None = None, locale: str = "en-GB", page: str = "play.py"):
        self.app = AppTest.from_file(ROOT / "streamlit_app.py", default_timeout=120)
        self.app.session_state[keys.VISITOR] = name
        self.app.context = {"locale": locale}
        self.app.query_params.update(link or {})
        self.look()
        if page != "play.py":
            self.turn_to(page)

    def look(self) -> None:
        """Run the page as it is now; whatever it does, it must not show a traceback."""
        if keys.FRAMED in self.app.session_state:
            # Every run here is like the first of a fresh server, which meets the page before the entry of the app.
            del self.app.session_state[keys.FRAMED]
        # Titles in lists are translated by whoever looks at them, here as there.
        words.use(self.app.session_state.get(keys.LANGUAGE, "en"))
        self.app.run()
        assert not self.app.exception, [(one.message, one.stack_trace) for one in self.app.exception]

    def turn_to(self, page: str) -> None:
        """Open another page of the app."""
        self.app.switch_page(f"pages/{page}")
        self.look()

    # --- hands -----------------------------------------------------------------------------------------------------

    def press(self, button: str) -> None:
        """Press the button of this key or label."""
        self.button(button).click()
        self.look()

    def button(self, name: str) -> Any:
        """The button of this key or label."""
        found = [one for one in self.app.button if name in (one.key, one.label)]
        assert len(found) == 1, (name, [(one.key, one.label) for one in self.app.button])
        return found[0]

    def set(self, field: str, value: Any) -> None:
        """Turn the widget of a field of the form."""
        self.widget(keys.field(field)).set_value(value)
        self.look()

    def widget(self, key: str) -> Any:
        """The widget of this key, of whatever kind."""
        app = self.app
        kinds = (app.selectbox, app.button_group, app.slider, app.select_slider, app.number_input, app.toggle, app.text_input)
        found = [one for kind in (*kinds, app.multiselect) for one in kind if one.key == key]
        assert len(found) == 1, (key, [one.key for kind in kinds for one in kind])
        return found[0]

    # --- eyes ------------------------------------------------------------------------------------------------------

    @property
    def scene(self) -> Scene:
        """What the session shows."""
        scene: Scene = self.app.session_state[keys.SCENE]
        return scene

    @property
    def address(self) -> dict[str, str]:
        """The parameters of the address."""
        return dict(self.app.query_params)

    @property
    def linked(self) -> Scene:
        """What somebody would see who followed the address."""
        return read(self.address)

    @property
    def warnings(self) -> str:
        """What the page says about something that could not be done."""
        return "\n".join(one.value for one in self.app.warning)

    @property
    def errors(self) -> list[str]:
        """What the page says where it cannot go on."""
        return [one.value for one in self.app.error]

    @property
    def captions(self) -> list[str]:
        """The small lines."""
        return [one.value for one in self.app.caption]

    @property
    def headline(self) -> str:
        """The sentence that is computed from the run."""
        return str(self.app.main.markdown[1].value)

    @property
    def grey(self) -> set[str]:
        """Keys of the player's buttons that cannot be pressed."""
        return {one.key for one in self.app.button if one.key and one.disabled}

    @property
    def progress(self) -> list[str]:
        """The words over every bar of progress."""
        return [one.proto.text for one in self.app.get("progress")]

    @property
    def charts(self) -> dict[str, dict[str, Any]]:
        """What the live charts were given, by key: "alt" is the chart in words."""
        found = {}
        for one in self.app.get("bidi_component"):
            found[one.key] = json.loads(one.proto.json)
        return found


class Hand:
    """A worker that trains for real, in this process, when it is told to."""

    def __init__(self, store: Store):
        self.store, self.jobs = store, list[Job]()

    def claim(self, steps: int = 0) -> list[Entry]:
        """Take the next fleet from the queue and train `steps` of it."""
        entries = self.store.claim("hand")
        if entries:
            self.jobs.append(Job(entries, [entry.run for entry in entries], Training, Limits()))
            self.train(self.jobs[-1], steps)
        return entries

    def train(self, job: Job, steps: int) -> None:
        """So many steps of a job; what is recorded on the way is written."""
        goal = job.step + steps
        while job.live and job.step < goal:
            job.turn(time.monotonic())
        self.store.append("hand", job.records, job.step)
        for records in job.records.values():
            records.clear()
        for outcome in job.outcomes:
            self.store.finish("hand", [outcome.id], outcome.status, outcome.message)
        job.outcomes.clear()

    def finish(self) -> None:
        """Train everything that was begun or waits, to its end."""
        for job in self.jobs:
            self.train(job, 10**9)
        while self.claim(10**9):
            pass

    def hold(self) -> None:
        """Say that everything that was begun holds still."""
        self.store.show("hand", [number for job in self.jobs for number in job.live], "paused")
