"""When a number is good, to be watched, or a reason to stop: the field's thresholds."""

from dataclasses import dataclass
from math import nextafter
from typing import Final

from imail_tui.domain.marks import Tone

BOUNCE_WATCH: Final = 0.03
BOUNCE_STOP: Final = 0.05
"""Bounces of mails sent: look closer from 3 %, pause from 5 % (warmbly's advisor, Instantly's guides)."""

REPLY_GOOD: Final = 0.03
REPLY_POOR: Final = 0.01
"""Human replies of leads contacted: good from 3 %, poor below 1 % (Instantly's guides)."""

HEALTH_WATCH: Final = 80
HEALTH_STOP: Final = 60
"""Health of an inbox, 0–100; ours, as imail publishes no bands."""


@dataclass(frozen=True, slots=True)
class Bands:
    """Where a fraction is good, to be watched, a reason to stop; None = the field names no such bound.

    A `harmful` one is good below `good`, to be watched from `watch` and stops from `stop`; any other is good
    from `good`, to be watched below `watch` and stops below `stop`.
    """

    good: float | None = None
    watch: float | None = None
    stop: float | None = None
    harmful: bool = False

    def tone(self, fraction: float) -> Tone:
        """How a fraction is meant."""
        if _passed(fraction, self.stop, up=self.harmful):
            return "stop"
        if _passed(fraction, self.watch, up=self.harmful):
            return "watch"
        good = self.good is not None and (fraction < self.good) is self.harmful
        return "good" if good else ""


def _passed(fraction: float, bound: float | None, *, up: bool) -> bool:
    return bound is not None and (fraction >= bound if up else fraction < bound)


BOUNCE: Final = Bands(good=0.02, watch=BOUNCE_WATCH, stop=BOUNCE_STOP, harmful=True)
REPLY: Final = Bands(good=REPLY_GOOD, watch=REPLY_POOR, stop=0.003)
POSITIVE: Final = Bands(good=0.01)
"""Positive replies of leads contacted; Instantly's guides say 1 % of mails sent, which is stricter."""
COMPLAINT: Final = Bands(good=0.001, watch=0.001, stop=0.003, harmful=True)
"""Google's bounds: https://support.google.com/mail/answer/81126."""
NEGATIVE: Final = Bands(watch=nextafter(0.15, 1.0), harmful=True)
"""Negative replies of mails sent: above 15 % slow down. The playbook it comes from looks at the first 100
mails; counts are not told apart by mail, so any days with so many are judged."""
NO_BANDS: Final = Bands()
"""The field names no bounds."""


def bounce_tone(fraction: float) -> Tone:
    """How a bounce rate is meant where only trouble is painted."""
    return _trouble(BOUNCE.tone(fraction))


def _trouble(tone: Tone) -> Tone:
    return "" if tone == "good" else tone


def health_tone(score: float) -> Tone:
    """How an inbox's health score is meant."""
    return "stop" if score < HEALTH_STOP else "watch" if score < HEALTH_WATCH else ""
