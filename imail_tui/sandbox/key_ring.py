"""The keys a server accepts: one for each ledger, each with its token bucket, until it is rotated."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers

from imail_tui.sandbox.bucket import TokenBucket
from imail_tui.sandbox.errors import CannotServe
from imail_tui.sandbox.ids import ulid
from imail_tui.sandbox.ledger import Ledger
from imail_tui.sandbox.tiers import Tier

_REVOKE = "UPDATE api_key SET revoked_at = ? WHERE revoked_at IS NULL"
_ADD = "INSERT INTO api_key (key, created_at) VALUES (?, ?)"


_FORM = re.compile(r"imk_[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True)
class KeyHolder:
    """What a key opens, and how fast."""

    ledger: Ledger
    bucket: TokenBucket


class KeyRing:
    """Holders by key. `chosen` keys, by ledger mode, stand in for those made from the seed."""

    def __init__(
        self,
        ledgers: tuple[Ledger, ...],
        chosen: dict[str, str | None],
        tier: Tier,
        wall: Callable[[], float],
    ) -> None:
        self._ledgers = ledgers
        self._chosen = chosen
        self._tier = tier
        self._wall = wall
        self._rng = random.SystemRandom()
        self.refill()

    def refill(self) -> None:
        """Begin again: the keys the ledgers began with, their buckets full."""
        self._holders = {
            self._chosen.get(ledger.mode) or ledger.api_key: self._holder(ledger) for ledger in self._ledgers
        }

    def holder(self, key: str) -> KeyHolder | None:
        """Who holds a key; None when nobody does, or not any more."""
        return self._holders.get(key)

    def key_of(self, mode: str) -> str:
        """The key that opens a ledger now."""
        return next(key for key, holder in self._holders.items() if holder.ledger.mode == mode)

    def rotate(self, mode: str) -> str:
        """Revoke a ledger's key and make a new one with a bucket of its own; the new key."""
        old = self.key_of(mode)
        ledger = self._holders[old].ledger
        now = ledger.now_ms()
        new = f"imk_{mode}_{ulid(now, self._rng.getrandbits(80))}"
        with ledger.transaction() as connection:
            connection.execute(_REVOKE, (now,))
            connection.execute(_ADD, (new, now))
        others = {key: holder for key, holder in self._holders.items() if key != old}
        self._holders = {**others, new: self._holder(ledger)}
        return new

    def _holder(self, ledger: Ledger) -> KeyHolder:
        return KeyHolder(ledger, TokenBucket(self._tier.per_minute, self._tier.burst, self._wall()))


def check_keys(test_key: str | None, live_key: str | None) -> None:
    """Raise `CannotServe` for chosen keys that are no keys, or the same for both ledgers."""
    chosen = [key for key in (test_key, live_key) if key is not None]
    if any(_FORM.fullmatch(key) is None for key in chosen):
        raise CannotServe("A key must be imk_ followed by letters, digits, _ and -.")
    if len(set(chosen)) != len(chosen):
        raise CannotServe("The test and the live key must be different.")


def bearer(headers: Headers) -> str | None:
    """The key in an Authorization header; None when there is none of that kind."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None
