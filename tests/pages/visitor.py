"""A visitor without a browser, and a worker without a process: they open pages, press buttons, and train what was asked."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from playground.basics import words
from playground.runs.database.limits import Limits
from playground.runs.store.store import Entry, Store
from playground.runs.workers.fleet_job import Job
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

    def follow(self, link: dict[str, Any], page: str) -> None:
        """Open a link of a page, and not of the first one."""
        self.app.query_params.clear()
        self.app.query_params.update(link)
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

    def small_table(self, key: str) -> list[dict[str, str]]:
        """The rows of a small table that is set as text."""
        (found,) = (json.loads(one.proto.json) for one in self.app.get("bidi_component") if one.key == f"told-{key}")
        return [dict(zip(found["heads"], row, strict=True)) for row in found["rows"]]

    # --- hands -----------------------------------------------------------------------------------------------------

    def unfold(self, key: str) -> None:
        """Open the closed part of this key, whose inside is made then."""
        self.app.session_state[key] = True
        self.look()

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
        """What the page says about something that could not be done, also the line of a run that did not reach its end."""
        status = self._line.get("status", {})
        ended = [status["text"]] if status.get("status") in ("failed", "lost", "stopped") else []
        return "\n".join([*(one.value for one in self.app.warning), *ended])

    @property
    def errors(self) -> list[str]:
        """What the page says where it cannot go on."""
        return [one.value for one in self.app.error]

    @property
    def captions(self) -> list[str]:
        """The small lines, that of the run first."""
        words = [self._line.get("words"), self._line.get("beside")]
        return [*filter(None, words), *(one.value for one in self.app.caption)]

    @property
    def _line(self) -> dict[str, Any]:
        """What the line was given that says how far a run is."""
        found = [json.loads(one.proto.json) for one in self.app.get("bidi_component") if one.key == "channel"]
        return dict(found[0]) if found else {}

    @property
    def headline(self) -> str:
        """The sentence that is computed from the run."""
        found = (str(one.value) for one in self.app.main.markdown if not one.value.startswith(("#### ", "##### ")))
        return next(one for one in found if "**What to watch**" not in one and "**看什么**" not in one)

    @property
    def before(self) -> str:
        """What the place of the run before says."""
        found = [json.loads(one.proto.json) for one in self.app.get("bidi_component") if one.key == "before"]
        return str(found[0]["text"])

    @property
    def grey(self) -> set[str]:
        """Keys of the player's buttons that cannot be pressed."""
        return {one.key for one in self.app.button if one.key and one.disabled and not one.key.startswith("ghost.")}

    @property
    def progress(self) -> list[str]:
        """The words over the bar of progress, while there is one."""
        line = self._line
        if not line or line["words"] or not line["status"]["active"]:
            return []
        others = f"{line['others']} " if line["status"]["status"] == "paused" and not line["mine"] else ""
        return [others + line["status"]["text"]]

    @property
    def charts(self) -> dict[str | None, dict[str, Any]]:
        """What the live charts were given, by key: "alt" is the chart in words."""
        found = {}
        for one in self.app.get("bidi_component"):
            said = json.loads(one.proto.json)
            if "alt" in said:
                found[one.key] = said
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
