"""When a fault strikes, and whom."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from imail_tui.sandbox.faults.board import FaultBoard
from imail_tui.sandbox.faults.rules import FAULT, Latency


def _board(**fault: object) -> FaultBoard:
    board = FaultBoard()
    board.put(FAULT.validate_python({"kind": "status", "status": 503, **fault}))
    return board


def _struck(board: FaultBoard, calls: int, path: str = "/v1/leads") -> list[int]:
    return [number for number in range(1, calls + 1) if board.request("GET", path, "test")]


def test_every_call_is_struck_until_it_is_cleared() -> None:
    board = _board()
    assert _struck(board, 3) == [1, 2, 3]
    assert board.clear("flt_1") == 1
    assert _struck(board, 3) == []


def test_the_nth_every_nth_and_a_number_of_times() -> None:
    assert _struck(_board(nth=3), 9) == [3]
    assert _struck(_board(every=3), 9) == [3, 6, 9]
    assert _struck(_board(every=2, times=2), 9) == [2, 4]
    assert _struck(_board(times=1), 9) == [1]


@given(rate=st.floats(0, 1), seed=st.integers(0, 1_000))
def test_a_rate_is_the_same_for_the_same_seed_and_about_itself(rate: float, seed: int) -> None:
    first = _struck(_board(rate=rate, seed=seed), 300)
    assert first == _struck(_board(rate=rate, seed=seed), 300)
    assert abs(len(first) / 300 - rate) < 0.15


@pytest.mark.parametrize(
    ("template", "path", "fits"),
    [
        ("/leads", "/v1/leads", True),
        ("/v1/leads", "/v1/leads", True),
        ("/leads", "/v1/leads/led_1", False),
        ("/leads/{lead_id}", "/v1/leads/led_1", True),
        ("/leads/{lead_id}", "/v1/leads", False),
        ("/campaigns/{id}/leads", "/v1/campaigns/cmp_1/leads", True),
        ("/campaigns/{id}/leads", "/v1/campaigns/cmp_1/test", False),
        ("/openapi.json", "/openapi.json", True),
        (None, "/v1/replies", True),
        (None, "/openapi.json", True),
        (None, "/healthz", False),
    ],
)
def test_a_template_fits_its_paths(template: str | None, path: str, fits: bool) -> None:
    assert bool(_board(path=template).request("GET", path, None)) is fits


def test_method_and_ledger_narrow_it_and_others_are_not_counted() -> None:
    board = _board(method="POST", ledger="live", nth=2)
    for method, mode in (("GET", "live"), ("POST", "test"), ("POST", None), ("POST", "live")):
        assert not board.request(method, "/v1/leads", mode)
    assert board.request("POST", "/v1/leads", "live")
    assert (board.all()[0].met, board.all()[0].struck) == (2, 1)


def test_deliveries_have_faults_of_their_own() -> None:
    board = FaultBoard()
    for delivery, every in (("duplicate", 2), ("bad_signature", 3), ("reorder", 6)):
        board.put(FAULT.validate_python({"kind": "webhook", "delivery": delivery, "every": every}))
    assert not board.request("POST", "/v1/webhooks", "test")
    found = [board.delivery("test") for _ in range(6)]
    assert [one.copies for one in found] == [1, 2, 1, 2, 1, 2]
    assert [one.bad_signature for one in found] == [False, False, True, False, False, True]
    assert [one.held_back for one in found] == [False] * 5 + [True]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "status", "status": 200},
        {"kind": "status"},
        {"kind": "earthquake"},
        {"kind": "status", "status": 500, "nth": 1, "rate": 0.5},
        {"kind": "cut", "at": "never"},
        {"kind": "bulk_rows"},
        {"kind": "latency", "seconds": -1},
        {"kind": "headers", "set": {"X-A": "a\r\nb"}},
        {"kind": "status", "status": 500, "path": "leads"},
        {"kind": "webhook", "delivery": "duplicate", "path": "/leads"},
    ],
)
def test_what_is_no_fault_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FAULT.validate_python(wrong)


@pytest.mark.parametrize(("law", "low", "high"), [("fixed", 0.2, 0.2), ("uniform", 0, 0.4)])
def test_latency_keeps_to_its_law(law: str, low: float, high: float) -> None:
    fault = FAULT.validate_python({"kind": "latency", "seconds": 0.2, "law": law})
    assert isinstance(fault, Latency)
    rng = random.Random(1)
    drawn = [fault.draw(rng) for _ in range(500)]
    assert all(low <= delay <= high for delay in drawn)
    assert sum(drawn) / 500 == pytest.approx(0.2, abs=0.02)
