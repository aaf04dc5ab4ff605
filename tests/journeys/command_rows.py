"""What every command is tried with: arguments that succeed, the shape of its JSON, and a mistake.

`@name` is a file of the test, `$id` the id that the last command before it printed.
"""

from dataclasses import dataclass
from typing import Final, Literal

from imail_tui.cli.exits import SOME_REJECTED, Exit

from .hostile_world import EVIL

ADA, BEN, CY = "ada@client.example", "ben@client.example", "cy@other.example"
URL: Final = "http://127.0.0.1:9/hook"
AWAY: Final = ("--base-url", "http://127.0.0.1:9/v1")
MORE: Final = ("one", "word", "too", "many")

Kind = Literal["list", "one", "lines"]


@dataclass(frozen=True, slots=True)
class Shape:
    """JSON that a command prints: an array of objects, one, or one a line; `keys` are in each object."""

    kind: Kind
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Row:
    """`good` None: how it succeeds is shown elsewhere, `why` says where. `shape` None: it has no --json.

    `before`: commands that make what it is about. `wide`: its lines are what they are, on any terminal.
    `raw`: what it prints is a file's content, byte for byte in a pipe.
    """

    good: tuple[str, ...] | None
    shape: Shape | None
    wrong: tuple[str, ...]
    told: tuple[Exit, str]
    code: int = Exit.OK
    before: tuple[tuple[str, ...], ...] = ()
    wide: bool = False
    raw: bool = False
    broken: str = ""
    why: str = ""


def each(*keys: str) -> Shape:
    """An array."""
    return Shape("list", frozenset(keys))


def one(*keys: str) -> Shape:
    """An object."""
    return Shape("one", frozenset(keys))


def lines(*keys: str) -> Shape:
    """Objects, one a line."""
    return Shape("lines", frozenset(keys))


NOBODY: Final = (Exit.NOT_FOUND, "nobody@x.example")
NOT_THERE: Final = (Exit.OFFLINE, "cannot be reached")
NO_NAME: Final = (Exit.USAGE, "were named")
TOO_MUCH: Final = (Exit.USAGE, "one")
OUTCOME: Final = one("done", "already", "refused", "faulty")
CONVERSATION: Final = ("id", "head", "reply_ids", "waiting_since", "automatic", "linked", "stance")
ANSWER: Final = (
    "id", "state", "reply_id", "conversation_id", "message_id", "inbox_id", "to", "text", "begun_at",
    "send_at", "problem", "request_id",
)  # fmt: skip
IMPORT: Final = (
    "id", "state", "file", "campaign_id", "started_at", "ended_at", "records", "invalid", "created",
    "updated", "skipped", "failed", "unexplained", "problem",
)  # fmt: skip
PROFILE: Final = ("profile", "default", "base_url", "workspace", "mode", "key_source")
SEND: Final = ("replies", "send", BEN, "--text", "Gladly.", "--yes", "--wait", "600", "--json")
SUBSCRIBE: Final = ("webhooks", "add", URL, "--in-file")
ADD_WORK: Final = ("auth", "add", "work", "--key-file", "@key", "--in-file")

ROWS: Final[dict[str, Row]] = {
    "inboxes list": Row(
        (), each("id", "email", "status"), ("--status", "bogus"), (Exit.USAGE, "pending_setup")
    ),
    "inboxes show": Row(("anna@acme.example",), one("id", "email", "health"), ("nobody@x.example",), NOBODY),
    "inboxes add": Row(
        ("new@acme.example", "--display-name", EVIL), one("id", "setup_url"), ("no",), (Exit.USAGE, "email")
    ),
    "inboxes pause": Row(("anna@acme.example",), each("id", "status"), (), NO_NAME),
    "inboxes resume": Row(("anna@acme.example",), each("id", "status"), (), NO_NAME),
    "inboxes limit": Row(("33", "anna@acme.example"), each("daily_limit"), ("0", "x"), (Exit.USAGE, "MAILS")),
    "inboxes reconnect": Row(
        ("lost@acme.example",),
        one("id", "setup_url"),
        ("anna@acme.example",),
        (Exit.REFUSED, "req_"),
        wide=True,
    ),
    "inboxes rm": Row(
        ("idle@acme.example",), one("id", "email"), ("bo@acme.example",), (Exit.REFUSED, "req_")
    ),
    "inboxes watch": Row(
        ("--exit-on", "disconnected"),
        lines("at", "email", "id", "before", "status", "reason"),
        ("--exit-on", "bogus"),
        (Exit.USAGE, "pending_setup"),
        wide=True,
    ),
    "campaigns list": Row((), each("id", "name", "status"), ("--status", "bogus"), (Exit.USAGE, "archived")),
    "campaigns show": Row((EVIL,), one("id", "steps"), (f"not {EVIL}",), (Exit.NOT_FOUND, "no campaign")),
    "campaigns steps": Row(
        (EVIL,), each("step_id", "type", "reached", "waiting", "sent"), ("Q9",), (Exit.NOT_FOUND, "Q9")
    ),
    "campaigns why": Row(
        ("Q4 outreach",),
        each("cause", "stops", "what", "remedy", "until"),
        ("Q9",),
        (Exit.NOT_FOUND, "Q9"),
        code=Exit.FAILED,
    ),
    "campaigns launch": Row(("Q4 outreach",), one("id", "status"), ("Unready",), (Exit.FAILED, "error")),
    "campaigns pause": Row(("Q4",), one("id", "status"), ("Unready",), (Exit.REFUSED, "draft")),
    "campaigns duplicate": Row(("Q4", "--name", EVIL), one("id", "name"), ("Q9",), (Exit.NOT_FOUND, "Q9")),
    "campaigns archive": Row(
        ("Q4 outreach",), one("id", "status"), ("Q4",), (Exit.REFUSED, "Pause it first")
    ),
    "campaigns rm": Row(("Q4 outreach",), one("id", "name"), ("cmp_nobody",), (Exit.NOT_FOUND, "req_")),
    "campaigns pause-all": Row((), each("id", "status"), AWAY, NOT_THERE),
    "campaigns resume-all": Row(
        (), each("id", "status"), AWAY, NOT_THERE, before=(("campaigns", "pause-all"),)
    ),
    "campaigns lint": Row(
        ("@bad.yaml",),
        each("path", "line", "column", "code", "severity", "place", "message", "remedy"),
        ("@none",),
        (Exit.USAGE, "cannot be read"),
        code=Exit.FAILED,
        wide=True,
    ),
    "campaigns new": Row((), each("template", "purpose"), ("@good.yaml",), (Exit.USAGE, "is there already")),
    "campaigns pull": Row((EVIL,), None, ("Q9",), (Exit.NOT_FOUND, "Q9"), wide=True, raw=True),
    "campaigns plan": Row(
        ("@good.yaml",),
        one("name", "base", "live", "body", "changes", "affected", "findings", "forbidden"),
        ("@none",),
        (Exit.USAGE, "cannot be read"),
        wide=True,
    ),
    "campaigns diff": Row(
        ("@q4.yaml",),
        each("kind", "place", "step_id", "what", "structural", "pieces"),
        ("@none",),
        (Exit.USAGE, "cannot be read"),
        code=Exit.FAILED,
        wide=True,
    ),
    "campaigns apply": Row(
        ("@good.yaml",), one("id", "name", "status"), ("@none",), (Exit.USAGE, "cannot be read"), wide=True
    ),
    "campaigns schema": Row((), None, MORE, TOO_MUCH, wide=True),
    "campaigns simulate": Row(
        ("@good.yaml",),
        each("kind", "at", "step_id", "text", "note"),
        ("@good.yaml", "--zone", "Mars"),
        (Exit.USAGE, "Mars"),
        wide=True,
    ),
    "leads import": Row(
        ("@leads.csv",),
        one("records", "accepted", "invalid", "created", "skipped", "import_id"),
        ("@none",),
        (Exit.USAGE, "none"),
        code=SOME_REJECTED,
    ),
    "leads show": Row((ADA,), one("id", "email", "custom"), ("nobody@x.example",), NOBODY),
    "leads timeline": Row((BEN,), each("id", "type", "created_at"), ("nobody@x.example",), NOBODY),
    "leads add": Row(
        ("new@x.example", "--set", f"first_name={EVIL}"), one("id", "email"), (ADA,), (Exit.REFUSED, "req_")
    ),
    "leads edit": Row(
        (ADA, CY, "--set", f"title={EVIL}"),
        each("id", "title"),
        (ADA, "--set", "shoe=1"),
        (Exit.USAGE, "shoe"),
    ),
    "leads rm": Row((CY,), each("id", "email"), ("nobody@x.example",), NOBODY),
    "leads pause": Row((ADA, "--campaign", EVIL), each("id", "enrollments"), (), NO_NAME),
    "leads resume": Row((ADA, "--campaign", EVIL), each("id", "enrollments"), (), NO_NAME),
    "leads enroll": Row(
        (CY, "--campaign", EVIL), each("id", "enrollments"), (CY, "--campaign", "Q9"), (Exit.NOT_FOUND, "Q9")
    ),
    "leads unenroll": Row(
        (ADA, "--campaign", EVIL),
        each("id", "enrollments"),
        (ADA, "--campaign", "Q9"),
        (Exit.NOT_FOUND, "Q9"),
    ),
    "leads list": Row((), each("id", "email"), ("--sort", "shoe"), (Exit.USAGE, "created_at")),
    "leads imports": Row((), each(*IMPORT), MORE, TOO_MUCH, before=(("leads", "import", "@leads.csv"),)),
    "leads give-up": Row(
        ("imp_",),
        one(*IMPORT),
        ("imp_none",),
        (Exit.NOT_FOUND, "imp_none"),
        before=(("leads", "import", "@leads.csv"),),
    ),
    "leads export": Row((), lines("email"), AWAY, NOT_THERE, wide=True, raw=True),
    "suppressions list": Row((), each("value", "reason"), AWAY, NOT_THERE),
    "suppressions add": Row(
        ("x.example", "--reason", EVIL), OUTCOME, ("no address",), (Exit.USAGE, "neither")
    ),
    "suppressions rm": Row(
        ("blocked.example",), OUTCOME, ("free.example",), (Exit.NOT_FOUND, "free.example")
    ),
    "suppressions import": Row(
        ("@list.txt",), OUTCOME, ("@none",), (Exit.USAGE, "cannot be read"), code=SOME_REJECTED
    ),
    "suppressions export": Row(
        (), None, ("/nowhere/x.csv",), (Exit.FAILED, "cannot be written"), wide=True, raw=True
    ),
    "replies tail": Row(
        ("--last", "1", "--count", "1"),
        lines(*CONVERSATION),
        ("--count", "0"),
        (Exit.USAGE, "--count"),
        wide=True,
    ),
    "replies label": Row(("question", BEN), each(*CONVERSATION), ("question", "nobody@x.example"), NOBODY),
    "replies done": Row((BEN,), each(*CONVERSATION), (), NO_NAME),
    "replies snooze": Row(
        ("3d", BEN), each(*CONVERSATION), ("yesterdayish", BEN), (Exit.USAGE, "yesterdayish")
    ),
    "replies send": Row(
        (BEN, "--text", EVIL, "--wait", "600"),
        one(*ANSWER),
        (BEN, "--snippet", "none"),
        (Exit.USAGE, "--snippet"),
    ),
    "replies outbox": Row((), each(*ANSWER), MORE, TOO_MUCH, before=(SEND,)),
    "replies cancel": Row(("$id",), one(*ANSWER), ("none",), (Exit.NOT_FOUND, "none"), before=(SEND,)),
    "replies retry": Row(
        ("$id",),
        one(*ANSWER),
        ("none",),
        (Exit.NOT_FOUND, "none"),
        before=(SEND,),
        broken="/replies/{reply_id}/send",
    ),
    "replies list": Row((), each(*CONVERSATION), ("--view", "bogus"), (Exit.USAGE, "needs_me")),
    "replies show": Row((BEN,), one(*CONVERSATION, "thread"), ("nobody@x.example",), NOBODY),
    "replies queue": Row((), one("counts", "oldest", "positive", "unclassified", "actions"), AWAY, NOT_THERE),
    "listen": Row(
        None,
        lines("at", "fate", "why", "event"),
        ("--bind", "0.0.0.0"),
        (Exit.USAGE, "--allow-remote"),
        why="test_listen.py",
    ),
    "webhooks list": Row((), each("id", "url", "active"), AWAY, NOT_THERE, before=(SUBSCRIBE,)),
    "webhooks add": Row((URL, "--in-file"), one("id", "url", "kept"), ("nonsense",), (Exit.REFUSED, "url")),
    "webhooks rotate": Row(
        (URL, "--in-file"),
        one("id", "url", "kept"),
        (EVIL,),
        (Exit.NOT_FOUND, "no webhook"),
        before=(SUBSCRIBE,),
    ),
    "webhooks pause": Row(
        (URL,), one("id", "active"), (EVIL,), (Exit.NOT_FOUND, "no webhook"), before=(SUBSCRIBE,)
    ),
    "webhooks resume": Row(
        (URL,), one("id", "active"), (EVIL,), (Exit.NOT_FOUND, "no webhook"), before=(SUBSCRIBE,)
    ),
    "webhooks rm": Row(
        (URL,), one("id", "url"), (EVIL,), (Exit.NOT_FOUND, "no webhook"), before=(SUBSCRIBE,)
    ),
    "webhooks test": Row(
        (URL,), one("id", "url"), (EVIL,), (Exit.NOT_FOUND, "no webhook"), before=(SUBSCRIBE,)
    ),
    "webhooks deliveries": Row(
        (URL,),
        each("id", "status"),
        (EVIL,),
        (Exit.NOT_FOUND, "no webhook"),
        before=(SUBSCRIBE, ("webhooks", "test", URL)),
    ),
    "webhooks redeliver": Row(
        ("$id",),
        one("id"),
        ("dlv_none",),
        (Exit.NOT_FOUND, "req_"),
        before=(SUBSCRIBE, ("webhooks", "test", URL), ("webhooks", "deliveries", URL, "--json")),
    ),
    "webhooks verify": Row(
        ("@delivery", "--secret-env", "SECRET"),
        one("genuine", "scheme", "secret", "signed_at", "check", "bytes"),
        ("@none", "--secret-env", "SECRET"),
        (Exit.USAGE, "cannot be read"),
        code=Exit.FAILED,
    ),
    "trigger": Row(("inbox.disconnected",), each("id"), (EVIL,), (Exit.USAGE, "inbox.disconnected")),
    "auth list": Row((), each(*PROFILE), MORE, TOO_MUCH, before=(ADD_WORK,)),
    "auth add": Row(
        ADD_WORK[2:], one(*PROFILE), (EVIL, "--key-file", "@key"), (Exit.USAGE, "called so"), wide=True
    ),
    "auth use": Row(
        ("work",), one(*PROFILE), ("nobody",), (Exit.USAGE, "no such profile"), before=(ADD_WORK,)
    ),
    "auth rm": Row(
        ("work", "--yes"), one(*PROFILE), ("nobody",), (Exit.USAGE, "no such profile"), before=(ADD_WORK,)
    ),
    "auth rotate": Row(
        ("work", "--key-file", "@key"),
        one(*PROFILE),
        ("nobody",),
        (Exit.USAGE, "no such profile"),
        before=(ADD_WORK,),
        wide=True,
    ),
    "auth status": Row(
        (),
        one("profiles", "given", "keyring", "exposed"),
        ("nobody",),
        (Exit.USAGE, "no such profile"),
        before=(ADD_WORK,),
    ),
    "stats": Row(
        ("--by", "campaign"), one("total", "rates", "days", "rows"), ("--days", "0"), (Exit.USAGE, "days")
    ),
    "report": Row((), None, ("--campaign", "zzz"), (Exit.NOT_FOUND, "zzz"), wide=True),
    "metrics": Row((), one("updated_at", "inboxes_connected"), AWAY, NOT_THERE),
    "doctor": Row((), one("imail_tui", "counts", "findings"), MORE, TOO_MUCH),
    "config path": Row((), None, MORE, TOO_MUCH, wide=True),
    "config show": Row((), one("theme"), MORE, TOO_MUCH, raw=True),
    "config check": Row((), each("where", "what", "remedy", "code"), MORE, TOO_MUCH, code=Exit.USAGE),
    "config edit": Row(None, None, (), (Exit.USAGE, "no terminal"), why="test_local_commands.py"),
    "config schema": Row((), None, MORE, TOO_MUCH, wide=True),
    "keys": Row((), one("keys", "problems"), MORE, TOO_MUCH),
    "completion": Row(("bash",), None, ("tcsh",), (Exit.USAGE, "fish"), wide=True),
    "support-bundle": Row(("-",), None, ("@good.yaml", "--yes"), (Exit.USAGE, "is there already"), wide=True),
    "budget": Row((), one("left", "burst", "waiting", "why_alone"), AWAY, NOT_THERE),
    "requests": Row(
        (),
        each("at", "result", "status", "method", "path", "request_id"),
        ("--most", "0"),
        (Exit.USAGE, "--most"),
        before=(("inboxes", "list"),),
    ),
    "demo": Row(None, None, (), (Exit.FAILED, "not a terminal"), why="tests/wire"),
    "sandbox": Row(
        None, None, ("--seed-file", "@none"), (Exit.FAILED, "cannot start"), why="tests/unit/sandbox"
    ),
}
"""By the words of the command."""
