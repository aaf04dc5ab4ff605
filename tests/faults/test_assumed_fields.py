"""Nothing the documentation leaves open may break the client when it differs.

Every field of every answer is taken away, set to null, given a wrong type or an unknown word, and the answer
then goes through the client into the session, its cache and its screens' rows. Only `ApiError` may come out.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from pydantic import JsonValue

from imail_tui.api import client as client_module
from imail_tui.api import retry
from imail_tui.api.errors import ApiError
from imail_tui.domain.analytics.report import Question
from imail_tui.domain.analytics.spans import last_days
from imail_tui.domain.charts import draw_chart
from imail_tui.domain.inbox_stake import stake_of
from imail_tui.domain.inbox_timeline import inbox_timeline
from imail_tui.domain.listing import SPECS, Sort
from imail_tui.domain.why_not_sending import why_not_sending
from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import sandbox_in_thread
from imail_tui.services.analytics.counts import NotSplit
from imail_tui.services.session import Session, open_session
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey
from imail_tui.ui.screens.analytics.figures import figures
from imail_tui.ui.screens.analytics.pages.making import page_of
from imail_tui.ui.screens.analytics.views import VIEWS
from imail_tui.ui.screens.analytics.wish import Wish
from imail_tui.ui.screens.campaigns.rows import campaign_detail, campaign_row
from imail_tui.ui.screens.events.rows import event_detail, event_row
from imail_tui.ui.screens.inboxes.detail import inbox_detail
from imail_tui.ui.screens.inboxes.rows import inbox_row
from imail_tui.ui.screens.leads.page import LeadFacts, lead_page
from imail_tui.ui.screens.leads.rows import lead_row
from imail_tui.ui.screens.replies.rows import conversation_row
from imail_tui.ui.screens.replies.thread import Around, links_in, mails_of, thread_page
from tests.fakes.mutated_world import AnsweringSender, Sandbox, mutated_pages, mutations

NOW: Final = datetime(2026, 3, 2, 10, tzinfo=UTC)
KEY: Final = "imk_test_01HZSENTINELSENTINEL"
Act = Callable[[Session], Awaitable[object]]


def some_id(listed: JsonValue) -> str:
    assert isinstance(listed, dict)
    rows = listed["data"]
    assert isinstance(rows, list)
    assert isinstance(rows[0], dict)
    return str(rows[0]["id"])


@pytest.fixture(scope="module")
def answers() -> Mapping[str, JsonValue]:
    """A real answer of every operation, by its key."""
    with sandbox_in_thread(SandboxOptions(start=NOW, frozen=True)) as running:
        sandbox = Sandbox(running.url, running.api_key)
        found: dict[str, JsonValue] = {}
        for kind in ("inboxes", "campaigns", "leads", "replies", "events", "suppressions", "messages"):
            found[f"GET /{kind}"] = sandbox.ask("GET", f"/{kind}?limit=2")
        for kind in ("inboxes", "campaigns", "leads", "replies"):
            found[f"GET /{kind}/{{}}"] = sandbox.ask("GET", f"/{kind}/{some_id(found[f'GET /{kind}'])}")
        inbox, campaign = some_id(found["GET /inboxes"]), some_id(found["GET /campaigns"])
        found["GET /inboxes/{}/history"] = sandbox.ask("GET", f"/inboxes/{inbox}/history?days=2")
        found["GET /campaigns/{}/progress"] = sandbox.ask("GET", f"/campaigns/{campaign}/progress")
        reply = found["GET /replies/{}"]
        assert isinstance(reply, dict)
        found["GET /threads/{}"] = sandbox.ask("GET", f"/threads/{reply['thread_id']}")
        found["GET /workspace"] = sandbox.ask("GET", "/workspace")
        found["GET /metrics"] = sandbox.ask("GET", "/metrics")
        found["GET /analytics"] = sandbox.ask("GET", "/analytics?group_by=day,campaign&limit=2")
        lead: Json = {"email": "new@example.com"}
        found["POST /leads/bulk"] = sandbox.ask("POST", "/leads/bulk", {"leads": [lead, {"email": "x"}]})
        found["POST /leads/lookup"] = sandbox.ask("POST", "/leads/lookup", {"emails": ["a@b.co"]})
        webhook: Json = {"url": "http://127.0.0.1:9/", "events": ["reply.received"]}
        found["POST /webhooks"] = sandbox.ask("POST", "/webhooks", webhook)
        found["GET /webhooks"] = sandbox.ask("GET", "/webhooks")
        found["POST /replies/{}/send"] = sandbox.ask("POST", f"/replies/{reply['id']}/send", {"body": "Hi"})
    for answer in found.values():
        if isinstance(answer, dict) and "pagination" in answer:
            answer["pagination"] = {"next_cursor": None, "has_more": False}
    return found


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "FIRST_PAUSE", 0.0)


@pytest.fixture
def sender(answers: Mapping[str, JsonValue], monkeypatch: pytest.MonkeyPatch) -> AnsweringSender:
    """What stands in for the network of every client."""
    answering = AnsweringSender(dict(answers))
    monkeypatch.setattr(client_module, "Transport", lambda *_, **__: answering)
    return answering


@pytest_asyncio.fixture
async def session(sender: AnsweringSender, tmp_path: Path) -> AsyncIterator[Session]:
    paths = Paths.find({"IMAIL_TUI_HOME": str(tmp_path)})
    opened = open_session(
        paths, Profile("odd", "http://server/v1"), FoundKey(Secret(KEY), "test"), feed_seconds=None
    )
    yield opened
    await opened.close()


async def test_the_real_answers_pass(session: Session) -> None:
    for act in ACTS.values():
        await act(session)


def look_through(session: Session, kind: str, show: Callable[[Json], object]) -> None:
    """Every row of a list, in every order it can be sorted by, as its screen shows it."""
    rows: list[Json] = []
    for field in SPECS[kind].fields:
        sort = Sort(field.name, descending=True)
        window = (
            session.events.window(sort=sort) if kind == "events" else session.cache.window(kind, sort=sort)
        )
        rows = window.rows(0, 50)
        window.close()
    for row in rows:
        show(row)


async def inboxes(session: Session) -> None:
    await session.inboxes.refresh()

    def show(row: Json) -> None:
        inbox = session.inboxes.parse(row)
        (
            inbox_row(inbox, None, NOW),
            inbox_detail(inbox, (), stake_of(inbox, ()), inbox_timeline(inbox, (), NOW), None, NOW),
        )

    look_through(session, "inboxes", show)


async def inbox(session: Session) -> None:
    found = await session.inboxes.fetch("inb_1")
    days = await session.inboxes.history(found.id, 30)
    (
        inbox_row(found, None, NOW),
        inbox_detail(found, days, stake_of(found, ()), inbox_timeline(found, (), NOW), None, NOW),
    )


async def campaigns(session: Session) -> None:
    await session.campaigns.refresh()
    look_through(session, "campaigns", lambda row: campaign_row(session.campaigns.parse(row), NOW))


async def campaign(session: Session) -> None:
    found = await session.campaigns.fetch("cmp_1")
    campaign_row(found, NOW)
    for width in (30, 90):
        campaign_detail(found, {}, why_not_sending(found, {}, NOW), width)
    await session.campaigns.reach("cmp_1")


async def progress(session: Session) -> None:
    await session.campaigns.progress("cmp_1")


async def leads(session: Session) -> None:
    await session.leads.refresh()
    await session.leads.search("ada")

    def show(row: Json) -> None:
        lead = session.leads.parse(row)
        lead_row(lead, NOW), lead_page(lead, LeadFacts({}), NOW)

    look_through(session, "leads", show)


async def lead(session: Session) -> None:
    found = await session.leads.fetch("led_1")
    lead_row(found, NOW), lead_page(found, LeadFacts({}), NOW)


async def replies(session: Session) -> None:
    await session.replies.refresh()

    def show(row: Json) -> None:
        conversation = session.conversations.parse(row)
        conversation_row(conversation, {}, NOW, refused=False, drafted=False)
        mails = mails_of(None, session.conversations.replies_of(conversation.id), conversation.head)
        thread_page(conversation, mails, Around("", "", NOW))

    look_through(session, "replies", session.replies.parse)
    look_through(session, "conversations", show)


async def thread(session: Session) -> None:
    found = await session.replies.fetch("rpl_1")
    thread = await session.replies.thread(found.id)
    for each in (thread, session.replies.kept_thread(found.id)):
        links_in(mails_of(each, [found], found))


async def events(session: Session) -> None:
    session.events.store.clear()
    await session.feed.look()

    def show(row: Json) -> None:
        event = session.events.parse(row)
        event_row(event, {}, NOW), event_detail(event, {})

    look_through(session, "events", show)


async def analytics(session: Session) -> None:
    question = Question(last_days(7, session.analytics.today()))
    await session.analytics.refresh(question)
    report = await session.analytics.report(question)
    tuple(figures(report))
    for view in VIEWS:
        with suppress(NotSplit):
            page = await page_of(session.analytics, question, Wish(view), report, dict)
            draw_chart(page.spec, 78, 15)


async def workspace(session: Session) -> None:
    await session.connect()
    assert session.status.budget.burst


ACTS: Final[Mapping[str, Act]] = {
    "GET /workspace": workspace,
    "GET /inboxes": inboxes,
    "GET /inboxes/{}": inbox,
    "GET /inboxes/{}/history": inbox,
    "GET /campaigns": campaigns,
    "GET /campaigns/{}": campaign,
    "GET /campaigns/{}/progress": progress,
    "GET /leads": leads,
    "GET /leads/{}": lead,
    "GET /replies": replies,
    "GET /replies/{}": thread,
    "GET /threads/{}": thread,
    "GET /events": events,
    "GET /analytics": analytics,
}
"""What the session does with the answer to each operation."""

READS: Final[Mapping[str, Act]] = {
    "GET /metrics": lambda session: session.client.metrics.get(),
    "GET /suppressions": lambda session: session.client.suppressions.list().page(),
    "GET /messages": lambda session: session.client.messages.list().page(),
    "GET /webhooks": lambda session: session.client.webhooks.list().page(),
    "POST /webhooks": lambda session: session.client.webhooks.create({}),
    "POST /leads/bulk": lambda session: session.client.leads.bulk(b'{"leads":[{}]}', "key"),
    "POST /leads/lookup": lambda session: session.client.leads.lookup(["a@b.co"]),
    "POST /replies/{}/send": lambda session: session.client.replies.send("rpl_1", "Hi"),
}
"""Answers that only the client reads so far."""


@pytest.mark.parametrize(
    "every",
    [pytest.param(5, id="every fifth"), pytest.param(1, id="all", marks=pytest.mark.slow)],
)
@pytest.mark.parametrize("operation", [*ACTS, *READS])
async def test_a_field_that_differs_never_breaks_anything(
    operation: str, every: int, session: Session, sender: AnsweringSender, answers: Mapping[str, JsonValue]
) -> None:
    act, answer = {**ACTS, **READS}[operation], answers[operation]
    listed = isinstance(answer, dict) and "pagination" in answer
    broken: list[str] = []
    tried = 0
    found = mutated_pages(answer) if isinstance(answer, dict) and listed else mutations(answer)
    for mutation in islice(found, None, None, every):
        tried += 1
        sender.answers[operation] = mutation.answer
        fault = await _fault_of(act, session)
        if fault is not None:
            broken.append(f"{mutation.said}: {fault!r}")
    assert not broken, "\n".join(broken[:20])
    assert tried > 20 / every


async def _fault_of(act: Act, session: Session) -> Exception | None:
    try:
        await act(session)
    except ApiError:
        return None
    except Exception as error:
        return error
    return None
