"""Circuit and retry quota of a host; times are seconds."""

from imail_tui.domain.host_health import (
    OPENS_AFTER,
    PAUSE,
    QUOTA,
    RETRY_COST,
    Health,
    admit,
    failed,
    is_failing,
    spend_retry,
    succeeded,
)


def broken(now: float = 0.0) -> Health:
    health = Health()
    for _ in range(OPENS_AFTER):
        health = failed(health, silent=False, now=now)
    return health


def test_it_opens_after_a_row_of_failures_only() -> None:
    health = Health()
    for _ in range(OPENS_AFTER - 1):
        health = failed(health, silent=False, now=0)
    assert not is_failing(health)
    assert not is_failing(failed(succeeded(health), silent=False, now=0))
    assert is_failing(failed(health, silent=False, now=0))


def test_one_attempt_at_a_time_looks_whether_it_is_back() -> None:
    health = broken()
    health, wait = admit(health, 0.5)
    assert wait == PAUSE - 0.5
    health, wait = admit(health, PAUSE)
    assert wait == 0
    # The look may hang: it is not waited for longer than until the next one is due.
    assert admit(health, PAUSE + 0.1)[1] > 0
    assert admit(health, 2 * PAUSE)[1] == 0


def test_attempts_that_were_under_way_do_not_put_off_the_next_look() -> None:
    health = broken()
    for tick in range(20):
        health = failed(health, silent=True, now=tick / 10)
    assert admit(health, PAUSE)[1] == 0
    assert health.silent


def test_a_success_closes_it_at_once() -> None:
    health = succeeded(broken())
    assert not is_failing(health)
    assert admit(health, 0)[1] == 0


def test_retries_are_bounded_and_successes_give_some_back() -> None:
    health, spent = Health(), 0
    while True:
        health, may = spend_retry(health, after_timeout=False)
        if not may:
            break
        spent += 1
    assert spent == QUOTA / RETRY_COST
    for _ in range(int(RETRY_COST)):
        health = succeeded(health)
    assert spend_retry(health, after_timeout=False)[1]
    assert not spend_retry(health, after_timeout=True)[1]


def test_a_storm_spends_no_more_than_a_look_every_two_seconds() -> None:
    health, sent = broken(), 0
    for tick in range(600):
        now = tick / 10
        health, wait = admit(health, now)
        if not wait:
            sent += 1
            health = failed(health, silent=False, now=now)
    assert sent <= 60 / PAUSE
