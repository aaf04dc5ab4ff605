"""The server as a process: it says where it is, stops when told, and never outlives its parent."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import running_sandbox
from tests.patience import PATIENCE

_COMMAND = (sys.executable, "-m", "imail_tui.sandbox")


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A world by hand: one that is seeded for today takes seconds to make."""
    file = tmp_path / "world.yaml"
    file.write_text("leads:\n  - email: bo@client.example\n", "utf-8")
    return file


def test_its_first_line_leads_to_it_and_a_file_keeps_its_world(world: Path, tmp_path: Path) -> None:
    options = SandboxOptions(db=str(tmp_path / "world.db"), seed_file=str(world))
    with running_sandbox(options) as sandbox:
        assert sandbox.url.endswith("/v1")
        assert os.getpid() != sandbox.pid
        client = httpx.Client(base_url=sandbox.url, headers={"Authorization": f"Bearer {sandbox.api_key}"})
        with client:
            response = client.post("/leads", json={"email": "kept@file.example"})
            assert "Imail-Now" not in response.headers
            lead = response.json()["id"]
            os.kill(sandbox.pid, signal.SIGKILL)
    with running_sandbox(options) as again:
        assert again.api_key == sandbox.api_key
        headers = {"Authorization": f"Bearer {again.api_key}"}
        assert httpx.get(f"{again.url}/leads/{lead}", headers=headers).status_code == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_a_signal_ends_it_soon_and_cleanly(number: signal.Signals, world: Path) -> None:
    command = [*_COMMAND, f"--seed-file={world}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        ready = json.loads(child.stdout.readline())
        assert ready["pid"] == child.pid
        with httpx.Client() as client:
            client.get(ready["url"] + "/metrics")
            # The client's connection stays open: its end is not waited for.
            child.send_signal(number)
            assert child.wait(PATIENCE) == 0
        assert child.stderr.read() == b""


def test_it_ends_when_its_parent_is_killed(world: Path) -> None:
    command = [*_COMMAND, "--watch-stdin", f"--seed-file={world}"]
    script = (
        "import subprocess, sys\n"
        f"child = subprocess.Popen({command!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)\n"
        "print(child.stdout.readline(), end='', flush=True)\n"
        "child.wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        ready = json.loads(parent.stdout.readline())
        parent.kill()
    url = ready["url"] + "/metrics"
    deadline = time.monotonic() + PATIENCE
    while _answers(url) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _answers(url)


def test_what_cannot_be_served_is_one_line_and_exit_1(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"not a database, certainly not one of ours" * 50)
    (tmp_path / "broken.db-live").write_bytes(b"")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for flags in ([f"--port={port}"], [f"--db={broken}"]):
            done = subprocess.run([*_COMMAND, *flags], capture_output=True, text=True, timeout=PATIENCE)
            assert done.returncode == 1
            assert done.stdout == ""
            assert len(done.stderr.strip().splitlines()) == 1


def test_wrong_arguments_are_exit_2() -> None:
    assert subprocess.run([*_COMMAND, "--burst=many"], capture_output=True, timeout=PATIENCE).returncode == 2


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1).status_code == 200
    except httpx.TransportError:
        return False
