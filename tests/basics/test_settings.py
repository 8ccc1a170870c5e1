"""Every environment variable stands in one table, and what is in force is told without passwords."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from playground.__main__ import main
from playground.basics.settings import SETTINGS, database_url, without_password

ROOT = Path(__file__).parents[2]
PLACES = ("playground", "pages", "tests", "docs", ".ci", ".streamlit")


def test_every_variable_that_the_source_names_is_in_the_table() -> None:
    paths = [path for place in PLACES for path in (ROOT / place).rglob("*") if path.is_file()]
    paths += [ROOT / "Dockerfile", ROOT / "compose.yaml", *ROOT.glob("*.md"), *ROOT.glob("*.py"), *ROOT.glob("*.toml")]
    named = set()
    for path in paths:
        named |= set(re.findall(r"PLAYGROUND_[A-Z]+", path.read_bytes().decode(errors="ignore")))
    assert named == {setting.name for setting in SETTINGS}


def test_the_command_tells_each_with_what_is_in_force(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for setting in SETTINGS:
        monkeypatch.delenv(setting.name, raising=False)
    monkeypatch.setenv("PLAYGROUND_DATABASE", "postgresql://ann:s3cr3t@host:5432/runs")
    monkeypatch.setenv("PLAYGROUND_WORKERS", "3")
    assert main(["config"]) == 0
    told = capsys.readouterr().out
    assert "PLAYGROUND_DATABASE (set): postgresql://ann:***@host:5432/runs" in told
    assert "PLAYGROUND_WORKERS (set): 3" in told
    assert "PLAYGROUND_FETCHED (default): data/fetched" in told
    for setting in SETTINGS:
        assert setting.name in told
        assert setting.meaning in told
    assert "s3cr3t" not in told


@pytest.mark.parametrize(
    "address",
    ["postgresql+psycopg://ann:secret@host/db", "mysql://a:sec@ret@host", "x://:secret@host", "x://a:secret/@:@host/d"],
)
def test_no_password_is_told(address: str) -> None:
    shown = without_password(address)
    assert "sec" not in shown
    assert "ret" not in shown
    assert "host" in shown


def test_what_holds_no_password_is_told_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("sqlite:////var/data/runs.db", "/var/tables", "4"):
        assert without_password(text) == text
    monkeypatch.setenv("PLAYGROUND_DATABASE", "sqlite:////var/data/runs.db")
    assert database_url() == "sqlite:////var/data/runs.db"
