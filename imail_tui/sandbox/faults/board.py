"""Which faults are up, how often each was met, and which strike the call at hand."""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from re import Pattern

from imail_tui.sandbox.faults.rules import (
    IdempotencyOff,
    Matched,
    RequestFault,
    WebhookFault,
    When,
)

_API = re.compile(r"/v1/|/openapi\.json$")


@dataclass
class Placed:
    """A fault that is up: `met` calls matched it so far, `struck` of them were struck."""

    id: str
    fault: RequestFault | WebhookFault
    pattern: Pattern[str]
    met: int = field(default=0)
    struck: int = field(default=0)

    def strikes(self) -> bool:
        """Count a matching call; whether it is struck."""
        if self.spent:
            return False
        self.met += 1
        if not self.fault.strikes(self.met):
            return False
        self.struck += 1
        return True

    @property
    def spent(self) -> bool:
        """Whether it struck as often as it was asked to."""
        rule: When = self.fault
        return (rule.times is not None and self.struck >= rule.times) or (
            rule.nth is not None and self.met >= rule.nth
        )

    def covers(self, method: str, path: str) -> bool:
        """Whether a request's method and path are the fault's."""
        rule = self.fault
        if not isinstance(rule, Matched) or rule.method not in (None, method):
            return False
        return self.pattern.match(path) is not None


@dataclass(frozen=True)
class DeliveryFaults:
    """What goes wrong with one delivery attempt of a webhook.

    It is sent `copies` times, one after the other; `held_back` = after the attempt that follows it;
    `bad_signature` = signed with a key the subscription does not have.
    """

    copies: int = 1
    held_back: bool = False
    bad_signature: bool = False


class FaultBoard:
    """The faults of one server, in the order they were put up; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._placed: list[Placed] = []
        self._number = 0

    def put(self, fault: RequestFault | WebhookFault) -> Placed:
        """Put a fault up."""
        path = fault.path if isinstance(fault, Matched) else None
        with self._lock:
            self._number += 1
            placed = Placed(f"flt_{self._number}", fault, _pattern(path))
            self._placed.append(placed)
            return placed

    def all(self) -> list[Placed]:
        """All that are up, also those that have struck for the last time."""
        with self._lock:
            return list(self._placed)

    def clear(self, fault_id: str | None = None) -> int:
        """Take one fault down, or all; returns how many were up."""
        with self._lock:
            kept = [placed for placed in self._placed if fault_id not in (None, placed.id)]
            taken = len(self._placed) - len(kept)
            self._placed = kept
            return taken

    def request(self, method: str, path: str, mode: str | None) -> Sequence[RequestFault]:
        """What strikes a request; `mode` is the ledger of its key, None for an unknown or no key."""
        with self._lock:
            return [
                placed.fault
                for placed in self._placed
                if not isinstance(placed.fault, WebhookFault)
                and placed.fault.ledger in (None, mode)
                and placed.covers(method, path)
                and placed.strikes()
            ]

    def delivery(self, mode: str) -> DeliveryFaults:
        """What strikes the next delivery attempt of a ledger; ask once for each attempt."""
        with self._lock:
            found = {
                placed.fault.delivery
                for placed in self._placed
                if isinstance(placed.fault, WebhookFault)
                and placed.fault.ledger in (None, mode)
                and placed.strikes()
            }
        return DeliveryFaults(2 if "duplicate" in found else 1, "reorder" in found, "bad_signature" in found)

    def ignores_idempotency(self, method: str, path: str) -> bool:
        """Whether an operation (its path as a template) has to be described without `Idempotency-Key`."""
        with self._lock:
            return any(
                isinstance(placed.fault, IdempotencyOff) and not placed.spent and placed.covers(method, path)
                for placed in self._placed
            )


def _pattern(template: str | None) -> Pattern[str]:
    if template is None:
        return _API
    parts = re.split(r"\{[^{}/]*\}", template.removeprefix("/v1"))
    return re.compile("(/v1)?" + "[^/]+".join(re.escape(part) for part in parts) + "$")
