"""The controls of a running sandbox, for tests: sync, by nothing but the standard library."""

import contextlib
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

Mode = Literal["test", "live"]
_SECONDS = 600.0
"""A long step of a large world takes its time."""


class ControlRefused(Exception):
    """The sandbox refused: `status` and `code` of its error; the text is its message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Clock:
    """Both clocks of a sandbox; `speed` is world seconds per real second, also while frozen."""

    world_now: dt.datetime
    wall_now: dt.datetime
    speed: float
    frozen: bool


@dataclass(frozen=True)
class State:
    """A sandbox at a glance: keys and row counts are by ledger (`test`, `live`)."""

    clock: Clock
    seed: int
    size: str
    tier: str
    faults: int
    api_keys: Mapping[str, str]
    counts: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Effect:
    """Something a caller of the API did, at world time `at`.

    Kinds: `operation`, `idempotency.replayed`, `idempotency.conflict`, `lead.created`, `lead.updated`,
    `lead.enrolled`, `message.accepted`, `test_mail.sent`, `webhook.disabled`. `seq` grows
    by one from effect to effect.
    """

    seq: int
    at: dt.datetime
    kind: str
    subject_id: str | None
    data: Mapping[str, object]


@dataclass(frozen=True)
class Event:
    """Something that happened at world time `at`: `data` is what a webhook would carry."""

    seq: int
    id: str
    type: str
    at: dt.datetime
    data: Mapping[str, object]


@dataclass(frozen=True)
class FaultState:
    """A fault that is up: `met` calls matched it so far, `struck` of them were struck."""

    id: str
    met: int
    struck: int
    fault: Mapping[str, object]


class SandboxControl:
    """Steps time, makes things happen, puts faults up, tells what was done. `url` is any of the sandbox's.

    Every method raises `ControlRefused` for what the sandbox refuses and `OSError` when it is not there.
    """

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url).netloc

    def state(self) -> State:
        """What there is."""
        return _state(self._call("GET", "/state"))

    def advance(self, by: dt.timedelta) -> Clock:
        """Move world time on; everything due on the way has happened when this returns."""
        return _clock(self._call("POST", "/clock", {"advance_seconds": by.total_seconds()}))

    def advance_to(self, instant: dt.datetime) -> Clock:
        """Move world time on to an aware instant, as `advance` does."""
        return _clock(self._call("POST", "/clock", {"advance_to": instant.isoformat()}))

    def pace(self, *, speed: float | None = None, frozen: bool | None = None) -> Clock:
        """Let world time run at another speed, stand still, or go on."""
        return _clock(self._call("POST", "/clock", {"speed": speed, "frozen": frozen}))

    def happen(self, type_: str, *, ledger: Mode = "test", **fields: object) -> list[str]:
        """Let something happen, such as `email.opened` with `lead_id=…`; the ids of its events."""
        answer = self._call("POST", "/events", {"type": type_, "ledger": ledger, **fields})
        return [str(event_id) for event_id in answer["event_ids"]]

    def reply(
        self,
        lead_id: str,
        text: str,
        *,
        ledger: Mode = "test",
        campaign_id: str | None = None,
        label: str | None = None,
        auto: bool = False,
    ) -> list[str]:
        """Let a lead answer its latest mail; without `label` it is not classified. The ids of its events."""
        fields = {"campaign_id": campaign_id, "label": label}
        given = {name: value for name, value in fields.items() if value is not None}
        return self.happen("reply.received", ledger=ledger, lead_id=lead_id, text=text, auto=auto, **given)

    def put_fault(self, kind: str, **fields: object) -> str:
        """Put a fault up, such as `status` with `status=503, path="/leads", times=2`; its id."""
        return str(self._call("POST", "/faults", {"kind": kind, **fields})["id"])

    @contextlib.contextmanager
    def fault(self, kind: str, **fields: object) -> Iterator[str]:
        """A fault that is up inside the block."""
        fault_id = self.put_fault(kind, **fields)
        try:
            yield fault_id
        finally:
            self.clear_faults(fault_id)

    def faults(self) -> list[FaultState]:
        """All faults that are up."""
        return [FaultState(**placed) for placed in self._call("GET", "/faults")["data"]]

    def clear_faults(self, fault_id: str | None = None) -> None:
        """Take one fault down, or all."""
        self._call("DELETE", "/faults" if fault_id is None else f"/faults/{fault_id}")

    def effects(self, *, ledger: Mode = "test", after: int = 0, kind: str | None = None) -> list[Effect]:
        """What callers did behind a place in the order, oldest first; of one kind if it is named."""
        return [
            Effect(one["seq"], _instant(one["at"]), one["kind"], one["subject_id"], one["data"])
            for one in self._pages("/effects", ledger, after)
            if kind in (None, one["kind"])
        ]

    def events(self, *, ledger: Mode = "test", after: int = 0, type_: str | None = None) -> list[Event]:
        """What happened behind a place in the ledger, oldest first; of one type if it is named."""
        return [
            Event(one["seq"], one["id"], one["type"], _instant(one["at"]), one["data"])
            for one in self._pages("/events", ledger, after)
            if type_ in (None, one["type"])
        ]

    def reset(self) -> State:
        """Begin again: world, clock and keys as they were at the start, and no faults."""
        return _state(self._call("POST", "/reset"))

    def rotate_key(self, ledger: Mode = "test") -> str:
        """Revoke a ledger's key; the new one."""
        return str(self._call("POST", "/keys/rotate", {"ledger": ledger})["api_key"])

    def _pages(self, path: str, ledger: Mode, after: int) -> Iterator[dict[str, Any]]:
        more = True
        while more:
            query = urlencode({"ledger": ledger, "after": after, "limit": 1_000})
            page = self._call("GET", f"{path}?{query}")
            yield from page["data"]
            after, more = page["next"], page["has_more"]

    def _call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        sent = None if body is None else {name: value for name, value in body.items() if value is not None}
        headers = {} if sent is None else {"Content-Type": "application/json"}
        connection = HTTPConnection(self._address, timeout=_SECONDS)
        with contextlib.closing(connection):
            connection.request(
                method, f"/__sandbox{path}", None if sent is None else json.dumps(sent), headers
            )
            response = connection.getresponse()
            answer: dict[str, Any] = json.loads(response.read())
        if response.status >= 400:
            error = answer["error"]
            raise ControlRefused(response.status, error["code"], error["message"])
        return answer


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _clock(told: Mapping[str, Any]) -> Clock:
    return Clock(_instant(told["world_now"]), _instant(told["wall_now"]), told["speed"], told["frozen"])


def _state(told: Mapping[str, Any]) -> State:
    ledgers = told["ledgers"]
    return State(
        _clock(told["clock"]),
        told["seed"],
        told["size"],
        told["tier"],
        told["faults"],
        {mode: ledger["api_key"] for mode, ledger in ledgers.items()},
        {mode: ledger["counts"] for mode, ledger in ledgers.items()},
    )
