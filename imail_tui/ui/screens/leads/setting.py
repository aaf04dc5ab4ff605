"""Setting one field of several leads: which, to what, how many that touches."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from pydantic import JsonValue
from textual.app import App

from imail_tui.domain.leads.editing import (
    Fields,
    Kind,
    WrongValue,
    fields_of,
    kind_among,
    kind_for,
    patch_of,
    read_value,
    shown_value,
)
from imail_tui.domain.leads.headers import CUSTOM
from imail_tui.domain.shown import count, plural
from imail_tui.model.lead_fields import LEAD_FIELDS
from imail_tui.model.leads import Lead
from imail_tui.services.lead_outcome import whom
from imail_tui.services.session import Session
from imail_tui.ui.screens.asking import confirmed

_NEW: Final = "\x00new"
"""Id of the choice of a field that nobody has yet; no field is called so."""
_NAME_MOST: Final = 60
_SHOWN: Final = 3


class FieldSetting:
    """One field of chosen leads in the hands of a person. Call `ask` from a worker."""

    def __init__(self, app: App[None], session: Session, leads: Sequence[Lead]) -> None:
        self._app = app
        self._session = session
        self._leads = leads
        self._fields: list[Fields] = [fields_of(lead.wire()) for lead in leads]

    async def ask(self) -> str | None:
        """Ask for all of it and do it: the sentence to say, None = the person left."""
        name = await self._choose()
        text = None if name is None else await self._value(name)
        if name is None or text is None:
            return None
        kind = kind_among(self._fields, name)
        edits = [
            (lead, self._after(fields, name, text, kind))
            for lead, fields in zip(self._leads, self._fields, strict=True)
        ]
        wanted = [edit for edit, fields in zip(edits, self._fields, strict=True) if patch_of(fields, edit[1])]
        verb = f"Set {_label(name)}" if text else f"Take {_label(name)} away"
        if not wanted:
            return f"{verb}: all of {whom(self._leads)} say so already."
        said = tuple(line for line in self._lines(name, text, len(wanted)) if line)
        live = self._session.status.mode != "test"
        question = f"{verb} of {plural(len(wanted), 'lead')}?"
        short = "Set" if text else "Take away"
        if not await confirmed(self._app, question, short, said, trigger="f", live=live):
            return None
        return (await self._session.lead_acts.set_fields(verb, wanted)).told(verb, " · u undoes")

    async def _choose(self) -> str | None:
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog
        from imail_tui.ui.dialogs.prompt import PromptDialog

        own = sorted({name for fields in self._fields for name in fields if name.startswith(CUSTOM)})
        names = [*(name for name in LEAD_FIELDS if name != "email"), *own]
        choices = [Choice(name, _label(name), note=self._held(name)) for name in names]
        choices.append(Choice(_NEW, "a new field…", note="one of your own"))
        title = f"Set which field of {whom(self._leads)}?"
        chosen = await self._app.push_screen_wait(PickerDialog(title, choices))
        if chosen != _NEW:
            return chosen
        named = await self._app.push_screen_wait(PromptDialog("What is it called?", check=_name_fault))
        return None if named is None else f"{CUSTOM}{named.strip()}"

    async def _value(self, name: str) -> str | None:
        from imail_tui.ui.dialogs.prompt import PromptDialog

        kind = kind_among(self._fields, name)

        def fault(text: str) -> str | None:
            try:
                for fields in self._fields:
                    self._after(fields, name, text, kind)
            except WrongValue as error:
                return f"{error} is needed: some of the leads have one there"
            return None

        title = f"{_label(name)} of {whom(self._leads)}"
        note = "enter accepts, nothing typed takes it away"
        return await self._app.push_screen_wait(PromptDialog(title, note=note, check=fault))

    @staticmethod
    def _after(fields: Fields, name: str, text: str, kind: Kind) -> Fields:
        """`kind`: of those that lack it. Raises WrongValue where it cannot be read as the field's type."""
        after: dict[str, JsonValue] = dict(fields)
        if text:
            after[name] = read_value(text, kind_for(fields, name, kind))
        else:
            after.pop(name, None)
        return after

    def _held(self, name: str) -> str:
        having = sum(name in fields for fields in self._fields)
        return f"{count(having)} of {count(len(self._leads))} have it" if having else "nobody has it"

    def _lines(self, name: str, text: str, touched: int) -> tuple[str, ...]:
        now = Counter(
            shown_value(fields[name]) if name in fields else "nothing" for fields in self._fields
        ).most_common(_SHOWN)
        left = len(self._leads) - touched
        return (
            ", ".join(lead.email for lead in self._leads[:_SHOWN])
            + (" …" if len(self._leads) > _SHOWN else ""),
            f"To: {text}" if text else "",
            "Now: " + ", ".join(f"{value} ({count(number)})" for value, number in now),
            f"{count(left)} of {count(len(self._leads))} stay as they are: they say so already."
            if left
            else "",
        )


def _label(name: str) -> str:
    return name if name.startswith(CUSTOM) else name.replace("_", " ")


def _name_fault(text: str) -> str | None:
    fits = 0 < len(text.strip()) <= _NAME_MOST
    return None if fits else f"A name has 1 to {_NAME_MOST} characters."
