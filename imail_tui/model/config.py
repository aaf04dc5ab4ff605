"""`config.toml` as a schema: every setting with what it means, what is allowed, and what it is by default.

People write this file, so it is judged strictly: a value of another type is a mistake, not a conversion.
"""

from dataclasses import dataclass
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from imail_tui.model.profile_rules import NAME_PATTERN, NAME_RULE, VERSION_PATTERN

ADDRESS_PATTERN: Final = r"^https?://[^\s/?#]+"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a value must be, in the words of a message."""

    words: str


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN), Wanted(NAME_RULE)]
Address = Annotated[str, StringConstraints(pattern=ADDRESS_PATTERN), Wanted("an http(s) address")]
Flag = Annotated[bool, Wanted("true or false")]
Number = Annotated[float, Field(ge=0, le=1e6), Wanted("a number from 0 to 1,000,000")]
Version = Annotated[str, Field(pattern=VERSION_PATTERN), Wanted("a version such as 2026-05-10")]
Share = Annotated[float, Field(ge=0, le=1), Wanted("a share such as 0.05")]
Most = Annotated[int, Field(ge=0, le=1_000_000_000), Wanted("a number from 0 to 1,000,000,000")]
Seconds = Annotated[int, Field(ge=0, le=3_600), Wanted("seconds from 0 to 3,600")]
Port = Annotated[int, Field(ge=0, le=65_535), Wanted("a number from 0 to 65,535")]
Hosts = Annotated[list[str], Field(min_length=1), Wanted('a list such as ["hooks.example.com"]')]
Labels = Annotated[list[str], Wanted('a list of labels such as ["interested"]')]
Text = Annotated[str, Wanted("text in quotes")]
Keys = Annotated[str, Wanted("keys in quotes, separated by commas")]
Hours = Annotated[
    str,
    Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"),
    Wanted('local times such as "22:00-07:00"'),
]
Command = Annotated[
    list[str], Field(min_length=1), Wanted('a list of words such as ["pass", "show", "imail"]')
]
Theme = Annotated[
    Literal["imail-dark", "imail-light", "terminal-dark", "terminal-light"],
    Wanted("imail-dark, imail-light, terminal-dark or terminal-light"),
]
Channels = Annotated[
    list[Literal["toast", "bell", "notify", "title"]],
    Field(min_length=1),
    Wanted("a list of toast, bell, notify, title"),
]


LEAD_COLUMNS: Final = (
    "email", "first", "company", "status", "title", "campaigns", "contacted", "city", "first_name", "last",
    "phone", "website", "linkedin_url", "state", "country", "timezone", "verification", "label", "step",
    "next", "created", "updated",
)  # fmt: skip
LeadColumn = Annotated[str, Field(pattern=rf"^({'|'.join(LEAD_COLUMNS)}|custom\..+)$")]
LeadColumns = Annotated[
    list[LeadColumn],
    Field(min_length=1),
    Wanted(f"a list of {', '.join(LEAD_COLUMNS)}, and custom.NAME for fields of your own"),
]


class ProfileTable(_Table):
    """One workspace on one server."""

    base_url: Address = Field("https://api.imail.now/v1", description="Server, with /v1.")
    api_version: Version | None = Field(None, description="Pins Imail-Version.")
    api_key_command: Command | None = Field(None, description="Prints the key; run without a shell.")
    theme: Theme | None = Field(None, description="Theme of this workspace, instead of the one for all.")


class AlertTable(_Table):
    """A rule; what it does not say is as for all rules."""

    enabled: Flag = Field(True, description="Whether the rule is in use.")
    channels: Channels | None = Field(None, description="How a person is told.")
    command: Command | None = Field(None, description="Run once, the alert as JSON on its input.")


class InboxDownTable(AlertTable):
    """An inbox is lost."""

    minutes: Number = Field(0.0, description="Minutes it has to be down.")


class BouncesTable(AlertTable):
    """An inbox bounces more than this in seven days."""

    above: Share = Field(0.05, description="Share of its mails.")


class ReplyTable(AlertTable):
    """A reply was classified as one of these."""

    labels: Labels = Field([], description="Labels to tell of.")

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if self.enabled and not self.labels:
            raise PydanticCustomError("missing", "labels")
        return self


class AlertsTable(_Table):
    """What is worth interrupting a person for."""

    quiet_hours: Hours | None = Field(
        None, description="Local times between which nobody is told; what stands at their end is told then."
    )
    channels: Channels = Field(
        ["toast"], description="How a person is told; notify is the terminal's own notification (OSC 9)."
    )
    command: Command | None = Field(None, description="Run by every rule that has none of its own.")
    inbox_down: InboxDownTable = Field(default_factory=InboxDownTable, description="An inbox is lost.")
    bounces: BouncesTable = Field(default_factory=BouncesTable, description="An inbox bounces too much.")
    warmup_paused: AlertTable = Field(default_factory=AlertTable, description="Warmup paused itself.")
    campaign_stalled: AlertTable = Field(
        default_factory=AlertTable, description="A campaign sends nothing, and that does not end by itself."
    )
    reply: ReplyTable | None = Field(None, description="Replies with certain labels; none without it.")


class ColumnsTable(_Table):
    """Keys of columns, by the list they are of."""

    leads: LeadColumns | None = Field(
        None, description="Columns of the leads; what is chosen in the app afterwards counts."
    )


class EventsTable(_Table):
    """How long events are kept on this machine."""

    keep_days: Number = Field(90.0, description="Days of world time.")
    keep_most: Most = Field(1_000_000, description="At most so many.")


class ListenerTable(_Table):
    """What `imail-tui listen` takes where no option says otherwise."""

    port: Port = Field(8787, description="Port to listen on; 0 = any that is free.")
    hosts: Hosts | None = Field(None, description="Names it is reached by, besides localhost.")
    tolerance: Number = Field(300.0, description="Seconds a signature may be old.")
    forward_to: Text | None = Field(None, description="Where deliveries are passed on to, as they came.")


class MoveTable(_Table):
    """What one label sets in motion; it is shown before it happens."""

    pause_lead: Flag = Field(False, description="The lead pauses in the campaign it answered.")
    add_to_campaign: Text | None = Field(None, description="The id of a campaign that the lead joins.")


class RepliesTable(_Table):
    """Working through replies."""

    countdown: Seconds = Field(20, description="Seconds an answer waits in the outbox.")
    moves: dict[str, MoveTable] = Field({}, description="What labels set in motion, by label.")


class ConfigFile(_Table):
    """Settings of imail-tui. All of them are optional."""

    default: Name = Field("default", description="The profile used without --profile.")
    theme: Theme | None = Field(None, description="Colours; what is chosen in the app afterwards counts.")
    low_bandwidth: Flag | None = Field(
        None, description="Sixteen colours and no motion; without it, over SSH only."
    )
    keys: dict[str, Keys] = Field({}, description="Keys of commands by the ids that `imail-tui keys` lists.")
    profiles: dict[Name, ProfileTable] = Field({}, description="Workspaces by the names --profile takes.")
    columns: ColumnsTable = Field(default_factory=ColumnsTable, description="What lists show.")
    alerts: AlertsTable = Field(default_factory=AlertsTable, description="Alerts.")
    events: EventsTable = Field(default_factory=EventsTable, description="Events kept on this machine.")
    listener: ListenerTable = Field(default_factory=ListenerTable, description="The webhook listener.")
    replies: RepliesTable = Field(default_factory=RepliesTable, description="Replies and their answers.")
