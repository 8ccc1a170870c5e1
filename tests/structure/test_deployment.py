"""The files of the container are good ones, as far as that shows without a container: linted, and what they name is there."""

from __future__ import annotations

import http.server
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from distributed.cli import dask_scheduler, dask_worker
from streamlit import config
from streamlit.web.cli import main as streamlit

from playground.basics.settings import SETTINGS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STEPS = [
    line.split(maxsplit=1)
    for line in re.sub(r"\s*\\\n\s*", " ", TEXT).splitlines()
    if line.strip() and not line.startswith("#")
]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DASK = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}
OWN = {setting.name for setting in SETTINGS}


def steps(kind: str) -> list[str]:
    return [rest for name, rest in STEPS if name == kind]


def words(kind: str) -> list[str]:
    """The words of the one command of this kind, given as a JSON list."""
    (text,) = steps(kind)
    return [str(word) for word in yaml.safe_load(text)]


@pytest.mark.parametrize(
    "command", [("hadolint", "Dockerfile"), ("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml")]
)
def test_the_linters_find_nothing(command: tuple[str, ...]) -> None:
    program = shutil.which(command[0], path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert program, f"{command[0]} comes with requirements-dev.txt"
    done = subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_copied_exists_and_is_let_through() -> None:
    copied = [name for step in steps("COPY") for name in step.split()[:-1]]
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split() if line.startswith("!")}
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert let_through == set(copied)
    (entries,) = (step for step in steps("RUN") if "pip install" in step)
    assert set(re.findall(r"-r (\S+)", entries)) <= set(copied)
    assert steps("USER") == ["1000"]


def test_the_start_is_one_that_streamlit_understands() -> None:
    command = words("CMD")
    assert command[:2] == ["streamlit", "run"]
    assert (ROOT / command[2]).is_file()
    streamlit.commands["run"].make_context("run", command[2:])
    known = {f"STREAMLIT_{re.sub(r'[.]|(?<=[a-z])(?=[A-Z])', '_', name).upper()}" for name in config.get_config_options()}
    named = {name for name, _value in settings() if name.startswith("STREAMLIT_")}
    assert named
    assert named <= known


def settings() -> Iterator[tuple[str, str]]:
    """Every variable that image or services set."""
    for step in steps("ENV"):
        yield from (word.split("=", 1) for word in shlex.split(step))  # type: ignore[misc]
    for service in SERVICES.values():
        yield from service.get("environment", {}).items()


def test_every_variable_of_ours_is_one() -> None:
    named = {name for name, _value in settings() if name.startswith("PLAYGROUND_")}
    assert named
    assert named <= OWN


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if "command" in service])
def test_commands_of_services_are_ones_that_dask_understands(name: str) -> None:
    program, command, *options = SERVICES[name]["command"]
    assert program == "dask"
    context = DASK[command].make_context(command, options)
    if command == "worker":
        assert context.params["scheduler"] == SERVICES["app"]["environment"]["PLAYGROUND_CLUSTER"]
        assert SERVICES["app"]["environment"]["PLAYGROUND_DATABASE"] == SERVICES[name]["environment"]["PLAYGROUND_DATABASE"]


def test_services_and_volumes_that_are_named_are_there() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", {})) <= set(SERVICES)
        assert {volume.split(":")[0] for volume in service.get("volumes", [])} <= set(COMPOSE["volumes"])
        for host in re.findall(r"(?:@|tcp://)(\w+):\d", str(service)):
            assert host in SERVICES


@pytest.mark.parametrize(("base", "status", "code"), [("", 200, 0), ("/room/one", 200, 0), ("", 503, 1)])
def test_the_health_check_asks_the_route_below_the_base_path(base: str, status: int, code: int) -> None:
    asked: list[str] = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        (step,) = steps("HEALTHCHECK")
        program, *options = yaml.safe_load(step.partition("CMD ")[2])
        assert program == "python"
        environment = {"STREAMLIT_SERVER_PORT": str(server.server_port), "STREAMLIT_SERVER_BASE_URL_PATH": base}
        done = subprocess.run([sys.executable, *options], env=environment, capture_output=True, timeout=60, check=False)
        server.shutdown()
        thread.join()
    assert asked == [f"{base}/health"]
    assert min(done.returncode, 1) == code
