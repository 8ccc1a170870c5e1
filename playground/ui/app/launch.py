"""Opens the app of an installed package: ``mtl-playground``, with the options of ``streamlit run``."""

from __future__ import annotations

import sys

from streamlit.web import cli

from playground.basics.files import ENTRY


def main() -> None:
    """Run the server until it is stopped; what stands behind the command goes to Streamlit, e.g. ``--server.port 8600``."""
    cli.main(["run", str(ENTRY), *sys.argv[1:]], prog_name="mtl-playground")
