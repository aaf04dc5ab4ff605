"""Lists on a real server: loaded as far as needed, brought up to date, told when they really differ."""

import asyncio
import uuid
from datetime import datetime

import pytest

from imail_tui.api.errors import BadRequest, NotFound, NotOffered
from imail_tui.api.pages import Pages
from imail_tui.api.resources import leads as resources
from imail_tui.domain.budget import Priority
from imail_tui.domain.filters import EVERYTHING, parse_filter
from imail_tui.domain.inbox_changes import PAUSE, RESUME
from imail_tui.domain.listing import Sort
from imail_tui.model.leads import Lead
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.sandbox.testing import ThreadSandbox
from imail_tui.services.collections import WHOLE
from imail_tui.services.session import Session
from tests.fakes.lacking_server import lacking_server
from tests.unit.services.conftest import OpenSession
from tests.unit.services.test_session import log_of


def unique(word: str) -> str:
    return f"{word}{uuid.uuid4().hex[:10]}"


async def test_a_small_list_is_loaded_whole_in_one_request(session: Session) -> None:
    log = log_of(session)
    assert session.inboxes.age() is None
    await session.inboxes.refresh()
    assert session.inboxes.complete
    assert session.inboxes.window().total == 24
    assert [exchange.priority for exchange in log] == [Priority.BACKGROUND]
    assert session.inboxes.age() is not None
    assert await session.inboxes.load_more() is False
    assert await session.inboxes.search("google") == 0
    assert len(log) == 1


async def test_a_large_list_begins_with_its_newest_rows_and_goes_on(session: Session) -> None:
    await session.leads.refresh()
    assert not session.leads.complete
    before = session.leads.window().ids()
    assert len(before) == WHOLE
    assert await session.leads.load_more()
    after = session.leads.window().ids()
    assert after[:WHOLE] == before
    assert len(after) == WHOLE + 100


async def test_rows_asked_for_twice_at_once_are_fetched_once(session: Session) -> None:
    log = log_of(session)
    await asyncio.gather(*(session.campaigns.refresh(urgent=True) for _ in range(5)))
    assert len(log) == 1
    assert log[0].priority is Priority.INTERACTIVE


async def test_later_refreshes_of_a_large_list_ask_for_changes_only(session: Session) -> None:
    await session.leads.refresh()
    log = log_of(session)
    changed: list[frozenset[str]] = []
    session.leads.changed.subscribe(changed.append)
    await session.leads.refresh()
    assert (len(log), changed) == (1, [])
    email = f"{unique('new')}@acme.example"
    lead = await session.client.leads.create({"email": email})
    old = session.leads.window(EVERYTHING, Sort("created")).ids()[0]
    await session.client.leads.patch(old, {"title": unique("Head of ")})
    log.clear()
    await session.leads.refresh()
    assert len(log) == 1
    assert changed == [{lead.id, old}]
    found = session.leads.get(lead.id)
    assert found is not None
    assert found.email == email


async def test_the_rest_is_found_by_the_server(session: Session) -> None:
    company = unique("Kraftwerk")
    lead = await session.client.leads.create({"email": f"{unique('x')}@acme.example", "company": company})
    assert session.leads.get(lead.id) is None
    assert await session.leads.search(company) == 1
    assert session.leads.window(parse_filter(company)).ids() == [lead.id]


async def test_what_is_gone_on_the_server_goes_here(session: Session) -> None:
    await session.campaigns.refresh()
    body: Json = {
        "name": unique("Gone soon "),
        "inbox_ids": [session.inboxes.window().ids()[0]] if session.inboxes.window().total else [],
        "steps": [{"id": "hello", "type": "email", "subject": "Hi", "body": "Hello"}],
    }
    await session.inboxes.refresh()
    body["inbox_ids"] = [session.inboxes.window(parse_filter("status:connected")).ids()[0]]
    campaign = await session.client.campaigns.create(body)
    await session.campaigns.refresh()
    assert session.campaigns.get(campaign.id) is not None
    await session.client.campaigns.delete(campaign.id)
    changed: list[frozenset[str]] = []
    session.campaigns.changed.subscribe(changed.append)
    await session.campaigns.refresh()
    assert session.campaigns.get(campaign.id) is None
    assert changed == [{campaign.id}]


async def test_a_row_that_is_gone_when_opened_goes_too(session: Session) -> None:
    lead = await session.client.leads.create({"email": f"{unique('gone')}@acme.example"})
    await session.leads.fetch(lead.id)
    await session.client.leads.delete(lead.id)
    with pytest.raises(NotFound):
        await session.leads.fetch(lead.id)
    assert session.leads.get(lead.id) is None


async def test_the_list_keeps_the_steps_that_opening_brought(session: Session) -> None:
    await session.campaigns.refresh()
    campaign_id = session.campaigns.window().ids()[0]
    listed = session.campaigns.get(campaign_id)
    assert listed is not None
    assert listed.steps == []
    assert listed.step_count
    whole = await session.campaigns.fetch(campaign_id)
    await session.campaigns.refresh()
    again = session.campaigns.get(campaign_id)
    assert again is not None
    assert again.steps == whole.steps
    assert len(again.steps) == listed.step_count


async def test_a_cursor_of_an_earlier_run_goes_on_or_begins_anew(opened: OpenSession) -> None:
    first = opened()
    await first.leads.refresh()
    await first.close()
    second = opened()
    assert await second.leads.load_more()
    assert second.leads.window().total == WHOLE + 100
    kept = second.cache.kept("listing", "leads")
    assert kept is not None
    second.cache.keep("listing", "leads", {**kept[0], "cursor": "cur_expired"}, 0.0)
    await second.close()
    third = opened()
    assert await third.leads.load_more()
    assert third.leads.window().total == WHOLE + 100


async def test_a_status_can_be_set_and_its_reach_is_known_before(session: Session) -> None:
    await session.inboxes.refresh()
    await session.campaigns.refresh()
    [campaign_id, *_] = session.campaigns.window(parse_filter("status:active")).ids()
    reach = await session.campaigns.reach(campaign_id)
    campaign = session.campaigns.get(campaign_id)
    assert campaign is not None
    counts = campaign.lead_counts
    assert reach.leads == (counts.queued or 0) + (counts.active or 0)
    assert reach.inboxes_connected > 0
    assert reach.mails_today is not None
    assert 0 <= reach.mails_today <= (campaign.daily_limit or 10**9)
    assert not reach.live
    assert (await session.campaigns.pause(campaign_id)).status == "paused"
    assert (await session.campaigns.launch(campaign_id)).status == "active"
    assert session.campaigns.window(parse_filter("status:active")).position(campaign_id) is not None


async def test_an_inbox_is_paused_and_has_a_history(session: Session) -> None:
    await session.inboxes.refresh()
    inbox_id = session.inboxes.window(parse_filter("status:connected")).ids()[-1]
    assert [one.id for one in (await session.inboxes.change({inbox_id: PAUSE})).before] == [inbox_id]
    kept = session.inboxes.get(inbox_id)
    assert kept is not None
    assert kept.status == "paused"
    await session.inboxes.change({inbox_id: RESUME})
    assert len(await session.inboxes.history(inbox_id, 7)) == 7


async def test_reconnecting_gives_a_page_to_open(session: Session) -> None:
    await session.inboxes.refresh()
    [inbox_id, *_] = session.inboxes.window(parse_filter("status:disconnected -provider:smtp")).ids()
    url = await session.inboxes.reconnect(inbox_id)
    assert url is not None
    assert url.startswith("http://127.0.0.1:")


async def test_a_thread_is_kept_and_opening_it_lowers_the_unread_conversations(session: Session) -> None:
    await session.replies.refresh()
    window = session.conversations.window(session.conversations.read_filter("unread:yes auto:no"))
    conversation_id = window.ids()[-1]
    conversation = session.conversations.get(conversation_id)
    assert conversation is not None
    reply_id = conversation.reply_id
    assert session.replies.kept_thread(reply_id) is None
    thread = await session.replies.thread(reply_id)
    assert session.replies.kept_thread(reply_id) == thread
    unread = session.status.unread
    assert unread
    await session.triage.opened(conversation_id)
    assert (session.status.unread, session.undo.titles) == (unread - 1, ())
    assert (await session.client.replies.get(reply_id)).read is True
    await session.triage.mark_read([conversation_id], False)
    assert session.status.unread == unread


async def test_a_row_stays_when_the_server_has_no_way_to_read_it(
    opened: OpenSession, sandbox: ThreadSandbox
) -> None:
    with lacking_server(sandbox.url, "/leads/{lead_id}", "/replies/{reply_id}") as server:
        session = opened(url=server.url)
        await session.connect()
        await session.offers_settled()
        await session.leads.refresh()
        await session.replies.refresh()
        lead_id = session.leads.window().ids()[0]
        reply_id = session.replies.window().ids()[0]
        with pytest.raises(NotOffered):
            await session.leads.fetch(lead_id)
        with pytest.raises(NotOffered):
            await session.replies.fetch(reply_id)
        assert session.leads.get(lead_id) is not None
        assert session.replies.get(reply_id) is not None


async def test_a_server_that_cannot_tell_changes_is_listed_anew(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    await session.leads.refresh()
    assert not session.leads.complete
    real = resources.Leads.list

    def refuse(
        self: resources.Leads,
        *,
        updated_since: datetime | None = None,
        sort: str | None = None,
        q: None = None,
    ) -> Pages[Lead]:
        if updated_since is not None:
            raise BadRequest(Problem("unknown parameter", where="updated_since", status=400))
        return real(self, sort=sort, q=q)

    monkeypatch.setattr(resources.Leads, "list", refuse)
    log = log_of(session)
    await session.leads.refresh()
    assert [each.status for each in log] == [200, 200, 200]
