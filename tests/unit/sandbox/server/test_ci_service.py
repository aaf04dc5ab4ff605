"""The sandbox as somebody else's CI uses it: fixed port and keys, health, files, and the pytest fixtures."""

import datetime as dt
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from imail_tui.sandbox.errors import CannotServe
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import running_sandbox
from tests.fakes.commands import run_imail
from tests.fakes.moments import START
from tests.patience import PATIENCE

README = Path(__file__).parents[4] / "README.md"
_COMMANDS = (
    (sys.executable, "-m", "imail_tui", "sandbox"),
    (sys.executable, "-m", "imail_tui.sandbox"),
)
_MINE = """\
import json
import urllib.error
import urllib.request


def interested_leads(url, key):
    request = urllib.request.Request(url + "/replies", headers={"Authorization": f"Bearer {key}"})
    try:
        with urllib.request.urlopen(request) as answer:
            replies = json.load(answer)["data"]
    except urllib.error.HTTPError:
        return []
    return [each["lead"]["id"] for each in replies if each["classification"]["label"] == "interested"]
"""
_WORLD = """\
inboxes: [{email: anna@acme.example}]
leads: [{email: bo@client.example}]
campaigns:
  - {name: Hi, status: active, leads: all, inboxes: [anna@acme.example],
     steps: [{id: hello, type: email, subject: Hi, body: Hello}]}
"""
_AFTERWARDS = """\
def test_nothing_is_left_of_the_test_before(imail_sandbox):
    assert imail_sandbox.api_key == "imk_test_ci"
    assert imail_sandbox.control.faults() == []
    assert imail_sandbox.control.events(type_="reply.received") == []
"""


def _readme_file(name: str) -> str:
    """A Python file that the README shows."""
    shown = re.search(rf"```python\n# {name}\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert shown is not None
    return shown[1]


def _free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


@pytest.mark.parametrize("command", _COMMANDS, ids=["imail-tui", "module"])
def test_a_fixed_port_fixed_keys_and_a_clean_end(command: tuple[str, ...], tmp_path: Path) -> None:
    port, faults = _free_port(), tmp_path / "faults.json"
    faults.write_text(json.dumps([{"kind": "status", "status": 503, "path": "/replies"}]), "utf-8")
    world = tmp_path / "world.yaml"
    world.write_text("leads:\n  - email: bo@client.example\n", "utf-8")
    keys = ["--test-key=imk_test_fixed", "--live-key=imk_live_fixed"]
    files = [f"--faults={faults}", f"--seed-file={world}", "--allow-remote-webhooks", "--frozen"]
    with subprocess.Popen(
        [*command, f"--port={port}", *keys, *files], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        ready = json.loads(child.stdout.readline())
        assert ready["url"] == f"http://127.0.0.1:{port}/v1"
        assert (ready["api_key"], ready["live_key"]) == ("imk_test_fixed", "imk_live_fixed")
        assert httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
        with httpx.Client(base_url=ready["url"], headers={"Authorization": "Bearer imk_test_fixed"}) as api:
            assert [lead["email"] for lead in api.get("/leads").json()["data"]] == ["bo@client.example"]
            assert api.get("/replies").status_code == 503
        assert httpx.get(ready["url"] + "/leads", headers={"Authorization": "Bearer x"}).status_code == 401
        child.send_signal(signal.SIGTERM)
        assert child.wait(10) == 0
        assert child.stderr.read() == b""


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--test-key=sk_live_1"], "imk_"),
        (["--test-key=imk_same", "--live-key=imk_same"], "different"),
        (["--seed-file=/nowhere/world.yaml"], "cannot be read"),
        (["--faults=/nowhere/faults.json"], "cannot be read"),
        (["--db=/nowhere/world.db"], "cannot be made"),
        (["--speed=0"], "--speed must be more than 0"),
    ],
)
def test_options_that_do_not_fit_are_one_line_and_exit_1(flags: list[str], says: str) -> None:
    done = run_imail("sandbox", *flags, env={"PATH": os.environ["PATH"]})
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (SandboxOptions(port=99_999), "--port"),
        (SandboxOptions(per_minute=0), "--rate"),
        (SandboxOptions(per_minute=float("inf")), "--rate"),
        (SandboxOptions(burst=0), "--burst"),
        (SandboxOptions(speed=0), "--speed"),
        (SandboxOptions(speed=float("nan")), "--speed"),
        (SandboxOptions(start=dt.datetime(2026, 5, 10)), "needs a zone"),
    ],
)
def test_values_no_server_can_have_are_told(options: SandboxOptions, says: str) -> None:
    with pytest.raises(CannotServe, match=says):
        options.check()


def test_a_bad_fault_in_a_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "faults.json"
    path.write_text('[{"kind": "cut", "at": "before"}, {"kind": "cut", "at": "noon"}]', "utf-8")
    done = subprocess.run(
        [*_COMMANDS[1], f"--faults={path}"], capture_output=True, text=True, timeout=PATIENCE
    )
    assert f"{path}[1].cut.at" in done.stderr


def test_every_option_reaches_the_process() -> None:
    """A process told by `running_sandbox` behaves as its options say."""
    options = SandboxOptions(
        start=START, frozen=True, tier="velocity", burst=7, test_key="imk_test_env", seed=5
    )
    with running_sandbox(options) as sandbox:
        state = sandbox.control.state()
        assert (state.tier, state.seed, state.clock.frozen) == ("velocity", 5, True)
        response = httpx.get(sandbox.url + "/workspace", headers={"Authorization": "Bearer imk_test_env"})
        assert response.headers["X-RateLimit-Limit"] == "7"


def test_the_suite_that_the_readme_shows(tmp_path: Path) -> None:
    for name in ("conftest.py", "test_mine.py"):
        (tmp_path / name).write_text(_readme_file(name), "utf-8")
    (tmp_path / "mine.py").write_text(_MINE, "utf-8")
    (tmp_path / "test_zz.py").write_text(_AFTERWARDS, "utf-8")
    (tmp_path / "world.yaml").write_text(_WORLD, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir=.", "."]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, "PYTHONPATH": ""},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
