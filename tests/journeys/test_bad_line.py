"""A line that goes bad and good again under the running app: keys answer all the time."""

import time
from pathlib import Path

import pytest
from textual.pilot import Pilot

from imail_tui.api.deadlines import Deadlines
from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.services.session import open_session
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey
from imail_tui.ui.widgets.line_table import LineTable
from tests.fakes.line_faults import cuts_answer, garbles, hangs_up, stalls_request
from tests.fakes.tcp_proxy import Fault, TcpProxy, passes, tcp_proxy
from tests.patience import PATIENCE

from .workspace import app_on, shown, until, until_gone, until_shown

SOON = Deadlines(read_call=1.5, write_call=1.5, connect=0.5, read=1.0, answer=1.0)

TROUBLES: list[Fault] = [
    stalls_request(0),
    hangs_up(reset=True),
    cuts_answer(60, reset=True),
    garbles(0, 400, seed=1),
]


async def assert_keys_answer(pilot: Pilot[None], proxy: TcpProxy) -> None:
    """The cursor moves at once, while the line is as bad as ever."""
    table = pilot.app.focused
    assert isinstance(table, LineTable)
    for key, by in (("j", 1), ("j", 1), ("k", -1), ("k", -1)):
        place = table.cursor_index
        await pilot.press(key)
        # All that is queued is done, nothing else is waited for.
        await pilot.pause()
        assert table.cursor_index == place + by
    assert proxy.otherwise is not passes


async def test_keys_answer_on_a_bad_line_and_all_is_well_by_itself_when_it_is_good_again(
    sandbox: SandboxAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imail_tui.api.client.Deadlines", lambda: SOON)
    async with tcp_proxy(sandbox.url) as proxy:
        paths = Paths(*(tmp_path / name for name in ("config", "data", "state", "run")))
        session = open_session(
            paths,
            Profile("journey", proxy.url),
            FoundKey(sandbox.test_key, "journey"),
            retry_seconds=(0.3,),
            feed_seconds=0.5,
        )
        async with app_on(session, (80, 24)) as pilot:
            await until_shown(pilot, "Inboxes  24", "data now")
            for trouble in TROUBLES:
                await _bad_for_a_while(pilot, proxy, trouble)


async def _bad_for_a_while(pilot: Pilot[None], proxy: TcpProxy, trouble: Fault) -> None:
    proxy.otherwise = trouble
    deadline = time.monotonic() + PATIENCE
    while "offline" not in shown(pilot):
        assert time.monotonic() < deadline, shown(pilot)
        # Again and again: an answer that was on its way while the line was good may be shared.
        await _ask(pilot, proxy)
        await assert_keys_answer(pilot, proxy)
    assert "Inboxes  24" in shown(pilot)
    await assert_keys_answer(pilot, proxy)
    proxy.otherwise = passes
    await until_gone(pilot, "offline")
    assert "Inboxes  24" in shown(pilot)


async def _ask(pilot: Pilot[None], proxy: TcpProxy) -> None:
    before = proxy.exchanges
    await pilot.press("r")
    await until(pilot, lambda: proxy.exchanges > before, "question on the bad line")
