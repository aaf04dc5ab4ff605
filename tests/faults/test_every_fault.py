"""Every fault of the line × every retry class, against a real server whose own ledger is believed.

The rows are the retry table: what is repeated, what is left in doubt, and that nothing happens twice.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import pytest

from imail_tui.api.caller import INTERACTIVE_TRIES
from imail_tui.api.deadlines import Deadlines
from imail_tui.api.errors import ApiError, BadResponse, DeadlineExceeded, Interrupted, Unreachable
from imail_tui.domain.capabilities import UNKNOWN
from tests.fakes.documents import UNKEYED
from tests.fakes.line_faults import (
    cuts_answer,
    cuts_request,
    delays,
    drips,
    garbles,
    garbles_body,
    hangs_up,
    stalls_answer,
    stalls_request,
)
from tests.fakes.tcp_proxy import Fault, TcpProxy, tcp_proxy
from tests.faults.calls import Ground, Kind, assert_sound, carry_out, sandbox_ground
from tests.faults.conftest import PATIENT, Connect, roomy_limiter

SHORT = Deadlines(read_call=1.2, write_call=1.2, connect=1.0, read=1.0, answer=1.0)
SILENT = Deadlines(read_call=8.0, write_call=8.0, connect=2.0, read=1.0, answer=1.0)


class End(Enum):
    """What an exchange with a fault is worth."""

    FINE = "it counts"
    BROKEN = "no complete answer"
    UNREADABLE = "an answer nobody can read"
    LATE = "the total time runs out"


@dataclass(frozen=True)
class Row:
    """A fault; whether the server carried the request out; whether the client got the answer's head."""

    fault: Fault
    end: End
    applied: bool = True
    told: bool = False
    silent: bool = False
    """Whether only a limit of the client's can end it."""


ROWS = {
    "closed at accept": Row(hangs_up(), End.BROKEN, applied=False),
    "reset at accept": Row(hangs_up(reset=True), End.BROKEN, applied=False),
    "request lost": Row(cuts_request(0), End.BROKEN, applied=False),
    "request cut": Row(cuts_request(30), End.BROKEN, applied=False),
    "request cut at its last byte": Row(cuts_request(-1), End.BROKEN, applied=False),
    "request reset": Row(cuts_request(30, reset=True), End.BROKEN, applied=False),
    "answer lost": Row(cuts_answer(0), End.BROKEN),
    "answer reset": Row(cuts_answer(0, reset=True), End.BROKEN),
    "head cut": Row(cuts_answer(40), End.BROKEN),
    "body cut": Row(cuts_answer(-1), End.BROKEN, told=True),
    "half open in the request": Row(stalls_request(30), End.BROKEN, applied=False, silent=True),
    "half open before the answer": Row(stalls_answer(0), End.BROKEN, silent=True),
    "half open in the body": Row(stalls_answer(-1), End.BROKEN, told=True, silent=True),
    "garbage for an answer": Row(garbles(0, 300, seed=1), End.BROKEN),
    "garbage in the head": Row(garbles(30, 300, seed=2), End.BROKEN),
    "garbage for a body": Row(garbles_body(seed=3), End.UNREADABLE, told=True),
    "answer drips": Row(drips(0.01), End.LATE),
    "body drips": Row(drips(0.01, head_at_once=True), End.LATE, told=True),
    "late": Row(delays(0.1), End.FINE),
}
WRITES = frozenset(Kind) - {Kind.GET}


def repeats(kind: Kind, end: End) -> bool:
    """The retry table: whether one such exchange is followed by another."""
    if end is End.BROKEN:
        return kind is not Kind.ONCE
    # A body is read again where that does no harm; an answer without a body has nothing to garble.
    return end is End.UNREADABLE and kind in (Kind.GET, Kind.PATCH)


def survives(kind: Kind, end: End) -> bool:
    """Whether the call succeeds when only its first exchange is hit."""
    return end is End.FINE or repeats(kind, end) or (end is End.UNREADABLE and kind is Kind.DELETE)


ERRORS = {End.BROKEN: Interrupted, End.UNREADABLE: BadResponse, End.LATE: DeadlineExceeded}


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with sandbox_ground() as ground:
        yield ground


def assert_told(error: ApiError, kind: Kind, row: Row) -> None:
    """The error is of its type, keeps the request id wherever there was one, and says what is in doubt."""
    assert isinstance(error, ERRORS[row.end])
    assert error.in_doubt is (kind in WRITES)
    # The answer to a deletion is a head and nothing more: a cut one has not arrived.
    head_arrived = row.told and kind is not Kind.DELETE
    assert (error.problem.request_id is not None) is head_arrived
    assert error.problem.what
    assert error.problem.remedy


def _deadlines(row: Row) -> Deadlines:
    """Short ones only where time itself ends the exchange: a busy machine must not end the others."""
    if row.end is End.LATE:
        return SHORT
    return SILENT if row.silent else PATIENT


# The answer to a deletion has no body that could drip.
CASES = [
    # Half of them in turn, so that every fault and every kind is met; the rest in the slow run.
    pytest.param(name, kind, marks=() if (row + column) % 2 else pytest.mark.slow)
    for row, name in enumerate(ROWS)
    for column, kind in enumerate(Kind)
    if (name, kind) != ("body drips", Kind.DELETE)
]


@pytest.mark.parametrize(("name", "kind"), CASES)
async def test_a_fault_once(connect: Connect, ground: Ground, name: str, kind: Kind) -> None:
    row, limiter = ROWS[name], roomy_limiter()
    lead_id = ground.fresh_lead()
    async with tcp_proxy(ground.url, row.fault) as proxy:
        client = connect(
            proxy.url,
            key=ground.api_key,
            limiter=limiter,
            capabilities=UNKEYED if kind is Kind.ONCE else UNKNOWN,
            deadlines=_deadlines(row),
        )
        if survives(kind, row.end):
            await carry_out(client, kind, lead_id)
            effects = 1
        else:
            with pytest.raises(ApiError) as caught:
                await carry_out(client, kind, lead_id)
            assert_told(caught.value, kind, row)
            effects = int(row.applied)
        assert proxy.exchanges == 1 + repeats(kind, row.end)
        assert ground.effects(kind, lead_id) == (effects if kind in WRITES else 0)
        await assert_sound(client, limiter, ground)


STAYING = ["closed at accept", "request cut", "answer reset", "head cut", "garbage for an answer"]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", STAYING)
async def test_a_fault_that_stays(connect: Connect, ground: Ground, name: str, kind: Kind) -> None:
    row, limiter = ROWS[name], roomy_limiter()
    lead_id = ground.fresh_lead()
    async with tcp_proxy(ground.url) as proxy:
        proxy.otherwise = row.fault
        client = connect(
            proxy.url,
            key=ground.api_key,
            limiter=limiter,
            capabilities=UNKEYED if kind is Kind.ONCE else UNKNOWN,
        )
        with pytest.raises(ApiError) as caught:
            await carry_out(client, kind, lead_id)
        assert_told(caught.value, kind, row)
        assert proxy.exchanges == (1 if kind is Kind.ONCE else INTERACTIVE_TRIES)
        assert ground.effects(kind, lead_id) == (int(row.applied) if kind in WRITES else 0)


async def _listens_again(proxy: TcpProxy) -> None:
    await asyncio.sleep(0.01)
    await proxy.listen()


@pytest.mark.parametrize("kind", Kind)
async def test_a_refused_connection_was_never_sent_and_is_tried_again(
    connect: Connect, ground: Ground, kind: Kind
) -> None:
    limiter = roomy_limiter()
    lead_id = ground.fresh_lead()
    async with tcp_proxy(ground.url) as proxy:
        await proxy.refuse()
        client = connect(
            proxy.url,
            key=ground.api_key,
            limiter=limiter,
            capabilities=UNKEYED if kind is Kind.ONCE else UNKNOWN,
        )
        with pytest.raises(Unreachable) as caught:
            await carry_out(client, kind, lead_id)
        assert not caught.value.in_doubt
        assert ground.effects(kind, lead_id) == 0
        await asyncio.gather(carry_out(client, kind, lead_id), _listens_again(proxy))
        assert proxy.exchanges == 1
        assert ground.effects(kind, lead_id) == (1 if kind in WRITES else 0)
        await assert_sound(client, limiter, ground)


async def test_what_is_left_in_doubt_keeps_the_request_id_of_the_attempt_that_did(
    connect: Connect, ground: Ground
) -> None:
    lead_id = ground.fresh_lead()
    async with tcp_proxy(ground.url, cuts_answer(-1)) as proxy:
        proxy.otherwise = hangs_up()
        with pytest.raises(Interrupted) as caught:
            await carry_out(connect(proxy.url, key=ground.api_key), Kind.KEYED, lead_id)
        assert caught.value.in_doubt
        assert str(caught.value.problem.request_id).startswith("req_")
        assert ground.effects(Kind.KEYED, lead_id) == 1


async def test_a_refusal_that_is_cut_off_settles_nothing(connect: Connect, ground: Ground) -> None:
    # The first attempt deletes and its answer is lost; of the 404s that follow only heads arrive.
    lead_id = ground.fresh_lead()
    async with tcp_proxy(ground.url, cuts_answer(0)) as proxy:
        proxy.otherwise = cuts_answer(-1)
        with pytest.raises(Interrupted) as caught:
            await carry_out(connect(proxy.url, key=ground.api_key), Kind.DELETE, lead_id)
        assert caught.value.problem.status == 404
        assert caught.value.in_doubt
        assert ground.effects(Kind.DELETE, lead_id) == 1
