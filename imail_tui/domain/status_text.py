"""The status line in words: what the person must know at any moment, in one line of any width."""

from dataclasses import dataclass
from typing import Final, Literal

from imail_tui.domain.text import cell_width, clip, one_line
from imail_tui.model.status import Budget, Link, Status

Role = Literal["", "live", "test", "watch", "stop", "muted"]

SEPARATOR: Final = " · "
_FULL, _EMPTY = "▮", "▯"
_STEPS: Final = ((60.0, "now"), (300.0, "1m"), (3600.0, "5m"))
_OLDEST: Final = "1h"
_LEAST_NAME: Final = 6
_MOST_NAME: Final = 24


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the line, safe to show, and how it is meant."""

    text: str
    role: Role = ""


def status_line(status: Status, age: float | None, width: int) -> tuple[Piece, ...]:
    """The parts of the status line, which fit `width` cells together with `SEPARATOR` between them.

    `age`: seconds since the data on screen was fetched, None = never. Where room is short the counts become
    signs, then the workspace's name is cut, then parts at the end are left out.
    """
    rest = _rest(status, age, terse=False)
    if _room(rest, width) < _LEAST_NAME:
        rest = _rest(status, age, terse=True)
    while _room(rest, width) < _LEAST_NAME and len(rest) > 1:
        rest.pop()
    room = _room(rest, width)
    name = clip(one_line(status.workspace or "imail"), max(1, min(room, _MOST_NAME)))
    return (Piece(name), *rest)


def age_step(age: float | None) -> str:
    """Age in steps, so that an idle line seldom changes: now, 1m, 5m, 1h; "–" before the first fetch."""
    if age is None:
        return "–"
    return next((step for limit, step in _STEPS if age < limit), _OLDEST)


def gauge(budget: Budget, *, terse: bool = False) -> Piece:
    """The request budget in ten steps; a low one is worth a look, and so is one that is not shared."""
    alone = "" if not budget.alone else "!" if terse else " alone"
    tenths = budget.tenths
    if tenths is None:
        return Piece(f"budget –{alone}", "muted")
    text = _FULL * tenths + _EMPTY * (10 - tenths) + alone
    return Piece(text, "watch" if tenths <= 2 or alone else "")


def _room(rest: list[Piece], width: int) -> int:
    """Cells that the workspace's name may take."""
    return width - sum(cell_width(piece.text) + len(SEPARATOR) for piece in rest)


def _rest(status: Status, age: float | None, *, terse: bool) -> list[Piece]:
    live = status.mode != "test"
    pieces = [
        Piece(" LIVE " if live else "TEST", "live" if live else "test"),
        gauge(status.budget, terse=terse),
        _freshness(status.link, age, terse=terse),
    ]
    if status.imports:
        pieces.append(Piece(f"↑ {status.imports}"))
    if status.unread:
        pieces.append(Piece(f"✉ {status.unread}" if terse else f"{status.unread:,} unread"))
    if status.alerts:
        pieces.append(Piece(f"▲ {status.alerts:,}", "watch"))
    if status.disconnected:
        count = status.disconnected
        pieces.append(Piece(f"✗ {count}" if terse else f"✗ {count:,} disconnected", "stop"))
    return pieces


def _freshness(link: Link, age: float | None, *, terse: bool) -> Piece:
    match link:
        case Link.OFFLINE:
            return Piece("offline" if terse else "offline, retrying", "stop")
        case Link.UNAUTHORIZED:
            return Piece("key refused", "stop")
        case Link.FORBIDDEN:
            return Piece("no API access", "stop")
        case Link.UNKNOWN if age is None:
            return Piece("connecting", "muted")
    step = age_step(age)
    return Piece(step if terse else f"data {step}", "watch" if step == _OLDEST else "")
