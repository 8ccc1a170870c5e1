"""The layering of the house, read from the imports themselves: a command goes down, data comes up."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
FILES = sorted(
    [*ROOT.glob("playground/**/*.py"), *ROOT.glob("pages/*.py"), *ROOT.glob("streamlit_app.py")],
)
SCREEN = ("playground/ui/", "pages/", "streamlit_app.py")
ALLOWED = {
    "streamlit": SCREEN,
    "torch": (
        "playground/task_types/",
        "playground/backbones/",
        "playground/sharing/",
        "playground/weighting/",
        "playground/training/",
        "playground/weigh.py",
        "playground/landscape/",
        "playground/runs/workers/worker.py",
        # First weights are taken from the network itself; the page asks for them when somebody presses the button.
        "playground/export/code/start.py",
        "playground/export/model.py",
    ),
    # The live chart takes plotly's JavaScript file; the others only name the type of a figure.
    "plotly": (
        "playground/figures/",
        "playground/course/figures/",
        "playground/ui/charts/chart.py",
        "playground/ui/play/over_steps.py",
        "playground/ui/live/moving.py",
    ),
    "starlette": (
        "playground/live/route.py",
        "playground/live/health.py",
        "playground/ui/live/channel.py",
        "playground/ui/frame/head.py",
        "playground/ui/scripts/component.py",
        "streamlit_app.py",
    ),
    "prometheus_client": ("playground/live/meters.py",),
    "sqlalchemy": ("playground/runs/",),
    "alembic": ("playground/runs/database/schema.py", "playground/runs/database/migrations/"),
    "torchjd": (),
    "pytest": (),
    "tests": (),
    "playground.ui": SCREEN,
    "pages": (),
    "streamlit_app": (),
}
"""Where a package may be imported, by the beginning of the path; nowhere else."""

APART = ("suites", "sharing", "weighting")
"""Folders that never import each other."""


def imports(path: Path) -> Iterator[str]:
    """Dotted names of everything that a file imports, wherever in it; `from a import b` gives both a and a.b."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def offenders(package: str, files: list[Path], allowed: tuple[str, ...] = ()) -> list[str]:
    """Files that import a package and may not."""
    return [
        place(path)
        for path in files
        if not place(path).startswith(allowed or ("nowhere",)) and any(within(name, package) for name in imports(path))
    ]


def below(folder: str) -> list[Path]:
    return sorted((ROOT / "playground" / folder).glob("**/*.py"))


def test_the_reader_sees_imports_wherever_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "one.py"
    path.write_text("import a.b\ndef f():\n    from c import d\n    if f:\n        import e as g\n")
    assert list(imports(path)) == ["a.b", "c", "c.d", "e"]
    assert within("torch.nn", "torch")
    assert not within("torchjd", "torch")
    assert len(FILES) > 40


@pytest.mark.parametrize("package", ALLOWED)
def test_a_package_is_imported_only_where_it_belongs(package: str) -> None:
    assert offenders(package, FILES, ALLOWED[package]) == []


@pytest.mark.parametrize("folder", APART)
def test_suites_strategies_and_methods_do_not_know_each_other(folder: str) -> None:
    for other in APART:
        if other != folder:
            assert offenders(f"playground.{other}", below(folder)) == []


@pytest.mark.parametrize(
    ("folder", "strangers"),
    [
        ("figures", ("torch", "streamlit", "playground.training", "playground.ui")),
        ("suites", ("playground.training", "playground.runs", "playground.figures", "playground.experiment", "torch")),
        ("task_types", ("playground.training", "playground.runs", "playground.sharing", "playground.weighting")),
        ("backbones", ("playground.training", "playground.runs", "playground.sharing", "playground.weighting")),
        ("sharing", ("playground.training", "playground.runs", "playground.experiment", "playground.task_types")),
        ("weighting", ("playground.training", "playground.runs", "playground.experiment", "playground.backbones")),
        ("training", ("playground.runs", "playground.figures", "playground.presets")),
        ("runs", ("playground.figures", "playground.live")),
        ("live", ("streamlit", "playground.ui", "torch")),
    ],
)
def test_no_import_runs_back_up(folder: str, strangers: tuple[str, ...]) -> None:
    exempt = {"playground/figures/": ("playground.training.observing.events",)}.get(f"playground/{folder}/", ())
    for stranger in strangers:
        found = [
            f"{place(path)}: {name}"
            for path in below(folder)
            for name in imports(path)
            if within(name, stranger) and not any(within(name, one) or name == one.rpartition(".")[0] for one in exempt)
        ]
        assert found == []


def test_the_ground_floor_stands_on_nothing() -> None:
    for path in below("basics"):
        inside = {one.split(".")[1] for one in imports(path) if one.startswith("playground.")}
        assert inside <= {"basics"}, path.name


def loaded(*modules: str) -> set[str]:
    """What is loaded in a fresh process that imports `modules`."""
    code = f"import sys, importlib\nfor name in {modules!r}:\n    importlib.import_module(name)\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_torch_and_streamlit_wait_until_they_are_needed() -> None:
    """A page or a command that only looks at experiments, suites and figures does not pay seconds for torch."""
    files = [path for folder in ("suites", "figures") for path in below(folder) if path.stem != "__init__"]
    modules = [place(path).removesuffix(".py").replace("/", ".") for path in files]
    names = loaded("playground", "playground.__main__", "playground.presets", "playground.weighting", *modules)
    assert "playground.experiment" in names
    assert not names & {"torch", "streamlit"}
