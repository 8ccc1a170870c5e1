"""The Data page: look at every suite, bring a table, learn from it, and keep it from everybody else."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from playground import catalog
from playground.basics.errors import Invalid
from playground.runs.store.store import Store
from playground.ui.data import own_table
from playground.ui.data import state as seen
from playground.ui.data.upload import READ
from playground.ui.text import as_markdown, harmless
from playground.uploads import example
from playground.uploads.kept import storage
from playground.uploads.reading.limits import LIMITS
from tests.pages.visitor import ROOT, Hand, Visitor


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
    ann.app.button_group(key=seen.VIEW).set_value(seen.OWN)
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


def sight(ann: Visitor) -> seen.DataState:
    found: seen.DataState = ann.app.session_state[seen.SIGHT]
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
        ({"suite": "x" * 9000}, "characters long"),
    ],
)
def test_a_bad_link_is_said(link: dict[str, str], words: str) -> None:
    ann = at_data(**link)
    followed = "This link was followed without what is wrong in it" in ann.warnings
    assert followed or "This link cannot be followed" in ann.warnings
    assert words in ann.warnings
    assert sight(ann).suite.name == (link["suite"] if followed else "digits")


def test_a_table_is_brought_and_looked_at() -> None:
    ann = open_page()
    key = bring(ann, ["teuer", "b_preis_b"])
    assert ann.address == {"suite": "table", "suite.table": key, "seed": "0"}
    table = storage.read(key)
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
    table = storage.read(str(sight(ann).suite.knobs["table"]))
    assert [one.kind for one in table.columns] == ["category", "category", "number", "answer", "number", "out"]


def _odd_line(row: int) -> str:
    value = "-999" if row % 9 == 4 else f"{20 + row * 7 % 13}.5"
    return (
        f"{row},2024-03-{1 + row % 28:02} {row % 24:02}:15,{value},{'x' if row % 3 else ''},{row * 3 % 17}.5,{row * 3 % 17}.25"
    )


ODD = "\n".join(["Report of March", "rowid,when,temperature,ticked,price,sum", *map(_odd_line, range(80))]).encode()
"""A table with a line above its header, a count, numbers for nothing, boxes, and a target under another name."""


def ask(ann: Visitor, topic: str) -> Any:
    """The answers to a question."""
    (found,) = [one for one in ann.app.button_group if str(one.key).startswith(f"own.ask.{topic}.")]
    return found


def test_what_is_odd_is_said_and_asked_about() -> None:
    ann = open_page()
    turn_to_own(ann)
    upload(ann, ODD)
    assert any(
        "1 line that is no part of the table was passed over: “Report of March”" in caption.replace("\\", "")
        for caption in ann.captions
    )
    assert any("Left out: rowid" in caption.replace("\\", "") for caption in ann.captions)
    (editor,) = ann.app.data_editor
    shown = editor.value.set_index("title")
    assert shown.loc["rowid", "kind"] == "out"
    assert shown.loc["rowid", "reason"] == "it counts the rows"
    assert list(shown.loc["temperature", ["least", "greatest", "far"]]) == ["20.5", "32.5", 0]
    assert sum(shown.loc["price", "bars"]) == 80
    assert shown.loc["temperature", "empty"] == pytest.approx(100 * 9 / 80)
    ask(ann, "sentinels").set_value("A number")
    ann.look()
    shown = ann.app.data_editor[0].value.set_index("title")
    assert list(shown.loc["temperature", ["least", "empty"]]) == ["-999", 0]
    ask(ann, "mark").set_value("Blank means nothing is known")
    ann.look()
    assert ann.app.data_editor[0].value.set_index("title").loc["ticked", "kind"] == "out"


def test_a_leak_is_left_out_by_one_press_and_times_split_rows() -> None:
    ann = open_page()
    turn_to_own(ann)
    upload(ann, ODD)
    start(ann, "own.targets").set_value(["price"])
    ann.look()
    assert any("alone predicts" in str(one.value) for one in ann.app.markdown)
    ask(ann, "leak").set_value("Leave it out")
    ann.look()
    ask(ann, "time").set_value("Split in its order")
    ann.look()
    ann.press("own.keep")
    table = storage.read(str(sight(ann).suite.knobs["table"]))
    assert table.by_name["sum"].kind == "out"
    assert table.time == "when"
    assert {one.name for one in table.inputs} == {"when", "temperature", "ticked"}
    assert READ not in ann.app.session_state, "nothing of the file stays"
    assert own_table.BROUGHT not in ann.app.session_state


def test_types_that_were_said_outlive_an_answer() -> None:
    ann = open_page()
    turn_to_own(ann)
    upload(ann, ODD)
    (editor,) = ann.app.data_editor
    ann.app.session_state[editor.key] = {"edited_rows": {"2": {"kind": "category"}}, "added_rows": [], "deleted_rows": []}
    ann.look()
    ask(ann, "sentinels").set_value("A number")
    ann.look()
    assert ann.app.data_editor[0].value.set_index("title").loc["temperature", "kind"] == "category"


def test_torn_rows_are_taken_for_names_when_that_is_said() -> None:
    ann = open_page()
    turn_to_own(ann)
    upload(ann, b"customer,size\n" + b"".join(b"c%d,%d,%d.5\n" % (row, row * 5 % 11, row * 3 % 7) for row in range(40)))
    assert "either rows begin with names" in ann.errors[0]
    (names,) = [one for one in ann.app.toggle if str(one.key).startswith("own.names.")]
    names.set_value(True)
    ann.look()
    assert not ann.errors
    assert list(ann.app.data_editor[0].value["title"]) == ["row", "customer", "size"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "should hold a table"),
        (b"PK\x03\x04" + bytes(99), "should be a workbook that can be opened"),
        (b"a,b,c\n1,2,3\n", "should be at least 20"),
        (b"a,b\n" + b"1,2\n" * 30 + b"1,2,3\n", "should have 2 cells"),
        (b"a,b\n" + b"1,2\n" * 30 + b"1,\0\n", "without control characters"),
        (b"a,a\n" + b"1,2\n" * 30, "should name every column once"),
    ],
)
def test_a_file_that_is_no_table_gets_one_sentence(content: bytes, words: str, tmp_path: Path) -> None:
    ann = open_page()
    turn_to_own(ann)
    upload(ann, content)
    (error,) = ann.errors
    assert words in error.replace("\\", "")
    assert not ann.app.dataframe
    assert not storage.stored()


def test_a_table_is_learned_from_like_any_suite(store: Store, hand: Hand) -> None:
    ann = open_page()
    key = bring(ann, ["teuer", "b_preis_b"])
    ann.press("Learn from it on the Playground")
    assert ann.scene.experiment.suite.knobs["table"] == key
    assert ann.scene.experiment.batch == storage.read(key).budget()["batch"]
    learn(ann)
    titles = [option.content for option in ann.widget("field:tasks").proto.options]
    assert titles == [as_markdown("**teuer**"), as_markdown("<b>preis</b>")]
    hand.finish()
    ann.look()
    assert {entry.status for entry in store.entries()} == {"finished"}
    assert "losses" in ann.charts
    assert "model" in ann.charts
    assert "<b>preis" not in ann.charts["network"]["markup"]
    ann.turn_to("runs.py")
    assert ann.app.selectbox(key="runs.data").options[0] == "Your own table: preise.csv"


def test_a_table_is_chosen_on_the_playground() -> None:
    ann = open_page()
    key = bring(ann, ["teuer", "b_preis_b"])
    ann.turn_to("play.py")
    ann.set("suite", "table")
    assert ann.scene.experiment.tasks == example.TARGETS
    ann.set("suite.table", key)
    assert list(ann.scene.experiment.tasks) == ["teuer", "b_preis_b"]
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
    assert bob.scene.experiment.suite.knobs.get("table", "") == ""
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
    assert not storage.stored()
    assert "should be a table that you brought yourself" in ann.warnings
    assert sight(ann).suite.name == "digits"
    ann.turn_to("play.py")
    assert ann.scene.experiment.suite.name == "digits"


def test_a_worker_of_a_forgotten_table_says_so(hand: Hand) -> None:
    ann = open_page()
    key = bring(ann, ["teuer", "b_preis_b"])
    ann.press("Learn from it on the Playground")
    learn(ann)
    storage.forget(key, "ann")
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
    assert storage.read(key).to_csv() == example.table().to_csv()


def test_the_server_takes_no_larger_file_than_the_reader() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxUploadSize"] * 2**20 == LIMITS.size
    ann = open_page()
    turn_to_own(ann)
    assert ann.app.file_uploader[0].proto.max_upload_size_mb * 2**20 == LIMITS.size
    assert any(f"At most {LIMITS.size // 2**20} MB, {LIMITS.rows:,} rows" in caption for caption in ann.captions)


def test_cells_are_harmless_in_a_spreadsheet() -> None:
    assert [harmless(cell) for cell in ("=cmd|' /C calc'!A0", "@SUM(A1)", "+x", "-x")] == [
        "'=cmd|' /C calc'!A0",
        "'@SUM(A1)",
        "'+x",
        "'-x",
    ]
    assert [harmless(cell) for cell in ("-5", "+3.5", "-", "a=b", "")] == ["-5", "+3.5", "-", "a=b", ""]


def test_the_page_needs_no_torch() -> None:
    code = "import sys, playground.ui.data.suite, playground.ui.data.own_table\n"
    code += "import playground.data_summary; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("False")
