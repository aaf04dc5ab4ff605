"""How a state is shown everywhere: a glyph, a word and a tone, so that colour is never the only sign."""

from typing import Final, Literal, NamedTuple

Tone = Literal["", "good", "watch", "stop", "muted", "strong"]
"""How something is meant; a colour or weight of the theme. Never the only sign: the word says it too."""


TONE_GLYPHS: Final[dict[Tone, str]] = {"good": "✓", "watch": "!", "stop": "✗"}
"""What stands beside a number that is judged: colour alone never says it."""


class Mark(NamedTuple):
    """A state as a person reads it. `word` is foreign text when the server sent a state we do not know."""

    glyph: str
    word: str
    tone: Tone

    def __str__(self) -> str:
        return f"{self.glyph} {self.word}"


UNKNOWN_GLYPH: Final = "?"

_INBOXES: Final = {
    "connected": Mark("●", "connected", "good"),
    "disconnected": Mark("✗", "disconnected", "stop"),
    "error": Mark("!", "error", "stop"),
    "pending_setup": Mark("◌", "needs setup", "watch"),
    "paused": Mark("‖", "paused", "muted"),
}

_CAMPAIGNS: Final = {
    "draft": Mark("○", "draft", ""),
    "active": Mark("▶", "active", "good"),
    "paused": Mark("‖", "paused", "watch"),
    "completed": Mark("✓", "completed", "muted"),
    "archived": Mark("▫", "archived", "muted"),
}

_ENROLLMENTS: Final = {
    "queued": Mark("◌", "queued", ""),
    "active": Mark("▶", "active", "good"),
    "paused": Mark("‖", "paused", "watch"),
    "replied": Mark("↩", "replied", "good"),
    "completed": Mark("✓", "completed", "muted"),
    "bounced": Mark("✗", "bounced", "stop"),
    "unsubscribed": Mark("–", "unsubscribed", "stop"),
}

_INBOX_IS: Final = {"error": "has an error", "pending_setup": "is not set up yet"}

_WARMUPS: Final = {
    "off": Mark("○", "off", "muted"),
    "warming": Mark("↗", "warming", "watch"),
    "ready": Mark("●", "ready", "good"),
    "threshold_paused": Mark("!", "auto-paused", "stop"),
}

_WEBHOOKS: Final = {
    "active": Mark("●", "active", "good"),
    "paused": Mark("‖", "paused", "muted"),
    "disabled": Mark("✗", "disabled", "stop"),
}

_DELIVERIES: Final = {
    "pending": Mark("◌", "pending", ""),
    "delivered": Mark("✓", "delivered", "good"),
    "failed": Mark("!", "failed", "watch"),
    "abandoned": Mark("✗", "abandoned", "stop"),
}

_CHECKS: Final = {
    "pass": Mark("✓", "pass", "good"),
    "fail": Mark("✗", "fail", "stop"),
    "unknown": Mark("?", "unknown", "muted"),
}

_REQUESTS: Final = {
    "ok": Mark("✓", "ok", "good"),
    "retry": Mark("↻", "retry", "watch"),
    "error": Mark("✗", "error", "stop"),
}


def inbox_is(status: str) -> str:
    """What an inbox is, as the predicate of a sentence."""
    return _INBOX_IS.get(status) or f"is {status.replace('_', ' ') or 'in an unknown state'}"


def inbox_mark(status: str) -> Mark:
    """State of an inbox."""
    return _mark(_INBOXES, status)


def campaign_mark(status: str) -> Mark:
    """State of a campaign."""
    return _mark(_CAMPAIGNS, status)


def enrollment_mark(status: str) -> Mark:
    """A lead's state in a campaign."""
    return _mark(_ENROLLMENTS, status)


def warmup_mark(status: str | None) -> Mark:
    """State of an inbox's warmup."""
    return _mark(_WARMUPS, status or "off")


def check_mark(result: str | None) -> Mark:
    """Result of a DNS check (SPF, DKIM, DMARC)."""
    return _mark(_CHECKS, result or "unknown")


def request_mark(result: str) -> Mark:
    """What became of an attempt to ask the server."""
    return _mark(_REQUESTS, result)


def webhook_mark(*, active: bool | None, disabled: bool) -> Mark:
    """Of a subscription."""
    return _mark(_WEBHOOKS, "disabled" if disabled else "paused" if active is False else "active")


def delivery_mark(status: str) -> Mark:
    """Of an attempt to deliver."""
    return _mark(_DELIVERIES, status)


def _mark(known: dict[str, Mark], state: str) -> Mark:
    # A state of a newer server is shown by its own word rather than hidden.
    return known.get(state) or Mark(UNKNOWN_GLYPH, state or "unknown", "")
