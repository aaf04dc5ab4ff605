"""How the replies of one thread become one row of the list."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from pydantic import JsonValue

from imail_tui.domain.labels import Sentiment, label_of
from imail_tui.domain.listing import parse_time
from imail_tui.model.record import Json

_RANKS: Final = 100_000_000_000.0
"""Distance of two ranks in the order of need: more than the seconds since 1970 will be for long."""
_UNCLASSIFIED, _POSITIVE, _TO_CONFIRM, _REST = range(4)


def thread_of(reply: Json) -> str:
    """The id of the conversation a reply belongs to: its thread's, or its own where it has none."""
    thread = reply.get("thread_id")
    return thread if isinstance(thread, str) and thread else str(reply.get("id"))


def assemble(
    conversation_id: str, replies: Sequence[Json], thread: Json | None = None, answered_at: str | None = None
) -> Json:
    """The row of a conversation (at least one reply, any order), and what is known of its answers.

    `thread` is the whole conversation as it was last read, `answered_at` when an answer was last sent from
    here.
    """
    ordered = sorted(replies, key=lambda reply: (_seconds(reply.get("received_at")), str(reply.get("id"))))
    human = [reply for reply in ordered if not is_automatic(reply)]
    head = (human or ordered)[-1]
    answered = max(filter(None, (parse_time(answered_at or ""), _last_answer(thread))), default=None)
    waiting = _waiting_since(human, answered)
    sentiment = label_of(_label(head)).sentiment
    row: Json = {
        "id": conversation_id,
        "head": {name: value for name, value in head.items() if name != "text"},
        "reply_ids": [str(reply.get("id")) for reply in ordered],
        "unread_ids": [str(reply.get("id")) for reply in ordered if reply.get("read") is False],
        "waiting_since": waiting,
        "answered_at": answered.isoformat() if answered is not None else None,
        "automatic": not human,
        "linked": isinstance(head.get("lead"), dict),
        "stance": str(sentiment),
        "updated_at": head.get("updated_at"),
    }
    row["has_unread"] = bool(row["unread_ids"])
    rank = _rank(head, sentiment) if waiting is not None and row["linked"] else _REST
    row["needy"] = rank != _REST
    at = _seconds(waiting) if rank != _REST else _RANKS - _seconds(head.get("received_at"))
    row["needs"] = rank * _RANKS + at
    return row


def is_automatic(reply: Json) -> bool:
    """Whether a machine wrote a reply: by its label, without one by what the server took it for."""
    label = _label(reply)
    if label:
        return label_of(label).sentiment is Sentiment.AUTOMATIC
    return reply.get("is_auto") is True


def whole_text(replies: Sequence[Json], thread: Json | None) -> str:
    """Everything of a conversation that can be searched."""
    parts = dict.fromkeys(part for reply in replies for part in _reply_texts(reply))
    for message in _messages(thread):
        parts.update(dict.fromkeys(_strings(message, "from", "to", "subject", "text")))
    return "\n".join(parts)


def _reply_texts(reply: Json) -> Iterator[str]:
    yield from _strings(reply, "from", "subject")
    yield from _strings(reply, "text" if reply.get("text") else "snippet")
    lead = reply.get("lead")
    if isinstance(lead, dict):
        yield from _strings(lead, "email", "first_name", "last_name", "company")


def _strings(row: Json, *names: str) -> Iterator[str]:
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and value:
            yield value


def _rank(head: Json, sentiment: Sentiment) -> int:
    """How much a conversation that waits needs a person; what a person has judged needs none any more."""
    if sentiment is Sentiment.UNKNOWN:
        return _UNCLASSIFIED
    if sentiment is Sentiment.POSITIVE:
        return _POSITIVE
    given = head.get("classification")
    judged = isinstance(given, dict) and given.get("source") == "human"
    return _TO_CONFIRM if sentiment is Sentiment.NEUTRAL and not judged else _REST


def _waiting_since(human: Sequence[Json], answered: datetime | None) -> str | None:
    """When the first of the replies came that are behind the last answer and not done with."""
    since: str | None = None
    for reply in reversed(human):
        at = reply.get("received_at")
        moment = parse_time(at) if isinstance(at, str) else None
        if reply.get("done") is True or moment is None or (answered is not None and moment <= answered):
            break
        since = moment.astimezone(UTC).isoformat()
    return since


def _last_answer(thread: Json | None) -> datetime | None:
    """When a person last wrote: a mail out that is no step's, and that leaves or has left."""
    sent = (
        parse_time(str(message.get("at")))
        for message in _messages(thread)
        if message.get("direction") == "out"
        and not message.get("step_id")
        and message.get("status") not in ("cancelled", "failed")
    )
    return max(filter(None, sent), default=None)


def _messages(thread: Json | None) -> list[Json]:
    found = (thread or {}).get("messages")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _label(reply: Json) -> str | None:
    given = reply.get("classification")
    label = given.get("label") if isinstance(given, dict) else None
    return label if isinstance(label, str) else None


def _seconds(value: JsonValue) -> float:
    moment = parse_time(value) if isinstance(value, str) else None
    return moment.timestamp() if moment is not None else 0.0
