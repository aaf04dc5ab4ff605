"""What each resource sends, and what it makes of the answer."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta, timezone

import orjson
import pytest

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import BadResponse, NotFound
from imail_tui.api.wire import Answer, Request, Result
from imail_tui.domain.budget import Priority
from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.services.budget import BudgetLimiter
from tests.fakes.sending import ScriptedSender, answer

NOON = datetime(2026, 5, 20, 14, 0, tzinfo=timezone(timedelta(hours=2)))
OBJECT: Json = {"id": "x_1", "email": "ada@example.com", "value": "ada@example.com"}
ROWS: Json = {"data": [OBJECT]}
Act = Callable[[ImailClient], Awaitable[object]]


def connected(*script: Result) -> tuple[ImailClient, ScriptedSender]:
    sender = ScriptedSender(script)
    client = ImailClient(Secret("imk_test_01"), "http://server/v1", limiter=BudgetLimiter(), transport=sender)
    return client, sender


async def sent_by(act: Act, reply: Answer) -> Request:
    client, sender = connected(reply)
    await act(client)
    (request,) = sender.requests
    return request


@pytest.mark.parametrize(
    ("act", "reply", "line"),
    [
        (lambda c: c.workspace.get(), OBJECT, "GET /workspace"),
        (lambda c: c.inboxes.get("inb_1"), OBJECT, "GET /inboxes/inb_1"),
        (lambda c: c.inboxes.create({}), OBJECT, "POST /inboxes"),
        (lambda c: c.inboxes.patch("inb_1", {"paused": True}), OBJECT, "PATCH /inboxes/inb_1"),
        (lambda c: c.inboxes.delete("inb_1"), None, "DELETE /inboxes/inb_1"),
        (lambda c: c.inboxes.reconnect("inb_1"), {}, "POST /inboxes/inb_1/reconnect"),
        (lambda c: c.inboxes.history("inb_1", 7), [], "GET /inboxes/inb_1/history?days=7"),
        (
            lambda c: c.inboxes.list(status="error", q="a b").page(),
            ROWS,
            "GET /inboxes?status=error&q=a b&limit=100",
        ),
        (
            lambda c: c.campaigns.list(sort="-sent_today", limit=5).page(),
            ROWS,
            "GET /campaigns?sort=-sent_today&limit=5",
        ),
        (lambda c: c.campaigns.progress("cmp_1"), [], "GET /campaigns/cmp_1/progress"),
        (lambda c: c.campaigns.enroll("cmp_1", ["led_1"]), {}, "POST /campaigns/cmp_1/leads"),
        (
            lambda c: c.campaigns.pause_lead("cmp_1", "led_1", paused=True),
            {},
            "PATCH /campaigns/cmp_1/leads/led_1",
        ),
        (lambda c: c.campaigns.remove_lead("cmp_1", "led_1"), None, "DELETE /campaigns/cmp_1/leads/led_1"),
        (lambda c: c.campaigns.send_test("cmp_1", "me@x", "s1"), None, "POST /campaigns/cmp_1/test"),
        (
            lambda c: c.leads.list(updated_since=NOON).page(),
            ROWS,
            "GET /leads?updated_since=2026-05-20T12:00:00.000Z&limit=100",
        ),
        (lambda c: c.leads.bulk(b"{}", "key"), {}, "POST /leads/bulk"),
        (lambda c: c.leads.lookup(["ada@example.com"]), ROWS, "POST /leads/lookup"),
        (lambda c: c.suppressions.list().page(), ROWS, "GET /suppressions?limit=100"),
        (lambda c: c.suppressions.create("x.com", "asked"), OBJECT, "POST /suppressions"),
        (lambda c: c.suppressions.delete("a/b@x.com"), None, "DELETE /suppressions/a%2Fb%40x.com"),
        (
            lambda c: c.replies.list(unread=True, done=False).page(),
            ROWS,
            "GET /replies?unread=true&done=false&limit=100",
        ),
        (lambda c: c.replies.patch("rpl_1", {"read": True}), OBJECT, "PATCH /replies/rpl_1"),
        (lambda c: c.replies.send("rpl_1", "Hi", send_after_seconds=10), OBJECT, "POST /replies/rpl_1/send"),
        (lambda c: c.threads.get("thr_1"), OBJECT, "GET /threads/thr_1"),
        (
            lambda c: c.messages.list(status="scheduled").page(),
            ROWS,
            "GET /messages?status=scheduled&limit=100",
        ),
        (lambda c: c.messages.cancel("msg_1"), None, "DELETE /messages/msg_1"),
        (lambda c: c.webhooks.list().page(), ROWS, "GET /webhooks?limit=100"),
        (lambda c: c.webhooks.rotate("whk_1"), {"secret": "whsec_1"}, "POST /webhooks/whk_1/rotate"),
        (lambda c: c.webhooks.test("whk_1"), None, "POST /webhooks/whk_1/test"),
        (lambda c: c.webhooks.deliveries("whk_1").page(), ROWS, "GET /webhooks/whk_1/deliveries?limit=100"),
        (lambda c: c.webhooks.redeliver("dlv_1"), None, "POST /deliveries/dlv_1/redeliver"),
        (
            lambda c: c.events.list("evt_1", types=("email.sent", "x")).page(),
            ROWS,
            "GET /events?after=evt_1&types=email.sent,x&limit=100",
        ),
        (lambda c: c.metrics.get(), {}, "GET /metrics"),
    ],
)
async def test_the_request_line(act: Act, reply: Json | None, line: str) -> None:
    request = await sent_by(act, answer(200, reply))
    query = "&".join(f"{name}={value}" for name, value in request.query)
    assert f"{request.method} {request.path}{'?' + query if query else ''}" == line


async def test_bodies_are_json_and_keys_go_with_posts_only() -> None:
    post = await sent_by(lambda c: c.leads.create({"email": "a@b"}), answer(201, OBJECT))
    assert orjson.loads(post.body or b"") == {"email": "a@b"}
    assert "Idempotency-Key" in dict(post.headers)
    assert "a@b" not in repr(post)
    patch = await sent_by(lambda c: c.leads.patch("l", {"title": None}, if_match=NOON), answer(200, OBJECT))
    assert patch.headers == (("If-Match", '"2026-05-20T12:00:00.000Z"'),)
    assert patch.body == b'{"title":null}'


async def test_many_leads_are_sent_as_the_very_bytes_and_under_the_key_they_came_with() -> None:
    body = b'{"leads": [ {"email":"a@b"} ]}'
    post = await sent_by(lambda c: c.leads.bulk(body, "mine"), answer(200, {}))
    assert (post.body, dict(post.headers)["Idempotency-Key"]) == (body, "mine")


@pytest.mark.parametrize(
    ("if_match", "header"),
    [
        ("2026-05-20T12:00:00Z", '"2026-05-20T12:00:00Z"'),
        (NOON.replace(microsecond=7_000), '"2026-05-20T12:00:00.007Z"'),
        (NOON.replace(microsecond=7), '"2026-05-20T12:00:00.000007Z"'),
    ],
)
async def test_if_match_is_the_moment_the_change_was_made_on(if_match: datetime | str, header: str) -> None:
    request = await sent_by(lambda c: c.replies.patch("r", {}, if_match=if_match), answer(200, OBJECT))
    assert request.headers == (("If-Match", header),)


@pytest.mark.parametrize(
    ("object_id", "path"),
    [("a/../b", "/leads/a%2F..%2Fb"), ("..", "/leads/%2E%2E"), ("?x#y", "/leads/%3Fx%23y")],
)
async def test_an_id_cannot_leave_its_place_in_the_path(object_id: str, path: str) -> None:
    assert (await sent_by(lambda c: c.leads.get(object_id), answer(200, OBJECT))).path == path


async def test_an_empty_id_is_nobody() -> None:
    client, sender = connected()
    with pytest.raises(NotFound):
        await client.leads.delete("")
    assert sender.requests == []


async def test_a_reconnect_gives_the_page_to_open() -> None:
    client, _ = connected(answer(200, {"setup_url": "http://x/"}), answer(200, {"id": "inb_1"}))
    assert await client.inboxes.reconnect("inb_1") == "http://x/"
    assert await client.inboxes.reconnect("inb_1", {"smtp": {}}) is None


async def test_raw_messages_are_bytes() -> None:
    client, sender = connected(answer(200, b"From: a\r\n\xff"))
    assert await client.messages.raw("msg_1") == b"From: a\r\n\xff"
    assert sender.requests[0].headers == (("Accept", "message/rfc822"),)


async def test_a_view_of_another_priority_shares_everything() -> None:
    client, sender = connected(answer(200, OBJECT), answer(200, OBJECT))
    background = client.at(Priority.BACKGROUND)
    await background.leads.get("led_1")
    await client.leads.get("led_1")
    assert sender.limits == [pytest.approx(60, abs=1), pytest.approx(15, abs=1)]


class TestAnalytics:
    """JSON where a page is sure to hold it, CSV otherwise; both read the same."""

    start, end = date(2026, 2, 20), date(2026, 5, 20)
    csv = ("Content-Type", "text/csv; charset=utf-8")

    async def test_days_of_a_quarter_fit_one_page(self) -> None:
        client, sender = connected(answer(200, {"data": [{"date": "2026-05-20", "sent": 7}]}))
        (row,) = await client.analytics.query(("day",), self.start, self.end)
        assert (row.day, row.sent, row.replied) == (self.end, 7, None)
        assert dict(sender.requests[0].query) == {
            "group_by": "day",
            "from": "2026-02-20",
            "to": "2026-05-20",
            "limit": "100",
        }

    async def test_anything_larger_is_csv(self) -> None:
        table = "\ufeffcampaign_id,day,sent,replied,new\r\ncmp_1,2026-05-20,7,,3\r\n\r\n".encode()
        client, sender = connected(answer(200, table, self.csv))
        (row,) = await client.analytics.query(("day", "campaign"), self.start, self.end, inbox_id="inb_1")
        assert (row.campaign_id, row.day, row.sent, row.replied) == ("cmp_1", self.end, 7, None)
        assert row.wire()["new"] == "3"
        asked = dict(sender.requests[0].query)
        assert (asked["format"], asked["group_by"], asked["inbox_id"]) == ("csv", "day,campaign", "inb_1")

    async def test_a_server_without_csv_may_answer_pages(self) -> None:
        first: Json = {"data": [{"campaign": "a"}], "pagination": {"next_cursor": "c", "has_more": True}}
        client, sender = connected(answer(200, first), answer(200, {"data": [{"campaign_id": "b"}]}))
        rows = await client.analytics.query(("campaign",), self.start, self.end)
        assert [row.campaign_id for row in rows] == ["a", "b"]
        assert ("cursor", "c") in sender.requests[1].query

    @pytest.mark.parametrize("body", [b"", b"<html>\n", b"sent,day\n1\n", b'sent\n"1\n', b"sent\n\xff\n"])
    async def test_a_table_that_is_none_is_a_bad_response(self, body: bytes) -> None:
        client, _ = connected(answer(200, body, self.csv), answer(200, body, self.csv))
        with pytest.raises(BadResponse):
            await client.analytics.query(("campaign",), self.start, self.end)


async def test_world_time_follows_the_server() -> None:
    client, _ = connected(answer(200, OBJECT, ("Imail-Now", "2030-01-01T00:00:00Z"), ("Date", "x")))
    assert abs(client.now() - datetime.now(UTC)) < timedelta(seconds=5)
    await client.leads.get("led_1")
    assert timedelta(0) <= client.now() - datetime(2030, 1, 1, tzinfo=UTC) < timedelta(seconds=5)
