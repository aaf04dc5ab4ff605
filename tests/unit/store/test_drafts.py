"""Drafts survive, and two programs never overwrite each other."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from imail_tui.model.drafts import Draft, DraftMoved
from imail_tui.store.drafts import Drafts, fresh_id, id_of_campaign


@pytest.fixture
def drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path / "drafts")


def draft(name: str = "Q4", draft_id: str = "new-1") -> Draft:
    return Draft(draft_id, None, None, {"name": name, "steps": [{"id": "ä\u2028"}]})


def test_what_was_kept_is_there_again(drafts: Drafts, tmp_path: Path) -> None:
    kept = drafts.save(draft(), 5.0)
    assert (kept.version, kept.saved_at) == (1, 5.0)
    assert Drafts(tmp_path / "drafts").load("new-1") == kept
    assert (tmp_path / "drafts" / "new-1.json").stat().st_mode & 0o777 == 0o600


def test_the_latest_comes_first(drafts: Drafts) -> None:
    drafts.save(draft("a", "new-a"), 1.0)
    drafts.save(draft("b", "new-b"), 2.0)
    assert [each.name for each in drafts.all()] == ["b", "a"]


def test_the_second_of_two_that_come_from_one_is_refused(drafts: Drafts) -> None:
    first = drafts.save(draft(), 1.0)
    theirs = drafts.save(replace(first, content={"name": "theirs"}), 2.0)
    with pytest.raises(DraftMoved) as moved:
        drafts.save(replace(first, content={"name": "mine"}), 3.0)
    assert moved.value.theirs == theirs
    assert drafts.load("new-1") == theirs
    drafts.drop(first)
    assert drafts.load("new-1") == theirs
    drafts.drop(theirs)
    assert drafts.load("new-1") is None
    with pytest.raises(DraftMoved) as gone:
        drafts.save(theirs, 4.0)
    assert gone.value.theirs is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 1}', '{"campaign_id": 1, "base": null}'])
def test_a_damaged_draft_is_passed_over(drafts: Drafts, tmp_path: Path, content: str) -> None:
    drafts.save(draft("good", "new-2"), 1.0)
    (tmp_path / "drafts" / "new-1.json").write_text(content)
    assert [each.name for each in drafts.all()] == ["good"]


def test_ids_are_file_names_whatever_the_server_calls_a_campaign() -> None:
    assert id_of_campaign("../../etc/passwd").startswith("campaign-")
    assert "/" not in id_of_campaign("../../etc/passwd")
    assert fresh_id() != fresh_id()


KEEPER = """
import sys, json
from pathlib import Path
from imail_tui.model.drafts import Draft
from imail_tui.store.drafts import Drafts
drafts = Drafts(Path(sys.argv[1]))
draft = Draft("new-1", None, None, {"name": "0"})
for number in range(1_000_000):
    draft = drafts.save(Draft(draft.id, None, None, {"name": str(number)}, draft.version), number)
    print(number, flush=True)
"""


def test_a_kill_at_any_time_loses_nothing_that_was_kept(tmp_path: Path) -> None:
    for turn in range(5):
        folder = tmp_path / str(turn)
        with subprocess.Popen(
            [sys.executable, "-c", KEEPER, str(folder)], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            said = child.stdout.readline()
            for _ in range(turn * 7):
                said = child.stdout.readline()
            os.kill(child.pid, signal.SIGKILL)
            rest = child.stdout.read().split()
        told = int(rest[-1] if rest else said)
        kept = Drafts(folder).load("new-1")
        assert kept is not None
        assert int(kept.name) in (told, told + 1)
        assert json.loads((folder / "new-1.json").read_text())["version"] == kept.version
