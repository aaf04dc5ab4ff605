"""A forecast in words."""

from datetime import date

from imail_tui.domain.forecast.forecast import Bottleneck, Forecast
from imail_tui.domain.shown import UNKNOWN, plural

BOTTLENECKS: dict[Bottleneck, str] = {
    "limit": "the campaign's daily limit",
    "inboxes": "the daily limits of its inboxes",
    "pause": "the pauses between two mails of an inbox",
    "course": "the sequence itself: its waits and windows, not its limits",
    "nobody": "there are no leads",
}


def done_words(found: Forecast, today: date) -> str:
    """The day nearly all leads are through, with its range and how far off that is."""
    if found.bottleneck == "nobody":
        return UNKNOWN
    if found.done is None or found.early is None or found.late is None:
        return "not within four years at this pace"
    away = plural((found.done - today).days, "day")
    return f"{found.done:%a %d %b %Y}, in {away} ({found.early:%d %b} to {found.late:%d %b})"


def last_words(found: Forecast) -> str:
    """When the last ones are through."""
    return UNKNOWN if found.last is None or not found.leads else f"{found.last:%a %d %b %Y}"


def pace_words(found: Forecast) -> str:
    """Mails a day, now and at most."""
    week = [day.mails for day in found.days[:28] if day.room > 0]
    busiest = found.busiest
    if not week or busiest is None:
        return UNKNOWN
    mean = sum(week) / len(week)
    return f"{mean:,.0f} a day, at most {busiest.mails:,.0f} on {busiest.date:%a %d %b}"


def load_words(found: Forecast) -> str:
    """How much of the room is used in the coming weeks."""
    days = [day for day in found.days[:28] if day.room > 0]
    room = sum(day.room for day in days)
    return (
        UNKNOWN
        if not room
        else f"{100 * sum(day.mails for day in days) / room:.0f} % of what may leave in four weeks"
    )


def sooner_words(found: Forecast) -> str:
    """What one more inbox would change."""
    if found.sooner is None:
        return UNKNOWN
    if found.sooner <= 0:
        return "nothing"
    return f"done {plural(found.sooner, 'day')} sooner"
