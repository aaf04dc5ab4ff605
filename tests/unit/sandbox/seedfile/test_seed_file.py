"""Worlds made by hand: what they become, and that every mistake is told at its line."""

import datetime as dt
from pathlib import Path

import httpx
import pytest

from imail_tui.sandbox.errors import CannotServe
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import sandbox_in_thread
from imail_tui.sandbox.worlds import open_ledgers
from tests.unit.sandbox.server.wire import good

MONDAY = dt.datetime(2026, 6, 1, 9, 0, tzinfo=dt.UTC)
WORLD = """\
workspace:
  name: Acme
  timezone: Europe/Paris
inboxes:
  - email: anna@acme.example
    daily_limit: 40
  - {email: lost@acme.example, provider: smtp, status: disconnected}
leads:
  - email: bo@client.example
    first_name: Bo
    custom: {plan: pro, seats: 3, since: 2026-01-02}
  - email: cy@client.example
  - email: di@blocked.example
suppressions:
  - value: blocked.example
campaigns:
  - name: Welcome
    status: active
    inboxes: [anna@acme.example]
    leads: all
    send_window: {timezone: Europe/Paris, start: 09:00, end: 17:30, start_date: 2026-05-01}
    steps:
      - {id: hello, type: email, subject: "Hi {{first_name|there}}", body: "Hello"}
      - {id: pause, type: wait, delay: {value: 1, unit: days}}
      - {id: again, type: email, body: "Again", next: null}
  - name: Later
    inboxes: [anna@acme.example, lost@acme.example]
    leads: [cy@client.example]
    steps:
      - {id: one, type: email, subject: One, body: One}
replies:
  - lead: bo@client.example
    campaign: Welcome
    text: Yes, call me.
    label: interested
    minutes_ago: 30
    read: true
"""


def _options(path: Path, **more: bool | str) -> SandboxOptions:
    base = SandboxOptions(seed_file=str(path), start=MONDAY, frozen=True)
    return SandboxOptions(**{**vars(base), **more})


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "world.yaml"
    path.write_text(WORLD, "utf-8")
    return path


def test_the_world_is_what_the_file_says(written: Path) -> None:
    with sandbox_in_thread(_options(written)) as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.live_key}"}
        with httpx.Client(base_url=sandbox.url, headers=headers) as api:
            assert good(api.get("/workspace"))["name"] == "Acme"
            inboxes = good(api.get("/inboxes", params={"sort": "email"}))["data"]
            assert [(inbox["email"], inbox["status"]) for inbox in inboxes] == [
                ("anna@acme.example", "connected"),
                ("lost@acme.example", "disconnected"),
            ]
            bo, cy, di = good(api.get("/leads", params={"sort": "email"}))["data"]
            assert bo["custom"] == {"plan": "pro", "seats": 3, "since": "2026-01-02"}
            assert [lead["suppressed"] for lead in (bo, cy, di)] == [False, False, True]
            later, welcome = good(api.get("/campaigns", params={"sort": "name"}))["data"]
            assert (later["status"], welcome["status"]) == ("draft", "active")
            assert welcome["send_window"]["end"] == "17:30"
            assert welcome["lead_counts"]["replied"] == 1
            assert later["lead_counts"]["queued"] == 1
            steps = good(api.get(f"/campaigns/{welcome['id']}"))["steps"]
            assert "next" not in steps[0]
            assert steps[2]["next"] is None
            (reply,) = good(api.get("/replies"))["data"]
            assert (reply["text"], reply["read"]) == ("Yes, call me.", True)
            assert reply["classification"]["label"] == "interested"
            assert reply["received_at"] == "2026-06-01T08:30:00.000Z"
            thread = good(api.get(f"/threads/{reply['thread_id']}"))["messages"]
            assert [message["subject"] for message in thread] == ["Hi Bo", "Re: Hi Bo"]
            types = [event["type"] for event in good(api.get("/events"))["data"]]
            assert types == ["email.sent", "email.delivered", "reply.received", "reply.classified"]
            counts = good(api.get("/analytics"))["data"][0]
            assert [counts[name] for name in ("sent", "delivered", "contacted", "replied")] == [1, 1, 1, 1]
            assert counts["positive_replied"] == 1
        assert sandbox.control.effects() == []


def test_it_runs_like_any_other_and_can_begin_again(written: Path) -> None:
    with sandbox_in_thread(_options(written)) as sandbox:
        first = sandbox.control.state().counts
        sandbox.control.advance(dt.timedelta(days=3))
        with sandbox.ledgers.test.read() as connection:
            sent = connection.execute(
                "SELECT l.email, m.step_id FROM mail m JOIN lead l ON l.id = m.lead_id ORDER BY m.sent_at"
            ).fetchall()
        assert ("cy@client.example", "hello") in [tuple(row) for row in sent]
        assert "di@blocked.example" not in [row["email"] for row in sent]
        assert [row["email"] for row in sent].count("bo@client.example") == 1
        assert sandbox.control.reset().counts == first


def test_a_file_of_it_remembers_which_world_it_is(written: Path, tmp_path: Path) -> None:
    kept = _options(written, db=str(tmp_path / "kept.db"))
    open_ledgers(kept.world()).close()
    again = open_ledgers(kept.world())
    with again.test.read() as connection:
        assert connection.execute("SELECT count(*) FROM lead").fetchone()[0] == 3
    again.close()
    written.write_text(WORLD.replace("Acme", "Bcme"), "utf-8")
    with pytest.raises(CannotServe, match="was asked for"):
        open_ledgers(kept.world())


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("daily_limit: 40", "daily_limit: forty", 6, r"inboxes\[0\]\.daily_limit must be a whole number"),
        ("    daily_limit: 40", "    colour: red", 6, r"inboxes\[0\]\.colour is not a known field"),
        ("Europe/Paris\ninboxes", "Paris\ninboxes", 3, "workspace.timezone must be a zone"),
        ("  - email: cy@client", "  - email: cy@cli ent", 12, r"leads\[1\]\.email must be an address"),
        ("  - email: cy@client", "  - email: bo@client", 12, r"leads\[1\]\.email: .* twice"),
        ("leads: [cy@client", "leads: [who@client", 28, r"campaigns\[1\]\.leads\[0\]: .* not in the file"),
        ("inboxes: [anna@acme.example]", "inboxes: [an@a.example]", 19, "not in the file"),
        ("next: null", "next: nowhere", 25, r"campaigns\[0\]\.steps\[2\]\.next"),
        ('"Hi {{first_name|there}}"', '"Hi {{nick}}"', 23, r"campaigns\[0\]\.steps\[0\]\.subject"),
        ("campaign: Welcome", "campaign: Goodbye", 33, r"replies\[0\]\.campaign: Goodbye is not"),
        ("    first_name: Bo\n", "    first_name: Bo\n    first_name: Bob\n", 11, "duplicate key"),
        ("workspace:\n", "workspace: [\n", 3, "expected"),
        ("name: Welcome\n    status", "name: Welcome\n    daily_limit: 9000\n    status", 18, "Surge tier"),
    ],
)
def test_a_mistake_is_told_at_its_line(written: Path, old: str, new: str, line: int, says: str) -> None:
    assert WORLD.count(old) == 1
    written.write_text(WORLD.replace(old, new), "utf-8")
    with pytest.raises(CannotServe, match=says) as told:
        open_ledgers(_options(written).world())
    assert str(told.value).startswith(f"{written}:{line}: "), told.value


def test_what_is_no_world_is_told(tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    for content in (b"- a\n- b\n", b"just words", b"\xff\xfe\x00"):
        path.write_bytes(content)
        with pytest.raises(CannotServe, match=r"world\.yaml"):
            _options(path).world()
    with pytest.raises(CannotServe, match="cannot be read"):
        _options(tmp_path / "absent.yaml").world()
    path.write_bytes(b"")
    open_ledgers(_options(path).world()).close()


def test_a_file_that_fails_late_leaves_no_database_behind(written: Path, tmp_path: Path) -> None:
    written.write_text(WORLD.replace("next: null", "next: nowhere"), "utf-8")
    with pytest.raises(CannotServe):
        open_ledgers(_options(written, db=str(tmp_path / "half.db")).world())
    assert not list(tmp_path.glob("half*"))
