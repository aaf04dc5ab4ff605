"""Writing an answer: what is quoted, what a snippet becomes, and which sent message is ours."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from imail_tui.domain.sequence.chance import draw
from imail_tui.domain.sequence.lead import Lead, read_lead
from imail_tui.domain.sequence.rendering import Rendered, render
from imail_tui.domain.shown import moment
from imail_tui.domain.text import multi_line, one_line
from imail_tui.model.record import Json
from imail_tui.model.replies import Message, Reply, Thread

QUOTED_LINES = 200
"""Lines of the original that are quoted at most."""
LONGEST = 20_000
"""Characters the server takes (contract)."""
_VARIABLE = re.compile(r"\{\{[^{}\n]{1,80}\}\}")
_CLOCKS = timedelta(seconds=5)
"""How far two moments of the same message may differ."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text kept for answers, with variables such as `{{first_name|there}}`. `name` is a file's."""

    name: str
    text: str


def quoted(reply: Reply) -> str:
    """The original below an answer: who wrote when, and each line behind `>`; its own quotes are left out.

    Control characters of the original stay behind: nobody wants to send them back.
    """
    lines = [line for line in multi_line(reply.text or reply.snippet or "").split("\n") if line[:1] != ">"]
    while lines and not lines[-1].strip():
        lines.pop()
    if len(lines) > QUOTED_LINES:
        lines[QUOTED_LINES:] = ["[…]"]
    text = "\n".join(f"> {line}".rstrip() for line in lines)
    text = text if len(text) <= LONGEST // 2 else f"{text[: LONGEST // 2]}\n> […]"
    return f"On {moment(reply.received_at)} UTC, {one_line(reply.sender)} wrote:\n{text}"


def fresh_text(reply: Reply) -> str:
    """What an answer begins as: room to write above the original."""
    return f"\n\n{quoted(reply)}\n"


def fields_of(reply: Reply, lead: Json | None, inbox: Mapping[str, str]) -> Lead:
    """What snippets can name: the lead's fields, `inbox_name` and `inbox_email`."""
    known = lead or (reply.lead.wire() if reply.lead is not None else {"email": reply.sender})
    found = read_lead({"id": reply.id, **known})
    return replace(found, fields={**found.fields, **inbox})


def fill(text: str, lead: Lead) -> Rendered:
    """A text with its variables filled in and its spins chosen, the same every time for one lead."""
    return render(text, lead, lambda number: draw("spin", lead.id, "answer", "body", number))


def left_variables(text: str) -> tuple[str, ...]:
    """Variables that stand unfilled in a text; quoted lines are the other side's."""
    own = "\n".join(line for line in text.split("\n") if not line.startswith(">"))
    return tuple(dict.fromkeys(_VARIABLE.findall(own)))


def find_sent(thread: Thread, text: str, since: datetime, taken: Iterable[str]) -> Message | None:
    """The message of a thread that an answer became, whose own answer was lost; `taken` are others' ids."""
    others = set(taken)
    for message in reversed(thread.messages):
        ours = message.direction == "out" and message.step_id is None and message.id not in others
        if ours and message.text == text and message.at is not None and message.at >= since - _CLOCKS:
            return message
    return None
