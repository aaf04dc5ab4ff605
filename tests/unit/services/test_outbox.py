"""Answers: kept while written, sent once, stopped in time, told when they fail."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest

from imail_tui.api.errors import ApiError
from imail_tui.model.outbox import OutboxState
from imail_tui.model.replies import Reply
from imail_tui.sandbox.server import SandboxOptions
from imail_tui.sandbox.testing import SandboxControl, ThreadSandbox, sandbox_in_thread
from imail_tui.services.outbox import AnswerRefused
from imail_tui.services.session import Session
from imail_tui.store.paths import Paths
from tests.fakes.moments import START
from tests.unit.services.conftest import OpenSession


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ThreadSandbox]:
    """One whose clock the tests move."""
    with sandbox_in_thread(
        SandboxOptions(start=START, frozen=True, per_minute=1e6, burst=100_000)
    ) as running:
        yield running


@pytest.fixture
def control(sandbox: ThreadSandbox) -> Iterator[SandboxControl]:
    made = SandboxControl(sandbox.url)
    yield made
    made.clear_faults()


async def ready(session: Session, number: int = 0) -> Reply:
    """A reply of a person that a connected inbox can answer."""
    await session.connect()
    await session.offers_settled()
    await session.inboxes.refresh()
    await session.replies.refresh()
    connected = {inbox.id for inbox in session.inboxes.all() if inbox.status == "connected"}
    window = session.conversations.window(session.conversations.read_filter("linked:yes"))
    rows = [session.conversations.parse(row) for row in window.rows(0, 200)]
    window.close()
    fitting = [row for row in rows if row.head.inbox_id in connected and row.answered_at is None]
    reply = session.replies.get(fitting[number].reply_id)
    assert reply is not None
    return reply


def accepted(control: SandboxControl, reply: Reply) -> int:
    return sum(
        effect.kind == "message.accepted" and effect.data["reply_id"] == reply.id
        for effect in control.effects()
    )


async def test_a_draft_is_there_after_the_end_of_the_process(opened: OpenSession) -> None:
    session = opened()
    reply = await ready(session)
    draft = await session.outbox.compose(reply.id)
    assert f"{reply.sender} wrote:\n> " in draft.text
    assert draft.inbox_id == reply.inbox_id
    await session.outbox.save(replace(draft, text="Half a sen"))
    # Nothing of the first was closed.
    assert (await opened().outbox.compose(reply.id)).text == "Half a sen"


async def test_an_answer_waits_on_the_server_and_is_cancelled(
    opened: OpenSession, control: SandboxControl
) -> None:
    session = opened()
    reply = await ready(session)
    draft = replace(await session.outbox.compose(reply.id), text="Gladly. Tuesday at ten?")
    item = await session.outbox.send(draft)
    assert item.state is OutboxState.SCHEDULED
    assert 10 < (item.left(session.now()) or 0.0) <= 20
    conversation = session.conversations.of_reply(reply.id)
    assert conversation is not None
    assert (conversation.waiting_since, conversation.answered_at) == (None, item.send_at)
    [warning] = await session.answers.warnings(draft, await session.outbox.items())
    assert warning.code == "answered_already"

    cancelled = await session.outbox.cancel(item.id)
    assert cancelled.state is OutboxState.CANCELLED
    assert (await session.outbox.compose(reply.id)).text == draft.text
    conversation = session.conversations.of_reply(reply.id)
    assert conversation is not None
    assert conversation.answered_at is None

    late = await session.outbox.send(draft)
    control.advance(dt.timedelta(seconds=30))
    with pytest.raises(AnswerRefused, match="Too late"):
        await session.outbox.cancel(late.id)
    assert (await session.outbox.item(late.id)).state is OutboxState.SENT


async def test_what_was_scheduled_is_found_sent(opened: OpenSession, control: SandboxControl) -> None:
    session = opened()
    reply = await ready(session, 1)
    item = await session.outbox.send(replace(await session.outbox.compose(reply.id), text="Yes."))
    control.advance(dt.timedelta(seconds=25))
    await session.client.workspace.get()
    await session.outbox.settle()
    assert (await session.outbox.item(item.id)).state is OutboxState.SENT


async def test_a_lost_answer_is_sent_once(opened: OpenSession, control: SandboxControl) -> None:
    session = opened()
    reply = await ready(session, 2)
    draft = replace(await session.outbox.compose(reply.id), text="Once and only once.")
    control.put_fault("cut", at="after", path=f"/replies/{reply.id}/send")
    item = await session.outbox.send(draft)
    assert item.state is OutboxState.IN_DOUBT
    control.clear_faults()
    [found] = await session.outbox.recover()
    assert (found.state, accepted(control, reply)) == (OutboxState.SCHEDULED, 1)

    # Long after, or without keys, it is looked for instead of sent again.
    control.put_fault("cut", at="after", path=f"/replies/{reply.id}/send")
    second = await session.outbox.send(replace(draft, text="Another one."))
    control.clear_faults()
    control.advance(dt.timedelta(hours=1))
    await session.client.workspace.get()
    [found] = await session.outbox.recover()
    assert (found.id, found.state) == (second.id, OutboxState.SENT)
    assert accepted(control, reply) == 2


async def test_a_refusal_stays_in_the_outbox_with_its_reason(
    opened: OpenSession, control: SandboxControl
) -> None:
    session = opened()
    reply = await ready(session, 3)
    control.put_fault("status", status=409, path=f"/replies/{reply.id}/send")
    item = await session.outbox.send(replace(await session.outbox.compose(reply.id), text="Hello."))
    control.clear_faults()
    assert item.problem is not None
    assert (item.state, bool(item.problem.request_id)) == (OutboxState.FAILED, True)
    item = await session.outbox.retry(item.id)
    assert (item.state, accepted(control, reply)) == (OutboxState.SCHEDULED, 1)
    with pytest.raises(AnswerRefused):
        await session.outbox.retry(item.id)
    with pytest.raises(AnswerRefused, match="no word of yours"):
        await session.outbox.send(await session.outbox.compose(reply.id))


async def test_snippets_are_filled_for_the_lead_and_gaps_told(opened: OpenSession, paths: Paths) -> None:
    session = opened()
    reply = await ready(session)
    folder = session.answers.folder
    folder.mkdir(parents=True)
    (folder / "hello.txt").write_text("Hi {{first_name|there}}, {{nope}} {{inbox_email}}")
    [snippet] = await session.answers.snippets()
    filled = session.answers.fill(snippet.text, reply.id)
    assert reply.lead is not None
    inbox = session.inboxes.get(reply.inbox_id or "")
    assert inbox is not None
    assert filled.text == f"Hi {reply.lead.first_name or 'there'},  {inbox.email}"
    assert filled.unresolved == ("nope",)
    draft = replace(await session.outbox.compose(reply.id), text="Hi {{first_name}}")
    await session.client.suppressions.create(reply.sender, "test")
    codes = [each.code for each in await session.answers.warnings(draft, [])]
    assert codes == ["suppressed", "unfilled_variable"]
    with pytest.raises(ApiError):
        await session.outbox.compose("rpl_none")
