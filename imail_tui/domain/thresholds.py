"""When a number is good, to be watched, or a reason to stop: the field's thresholds."""

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


def bounce_tone(fraction: float) -> Tone:
    """How a bounce rate is meant."""
    return "stop" if fraction >= BOUNCE_STOP else "watch" if fraction >= BOUNCE_WATCH else ""


def reply_tone(fraction: float) -> Tone:
    """How a reply rate is meant."""
    return "good" if fraction >= REPLY_GOOD else "watch" if fraction < REPLY_POOR else ""


def health_tone(score: float) -> Tone:
    """How an inbox's health score is meant."""
    return "stop" if score < HEALTH_STOP else "watch" if score < HEALTH_WATCH else ""
