"""Rules about a campaign's name, inboxes, limits and window."""

from collections.abc import Iterator, Mapping

from imail_tui.domain.marks import inbox_is
from imail_tui.domain.sequence.lint.finding import Finding, Judged, Sender, error, warning
from imail_tui.domain.sequence.violations import whole_number
from imail_tui.domain.sequence.window_json import read_window

MAX_NAME = 120
HIGH_PER_INBOX = 50
"""Cold mails per inbox and day above which providers begin to look (warmbly's default)."""
YOUNG_DAYS = 30
HIGH_FOR_YOUNG = 20
"""The same for an inbox of less than `YOUNG_DAYS` (warmbly: 10 to 20)."""
WARM_DAYS = 14
"""Days of warmup before cold mail (two to three weeks are the least anybody names)."""


def settings(judged: Judged) -> Iterator[Finding]:
    """What the campaign's own settings lack."""
    name, limit, inboxes = (judged.raw.get(key) for key in ("name", "daily_limit", "inbox_ids"))
    if not isinstance(name, str) or not name.strip():
        yield error("no_name", "name", "the campaign has no name", "Give it one.")
    elif len(name) > MAX_NAME:
        message = f"the name has {len(name)} characters, at most {MAX_NAME} are allowed"
        yield error("long_name", "name", message, "Shorten it.")
    if not isinstance(inboxes, list) or not inboxes:
        yield error("no_inbox", "inbox_ids", "no inbox sends this", "Add an inbox.")
    if limit is not None and (whole_number(limit) or 0) < 1:
        message = "the daily limit must be a whole number of at least 1"
        yield error("daily_limit", "daily_limit", message, "Correct it.")


def senders(judged: Judged) -> Iterator[Finding]:
    """What is wrong with the inboxes that send."""
    if judged.around.senders is None:
        return
    chosen = list(_chosen(judged.raw.get("inbox_ids"), judged.around.senders))
    for place, inbox_id, sender in chosen:
        if sender is None:
            message = f"there is no inbox {inbox_id} in this workspace"
            yield error("unknown_inbox", place, message, "Choose another inbox.")
        elif sender.status not in ("connected", "paused"):
            message = f"{sender.email} {inbox_is(sender.status)} and sends nothing"
            yield error("inbox_down", place, message, "Reconnect it, or take it out.")
        else:
            yield from _condition_of(place, sender)
    yield from _capacity(judged, [sender for _, _, sender in chosen if sender is not None])


def _chosen(inboxes: object, known: Mapping[str, Sender]) -> Iterator[tuple[str, str, Sender | None]]:
    for number, inbox_id in enumerate(inboxes if isinstance(inboxes, list) else ()):
        if isinstance(inbox_id, str):
            yield f"inbox_ids[{number}]", inbox_id, known.get(inbox_id)


def _condition_of(place: str, sender: Sender) -> Iterator[Finding]:
    limit, age = sender.daily_limit, sender.age_days
    young = age is not None and age < YOUNG_DAYS
    most = HIGH_FOR_YOUNG if young else HIGH_PER_INBOX
    if limit is not None and limit > most:
        kind = f"an inbox of {age} days" if young else "an inbox"
        message = f"{sender.email} may send {limit} a day, {most} are safe for {kind}"
        yield warning("inbox_limit", place, message, "Lower its daily limit, or add inboxes.")
    if sender.warmup_on is False:
        message = f"{sender.email} is not warmed up"
        yield warning("warmup_off", place, message, "Turn its warmup on.")
    elif sender.warmup_days is not None and sender.warmup_days < WARM_DAYS:
        message = f"{sender.email} was warmed up for {sender.warmup_days} of {WARM_DAYS} days"
        yield warning("warmup_short", place, message, "Let it warm up before it sends cold mail.")
    if sender.failing:
        names = ", ".join(sender.failing)
        message = f"{names} of {sender.email} fail{'s' if len(sender.failing) == 1 else ''}"
        yield warning("dns", place, message, "Correct the domain's DNS records: mail goes to spam.")


def _capacity(judged: Judged, chosen: list[Sender]) -> Iterator[Finding]:
    limit = whole_number(judged.raw.get("daily_limit"))
    sending = [sender for sender in chosen if sender.status == "connected"]
    rooms = [sender.daily_limit for sender in sending if sender.daily_limit is not None]
    if limit is None or limit < 1 or len(rooms) != len(sending) or not rooms:
        return
    if limit > sum(rooms):
        message = f"the limit of {limit} a day is more than its inboxes may send together ({sum(rooms)})"
        yield warning("over_capacity", "daily_limit", message, "Lower it, or add inboxes.")
    window, broken = read_window(judged.raw.get("send_window"))
    gaps = [sender.min_gap_seconds for sender in sending]
    if broken or any(not gap for gap in gaps):
        return
    seconds = (window.end - window.start) * 60
    room = sum(seconds // gap + 1 for gap in gaps if gap)
    if room < min(limit, sum(rooms)):
        message = f"the window leaves time for {room} of {min(limit, sum(rooms))} mails a day"
        yield warning("narrow_window", "send_window", message, "Widen it, or add inboxes.")
