"""Many stored replies: opening, moving, counting, searching, beside 400 of them and beside other programs.

    uv run python -m tests.benchmarks.replies_store [REPLIES]

The peers are Debian's notmuch (search) and neomutt (opening a mailbox), with the same mails, when they are
installed: apt-get install notmuch neomutt. Theirs is a process each, so ours is timed as one, too.
"""

import datetime as dt
import itertools
import os
import pty
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

from imail_tui.domain.listing import RELEVANCE, Sort
from imail_tui.domain.replies.views import NEEDS_ME, NEWEST, VIEWS, View, read_view_filter
from imail_tui.model.record import Json
from imail_tui.store.cache import Cache
from imail_tui.store.windows import Window

FEW: Final = 400
NOW: Final = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)
SCREEN: Final = 40
SEARCHES: Final = ("pricing", "pricing budget", '"next week"', "label:positive pricing", "w4711")
_COMMON: Final = """the a of to and we you our is pricing budget quarter meeting call next week thanks
interested not now team renewal contract invoice product demo sales report data platform security growth"""
_WORDS: Final = [*_COMMON.split(), *(f"w{number}" for number in range(20_000))]
_WEIGHTS: Final = list(itertools.accumulate(1 / (rank + 1) ** 0.9 for rank in range(len(_WORDS))))
_LABELS: Final = (None, "interested", "question", "not_now", "not_interested", "out_of_office", "objection")


def replies(count: int) -> Iterator[Json]:
    """Made-up replies of 120 words, a minute apart; words are as unevenly common as in a language."""
    rng = random.Random(1)
    for number in range(count):
        at = (NOW - dt.timedelta(seconds=60 * number + rng.random() * 50)).isoformat()
        label = rng.choice(_LABELS)
        text = " ".join(rng.choices(_WORDS, cum_weights=_WEIGHTS, k=120))
        address = f"p{number}@acme{number % 500}.example"
        given: Json | None = None if label is None else {"label": label, "confidence": 0.8, "source": "ai"}
        yield {
            "id": f"rpl_{number:08}",
            "thread_id": f"thr_{number:08}",
            "from": address,
            "lead": {"id": f"led_{number}", "email": address, "first_name": "Anna", "company": "Acme"},
            "campaign_id": f"cmp_{number % 12}",
            "inbox_id": f"inb_{number % 40}",
            "subject": f"Re: {text[:40]}",
            "snippet": text[:100],
            "text": text,
            "received_at": at,
            "updated_at": at,
            "is_auto": label == "out_of_office",
            "read": number > 200,
            "done": number > 1_500 and rng.random() < 0.97,
            "snoozed_until": None,
            "classification": given,
            "ai_classification": given,
        }


def fill(cache: Cache, count: int) -> None:
    """Put replies as a server's pages would come, in larger ones."""
    rows = replies(count)
    while page := list(itertools.islice(rows, 1_000)):
        cache.put("replies", page, 1.0)


def names(_: str, __: str) -> tuple[str, ...]:
    """Nobody is searched for by name."""
    return ()


def looked(cache: Cache, text: str, sort: Sort, start: int = 0) -> int:
    """A screen of a view, as the app asks for it."""
    window: Window = cache.window("conversations", read_view_filter(text, NOW, names), sort)
    try:
        return len(window.rows(start, SCREEN)) + window.total
    finally:
        window.close()


def timed(work: Callable[[], object], runs: int = 9) -> list[float]:
    """Milliseconds of some runs, in order; a first one is not counted."""
    work()
    found = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - begun))
    return sorted(found)


def told(name: str, runs: list[float], target: float | None = None) -> None:
    """A line: median and 95th percentile."""
    p95 = runs[int(0.95 * (len(runs) - 1))]
    wanted = f"  (wanted: {target:.0f} ms)" if target is not None else ""
    print(f"{name:44} p50 {runs[len(runs) // 2]:8.1f} ms  p95 {p95:8.1f} ms{wanted}")


def moves(cache: Cache) -> list[float]:
    """Screens up, down and far away in the whole list."""
    window = cache.window("conversations", read_view_filter("auto:no", NOW, names), NEWEST)
    total, rng, found = window.total, random.Random(2), []
    place = 0
    for number in range(200):
        place = rng.randrange(total) if number % 20 == 0 else max(0, min(total - 1, place + SCREEN))
        begun = time.perf_counter()
        window.rows(place, SCREEN)
        found.append(1000 * (time.perf_counter() - begun))
    window.close()
    return sorted(found)


def opening(file: Path) -> list[float]:
    """A process that opens the cache, counts every view and reads the first screen of what needs a person."""
    program = [sys.executable, "-m", "tests.benchmarks.replies_store", "--open", str(file)]
    return timed(lambda: subprocess.run(program, check=True, capture_output=True), runs=5)


def opened(file: Path) -> None:
    """What that process does."""
    cache = Cache.open(file)
    needing: View = next(view for view in VIEWS if view.id == "needs_me")
    cache.counts("conversations", [read_view_filter(view.text, NOW, names) for view in VIEWS])
    looked(cache, needing.text, NEEDS_ME)
    cache.close()


def searching(cache: Cache) -> None:
    """Both orders of every search."""
    for words in SEARCHES:
        text = f"auto:no {words}"
        told(f"search {words}: newest first", timed(partial(looked, cache, text, NEWEST)), 10)
        told(f"search {words}: ranked", timed(partial(looked, cache, text, RELEVANCE)), 50)


def maildir(folder: Path, count: int) -> Path:
    """The same replies as mails."""
    box = folder / "mail"
    for part in ("cur", "new", "tmp"):
        (box / part).mkdir(parents=True)
    for number, reply in enumerate(replies(count)):
        at = dt.datetime.fromisoformat(str(reply["received_at"]))
        head = f"From: {reply['from']}\nTo: me@example.com\nSubject: {reply['subject']}\n"
        head += f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000\nMessage-ID: <{reply['id']}@example.com>\n"
        (box / "cur" / f"{number:08}.bench:2,S").write_text(f"{head}\n{reply['text']}\n")
    return box


def notmuch(folder: Path, box: Path) -> None:
    """Its index over the mails, and the searches it can say."""
    config = folder / "notmuch"
    config.write_text(f"[database]\npath={box}\n[user]\nname=b\nprimary_email=me@example.com\n[new]\ntags=\n")
    environment = {**os.environ, "NOTMUCH_CONFIG": str(config)}
    begun = time.perf_counter()
    subprocess.run(["notmuch", "new", "--quiet"], env=environment, check=True, capture_output=True)
    print(f"notmuch: indexed in {time.perf_counter() - begun:.1f} s")
    for words in SEARCHES:
        if ":" in words:
            continue
        for sort in ("newest-first", "oldest-first"):
            program = ["notmuch", "search", f"--sort={sort}", f"--limit={SCREEN}", words]
            runs = timed(
                partial(subprocess.run, program, env=environment, check=True, capture_output=True), runs=5
            )
            told(f"notmuch {words}: {sort}", runs)


def neomutt(folder: Path, box: Path) -> None:
    """Exec until it has opened the mailbox and left it again, with nothing kept from before."""
    rc = folder / "muttrc"
    rc.write_text("set header_cache=\nset sort=reverse-date-received\npush '<quit>'\nset quit=yes\n")

    def run() -> None:
        parent, child = pty.openpty()
        program = ["neomutt", "-F", str(rc), "-R", "-f", str(box)]
        environment = {**os.environ, "TERM": "xterm"}
        done = subprocess.Popen(program, stdin=child, stdout=child, stderr=child, env=environment)
        os.close(child)
        while done.poll() is None:
            try:
                os.read(parent, 65_536)
            except OSError:
                break
        done.wait()
        os.close(parent)

    told("neomutt opening the mailbox", timed(run, runs=1))


def main(count: int) -> None:
    """Print everything."""
    with tempfile.TemporaryDirectory(prefix="imail-replies-") as name:
        folder = Path(name)
        files = {number: folder / f"{number}.sqlite3" for number in (FEW, count)}
        for number, file in files.items():
            cache = Cache.open(file)
            begun = time.perf_counter()
            fill(cache, number)
            took = time.perf_counter() - begun
            cache.close()
            size = file.stat().st_size / 1e6
            print(f"{number:,} replies kept in {took:.1f} s, {size:,.0f} MB")
        few, many = opening(files[FEW]), opening(files[count])
        told(f"start with {FEW}", few)
        told(f"start with {count:,}", many)
        print(f"  start with {count:,} is {many[len(many) // 2] / few[len(few) // 2]:.2f} x (wanted: 1.2)")
        cache = Cache.open(files[count])
        filters = [read_view_filter(view.text, NOW, names) for view in VIEWS]
        told("counting all views", timed(lambda: cache.counts("conversations", filters)))
        for view in VIEWS:
            told(f"view {view.title}", timed(partial(looked, cache, view.text, view.sort)))
        told("next and previous screen", moves(cache), 30)
        searching(cache)
        cache.close()
        peers(folder, count)


def peers(folder: Path, count: int) -> None:
    """The other programs, as far as they are here."""
    missing = [each for each in ("notmuch", "neomutt") if shutil.which(each) is None]
    for each in missing:
        print(f"{each} is not installed, so it is left out: apt-get install {each}")
    if len(missing) == 2:
        return
    box = maildir(folder, count)
    if "notmuch" not in missing:
        notmuch(folder, box)
    if "neomutt" not in missing:
        neomutt(folder, box)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--open"]:
        opened(Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
