"""Why a campaign sends nothing now: every reason that holds, what has to be mended first in front."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from imail_tui.domain.marks import inbox_is
from imail_tui.domain.sequence.window_json import read_window
from imail_tui.domain.sequence.windows import LEAD_ZONE, is_open, next_opening
from imail_tui.domain.shown import count, moment, plural
from imail_tui.model.campaigns import Campaign
from imail_tui.model.inboxes import Inbox


class Cause(StrEnum):
    """What can keep a campaign from sending, in the order in which it has to be mended."""

    STATE = "state"
    """It is not active."""
    INBOXES = "inboxes"
    """No inbox of it can send."""
    ENDED = "ended"
    """Its window never opens again."""
    LEADS = "leads"
    """Nobody is left to write to."""
    LIMIT = "limit"
    """A limit of today is reached."""
    WINDOW = "window"
    """Its window is closed for now."""
    DUE = "due"
    """No lead's next mail is due yet."""
    SOME_INBOXES = "some_inboxes"
    """Some of its inboxes cannot send; the others do."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause; `until`: when it ends by itself, None = not by itself, or unknown. May be foreign text.

    `stops`: nothing is sent while it holds; else only less.
    """

    cause: Cause
    what: str
    remedy: str = ""
    until: datetime | None = None
    stops: bool = True


@dataclass(frozen=True, slots=True)
class NextDue:
    """The earliest next mail among the leads that were looked at; `all_seen`: there are no others."""

    at: datetime | None
    all_seen: bool


_STATES = {
    "draft": ("It is a draft: it was never launched.", "Launch it."),
    "paused": ("It is paused.", "Launch it to go on."),
    "completed": ("It is completed: every lead is through.", "Import more leads and launch it again."),
    "archived": ("It is archived.", "Make it paused in imail, then launch it."),
}
_OUT = {
    "disconnected": "Reconnect it in Inboxes.",
    "error": "Reconnect it in Inboxes.",
    "pending_setup": "Finish its setup in Inboxes.",
    "paused": "Resume it in Inboxes.",
}


def why_not_sending(
    campaign: Campaign,
    inboxes: Mapping[str, Inbox],
    now: datetime,
    workspace_zone: str = "UTC",
    due: NextDue | None = None,
) -> tuple[Reason, ...]:
    """All reasons; empty when nothing is known to keep it from sending.

    `inboxes`: those known, by id; one that is not known keeps nobody from sending. `due`: what is known of
    its leads' next mails. Limits are of the UTC day, as the server counts.
    """
    found = [
        *_state(campaign),
        *_inboxes(campaign, inboxes),
        *_window(campaign, now, workspace_zone),
        *_leads(campaign),
        *_limits(campaign, inboxes, now),
        *_due(due, now),
    ]
    places = list(Cause)
    return tuple(sorted(found, key=lambda reason: places.index(reason.cause)))


def _state(campaign: Campaign) -> Sequence[Reason]:
    if campaign.status == "active":
        return ()
    unknown = (f"Its state is {campaign.status or 'unknown'}.", "Look at it in imail.")
    return [Reason(Cause.STATE, *_STATES.get(campaign.status, unknown))]


def _inboxes(campaign: Campaign, inboxes: Mapping[str, Inbox]) -> Sequence[Reason]:
    if not campaign.inbox_ids:
        return [Reason(Cause.INBOXES, "It has no inbox to send from.", "Give it a connected inbox.")]
    known = [inboxes.get(inbox_id) for inbox_id in campaign.inbox_ids]
    out = [inbox for inbox in known if inbox is not None and inbox.status != "connected"]
    all_out = len(out) == len(known)
    cause = Cause.INBOXES if all_out else Cause.SOME_INBOXES
    return [
        Reason(
            cause,
            f"{inbox.email} {inbox_is(inbox.status)}"
            + (f": {inbox.status_reason}." if inbox.status_reason else "."),
            _OUT.get(inbox.status, "Look at it in Inboxes."),
            stops=all_out,
        )
        for inbox in out
    ]


def _window(campaign: Campaign, now: datetime, workspace_zone: str) -> Sequence[Reason]:
    window, _ = read_window(campaign.wire().get("send_window"))
    zone = window.zone(None, workspace_zone)
    if is_open(window, zone, now):
        return ()
    opens = next_opening(window, zone, now)
    of_leads = window.timezone == LEAD_ZONE
    if opens is None:
        remedy = "Give its send window a later end date."
        return [Reason(Cause.ENDED, "Its send window never opens again.", remedy)]
    where = f" in {workspace_zone}; each lead's own zone decides" if of_leads else f" in {window.timezone}"
    local = f"{opens.astimezone(zone):%a %Y-%m-%d %H:%M}"
    what = f"Its send window is closed until {local}{where}."
    # Elsewhere it may be open now: that only slows it down.
    return [Reason(Cause.WINDOW, what, "Wait, or widen the window.", opens, stops=not of_leads)]


def _leads(campaign: Campaign) -> Sequence[Reason]:
    counts = campaign.lead_counts
    if campaign.lead_counts.total == 0:
        return [Reason(Cause.LEADS, "It has no leads.", "Import some into it.")]
    if counts.queued is None or counts.active is None or counts.queued + counts.active:
        return ()
    paused = f", {plural(counts.paused, 'lead')} paused" if counts.paused else ""
    return [Reason(Cause.LEADS, f"Every lead is through{paused}.", "Import more leads into it.")]


def _limits(campaign: Campaign, inboxes: Mapping[str, Inbox], now: datetime) -> Sequence[Reason]:
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    found: list[Reason] = []
    sent, limit = campaign.sent_today, campaign.daily_limit
    if sent is not None and limit is not None and sent >= limit:
        what = f"Its daily limit is reached: {count(sent)} of {count(limit)} sent today."
        found.append(Reason(Cause.LIMIT, what, "Wait for the next day (UTC), or raise it.", midnight))
    senders = [
        inbox
        for inbox_id in campaign.inbox_ids
        if (inbox := inboxes.get(inbox_id)) is None or inbox.status == "connected"
    ]
    known = [inbox for inbox in senders if inbox is not None]
    if known and len(known) == len(senders) and all(map(_is_full, known)):
        what = f"{plural(len(known), 'inbox')} of it reached the daily limit."
        remedy = "Wait for the next day (UTC), raise the limits, or add inboxes."
        found.append(Reason(Cause.LIMIT, what, remedy, midnight))
    return found


def _is_full(inbox: Inbox) -> bool:
    sent, limit = inbox.sent_today, inbox.daily_limit
    return sent is not None and limit is not None and sent >= limit


def _due(due: NextDue | None, now: datetime) -> Sequence[Reason]:
    if due is None or due.at is None or due.at <= now:
        return ()
    who = "No lead's next mail is due" if due.all_seen else "None of the leads looked at is due"
    return [Reason(Cause.DUE, f"{who} before {moment(due.at)} UTC.", "Wait.", due.at, stops=due.all_seen)]
