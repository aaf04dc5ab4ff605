"""Keeping and reading the log as sessions and the screen do."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from imail_tui.api.exchange import Exchange
from imail_tui.domain.budget import Priority
from imail_tui.domain.filters import parse_filter
from imail_tui.domain.listing import Sort
from imail_tui.services import request_log_view
from imail_tui.services.request_log import LONGEST_TEXT, RequestLog
from imail_tui.services.request_log_view import RequestLogView, newest_requests
from imail_tui.store.paths import Paths
from imail_tui.store.request_log import RequestLogFile
from tests.patience import PATIENCE

AT = datetime(2026, 3, 2, 10, 0, 0, 123_456, tzinfo=UTC)


def exchange(path: str = "/inboxes", status: int | None = 200, **values: object) -> Exchange:
    told = {"fault": "", "ms": 12.34, "tokens_left": 7, "request_id": "req_1", "attempt": 1, **values}
    assert isinstance(told["ms"], float)
    assert isinstance(told["attempt"], int)
    return Exchange(
        "GET",
        path,
        status,
        str(told["fault"]),
        told["ms"],
        7,
        str(told["request_id"]),
        told["attempt"],
        Priority.BACKGROUND,
    )


def log_of(paths: Paths, profile: str = "work") -> RequestLog:
    return RequestLog(paths, profile, "test", wall=lambda: AT)


def is_troubled(log: RequestLog) -> bool:
    return log.trouble is not None


async def kept(paths: Paths, *exchanges: Exchange) -> RequestLogView:
    log = log_of(paths)
    for each in exchanges:
        log.record(each)
    await log.close()
    view = log.view()
    await view.refresh()
    return view


async def test_an_attempt_is_kept_with_everything_known_about_it(paths: Paths) -> None:
    log = log_of(paths)
    log.workspace = "Halden Pike"
    log.record(exchange("/leads/led_1"))
    await log.close()
    assert log.trouble is None
    (line,) = newest_requests({"IMAIL_TUI_HOME": str(paths.config.parent)}, parse_filter(""), 5)
    assert line.at == AT.replace(microsecond=123_000)
    assert (line.method, line.path, line.status, line.ms, line.left) == ("GET", "/leads/led_1", 200, 12.3, 7)
    assert (line.request_id, line.attempt, line.priority) == ("req_1", 1, "background")
    assert (line.profile, line.workspace, line.ledger, line.result) == ("work", "Halden Pike", "test", "ok")


async def test_lines_arrive_without_an_end_of_the_session(paths: Paths) -> None:
    log = log_of(paths)
    log.record(exchange())
    view = log.view()
    arrived: list[frozenset[str]] = []
    view.changed.subscribe(arrived.append)
    async with asyncio.timeout(PATIENCE):
        while not arrived:
            await view.refresh()
    assert arrived == [frozenset({"0"})]
    await log.close()


async def test_long_foreign_text_is_cut(paths: Paths) -> None:
    view = await kept(paths, exchange("/" + "x" * 100_000, request_id="r" * 100_000))
    line = view.get("0")
    assert line is not None
    assert line.request_id is not None
    assert len(line.path) == len(line.request_id) == LONGEST_TEXT


async def test_a_log_that_cannot_be_kept_breaks_nothing_and_says_so(paths: Paths) -> None:
    paths.state.parent.mkdir(parents=True, exist_ok=True)
    paths.state.write_text("a file where a directory belongs")
    log = log_of(paths)
    log.record(exchange())
    await log.close()
    assert log.trouble is not None
    assert "not being kept" in log.trouble.what
    assert log.trouble.remedy
    view = log.view()
    await view.refresh()
    assert view.window().total == 0


async def test_it_goes_on_when_the_place_is_there_again(paths: Paths) -> None:
    paths.state.parent.mkdir(parents=True, exist_ok=True)
    paths.state.write_text("")
    log = log_of(paths)
    log.record(exchange("/lost"))
    async with asyncio.timeout(PATIENCE):
        while not is_troubled(log):
            await log.view().refresh()
    paths.state.unlink()
    log.record(exchange("/kept"))
    await log.close()
    assert not is_troubled(log)
    view = log.view()
    await view.refresh()
    assert [row["path"] for row in view.window().rows(0, 9)] == ["/kept"]


@pytest.mark.parametrize(
    ("typed", "paths_found"),
    [
        ("", ["/d", "/c", "/b", "/a"]),
        ("status:5xx", ["/c"]),
        ("-status:2xx", ["/d", "/c"]),
        ("result:retry", ["/b"]),
        ("status:timed", ["/d"]),
        ("path:/a method:get", ["/a"]),
        ("id:REQ_C", ["/c"]),
        ("ms:>100", ["/c"]),
        ("class:back ledger:test profile:work -path:/a -path:/b", ["/d", "/c"]),
        ("nothing", []),
    ],
)
async def test_filters_of_the_house(paths: Paths, typed: str, paths_found: list[str]) -> None:
    view = await kept(
        paths,
        exchange("/a"),
        exchange("/b", attempt=2),
        exchange("/c", 503, ms=250.0, request_id="req_c"),
        exchange("/d", None, fault="timed_out"),
    )
    window = view.window(parse_filter(typed))
    assert [row["path"] for row in window.rows(0, 10)] == paths_found
    assert window.total == len(paths_found)


async def test_orders(paths: Paths) -> None:
    view = await kept(paths, exchange("/b", ms=9.0), exchange("/c", ms=100.0), exchange("/a", ms=30.0))

    def by(sort: Sort) -> list[object]:
        return [row["path"] for row in view.window(parse_filter(""), sort).rows(0, 10)]

    assert by(Sort("at")) == ["/b", "/c", "/a"]
    assert by(Sort("path")) == ["/a", "/b", "/c"]
    assert by(Sort("ms")) == ["/b", "/a", "/c"]
    assert by(Sort("ms", descending=True)) == ["/c", "/a", "/b"]


async def test_a_window_stands_still_until_it_is_refreshed(paths: Paths) -> None:
    log = log_of(paths)
    log.record(exchange("/a"))
    await log.close()
    view = log.view()
    await view.refresh()
    window = view.window()
    RequestLogFile(paths.request_log_file).append([{"path": "/b"}])
    await view.refresh()
    assert (window.total, window.position("0"), window.position("1")) == (1, 0, None)
    window.refresh()
    assert (window.total, window.position("0"), window.position("1")) == (2, 1, 0)


async def test_a_look_called_off_while_it_reads_loses_no_line(paths: Paths) -> None:
    log = log_of(paths)
    log.record(exchange("/a"))
    await log.close()
    view = log.view()
    look = asyncio.create_task(view.refresh())
    await asyncio.sleep(0)
    look.cancel()
    with pytest.raises(asyncio.CancelledError):
        await look
    await view.refresh()
    assert [row["path"] for row in view.window().rows(0, 9)] == ["/a"]


async def test_only_the_newest_are_shown_and_ids_stay(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_log_view, "MOST_SHOWN", 3)
    view = await kept(paths, *(exchange(f"/{number}") for number in range(5)))
    assert [row["id"] for row in view.window().rows(0, 9)] == ["4", "3", "2"]
    oldest = view.get("2")
    assert oldest is not None
    assert oldest.path == "/2"
    assert view.get("1") is None
    assert view.get("5") is None


def test_a_log_of_somebody_elses_making_is_shown_as_far_as_it_can_be_read(tmp_path: Path) -> None:
    file = RequestLogFile(tmp_path / "requests.jsonl")
    file.append([{"at": "5 o'clock", "status": "x", "path": ["y"], "attempt": "z", "ms": {}}])
    view = RequestLogView(file)
    view.take(view.read())
    line = view.get("0")
    assert line is not None
    assert (line.at, line.status, line.path, line.result) == (None, None, "", "error")
