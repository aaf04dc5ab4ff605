"""What triage costs on the line to the server: whole HTTP messages both ways, counted between the two."""

from pathlib import Path
from statistics import median
from typing import Final

import pytest
from textual.pilot import Pilot

from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.services.session import Session
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.replies import reading
from tests.fakes.tcp_proxy import Exchange, tcp_proxy

from .test_replies import record_of
from .workspace import SIZES, app_on, session_on, until, until_shown

MOST: Final = 6_000
"""Bytes of a label and of all that the next page asks for."""
ROUNDS: Final = 9


@pytest.mark.parametrize(
    ("size", "key", "label"), [(SIZES[0], "I", "interested"), (SIZES[1], "M", "meeting")]
)
async def test_a_label_and_the_next_page_on_a_slow_line(
    sandbox: SandboxAddress,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    key: str,
    label: str,
) -> None:
    # However slow the machine, nobody rests before we say so.
    monkeypatch.setattr(reading, "LONG_REST_SECONDS", 600.0)
    passed: list[tuple[str, int]] = []

    async def counted(exchange: Exchange) -> None:
        request, answer = await exchange.request(), await exchange.answer()
        passed.append((request.partition(b"\r\n")[0].decode(), len(request) + len(answer)))
        await exchange.send(answer)

    async with tcp_proxy(sandbox.url) as proxy:
        proxy.otherwise = counted
        session = session_on(proxy.url, sandbox.test_key, tmp_path)
        async with app_on(session, size, UiOptions(low_bandwidth=True, status_seconds=None)) as pilot:
            await pilot.press("4")
            await until_shown(pilot, " All ", "unread")
            await at_rest(pilot, session)
            await pilot.press("enter")
            await until_shown(pilot, f"◀ {record_of(pilot).head.sender}")
            await at_rest(pilot, session)
            costs = []
            for _ in range(ROUNDS):
                begun, page = len(passed), record_of(pilot).id
                await pilot.press(key)
                await until_shown(pilot, f"+ {label} ✓")
                await pilot.press("n")
                assert record_of(pilot).id != page
                await at_rest(pilot, session)
                costs.append(sum(size for _, size in passed[begun:]))
                assert asked(passed[begun:], "PATCH")
            assert median(costs) <= MOST, (costs, passed)
            # A page that rests counts as read, and its lead is fetched where it is in sight.
            assert not asked(passed, "GET /v1/leads/")
            monkeypatch.setattr(reading, "LONG_REST_SECONDS", 0.05)
            await pilot.press("n")
            await until(pilot, lambda: not record_of(pilot).unread, "page that counts as read")
            if size == SIZES[1]:
                await until(pilot, lambda: asked(passed, "GET /v1/leads/"), "question for the lead")
            await at_rest(pilot, session)
            assert (await session.client.replies.get(record_of(pilot).reply_id)).read
            assert asked(passed, "GET /v1/leads/") is (size == SIZES[1])


def asked(passed: list[tuple[str, int]], what: str) -> bool:
    """Whether the server was asked so."""
    return any(line.startswith(what) for line, _ in passed)


async def at_rest(pilot: Pilot[None], session: Session) -> None:
    """Nothing is on its way to the server any more."""

    def rests() -> bool:
        under_way = any(not worker.is_finished for worker in pilot.app.screen.workers)
        return not under_way and not session.cache.all_kept("triage")

    await until(pilot, rests, "rest")
