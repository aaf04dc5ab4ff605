"""The Replies screen over 100,000 replies in a terminal of 80x24, beside neomutt over the same mails.

    uv run python -m tests.benchmarks.replies_screen [REPLIES]

Start is from exec to the first rows, with 400 replies and with all; key to paint is from the press until the
terminal shows its effect. Labels are set on a sandbox's replies, on top of all the others, with a bare
Textual table beside them. "Label and next" is counted in bytes to the terminal; what it costs on the line to
the server is a test of its own. neomutt is measured where it is installed: opening the mbox, next message.
"""

import mailbox
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.services.sandbox_process import running_sandbox
from tests.journeys.workspace import WORLD, session_on
from tests.wire.terminal import ANSI, TRUECOLOR, Terminal

FEW: Final = 400
MANY: Final = 100_000
PRESSES: Final = 30
START: Final = datetime(2026, 3, 2, 10, tzinfo=UTC)
OPENED: Final = "Person 00001"
LABELS: Final = ("interested", "not_interested", "question", None)
NOWHERE: Final = "http://127.0.0.1:9/v1"
INTERESTED: Final = "+ interested ✓"
NOT_INTERESTED: Final = "- not interested ✓"
KEY: Final = "imk_test_0123456789ABCDEFGHJKMNPQRS"
MUTTRC: Final = "set folder=''\nset sleep_time=0\nset quit=yes\nset pager_index_lines=0\nset mbox_type=mbox\n"


def reply(number: int, newest: datetime = START) -> Json:
    """One made-up reply; the higher the number the older it is."""
    label = LABELS[number % len(LABELS)]
    at = (newest - timedelta(minutes=number)).isoformat().replace("+00:00", "Z")
    return {
        "id": f"rpl_{number:06}",
        "thread_id": f"thr_{number:06}",
        "from": f"person{number:06}@client{number % 997}.example",
        "lead": {
            "id": f"led_{number:06}",
            "first_name": "Person",
            "last_name": f"{number:05}",
            "email": "x@y.example",
        },
        "inbox_id": f"inb_{number % 24}",
        "subject": f"Re: Quick one about dock {number}",
        "snippet": f"Answer {number} about pricing",
        "text": f"Answer {number} about pricing and timing.\n\nPerson\n\nOn Mon, Anna wrote:\n> Quick one\n"
        * 3,
        "received_at": at,
        "updated_at": at,
        "is_auto": False,
        "read": True,
        "done": False,
        "snoozed_until": None,
        "classification": {"label": label, "confidence": 0.9, "source": "ai"} if label else None,
        "ai_classification": None,
    }


def filled(
    rows: int, home: Path, server: tuple[str, Secret] = (NOWHERE, Secret(KEY)), newest: datetime = START
) -> Mapping[str, str]:
    """A home whose cache has the replies, and the environment of an app in it."""
    home.mkdir()
    url, key = server
    session = session_on(url, key, home)
    for start in range(0, rows, 5_000):
        chunk = [reply(number, newest) for number in range(start, min(rows, start + 5_000))]
        session.cache.put("replies", chunk, time.time())
    return {"IMAIL_TUI_HOME": str(home), "IMAIL_BASE_URL": url, "IMAIL_API_KEY": key.reveal()}


def start(env: Mapping[str, str], extra: Mapping[str, str] = TRUECOLOR) -> tuple[Terminal, float]:
    """The app in its Replies, and the seconds that took."""
    began = time.perf_counter()
    terminal = Terminal([sys.executable, "-m", "tests.wire.apps.real_app"], env={**extra, **env})
    terminal.wait_for(lambda: "Inboxes" in terminal.text or OPENED in terminal.text, "app", 60)
    if OPENED not in terminal.text:
        # The first time; from then on the app opens where it was left.
        terminal.press("4")
    terminal.wait_text(OPENED, 60)
    return terminal, time.perf_counter() - began


def paints(terminal: Terminal, key: str, shown: Callable[[int], str], presses: int = PRESSES) -> list[float]:
    """Seconds from each press to its effect."""
    found = []
    for number in range(presses):
        terminal.wait_quiet(0.05)
        began = time.perf_counter()
        terminal.press(key)
        terminal.wait_text(shown(number), 20)
        found.append(time.perf_counter() - began)
    return found


def told(name: str, seconds: list[float]) -> None:
    """For people."""
    ordered = sorted(seconds)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    print(f"{name:44} p50 {1000 * statistics.median(ordered):7.1f} ms   p95 {1000 * p95:7.1f} ms")


def ours(rows: int, folder: Path) -> None:
    """Measure the app."""
    few = filled(FEW, folder / "few")
    many = filled(rows, folder / "many")
    starts = {}
    for name, env in ((f"{FEW:,}", few), (f"{rows:,}", many)):
        best = []
        start(env)[0].close()
        for _ in range(3):
            terminal, seconds = start(env)
            best.append(seconds)
            terminal.close()
        starts[name] = min(best)
        print(f"{'start to first rows, ' + name + ' replies':44} {1000 * min(best):7.0f} ms")
    print(f"{'of the start with ' + f'{FEW:,}':44} {starts[f'{rows:,}'] / starts[f'{FEW:,}']:7.2f} x")
    terminal, _ = start(many)
    terminal.press("\r")
    terminal.wait_text("quoted lines")
    told("next conversation, key to paint", paints(terminal, "n", lambda number: f"  {number + 2:,} of "))
    told(
        "previous conversation, key to paint",
        paints(terminal, "p", lambda number: f"  {PRESSES - number:,} of "),
    )
    terminal.close()


def labels(rows: int, folder: Path) -> None:
    """Labels on a real server's newest replies on top of many older ones; bare Textual beside them."""
    with running_sandbox(WORLD) as sandbox:
        server = sandbox.url, sandbox.test_key
        env = filled(rows, folder / "served", server, START - timedelta(days=400))
        for line, extra in (("", TRUECOLOR), (", low bandwidth", {**ANSI, "SSH_CONNECTION": "1 2 3 4"})):
            terminal = served({**extra, **env})
            found = []
            for _ in range(PRESSES // 2):
                found += paints(terminal, "I", lambda _: INTERESTED, 1)
                found += paints(terminal, "N", lambda _: NOT_INTERESTED, 1)
            told(f"label, key to paint{line}", found)
            sizes = [
                len(terminal.bytes_for(key, shown)) + len(terminal.bytes_for("n", f"  {place + 2} of "))
                for place, (key, shown) in enumerate((("I", INTERESTED), ("N", NOT_INTERESTED)) * 5)
            ]
            print(f"{'label and next' + line:44} {statistics.median(sizes) / 1000:7.1f} kB to the terminal")
            terminal.close()
    with Terminal([sys.executable, "-m", "tests.benchmarks.peer_label"]) as terminal:
        terminal.wait_text("Person 00001", 60)
        found = []
        for _ in range(PRESSES // 2):
            found += paints(terminal, "I", lambda _: INTERESTED, 1)
            found += paints(terminal, "N", lambda _: NOT_INTERESTED, 1)
        told("bare Textual table: label, key to paint", found)


def served(env: Mapping[str, str]) -> Terminal:
    """The app on the page of the newest reply of its server."""
    terminal = Terminal([sys.executable, "-m", "tests.wire.apps.real_app"], env=env)
    terminal.wait_text("data now", 60)
    terminal.press("4")
    terminal.wait_text(" Needs me", 60)
    terminal.wait_quiet(1.0, 60)
    terminal.press("g\r")
    terminal.wait_text("1 of ", 60)
    terminal.wait_quiet(1.0, 60)
    return terminal


def neomutt(rows: int, folder: Path) -> None:
    """Measure the peer over the same mails."""
    if shutil.which("neomutt") is None:
        print("neomutt is not installed.")
        return
    path = folder / "mbox"
    box = mailbox.mbox(path)
    box.lock()
    for number in reversed(range(rows)):
        row, message = reply(number), EmailMessage()
        message["From"], message["To"] = f"Person {number:05} <{row['from']}>", "anna@ours.example"
        message["Subject"], message["Date"] = str(row["subject"]), "Mon, 02 Mar 2026 10:00:00 +0000"
        message.set_content(str(row["text"]))
        box.add(message)
    box.close()
    rc = folder / "muttrc"
    rc.write_text(MUTTRC)
    env = {**TRUECOLOR, "HOME": str(folder)}
    began = time.perf_counter()
    with Terminal(["neomutt", "-n", "-F", str(rc), "-R", "-f", str(path)], env=env) as terminal:
        terminal.wait_text(f"dock {rows - 1}", 300)
        print(f"{'neomutt: open':44} {1000 * (time.perf_counter() - began):7.0f} ms")
        terminal.press("=\r")
        terminal.wait_text(f"dock {rows - 1}")
        told(
            "neomutt: next message, key to paint",
            paints(terminal, "j", lambda number: f"dock {rows - number - 2}"),
        )


def main() -> None:
    """Measure and print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    with tempfile.TemporaryDirectory() as name:
        ours(rows, Path(name))
        labels(rows, Path(name))
        neomutt(rows, Path(name))


if __name__ == "__main__":
    main()
