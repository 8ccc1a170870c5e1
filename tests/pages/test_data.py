"""The Data page: look at every suite, bring a table, learn from it, and keep it from everybody else."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from visitor import ROOT, Hand, Visitor

from playground import catalog
from playground.errors import Invalid
from playground.runs.store import Store
from playground.tables import example, shelf
from playground.tables.limits import LIMITS
from playground.ui import data
from playground.ui.text import escaped


def _line(row: int) -> str:
    size, colour = row * 7 % 31, "rot" if row % 3 else "blau"
    return f"{size},5;{colour};{row % 4},5;{'ja' if size > 15 else 'nein'};{2 * size},25;{1 + row % 28:02}.03.2024"


CSV = "\n".join(["größe;farbe;=1+1;**teuer**;<b>preis</b>;datum", *map(_line, range(80))])
"""A table as a German spreadsheet writes it, with titles that are markup or a formula elsewhere."""


@pytest.fixture(autouse=True)
def database(url: str) -> None:
    """A database and a shelf of its own for every test."""


def open_page(name: str = "ann", **link: str) -> Visitor:
    """A visitor on the Data page, led there by a link."""
    ann = Visitor(name, page="data.py", link=link)
    assert not ann.errors
    return ann


def at_data(name: str = "ann", **link: str) -> Visitor:
    """A visitor who opens the Data page itself with a link."""
    ann = Visitor(name)
    ann.app.query_params.clear()
    ann.app.query_params.update(link)
    ann.turn_to("data.py")
    return ann


def turn_to_own(ann: Visitor) -> None:
    """The half of the page that takes tables."""
    ann.app.button_group(key=data.VIEW).set_value(data.OWN)
    ann.look()


def upload(ann: Visitor, content: bytes = CSV.encode("cp1252"), name: str = "preise.csv") -> None:
    """Choose a file."""
    ann.app.file_uploader[0].set_value((name, content, "text/csv"))
    ann.look()


def bring(ann: Visitor, targets: list[str], content: bytes = CSV.encode("cp1252"), group: str = "") -> str:
    """Bring a table and keep it; its key."""
    turn_to_own(ann)
    upload(ann, content)
    start(ann, "own.targets").set_value(targets)
    ann.look()
    if group:
        start(ann, "own.group").set_value(group)
        ann.look()
    ann.press("own.keep")
    return str(sight(ann).suite.knobs["table"])


def learn(ann: Visitor) -> None:
    """A short training on the Playground."""
    ann.turn_to("play.py")
    ann.set("steps", 20)
    ann.set("seeds", 1)
    ann.press("play")


def start(ann: Visitor, beginning: str) -> Any:
    """The widget whose key begins like this."""
    (found,) = (one for one in (*ann.app.multiselect, *ann.app.selectbox) if str(one.key).startswith(beginning))
    return found


def sight(ann: Visitor) -> data.Sight:
    found: data.Sight = ann.app.session_state[data.SIGHT]
    return found


@pytest.mark.parametrize("suite", [key for key, suite in catalog.suites().items() if suite().obstacle() is None])
def test_every_suite_can_be_looked_at(suite: str) -> None:
    ann = at_data(suite=suite, seed="3")
    assert not ann.warnings
    assert ann.address["suite"] == suite
    assert ann.address["seed"] == "3"
    tasks = catalog.suites()[suite]().tasks()
    drawn = ann.charts
    assert {f"data.labels.{task.name}" for task in tasks} | {"data.ties"} <= set(drawn)
    assert all(chart["alt"] for chart in drawn.values())
    assert "data.examples" in drawn or len(ann.app.dataframe) >= 2


def test_without_a_link_the_data_of_the_playground_are_looked_at() -> None:
    ann = Visitor(link={"suite": "wine", "seed": "4"})
    ann.app.query_params.clear()  # as a browser does
    ann.turn_to("data.py")
    assert (sight(ann).suite.name, sight(ann).seed) == ("wine", 4)
    # A second look keeps what was chosen here.
    ann.widget("data:suite").set_value("toy_plane")
    ann.look()
    ann.turn_to("play.py")
    ann.turn_to("data.py")
    assert sight(ann).suite.name == "toy_plane"


def test_knobs_and_seed_are_in_the_address() -> None:
    ann = at_data(suite="noisy_twins", **{"suite.examples": "50"})
    assert ann.address == {
        "suite": "noisy_twins",
        "suite.noise_a": "10.0",
        "suite.noise_b": "1.0",
        "suite.examples": "50",
        "seed": "0",
    }
    ann.widget("data:suite.examples").set_value(60)
    ann.look()
    ann.widget("data:seed").set_value(2)
    ann.look()
    assert ann.address["suite.examples"] == "60"
    assert ann.address["seed"] == "2"
    assert any("60 examples to learn from" in caption for caption in ann.captions)
    ann.press("Learn from it on the Playground")
    assert ann.scene.experiment.suite == sight(ann).suite
    assert ann.scene.seed == 2


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"suite": "digts"}, "`digits`"),
        ({"suite": "digits", "suite.colour": "5"}, "suite.colour"),
        ({"suite": "noisy_twins", "suite.examples": "1"}, "should be between 20 and 5000"),
        ({"suite": "digits", "seed": "-1"}, "seed"),
        ({"suite": "digits", "colour": "red"}, "colour"),
        ({"view": "nowhere"}, "view"),
        ({"suite": "table", "suite.table": "0" * 32}, "should be a table that you brought yourself"),
        ({"suite": "table", "suite.table": "../../secret"}, "should match"),
        ({"suite": "x" * 5000}, "characters long"),
    ],
)
def test_a_bad_link_is_said(link: dict[str, str], words: str) -> None:
    ann = at_data(**link)
    assert "This link cannot be followed" in ann.warnings
    assert words in ann.warnings
    assert sight(ann).suite.name == "digits"


def test_a_table_is_brought_and_looked_at() -> None:
    ann = open_page()
    key = bring(ann, ["teuer", "b_preis_b"])
    assert ann.address == {"suite": "table", "suite.table": key, "seed": "0"}
    table = shelf.read(key)
    assert table.targets == ("teuer", "b_preis_b")
    assert [one.kind for one in table.columns] == ["number", "category", "number", "answer", "number", "date"]
    drawn = ann.charts
    assert {"data.labels.teuer", "data.labels.b_preis_b", "data.ties"} <= set(drawn)
    # What would be a formula in a spreadsheet is none in what can be downloaded here.
    assert "'=1+1" in ann.app.dataframe[0].value.columns
    assert "<b>" not in drawn["data.labels.b_preis_b"]["figure"].replace("\\u003c", "<")


def test_what_is_not_chosen_yet_keeps_the_button_grey() -> None:
    ann = open_page(view="own")
    turn_to_own(ann)
    upload(ann)
    assert ann.button("own.keep").disabled
    start(ann, "own.targets").set_value(["datum"])
    ann.look()
    assert ann.button("own.keep").disabled
    assert "to be learned" in ann.warnings
    start(ann, "own.targets").set_value(["teuer"])
    ann.look()
    assert not ann.button("own.keep").disabled
    assert not ann.warnings


def test_types_can_be_changed() -> None:
    ann = open_page()
    turn_to_own(ann)
    upload(ann)
    (editor,) = ann.app.data_editor
    assert list(editor.value["kind"]) == ["number", "category", "number", "answer", "number", "date"]
    ann.app.session_state[editor.key] = {
        "edited_rows": {"5": {"kind": "out"}, "0": {"kind": "category"}},
        "added_rows": [],
        "deleted_rows": [],
    }
    start(ann, "own.targets").set_value(["teuer"])
    ann.look()
    ann.press("own.keep")
    table = shelf.read(str(sight(ann).suite.knobs["table"]))
    assert [one.kind for one in table.columns] == ["category", "category", "number", "answer", "number", "out"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "should hold a table"),
        (b"PK\x03\x04" + bytes(99), "an Excel workbook"),
        (b"a,b,c\n1,2,3\n", "should be at least 20"),
        (b"a,b\n" + b"1,2\n" * 30 + b"1,2,3\n", "should have 2 cells"),
        (b"a,b\n" + b"1,2\n" * 30 + b"1,\0\n", "without control characters"),
        (b"a,a\n" + b"1,2\n" * 30, "should name every column once"),
        (b"a,b\n" + b"1,2\n" * 60_000, "should be at most 50000"),
    ],
)
def test_a_file_that_is_no_table_gets_one_sentence(content: bytes, words: str, tmp_path: Path) -> None:
    ann = open_page()
    turn_to_own(ann)
    upload(ann, content)
    (error,) = ann.errors
    assert words in error.replace("\\", "")
    assert not ann.app.dataframe
    assert not shelf.stored()


def test_a_table_is_learned_from_like_any_suite(store: Store, hand: Hand) -> None:
    ann = open_page()
    key = bring(ann, ["teuer", "b_preis_b"])
    ann.press("Learn from it on the Playground")
    assert ann.scene.experiment.suite.knobs == {"table": key}
    assert ann.scene.experiment.batch == shelf.read(key).budget()["batch"]
    learn(ann)
    titles = [option.content for option in ann.widget("field:tasks").proto.options]
    assert titles == [escaped("**teuer**"), escaped("<b>preis</b>")]
    hand.finish()
    ann.look()
    assert {entry.status for entry in store.entries()} == {"finished"}
    assert "losses" in ann.charts
    assert "model" in ann.charts
    assert "<b>preis" not in ann.charts["network"]["markup"]
    ann.turn_to("runs.py")
    assert set(ann.app.dataframe[0].value["Data"]) == {"Your own table: preise.csv"}


def test_a_table_is_chosen_on_the_playground() -> None:
    ann = open_page()
    key = bring(ann, ["teuer", "b_preis_b"])
    ann.turn_to("play.py")
    ann.set("suite", "table")
    assert ann.scene.experiment.tasks == example.TARGETS
    ann.set("suite.table", key)
    assert ann.scene.experiment.tasks == ("teuer", "b_preis_b")
    ann.set("suite.table", "")
    assert ann.scene.experiment.tasks == example.TARGETS
    assert not ann.warnings


def test_another_visitor_sees_nothing_of_it(store: Store, hand: Hand) -> None:
    ann = open_page()
    key = bring(ann, ["teuer", "b_preis_b"])
    ann.press("Learn from it on the Playground")
    learn(ann)
    hand.finish()
    bob = Visitor("bob", link={"suite": "table", "suite.table": key, "tasks": "guess"})
    assert "should be a table that you brought yourself" in bob.warnings
    assert "preis" not in bob.warnings
    assert bob.scene.experiment.suite.name == "digits"
    bob.turn_to("runs.py")
    assert "No runs yet" in bob.app.info[0].value
    again = at_data("bob", suite="table", **{"suite.table": key})
    assert "should be a table that you brought yourself" in again.warnings
    assert not [one for one in again.app.button if str(one.key).startswith("own.")]
    ann.turn_to("runs.py")
    assert len(ann.app.dataframe[0].value) >= 1


def test_a_forgotten_table_is_said_everywhere(store: Store) -> None:
    ann = open_page()
    key = bring(ann, ["teuer", "b_preis_b"])
    ann.press("Learn from it on the Playground")
    ann.turn_to("data.py")
    turn_to_own(ann)
    ann.press(f"own.forget.{key}")
    assert not shelf.stored()
    assert "should be a table that you brought yourself" in ann.warnings
    assert sight(ann).suite.name == "digits"
    ann.turn_to("play.py")
    assert ann.scene.experiment.suite.name == "digits"


def test_a_worker_of_a_forgotten_table_says_so(hand: Hand) -> None:
    ann = open_page()
    key = bring(ann, ["teuer", "b_preis_b"])
    ann.press("Learn from it on the Playground")
    learn(ann)
    shelf.forget(key, "ann")
    with pytest.raises(Invalid, match="should be a table that you brought yourself"):
        hand.claim(1)


def test_words_of_a_table_are_not_translated() -> None:
    content = CSV.replace("farbe", "Steps").replace("**teuer**", "Loss").encode()
    ann = Visitor(locale="zh-CN")
    ann.turn_to("data.py")
    bring(ann, ["loss", "b_preis_b"], content)
    assert "Loss" in ann.charts["data.labels.loss"]["alt"]


def test_the_example_can_be_taken_along_and_brought_back() -> None:
    ann = open_page()
    key = bring(ann, list(example.TARGETS), example.text().encode())
    assert shelf.read(key).to_csv() == example.table().to_csv()


def test_the_server_takes_no_larger_file_than_the_reader() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxUploadSize"] * 2**20 == LIMITS.size
    ann = open_page()
    turn_to_own(ann)
    assert ann.app.file_uploader[0].proto.max_upload_size_mb * 2**20 == LIMITS.size
    assert any(f"At most {LIMITS.size // 2**20} MB, {LIMITS.rows:,} rows" in caption for caption in ann.captions)


def test_cells_are_harmless_in_a_spreadsheet() -> None:
    assert [data.harmless(cell) for cell in ("=cmd|' /C calc'!A0", "@SUM(A1)", "+x", "-x")] == [
        "'=cmd|' /C calc'!A0",
        "'@SUM(A1)",
        "'+x",
        "'-x",
    ]
    assert [data.harmless(cell) for cell in ("-5", "+3.5", "-", "a=b", "")] == ["-5", "+3.5", "-", "a=b", ""]


def test_the_page_needs_no_torch() -> None:
    code = "import sys, playground.ui.data, playground.ui.own, playground.survey; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("False")
