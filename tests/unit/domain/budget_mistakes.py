"""The budget's transitions as they are, and as they would be with the mistakes one makes here."""

import inspect
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from unittest import mock

from imail_tui.domain import budget, turns
from imail_tui.domain.budget import State
from imail_tui.domain.rate_headers import RateHeaders
from imail_tui.domain.turns import Ask, Grant, Wait

Ended = Callable[[State, int, float], State]


@dataclass(frozen=True, slots=True)
class Transitions:
    """The transitions under test: the real ones, or those of a changed source."""

    take: Callable[[State, Sequence[Ask], float, str], tuple[State, Grant | Wait]] = turns.take
    observe: Callable[[State, int, RateHeaders, float], State] = budget.observe
    throttle: Callable[[State, int, float, float], State] = budget.throttle
    finish: Ended = budget.finish
    lose: Ended = budget.lose
    refund: Ended = budget.refund
    bury: Callable[[State, str, float], State] = budget.bury
    configure: Callable[[State, float, float, float], State] = budget.configure
    level_at: Callable[[State, float], float | None] = budget.level_at


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong way to write `module`: each text that must be there once, and what stands there instead."""

    module: ModuleType
    changes: Sequence[tuple[str, str]]


MISTAKES = {
    "of the requests sent later only this process's count": Mistake(
        budget,
        [
            (
                "later = state.issued - number",
                "later = sum(o.number > number and o.owner == request.owner for o in state.sent)",
            )
        ],
    ),
    "of the requests sent earlier only this process's count": Mistake(
        budget,
        [("if one.number < number and (", "if one.number < number and one.owner == request.owner and (")],
    ),
    "requests sent later do not count": Mistake(
        budget, [("remaining - later - earlier", "remaining - earlier")]
    ),
    "requests sent earlier do not count": Mistake(
        budget, [("remaining - later - earlier", "remaining - later")]
    ),
    "what ended while another was under way is forgotten": Mistake(
        budget, [("if one.done is None or one.done > oldest)", "if one.done is None)")]
    ),
    "charged when answered instead of when sent": Mistake(
        budget,
        [
            ("settled.level - 1", "settled.level"),
            (
                '"""Request `number` was answered."""',
                "state = replace(state, level=None if state.level is None else state.level - 1)",
            ),
        ],
    ),
    "a token comes back twice": Mistake(
        budget, [("returned = len(kept) < len(state.sent)", "returned = True")]
    ),
    "the level is not capped by what is under way": Mistake(
        budget,
        [("return allowance(state) - under_way(state, now)", "return allowance(state)")],
    ),
    "a lost request is over at once": Mistake(budget, [("now + LOST_FOR", "now")]),
    "headers are taken at their word": Mistake(
        budget, [("level = max(low, min(state.level or 0.0, high))", "level = float(remaining)")]
    ),
    "an ended request frees its place for the time before": Mistake(
        budget, [("    state = settle(state, now)\n    sent = tuple(replace(", "    sent = tuple(replace(")]
    ),
    "a shorter cool-down ends a longer one": Mistake(
        budget, [("max(state.closed_until, now + wait)", "now + wait")]
    ),
    "each process probes for itself": Mistake(
        turns,
        [("if any(one.done is None and now", "if any(one.owner == owner and one.done is None and now")],
    ),
}


def mistaken(mistake: Mistake) -> Transitions:
    """The transitions as they would be with the mistake."""
    source = inspect.getsource(mistake.module)
    for right, wrong in mistake.changes:
        assert source.count(right) == 1, right
        source = source.replace(right, wrong)
    changed = _loaded(mistake.module, source)
    if mistake.module is turns:
        return Transitions(take=changed.take)
    with mock.patch.dict(sys.modules, {budget.__name__: changed}):
        take = _loaded(turns, inspect.getsource(turns)).take
    names = ("observe", "throttle", "finish", "lose", "refund", "bury", "configure", "level_at")
    return Transitions(take=take, **{name: getattr(changed, name) for name in names})


def _loaded(original: ModuleType, source: str) -> ModuleType:
    module = ModuleType(original.__name__)
    exec(compile(source, f"changed {original.__name__}", "exec"), vars(module))
    # Its functions shall make and know the same classes as everybody else.
    kinds = {name: kind for name, kind in vars(original).items() if isinstance(kind, type)}
    vars(module).update(kinds)
    return module
