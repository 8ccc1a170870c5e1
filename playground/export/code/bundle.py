"""The files of an export: script or notebook, data, first weights, requirements and README."""

from __future__ import annotations

from playground import public_names
from playground.basics.words import _
from playground.export.code import start
from playground.export.code.choice import Export
from playground.export.code.notebook import notebook
from playground.export.code.script import script, title

NEEDED = {
    "pytorch": ("torch>=2.6,<3", "numpy>=1.26,<3", "scipy>=1.13,<2", "scikit-learn>=1.5,<2", "safetensors>=0.5,<1"),
    "tensorflow": (
        "tensorflow-cpu>=2.18,<2.22; sys_platform != 'darwin'",  # has no wheels for Macs
        "tensorflow>=2.18,<2.22; sys_platform == 'darwin'",
        "numpy>=1.26,<3",
        "scipy>=1.13,<2",
        "scikit-learn>=1.5,<2",
    ),
}
"""What an exported script is run with."""
NOTEBOOK = "jupyterlab>=4,<5"
"""What a notebook is opened with."""
USED = {"scipy": "from scipy", "scikit-learn": "sklearn", "safetensors": "safetensors"}
"""What is left out of the requirements where a script does not mention it."""


def files(export: Export) -> dict[str, bytes]:
    """The files of an export by name; raises Invalid where it cannot be made."""
    export.check()
    rows = start.rows_of(export)
    text = script(export, rows)
    arrays = start.first_weights(export) | start.batches(export, rows)
    name = "train.ipynb" if export.notebook else "train.py"
    return {
        name: (notebook(text) if export.notebook else text).encode(),
        "data.npz": start.packed(start.data(export)),
        "start.npz": start.packed(arrays),
        "experiment.toml": public_names.to_toml(export.experiment).encode(),
        "requirements.txt": requirements(export.framework, text, export.notebook).encode(),
        "README.md": readme(export, name).encode(),
    }


def requirements(framework: str, text: str, notebook: bool = False) -> str:
    """The packages that a script or notebook needs, one a line."""
    lines = [line for line in NEEDED[framework] if USED.get(line.split(">")[0], "") in text] + [NOTEBOOK] * notebook
    return "\n".join(lines) + "\n"


def readme(export: Export, name: str) -> str:
    """Five lines."""
    command = "jupyter lab train.ipynb" if name.endswith("ipynb") else "python train.py"
    kept = _("3. `data.npz` holds the examples, `start.npz` the first weights and batches of the run with seed {seed}.")
    again = _("4. `experiment.toml` opens the very experiment: `python -m playground train experiment.toml --seed {seed}`.")
    lines = [
        f"# {title(export)}",
        _("1. Install what it needs: `pip install -r requirements.txt`."),
        _("2. Train: `{command}`. Its last line is the test metric of each task, as JSON.").format(command=command),
        kept.format(seed=export.seed),
        again.format(seed=export.seed),
    ]
    return "\n".join(lines) + "\n"
