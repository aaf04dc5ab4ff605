"""The builder on a real terminal: a killed app loses a second at most, and the person's own editor."""

import itertools
import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from imail_tui.services.sandbox_process import SandboxAddress, running_sandbox
from tests.journeys.workspace import WORLD
from tests.wire.terminal import TRUECOLOR, Terminal

SAFE: Final = 1.0
"""Seconds after which what was typed survives anything."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxAddress]:
    """A world that stands still."""
    with running_sandbox(WORLD) as address:
        yield address


def environment(sandbox: SandboxAddress, home: Path) -> dict[str, str]:
    key = sandbox.test_key.reveal()
    return {**TRUECOLOR, "IMAIL_TUI_HOME": str(home), "IMAIL_BASE_URL": sandbox.url, "IMAIL_API_KEY": key}


def new_mail(env: Mapping[str, str]) -> Terminal:
    """The app, with an empty mail of a new campaign under the cursor."""
    terminal = Terminal([sys.executable, "-m", "imail_tui"], env=env)
    terminal.wait_text("data now")
    terminal.press("2")
    terminal.wait_text("Campaigns  6")
    terminal.press("a")
    terminal.wait_text("Begin with")
    terminal.press("\r")
    terminal.wait_text("An empty campaign")
    terminal.press("m")
    terminal.wait_text("mail, step 1")
    terminal.wait_text("esc graph")
    return terminal


def kept(home: Path, field: str = "body") -> str:
    """A text of the first mail in the only draft; blank where there is none."""
    drafts = list(home.rglob("new-*.json"))
    steps = json.loads(drafts[0].read_text())["content"]["steps"] if drafts else []
    return str(steps[0][field]) if steps else ""


def test_what_is_typed_is_kept_while_one_types_and_a_kill_takes_none_of_it(
    sandbox: SandboxAddress, tmp_path: Path
) -> None:
    with new_mail(environment(sandbox, tmp_path)) as terminal:
        terminal.press("\t")
        terminal.wait_quiet()
        typed, kept_twice = "", list[str]()
        for number in itertools.count():
            word = f"word{number} "
            typed += word
            terminal.press(word)
            terminal.wait_text(word.strip())
            if (now := kept(tmp_path)) and now not in kept_twice:
                kept_twice.append(now)
            if len(kept_twice) == 2:
                break
        os.killpg(terminal.process.pid, signal.SIGKILL)
    assert typed.startswith(kept(tmp_path).rstrip())
    assert kept(tmp_path).startswith(kept_twice[-1])


def killed_while_typing(sandbox: SandboxAddress, home: Path, seed: int) -> None:
    """Type words without a rest and kill the app in the middle; all but the last second is there."""
    rng = random.Random(seed)
    with new_mail(environment(sandbox, home)) as terminal:
        terminal.press("\t")
        terminal.wait_quiet()
        typed: list[tuple[float, str]] = []
        text = ""
        end = time.monotonic() + rng.uniform(1.5, 4)
        for number in itertools.count():
            if time.monotonic() >= end:
                break
            word = f"word{number} "
            terminal.press(word)
            text += word
            typed.append((time.monotonic(), text))
            terminal.wait_text(word.strip())
        os.killpg(terminal.process.pid, signal.SIGKILL)
        killed = time.monotonic()
    safe = max((text for at, text in typed if at < killed - SAFE), key=len, default="")
    assert safe
    assert kept(home).startswith(safe), f"{safe!r} was typed, kept is {kept(home)!r}"


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_a_hundred_kills_lose_a_second_at_most_each(sandbox: SandboxAddress, tmp_path: Path) -> None:
    for seed in range(100):
        killed_while_typing(sandbox, tmp_path / str(seed), seed)


def test_a_draft_that_was_left_is_offered_again(sandbox: SandboxAddress, tmp_path: Path) -> None:
    env = environment(sandbox, tmp_path)
    with new_mail(env) as terminal:
        terminal.press("Hello again")
        terminal.wait_text("Hello again")
        # Only what is on disk counts.
        terminal.wait_for(lambda: kept(tmp_path, "subject") == "Hello again", "draft on disk")
        os.killpg(terminal.process.pid, signal.SIGKILL)
    with Terminal([sys.executable, "-m", "imail_tui"], env=env) as terminal:
        terminal.wait_text("Campaigns  6")
        terminal.press("a")
        terminal.wait_text("left unsaved, 1 step")
        terminal.press("no name\r")
        terminal.wait_text("goes on here")
        terminal.wait_text("Hello again")


def test_the_persons_own_editor_writes_the_body(sandbox: SandboxAddress, tmp_path: Path) -> None:
    script = tmp_path / "editor"
    script.write_text('#!/bin/sh\nprintf "Hi, from my editor." > "$1"\n')
    script.chmod(0o700)
    env = {**environment(sandbox, tmp_path / "home"), "EDITOR": str(script)}
    with new_mail(env) as terminal:
        terminal.press("\x1b")
        terminal.wait_for(lambda: "mail, step 1" not in terminal.text, "graph")
        terminal.press("e")
        terminal.wait_for(lambda: kept(tmp_path / "home") == "Hi, from my editor.", "kept body")
        terminal.press("\r")
        terminal.wait_text("Hi, from my editor.")


def test_what_is_typed_in_one_burst_with_the_way_out_is_all_there(
    sandbox: SandboxAddress, tmp_path: Path
) -> None:
    with new_mail(environment(sandbox, tmp_path)) as terminal:
        # As a slow line gives it: many letters, and the key that leaves the form, in one packet.
        terminal.press("All of these words came at once\x1b")
        terminal.wait_for(lambda: "mail, step 1" not in terminal.text, "graph")
        terminal.wait_text("All of these words came at once")
