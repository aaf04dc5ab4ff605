"""Invented inboxes of all providers and states, and the days behind them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from imail_tui.sandbox.clock import DAY, HOUR, utc_date
from imail_tui.sandbox.ids import IdSource

_PERSONAS = ("Marta Lind", "Jonas Berger", "Inés Robles", "Theo Adler", "Dana Whitfield", "Ruth Okafor")
_DOMAINS = (
    "haldenpike.example",
    "try-haldenpike.example",
    "haldenpike-mail.example",
    "get-haldenpike.example",
)
_SMALL = (
    *("0ready",) * 4,
    *("0off", "0ready", "0ready", "0disconnected"),
    *("1ready",) * 4,
    *("1warming", "1error"),
    *("2ready", "2off", "2paused"),
    *("3ready", "3off"),
    *("4ready", "4off"),
    *("5warming", "5warming", "5pending_setup"),
)
"""The 24 inboxes of the small world: whose they are and in what state."""

_REASONS = {
    "disconnected": "OAuth token revoked by the account's owner",
    "error": "IMAP login failed: 535 5.7.8 authentication credentials invalid",
    "paused": "Paused by a user",
}
INSERT_INBOX = (
    "INSERT INTO inbox (id, email, display_name, provider, status, status_reason, setup_token, smtp, imap, "
    "daily_limit, min_gap_seconds, warmup_enabled, warmup_status, warmup_day, warmup_target, warmup_score, "
    "spam_rate, health_score, spf, dkim, dmarc, last_sync_at, disconnected_at, created_at, updated_at) "
    "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)
INSERT_DAY = "INSERT INTO inbox_day VALUES (?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True)
class Inbox:
    """A sender: what the rest of the seed needs to know, and its row."""

    id: str
    email: str
    display_name: str
    persona: int
    status: str
    sends: bool
    daily_limit: int
    warmup_day: int
    warmup_target: int
    score: int
    row: tuple[object, ...]


def make_inboxes(count: int, ids: IdSource, rng: random.Random, start: int) -> list[Inbox]:
    """The first `count` inboxes; up to 24 they are the hand-made ones, later ones repeat their mix."""
    return [_inbox(number, ids, rng, start) for number in range(count)]


def inbox_days(inbox: Inbox, days: int, start: int, rng: random.Random) -> Iterator[tuple[object, ...]]:
    """Rows of `inbox_day` for the `days` UTC dates ending with the one of `start`."""
    if inbox.status == "pending_setup":
        return
    today = start // DAY
    for back in range(days - 1, -1, -1):
        warm_day = inbox.warmup_day - back
        warmed = min(inbox.warmup_target, 2 + warm_day * 2) if warm_day > 0 else 0
        share = (start % DAY) / DAY if back == 0 else 1.0
        connected = DAY // 1000 if inbox.status in ("connected", "paused") or back > 1 else 5 * 3600
        yield (
            inbox.id,
            utc_date((today - back) * DAY),
            int(warmed * share),
            max(0, inbox.score - back // 6 - rng.randint(0, 3)),
            round(rng.random() * 0.03, 4),
            int(min(connected, DAY // 1000 * share)),
        )


def _inbox(number: int, ids: IdSource, rng: random.Random, start: int) -> Inbox:
    kind = _SMALL[number % len(_SMALL)]
    persona, state = int(kind[0]), kind[1:]
    name = _PERSONAS[persona]
    provider = ("google", "google", "microsoft", "smtp", "google", "microsoft")[(number * 5 + persona) % 6]
    status = "connected" if state in ("ready", "off", "warming") else state
    created = start - rng.randint(95, 200) * DAY if state != "pending_setup" else start - 3 * HOUR
    warm_day = {"warming": rng.randint(6, 18), "ready": rng.randint(60, 90)}.get(state, 0)
    target = min(40, 2 + 2 * warm_day) if warm_day else 0
    limit = (120, 110, 100, 90)[number % 4] if warm_day == 0 or state == "ready" else 20 + warm_day
    score = rng.randint(88, 99) if state != "error" else rng.randint(40, 60)
    inbox_id, email = ids.new("inb", created), _address(name, number)
    changed = start - rng.randint(1, 40) * HOUR
    fact = "pass" if state != "pending_setup" else "unknown"
    server = f'{{"host":"mail.{email.split("@")[1]}","port":465,"username":"{email}","security":"tls"}}'
    row = (
        *(inbox_id, email, name, provider, status, _REASONS.get(status)),
        ids.new("set", created)[4:] if status == "pending_setup" else None,
        *(
            server if provider == "smtp" else None,
            server.replace("465", "993") if provider == "smtp" else None,
        ),
        *(limit, rng.choice((90, 120, 180))),
        *(
            warm_day > 0,
            state if warm_day else "off",
            warm_day,
            40 if warm_day else 0,
            score if warm_day else 0,
        ),
        *(round(rng.random() * 0.02, 4), score, fact, fact),
        "fail" if state == "error" else fact,
        start - rng.randint(5, 240) * 1000 if status == "connected" else changed,
        changed if status == "disconnected" else None,
        *(created, created if status == "connected" else changed),
    )
    sends = state not in ("warming", "pending_setup")
    return Inbox(inbox_id, email, name, persona, status, sends, limit, warm_day, target, score, row)


def _address(name: str, number: int) -> str:
    """Distinct for every number: the personas' own addresses first, then numbered ones."""
    first, last = (part.lower().replace("é", "e") for part in name.split())
    forms = (first, f"{first}.{last}", f"{first[0]}.{last}")
    domain = _DOMAINS[number % len(_DOMAINS)]
    suffix = "" if number < len(_SMALL) else str(number)
    return f"{forms[number // 4 % 3]}{suffix}@{domain}"
