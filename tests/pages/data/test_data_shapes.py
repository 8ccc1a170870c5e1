"""The Data page: workbooks, too many rows, several files, orders, and who sees a table."""

from __future__ import annotations

import pytest

from playground.runs.store.store import Store
from playground.uploads.kept import storage
from tests.pages.data.test_data import at_data, bring, learn, open_page, sight, start, turn_to_own, upload
from tests.pages.visitor import Hand, Visitor
from tests.uploads.reading.books import EVERYTHING

MANY = b"size,price\n" + b"".join(b"%d.5,%d.25\n" % (row, 3 * row % 1000) for row in range(50_100))
RATED = "size,risk,way\n" + "".join(
    f"{row}.5,{['low', 'high', 'medium'][row % 3]},{['car', 'walk', 'bike'][row % 3]}\n" for row in range(90)
)


@pytest.fixture(autouse=True)
def database(url: str) -> None:
    """A database and a shelf of its own for every test."""


def table(name: str, target: str, rows: int) -> tuple[str, bytes, str]:
    lines = [f"size,{target}", *(f"{row}.5,{row * 7 % 31}.25" for row in range(rows))]
    return name, "\n".join(lines).encode(), "text/csv"


def test_a_sheet_of_a_workbook_is_chosen() -> None:
    ann = open_page()
    turn_to_own(ann)
    upload(ann, EVERYTHING, "book.xlsx")
    assert start(ann, "own.sheet").options == ["first", "second"]
    assert "25 rows, 2 columns" in " ".join(one.value for one in ann.app.markdown)
    start(ann, "own.sheet").set_value("second")
    ann.look()
    start(ann, "own.targets").set_value(["amount"])
    ann.look()
    ann.press("own.keep")
    assert len(storage.read(str(sight(ann).suite.knobs["table"]))) == 40


def test_too_many_rows_are_counted_and_drawn_on_a_press() -> None:
    ann = open_page()
    turn_to_own(ann)
    upload(ann, MANY)
    assert "50,100 rows, of which at most 50,000 are taken" in ann.warnings
    assert not ann.app.dataframe
    ann.press("own.sample")
    assert "50,000 rows of 50,100 are taken, drawn by a seed." in ann.captions
    assert not ann.warnings


def test_two_files_are_joined_and_each_has_rows_of_its_own() -> None:
    ann = open_page()
    turn_to_own(ann)
    ann.app.file_uploader[0].set_value([table("a.csv", "price", 60), table("b.csv", "weight", 40)])
    ann.look()
    said = "Rows: a.csv 60, b.csv 40. Each table is split by itself."
    assert said in [caption.replace("\\", "") for caption in ann.captions]
    start(ann, "own.targets").set_value(["price"])
    ann.look()
    assert "weight" in ann.warnings
    start(ann, "own.targets").set_value(["price", "weight"])
    ann.look()
    ann.press("own.keep")
    assert said in [caption.replace("\\", "") for caption in ann.captions]
    assert storage.read(str(sight(ann).suite.knobs["table"])).rows_of() == {"a.csv": 60, "b.csv": 40}


def test_an_order_is_chosen() -> None:
    ann = open_page()
    turn_to_own(ann)
    upload(ann, RATED.encode())
    (editor,) = ann.app.data_editor
    assert list(editor.value["kind"]) == ["number", "ordinal", "category"]

    def edited() -> None:
        # The test's own browser forgets what was typed into a table.
        ann.app.session_state[editor.key] = {"edited_rows": {"2": {"kind": "ordinal"}}, "added_rows": [], "deleted_rows": []}
        ann.look()

    start(ann, "own.targets").set_value(["risk", "way"])
    edited()
    (way,) = (one for one in ann.app.multiselect if str(one.key).endswith("way"))
    way.set_value(["walk", "bike"])
    edited()
    assert "should name each of its classes once" in ann.warnings
    (way,) = (one for one in ann.app.multiselect if str(one.key).endswith("way"))
    way.set_value(["walk", "bike", "car"])
    edited()
    ann.app.button(key="own.keep").click()
    edited()
    kept = storage.read(str(sight(ann).suite.knobs["table"]))
    assert (kept.classes("risk"), kept.classes("way")) == (("low", "medium", "high"), ("walk", "bike", "car"))


def turn(ann: Visitor, key: str, is_open: bool) -> None:
    """Let Ann show her table, or hide it."""
    turn_to_own(ann)
    (switch,) = (one for one in ann.app.toggle if one.key == f"own.open.{key}")
    assert switch.value is not is_open
    switch.set_value(is_open)
    ann.look()


def test_a_table_for_a_class(store: Store, hand: Hand) -> None:
    ann = open_page()
    key = bring(ann, ["teuer", "b_preis_b"])
    assert "Only this browser sees this table and what is learned from it." in ann.captions
    ann.press("Learn from it on the Playground")
    learn(ann)
    hand.finish()
    link = {"suite": "table", "suite.table": key}
    ann.turn_to("data.py")
    turn(ann, key, True)
    assert any("Whoever has this link sees the rows of the table" in caption for caption in ann.captions)

    # Bob opens the link: data, predictions of runs with the same settings, and a training of his own.
    bob = at_data("bob", **link)
    assert not bob.warnings
    assert any("Somebody else brought this table" in caption for caption in bob.captions)
    assert bob.app.dataframe
    bob.turn_to("runs.py")
    assert "No runs yet" in bob.app.info[0].value, "the list gives nobody the way to a table"
    bob.turn_to("data.py")
    bob.press("Learn from it on the Playground")
    learn(bob)
    hand.finish()
    bob.look()
    assert "model" in bob.charts
    bob.turn_to("runs.py")
    (data,) = [one for one in bob.app.selectbox if one.key == "runs.data"]
    assert "Your own table: preise.csv" in data.options
    assert bob.app.dataframe, "what bob trained on it is his"
    bob.turn_to("data.py")
    turn_to_own(bob)
    assert not [one for one in (*bob.app.toggle, *bob.app.button) if key in str(one.key)], "it is not Bob's"

    # Ann turns it off: from then on nothing of it is left on any of Bob's pages.
    turn(ann, key, False)
    bob.turn_to("runs.py")
    assert "No runs yet" in bob.app.info[0].value
    for page in ("play.py", "data.py", "sharing.py"):
        bob.turn_to(page)
        assert "preis" not in bob.warnings
        assert not [chart for chart in bob.charts.values() if "preis" in str(chart)]
    again = at_data("bob", **link)
    assert "should be a table that you brought yourself" in again.warnings
    ann.turn_to("runs.py")
    assert len(ann.app.dataframe[0].value) >= 1


def test_what_is_drawn_again_asks_again(store: Store, hand: Hand) -> None:
    ann = open_page()
    key = bring(ann, ["teuer", "b_preis_b"])
    storage.open_to_all(key, "ann", True)
    bob = Visitor("bob", link={"suite": "table", "suite.table": key, "steps": "20"})
    assert bob.scene.experiment.suite.knobs["table"] == key
    storage.open_to_all(key, "ann", False)
    bob.look()
    assert "should be a table that you brought yourself" in bob.warnings
    assert bob.scene.experiment.suite.name == "digits"
