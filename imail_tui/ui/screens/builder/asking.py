"""Building one atom of a condition from choices, for whoever does not know its words yet."""

from typing import Final

from textual.app import App

from imail_tui.domain.labels import LABELS
from imail_tui.domain.sequence.condition_text import condition_text
from imail_tui.domain.sequence.vocabulary import OPERATOR_WORDS, SIGNAL_WORDS
from imail_tui.ui.dialogs.picker import Choice, PickerDialog
from imail_tui.ui.dialogs.prompt import PromptDialog
from imail_tui.ui.screens.builder.context import StepContext

_MAIL_SIGNALS: Final = ("replied", "clicked", "opened", "bounced", "unsubscribed")
_ANY: Final = "any mail before"


async def ask_atom(app: App[None], context: StepContext) -> str | None:
    """The words of an atom, None when it was left. Call it from a worker."""
    kinds = [
        *(Choice(f"{signal}:{no}", SIGNAL_WORDS[signal][no]) for signal in _MAIL_SIGNALS for no in (0, 1)),
        Choice("classified:0", "is classified", "", "what imail takes the answer for"),
        Choice("classified:1", "is not classified"),
        Choice("field", "a field of the lead", "", "company, title, custom.employees …"),
        Choice("random", "by chance", "", "so many percent of the leads"),
    ]
    kind = await app.push_screen_wait(PickerDialog("Ask what of the lead?", kinds))
    if kind is None:
        return None
    atom = await _filled(app, kind, context)
    return None if atom is None else condition_text(atom)


async def _filled(app: App[None], kind: str, context: StepContext) -> dict[str, object] | None:
    if kind == "random":
        percent = await _number(app, "How many percent?", 1, 99)
        return None if percent is None else {"signal": "random", "percent": percent}
    if kind == "field":
        return await _field(app, context)
    signal, _, negate = kind.partition(":")
    atom: dict[str, object] = {"signal": signal}
    if signal == "classified":
        labels = [Choice(label, label.replace("_", " ")) for label in LABELS]
        label = await app.push_screen_wait(PickerDialog("As what?", labels))
        if label is None:
            return None
        atom["label"] = label
    mails = [Choice(mail, mail) for mail in context.mails]
    mail = await app.push_screen_wait(PickerDialog("Which mail?", [*mails, Choice("", _ANY)]))
    if mail is None:
        return None
    if mail:
        atom["of_step"] = mail
    days = await _number(
        app, "Within how many days? Blank: until the condition is reached.", 1, 60, blank=True
    )
    if days is None:
        return None
    if days:
        atom["within_days"] = days
    return {**atom, "negate": True} if negate == "1" else atom


async def _field(app: App[None], context: StepContext) -> dict[str, object] | None:
    names = [Choice(name, name) for name in context.fields]
    name = await app.push_screen_wait(PickerDialog("Which field?", names))
    if name is None:
        return None
    operators = [Choice(op, words) for op, words in OPERATOR_WORDS.items()]
    op = await app.push_screen_wait(PickerDialog(f"{name} …", operators))
    if op is None:
        return None
    atom: dict[str, object] = {"signal": "field", "field": name, "op": op}
    if op == "exists":
        return atom
    title = f"{name} {OPERATOR_WORDS[op]} …" + (" (several: separated by commas)" if op == "in" else "")
    typed = await app.push_screen_wait(PromptDialog(title, check=_something))
    if typed is None:
        return None
    values = [_value(item.strip()) for item in (typed.split(",") if op == "in" else [typed])]
    return {**atom, "value": values if op == "in" else values[0]}


def _something(text: str) -> str | None:
    return None if text.strip() else "A value is needed."


def _value(text: str) -> object:
    return int(text) if text.isdecimal() and len(text) < 16 else text


async def _number(app: App[None], title: str, least: int, most: int, *, blank: bool = False) -> int | None:
    """A whole number; 0 for a blank answer, None when it was left."""

    def fault(text: str) -> str | None:
        if (blank and not text.strip()) or (text.strip().isdecimal() and least <= int(text) <= most):
            return None
        return f"A whole number, {least} to {most}."

    typed = await app.push_screen_wait(PromptDialog(title, check=fault))
    return None if typed is None else int(typed.strip() or 0)
