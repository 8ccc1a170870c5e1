"""What a start of the program loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOR_TABLES = ("playground.uploads.files", "playground.uploads.brought", "openpyxl")
"""pandas and Streamlit load pyarrow and charset_normalizer by themselves."""


@pytest.mark.parametrize("module", ["playground.__main__", "playground.ui.form.form"])
def test_what_reads_tables_waits_until_somebody_brings_one(module: str) -> None:
    code = f"import sys, {module}; print(*(name for name in {FOR_TABLES} if name in sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert found == []
