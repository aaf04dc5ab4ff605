"""The request budget of a key on a server, shared by all processes of this machine that use it."""

import hashlib
import itertools
import random
from collections.abc import Callable
from dataclasses import replace

from imail_tui.domain.budget import CAUTIOUS_SHARE, State
from imail_tui.model.secret import Secret
from imail_tui.services.budget import BudgetLimiter
from imail_tui.services.shared_state import SharedState
from imail_tui.store.paths import Paths
from imail_tui.store.processes import is_running, this_process
from imail_tui.store.shared_records import read_budget, write_record
from imail_tui.store.shared_rows import SharedRows, boot_seconds

NEW_ERA_PAUSE = 0.5
"""Seconds in which the others bring what they have under way into a shared state that was lost."""

_clients = itertools.count(1)


def open_limiter(
    paths: Paths,
    secret: Secret,
    base_url: str,
    *,
    clock: Callable[[], float] = boot_seconds,
    chance: Callable[[], float] = random.random,
) -> BudgetLimiter:
    """The budget of a key on a server, shared with all processes of this machine that use them too.

    The file knows the pair by a hash only. Where it cannot be used the client goes on alone with a quarter of
    the burst, because it cannot see what other processes spend.
    """
    owner = f"{this_process()}/{next(_clients)}"

    def begin(seen: State | None) -> State:
        now = clock()
        state = State(era=f"{owner}@{now}", at=now)
        if seen is None:
            return state
        return replace(state, rate=seen.rate, burst=seen.burst, closed_until=now + NEW_ERA_PAUSE)

    def alone(seen: State | None) -> State:
        return replace(begin(seen), share=CAUTIOUS_SHARE, closed_until=0.0)

    def read(record: bytes) -> State | None:
        state = read_budget(record)
        # A clock that went back belongs to another boot, where the system does not tell boots apart.
        return None if state is None or state.at > clock() + 1 else state

    kept = SharedState(
        SharedRows(paths.budget_file),
        f"budget {account_of(secret, base_url)}",
        read=read,
        write=write_record,
        begin=begin,
        alone=alone,
        clock=clock,
    )
    return BudgetLimiter(
        kept, owner=owner, clock=clock, chance=chance, runs=lambda name: is_running(name.partition("/")[0])
    )


def account_of(secret: Secret, base_url: str) -> str:
    """A name of a key on a server that tells nothing of the key."""
    about = f"{base_url.rstrip('/')}\n{secret.reveal()}"
    return hashlib.blake2b(about.encode(), digest_size=16).hexdigest()
