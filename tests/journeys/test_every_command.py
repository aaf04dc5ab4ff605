"""Every command: plain in a pipe, as JSON, on a terminal of 80 columns, and in error; the world is hostile.

A command without a row in `command_rows.py` fails here.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from rich.cells import cell_len

from imail_tui.cli.root import app
from imail_tui.domain.text import FORBIDDEN
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import SandboxControl, ThreadSandbox, sandbox_in_thread
from tests.fakes.commands_here import run_here
from tests.unit.cli.command_tree import commands

from .command_rows import ROWS, Row
from .hostile_world import EVIL, write_world

COLUMNS: Final = 80
_STYLES: Final = re.compile(r"\x1b\[[0-9;]*[mK]|\r")
_README: Final = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What commands read."""
    folder = tmp_path_factory.mktemp("given")
    step = {"id": "hello", "type": "email", "subject": EVIL, "body": f"Hello {EVIL}"}
    good = {"name": f"{EVIL} filed", "inbox_ids": ["anna@acme.example"], "steps": [step]}
    (folder / "good.yaml").write_text(json.dumps(good), "utf-8")
    (folder / "q4.yaml").write_text(json.dumps({**good, "name": "Q4"}), "utf-8")
    (folder / "bad.yaml").write_text(json.dumps({**good, "steps": [{**step, "body": "{{nobody}}"}]}), "utf-8")
    (folder / "leads.csv").write_text(f"email,company\nnew@x.example,{json.dumps(EVIL)}\n{EVIL},x\n", "utf-8")
    (folder / "list.txt").write_text(f"one@x.example\n{EVIL}\n", "utf-8")
    (folder / "key").touch(mode=0o600)
    (folder / "delivery").write_text(f"{EVIL}", "utf-8")
    return folder


@pytest.fixture(scope="module")
def sandbox(files: Path) -> Iterator[ThreadSandbox]:
    options = SandboxOptions(
        seed_file=str(write_world(files / "world.yaml", answered=True)),
        frozen=True,
        start=datetime(2026, 3, 2, 10, tzinfo=UTC),
        per_minute=1e6,
        burst=100_000,
    )
    with sandbox_in_thread(options) as running:
        (files / "key").write_text(running.api_key)
        yield running


@dataclass
class Trial:
    """Runs of one command, each in a home of its own and at the world's first moment."""

    words: tuple[str, ...]
    row: Row
    sandbox: ThreadSandbox
    files: Path
    home: Path
    _runs: int = 0

    def run(self, *arguments: str, columns: int | None = None, bare: bool = False) -> tuple[int, str, str]:
        """Exit code, standard output and standard error; with `columns` both are a terminal.

        `bare`: what the command is about has not been made.
        """
        self._begin(() if bare else self.row.before)
        done = run_here(*self.words, *self._filled(arguments), env=self._environment, columns=columns)
        return done.returncode, done.stdout, done.stderr

    def _begin(self, before: Sequence[tuple[str, ...]]) -> None:
        control = SandboxControl(self.sandbox.url)
        control.reset()
        self._runs += 1
        config = self.home / str(self._runs) / "config" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(
            f"theme = {json.dumps(EVIL)}\n" if self.words == ("config", "check") else 'theme = "imail-dark"\n'
        )
        self._id = ""
        fault = control.put_fault("status", status=400, path=self.row.broken) if self.row.broken else None
        for command in before:
            done = run_here(*self._filled(command), env=self._environment)
            if "--json" in command and done.stdout:
                told = json.loads(done.stdout)
                self._id = (told[0] if isinstance(told, list) else told)["id"]
        if fault is not None:
            control.clear_faults(fault)

    def _filled(self, arguments: tuple[str, ...]) -> Iterator[str]:
        for each in arguments:
            if each == "$id":
                yield self._id
            else:
                yield str(self.files / each[1:]) if each.startswith("@") else each

    @property
    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "IMAIL_TUI_HOME": str(self.home / str(self._runs)),
            "IMAIL_BASE_URL": self.sandbox.url,
            "IMAIL_API_KEY": self.sandbox.api_key,
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "SECRET": "whsec_x",
        }


def safe(text: str) -> bool:
    """Whether nothing foreign can reach a terminal by it."""
    return not FORBIDDEN.search(text.replace("\n", "").replace("\t", ""))


def objects(row: Row, text: str) -> list[Any]:
    """The objects of a command's JSON."""
    assert row.shape is not None
    if row.shape.kind == "lines":
        return [json.loads(line) for line in text.splitlines()]
    told = json.loads(text)
    assert isinstance(told, list if row.shape.kind == "list" else dict)
    return told if isinstance(told, list) else [told]


def test_every_command_has_a_row_and_no_row_is_left_over() -> None:
    assert sorted(ROWS) == sorted(words for words, _ in commands(app))
    assert all((row.good is None) == bool(row.why) for row in ROWS.values())


def test_json_is_offered_by_whatever_has_a_shape_and_shapes_of_our_own_are_in_the_readme() -> None:
    table = _README.partition("| `--json` of | prints |")[2].partition("\n\n")[0]
    for words, command in commands(app):
        offered = "json" in command.default_command.__annotations__ if command.default_command else False
        shape = ROWS[words].shape
        assert offered == (shape is not None), words
        # Fewer keys are of objects as the server has them.
        if shape is not None and len(shape.keys) > 3:
            assert all(f'"{key}"' in table for key in shape.keys), words


@pytest.mark.parametrize("words", ROWS)
def test_a_command(words: str, sandbox: ThreadSandbox, files: Path, tmp_path: Path) -> None:
    row = ROWS[words]
    trial = Trial(tuple(words.split()), row, sandbox, files, tmp_path)
    if row.good is not None:
        code, out, err = trial.run(*row.good)
        assert code == row.code, err
        assert row.raw or safe(out + err), out + err
        if row.shape is not None:
            code, out, err = trial.run(*row.good, "--json")
            assert (code, row.raw or out.isascii()) == (row.code, True), err
            found = objects(row, out)
            assert found or row.shape.kind == "lines"
            assert all(row.shape.keys <= one.keys() for one in found), [sorted(one) for one in found]
        code, out, err = trial.run(*row.good, columns=COLUMNS)
        out, err = _STYLES.sub("", out), _STYLES.sub("", err)
        assert (code, safe(out + err)) == (row.code, True), out + err
        assert row.wide or max(map(cell_len, out.splitlines()), default=0) <= COLUMNS, out
    code, out, err = trial.run(*row.wrong, bare=True)
    assert (code, out) == (row.told[0], ""), err
    assert err.startswith("imail-tui: ")
    assert (row.told[1] in err, err.count("\n"), safe(err)) == (True, 1, True), err
