"""What a command is, and what commands act on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from imail_tui.domain.capabilities import UNKNOWN, Capabilities, why_missing
from imail_tui.domain.operations import Operation
from imail_tui.model.status import Link

NOTHING_SELECTED: Final = "nothing is selected"


@dataclass(frozen=True, slots=True)
class Subject:
    """What the commands of a screen would act on now.

    `record` is the object under the cursor as the screen's service gives it, `marked` the ids of marked rows.
    """

    record: object = None
    marked: frozenset[str] = frozenset()
    link: Link = Link.UNKNOWN
    filtered: bool = False
    capabilities: Capabilities = UNKNOWN
    lacking: bool = False
    """The server has nothing of the area at all."""


def always(subject: Subject) -> str | None:
    """Never impossible."""
    del subject
    return None


def needs_record(subject: Subject) -> str | None:
    """Impossible where no row is under the cursor."""
    return NOTHING_SELECTED if subject.record is None else None


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do.

    `id` is `group.name` and what the config remaps; `keys` are separated by commas, "" = only in the palette.
    `action` is the action of the screen (or app) that carries it out, such as `launch` for `action_launch`
    or `label('interested')`. `enabled` gives None, or why it is impossible now (a clause, lower case, without
    a full stop); `needs` are operations of the server it cannot do without. A `hint` is the word for it in
    the line of hints, for the few that belong there. `aliases` are exact words for it after `:`.
    With `anywhere` the list of all commands has it in every area; it is carried out in its own.
    """

    id: str
    title: str
    doc: str
    keys: str
    action: str
    enabled: Callable[[Subject], str | None] = always
    hint: str = ""
    aliases: tuple[str, ...] = ()
    priority: bool = False
    anywhere: bool = False
    needs: tuple[Operation, ...] = ()

    def why_not(self, subject: Subject) -> str | None:
        """Why it is impossible now, None when it is not."""
        return why_missing(subject.capabilities, *self.needs) or self.enabled(subject)


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """Commands of one scope: an area, all lists, the app. `title` heads them in the help."""

    id: str
    title: str
    commands: tuple[Command, ...]
