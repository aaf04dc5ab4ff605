"""Whether a server is asked at all: a quota of retries and a circuit, for all who talk to one host.

The quota bounds retries to a part of what succeeds, however many callers fail at once (botocore's standard
mode: 500 tokens, a retry costs 5, after a timeout 10, a success gives 1 back). The circuit opens when a row
of attempts failed: then one attempt in two seconds looks whether the server is back, and nobody else asks.
Pure transitions; times are seconds of one clock.
"""

from dataclasses import dataclass, replace

QUOTA = 500.0
RETRY_COST = 5.0
TIMEOUT_RETRY_COST = 10.0
SUCCESS_GIVES = 1.0
OPENS_AFTER = 5
"""Failed attempts in a row, over all processes."""
PAUSE = 2.0
"""Seconds between two looks at a failing server: half of what a recovery may take at most, and a little."""


@dataclass(frozen=True, slots=True)
class Health:
    """One host. `closed_until`: nobody asks before; `silent`: the last failure was no answer at all."""

    quota: float = QUOTA
    failures: int = 0
    closed_until: float = 0.0
    silent: bool = False


def is_failing(health: Health) -> bool:
    """Whether the circuit is open: only single attempts look whether the server is back."""
    return health.failures >= OPENS_AFTER


def admit(health: Health, now: float) -> tuple[Health, float]:
    """Whether an attempt may go now: seconds to wait, 0 = go. Of those who wait, one goes at a time."""
    if not is_failing(health):
        return health, 0.0
    if now < health.closed_until:
        return health, min(health.closed_until - now, PAUSE)
    return replace(health, closed_until=now + PAUSE), 0.0


def succeeded(health: Health) -> Health:
    """The server answered as it should, a refusal included."""
    if health == Health():
        return health
    return Health(quota=min(QUOTA, health.quota + SUCCESS_GIVES))


def failed(health: Health, *, silent: bool, now: float) -> Health:
    """A 5xx, or (`silent`) no answer at all."""
    failures = health.failures + 1
    # Failures of attempts that were under way already do not put off the next look.
    opens = failures == OPENS_AFTER
    closed_until = now + PAUSE if opens else health.closed_until
    return replace(health, failures=failures, silent=silent, closed_until=closed_until)


def spend_retry(health: Health, *, after_timeout: bool) -> tuple[Health, bool]:
    """Pay for one more attempt; False = the quota is used up, give up."""
    cost = TIMEOUT_RETRY_COST if after_timeout else RETRY_COST
    if health.quota < cost:
        return health, False
    return replace(health, quota=health.quota - cost), True
