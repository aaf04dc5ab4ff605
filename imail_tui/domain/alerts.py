"""Alerts: what is worth interrupting a person for, each cause once. Pure; time is given.

A rule watches for a kind of trouble (or good news). While a cause stands it is shown; it is told once, when
it begins, or at the end of quiet hours if it began in them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from imail_tui.domain.labels import LABELS
from imail_tui.domain.marks import inbox_is
from imail_tui.domain.shown import duration, percent
from imail_tui.domain.thresholds import BOUNCE_STOP
from imail_tui.domain.why_not_sending import Cause, Reason
from imail_tui.model.campaigns import Campaign
from imail_tui.model.events import Event
from imail_tui.model.inboxes import Inbox
from imail_tui.model.record import Json


class Kind(StrEnum):
    """What a rule watches."""

    INBOX_DOWN = "inbox_down"
    BOUNCES = "bounces"
    WARMUP_PAUSED = "warmup_paused"
    CAMPAIGN_STALLED = "campaign_stalled"
    REPLY = "reply"


class Channel(StrEnum):
    """How a person is told; the status line counts every alert anyway."""

    TOAST = "toast"
    BELL = "bell"
    NOTIFY = "notify"
    """A notification of the terminal (OSC 9)."""
    TITLE = "title"
    """The terminal's title."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `minutes`: of an inbox being down; `above`: share of bounces; `labels`: of replies.

    `command`: a program and its arguments, run without a shell with the alert as JSON on its input.
    """

    kind: Kind
    channels: frozenset[Channel] = frozenset({Channel.TOAST})
    command: tuple[str, ...] = ()
    minutes: float = 0.0
    above: float = BOUNCE_STOP
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local times between which nobody is told; the end before the start means over midnight."""

    start: time
    end: time

    def hold(self, at: time) -> bool:
        """Whether a local time is within."""
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


_DEFAULTS = (Kind.INBOX_DOWN, Kind.BOUNCES, Kind.WARMUP_PAUSED, Kind.CAMPAIGN_STALLED)


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """The rules in use, by kind; without a config these. Replies are no alert unless asked for."""

    rules: Mapping[Kind, Rule] = field(
        default_factory=lambda: MappingProxyType({kind: Rule(kind) for kind in _DEFAULTS})
    )
    quiet: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One cause: `cause` is the same for as long as it lasts. Texts may be foreign.

    `passing`: news of a moment, which nothing ends but a person who has seen it.
    """

    cause: str
    rule: Rule
    what: str
    remedy: str
    area_id: str
    record_id: str
    since: datetime
    passing: bool = False
    acknowledged: bool = False

    def as_json(self) -> Json:
        """What a command gets on its input."""
        return {
            "kind": str(self.rule.kind),
            "cause": self.cause,
            "what": self.what,
            "remedy": self.remedy,
            "area": self.area_id,
            "id": self.record_id,
            "since": self.since.isoformat(),
        }


def of_inboxes(settings: AlertSettings, inboxes: Iterable[Inbox], now: datetime) -> list[Alert]:
    """What stands with inboxes."""
    found: list[Alert] = []
    for inbox in inboxes:
        down = settings.rules.get(Kind.INBOX_DOWN)
        if down is not None and inbox.status in ("disconnected", "error"):
            since = inbox.disconnected_at or inbox.last_sync_at or now
            # A clock that differs may put the loss into the future.
            if not down.minutes or now - since >= timedelta(minutes=down.minutes):
                found.append(_inbox_down(down, inbox, since, now))
        bounces = settings.rules.get(Kind.BOUNCES)
        rate = inbox.health.bounce_rate_7d
        if bounces is not None and rate is not None and rate >= bounces.above:
            what = f"{inbox.email} bounces {percent(rate)} in 7 days."
            remedy = "Pause it and clean the list."
            found.append(_of_inbox(bounces, inbox, what, remedy, now))
        paused = settings.rules.get(Kind.WARMUP_PAUSED)
        if paused is not None and inbox.warmup.status == "threshold_paused":
            what = f"Warmup of {inbox.email} paused itself."
            found.append(_of_inbox(paused, inbox, what, "Look at its bounces and spam rate.", now))
    return found


def of_campaign(
    settings: AlertSettings, campaign: Campaign, reasons: Sequence[Reason], now: datetime
) -> list[Alert]:
    """What stands with a campaign, by why it is not sending: what ends by itself is no alert."""
    rule = settings.rules.get(Kind.CAMPAIGN_STALLED)
    if rule is None or campaign.status != "active":
        return []
    stalled = (Cause.INBOXES, Cause.ENDED, Cause.LEADS)
    first = next((reason for reason in reasons if reason.stops and reason.cause in stalled), None)
    if first is None:
        return []
    cause = f"{rule.kind}:{campaign.id}:{first.cause}"
    what = f"{campaign.name} sends nothing: {first.what}"
    return [Alert(cause, rule, what, first.remedy, "campaigns", campaign.id, now)]


def of_event(settings: AlertSettings, event: Event, now: datetime) -> Alert | None:
    """What an event is worth telling: a reply with one of the labels asked for."""
    rule, label = settings.rules.get(Kind.REPLY), event.text("classification.label")
    if rule is None or event.type != "reply.classified" or label not in rule.labels:
        return None
    word = LABELS[label].word if label in LABELS else label
    who = event.text("lead.email") or "Somebody"
    reply_id = event.text("reply_id")
    cause = f"{rule.kind}:{reply_id or event.id}:{label}"
    return Alert(
        cause,
        rule,
        f"{who}: {word}.",
        "Answer it.",
        "replies",
        reply_id,
        event.created_at or now,
        passing=True,
    )


def _inbox_down(rule: Rule, inbox: Inbox, since: datetime, now: datetime) -> Alert:
    reason = f": {inbox.status_reason}" if inbox.status_reason else ""
    lasting = f" for {duration(now - since)}" if rule.minutes else ""
    what = f"{inbox.email} {inbox_is(inbox.status)}{lasting}{reason}."
    alert = _of_inbox(rule, inbox, what, "Reconnect it: R in Inboxes.", since)
    return replace(
        alert, cause=f"{alert.cause}:{since.isoformat()}" if inbox.disconnected_at else alert.cause
    )


def _of_inbox(rule: Rule, inbox: Inbox, what: str, remedy: str, since: datetime) -> Alert:
    return Alert(f"{rule.kind}:{inbox.id}", rule, what, remedy, "inboxes", inbox.id, since)


@dataclass(slots=True)
class _Known:
    alert: Alert
    told: bool


class AlertBoard:
    """The alerts that stand, and who was told of them."""

    MOST_PASSING = 100
    """News that nobody acknowledges; the oldest go."""

    def __init__(self, quiet: QuietHours | None = None, told: Iterable[str] = ()) -> None:
        """`told`: causes a person was told of in an earlier run."""
        self._quiet = quiet
        self._told_before = frozenset(told)
        self._known: dict[str, _Known] = {}

    def keep_quiet(self, quiet: QuietHours | None) -> None:
        """Tell nobody in these hours from now on."""
        self._quiet = quiet

    @property
    def standing(self) -> tuple[Alert, ...]:
        """All of them, the newest first."""
        alerts = [known.alert for known in self._known.values()]
        return tuple(sorted(alerts, key=lambda alert: (alert.since, alert.cause), reverse=True))

    @property
    def open(self) -> int:
        """How many nobody has acknowledged."""
        return sum(not known.alert.acknowledged for known in self._known.values())

    @property
    def acknowledged(self) -> frozenset[str]:
        """Causes that stand and were acknowledged."""
        return frozenset(cause for cause, known in self._known.items() if known.alert.acknowledged)

    @property
    def told(self) -> frozenset[str]:
        """Causes that stand and were told."""
        standing = (known for known in self._known.values() if not known.alert.passing)
        return frozenset(known.alert.cause for known in standing if known.told)

    def stand(self, alerts: Iterable[Alert], local: datetime, *, silent: bool = False) -> list[Alert]:
        """These stand now, and nothing else but news; returns those to tell of.

        `local`: for quiet hours. `silent`: what stands is shown and told to nobody.
        """
        now = {alert.cause: alert for alert in alerts}
        for cause, known in list(self._known.items()):
            if cause not in now and not known.alert.passing:
                del self._known[cause]
        for cause, alert in now.items():
            stood = self._known.get(cause)
            if stood is None:
                self._known[cause] = _Known(alert, told=silent or cause in self._told_before)
            else:
                since, acknowledged = stood.alert.since, stood.alert.acknowledged
                stood.alert = replace(alert, since=since, acknowledged=acknowledged)
        self._told_before &= now.keys()
        return self._to_tell(local)

    def pass_on(self, alerts: Iterable[Alert], local: datetime) -> list[Alert]:
        """Take in news; returns what to tell of."""
        for alert in alerts:
            self._known.setdefault(alert.cause, _Known(alert, told=False))
        passing = [cause for cause, known in self._known.items() if known.alert.passing]
        for cause in passing[: -self.MOST_PASSING]:
            del self._known[cause]
        return self._to_tell(local)

    def acknowledge(self, causes: Iterable[str]) -> None:
        """A person has seen these: news goes, what stands stays and counts no more."""
        for cause in causes:
            known = self._known.get(cause)
            if known is None:
                continue
            if known.alert.passing:
                del self._known[cause]
            else:
                known.alert = replace(known.alert, acknowledged=True)

    def _to_tell(self, local: datetime) -> list[Alert]:
        if self._quiet is not None and self._quiet.hold(local.time()):
            return []
        untold = [known for known in self._known.values() if not known.told]
        for known in untold:
            known.told = True
        return [known.alert for known in untold]
