"""The words of mails and answers: templates filled in, quotes, signatures, threads."""

import html
import json
import random
import re
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from imail_tui.domain.sequence.rendering import wording
from imail_tui.domain.sequence.steps import Email
from imail_tui.sandbox.clock import from_ms

_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
_REPLIES: dict[str, list[str]] = json.loads((Path(__file__).parent / "replies.json").read_text("utf-8"))
_SNIPPET = 140


class Written(NamedTuple):
    """Subject and plain text of a mail."""

    subject: str
    text: str


class Answer(NamedTuple):
    """What came back: plain text, HTML where the sender's program wrote it, the list's short form."""

    text: str
    html: str | None
    snippet: str


def render(template: str, fields: Mapping[str, object], key: str) -> str:
    """Fill in `{{field|fallback}}` and pick from `{{spin|a|b}}`; the same `key` picks the same words."""

    def fill(match: re.Match[str]) -> str:
        name, *rest = match.group(1).split("|")
        if name == "spin":
            return rest[zlib.crc32(f"{key}/{match.start()}".encode()) % len(rest)] if rest else ""
        value = fields.get(name)
        return str(value) if value not in (None, "") else "|".join(rest)

    return _PLACEHOLDER.sub(fill, template)


def write_mail(email: Email, variant_id: str, fields: Mapping[str, object], key: str) -> Written:
    """An e-mail step as one lead gets it; an empty subject means the thread's own."""
    subject, body = wording(email, variant_id or None)
    return Written(render(subject, fields, key), render(body, fields, key))


def write_answer(
    label: str, fields: Mapping[str, object], sender: str, quoted: Written | None, at: int, rng: random.Random
) -> Answer:
    """An answer of a kind (a label, or `again`, `stranger`) as people write them.

    `sender` is the display name of the inbox answered to; `quoted` the mail below the answer.
    """
    first = str(fields.get("first_name") or "")
    said = (
        rng.choice(_REPLIES[label])
        .replace("{me}", sender.split(" ")[0])
        .replace("{first}", first or "there")
        .replace("{last}", str(fields.get("last_name") or "person"))
        .replace("{city}", str(fields.get("city") or "town"))
        .replace("{company}", str(fields.get("company") or "the company"))
        .replace("{domain}", str(fields.get("domain") or "example.com"))
        .replace("{ticket}", str(rng.randint(10_000, 99_999)))
    )
    text = said + _signature(first, fields, rng)
    if quoted is not None and rng.random() < 0.75:
        text += _quote(quoted, sender, at - rng.randint(1, 40) * 3_600_000)
    snippet = " ".join(said.split())[:_SNIPPET]
    return Answer(text, _as_html(text) if rng.random() < 0.12 else None, snippet)


def as_written(text: str) -> Answer:
    """An answer in the words somebody chose for it."""
    return Answer(text, None, " ".join(text.split())[:_SNIPPET])


def write_own_answer(fields: Mapping[str, object], sender: str, rng: random.Random) -> str:
    """What we wrote back to an answer."""
    said = rng.choice(_REPLIES["own_answer"]).replace("{me}", sender.split(" ")[0])
    return said.replace("{first}", str(fields.get("first_name") or "there"))


def _signature(first: str, fields: Mapping[str, object], rng: random.Random) -> str:
    style = rng.random()
    if style < 0.25:
        return ""
    name = f"{first} {fields.get('last_name') or ''}".strip()
    if style < 0.5:
        return f"\n\n{first or name}"
    lines = [name, str(fields.get("title") or ""), str(fields.get("company") or "")]
    if style > 0.8:
        lines.append(
            f"{fields.get('city') or ''} · sent from my phone"
            if style > 0.9
            else "This message is confidential."
        )
    return "\n\n-- \n" + "\n".join(line for line in lines if line)


def _quote(quoted: Written, sender: str, at: int) -> str:
    when = from_ms(at).strftime("%a, %d %b %Y at %H:%M")
    lines = "\n".join(f"> {line}".rstrip() for line in quoted.text.splitlines())
    return f"\n\nOn {when}, {sender} wrote:\n{lines}"


def _as_html(text: str) -> str:
    paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n\n"))
    return f"<html><body>{paragraphs}</body></html>".replace("\n", "<br>")
