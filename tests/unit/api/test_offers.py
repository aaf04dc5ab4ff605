"""What is sent and repeated follows what the server says it offers."""

import pytest

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import BadResponse, NotFound, NotOffered
from imail_tui.api.wire import Repeat, Result
from imail_tui.domain.capabilities import UNKNOWN, Capabilities
from imail_tui.domain.openapi import Offer
from imail_tui.domain.operations import GET_THREAD, LIST_REPLIES
from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.services.budget import BudgetLimiter
from tests.fakes.documents import UNKEYED, without
from tests.fakes.raw_server import RawServer, raw_server, says
from tests.fakes.sending import ScriptedSender, answer

LEAD: Json = {"id": "led_1", "email": "ada@example.com"}
ONLY_BULK = Capabilities({"POST /leads/bulk": Offer(keyed=True), "POST /leads": Offer()})


def connected(capabilities: Capabilities, *script: Result) -> tuple[ImailClient, ScriptedSender]:
    sender = ScriptedSender(script)
    client = ImailClient(
        Secret("imk_test_01"),
        "http://server/v1",
        limiter=BudgetLimiter(),
        transport=sender,
        capabilities=lambda: capabilities,
    )
    return client, sender


async def test_what_is_not_offered_is_not_sent() -> None:
    client, sender = connected(without(LIST_REPLIES, GET_THREAD))
    with pytest.raises(NotOffered) as caught:
        await client.replies.list().page()
    assert isinstance(caught.value, NotFound)
    assert (caught.value.problem.code, caught.value.problem.status) == ("not_offered", None)
    assert "GET /replies" in caught.value.problem.what
    with pytest.raises(NotOffered):
        await client.threads.get("thr_1")
    assert sender.requests == []


async def test_what_was_learned_meanwhile_counts_at_once() -> None:
    known = [UNKNOWN]
    sender = ScriptedSender([answer(200, {"data": []})])
    client = ImailClient(
        Secret("imk_test_01"),
        "http://server/v1",
        limiter=BudgetLimiter(),
        transport=sender,
        capabilities=lambda: known[0],
    )
    await client.replies.list().page()
    known[0] = without(LIST_REPLIES)
    with pytest.raises(NotOffered):
        await client.replies.list().page()


@pytest.mark.parametrize(
    ("capabilities", "bulk", "single"),
    [
        (UNKNOWN, Repeat.KEYED, Repeat.KEYED),
        (UNKEYED, Repeat.ONCE, Repeat.ONCE),
        (ONLY_BULK, Repeat.KEYED, Repeat.ONCE),
    ],
    ids=["unknown", "header on none", "header on one"],
)
async def test_each_post_is_repeated_as_its_own_operation_allows(
    capabilities: Capabilities, bulk: Repeat, single: Repeat
) -> None:
    client, sender = connected(capabilities, answer(200, {}), answer(201, LEAD))
    await client.leads.bulk(b"{}", "key")
    await client.leads.create(LEAD)
    assert [each.repeat for each in sender.requests] == [bulk, single]
    assert all(dict(each.headers).get("Idempotency-Key") for each in sender.requests)


async def test_a_post_that_changes_nothing_is_repeated_anyway() -> None:
    client, sender = connected(UNKEYED, answer(200, {"data": []}))
    await client.leads.lookup(["ada@example.com"])
    assert sender.requests[0].repeat is Repeat.SAFE


class TestDocument:
    """Fetching the document itself, over real HTTP."""

    etag = ("ETag", '"abc"')

    def client(self, server: RawServer, key: str = "imk_test_01HZSENTINEL") -> ImailClient:
        return ImailClient(Secret(key), server.url, limiter=BudgetLimiter())

    @pytest.mark.parametrize("key", ["imk_test_01HZSENTINEL", "", "no key\n"])
    async def test_it_needs_no_key_and_no_token(self, key: str) -> None:
        async with raw_server(says(200, b'{"a": 1}', self.etag)) as server:
            client = self.client(server, key)
            found = await client.document.fetch(at_root=True)
            await client.document.fetch(at_root=False)
            await client.close()
        assert (found.body, found.etag) == (b'{"a": 1}', '"abc"')
        assert [each.target for each in server.requests] == ["/openapi.json", "/v1/openapi.json"]
        assert not any("authorization" in each.headers for each in server.requests)

    async def test_an_unchanged_one_is_not_sent_again(self) -> None:
        async with raw_server(says(304, b"", self.etag)) as server:
            client = self.client(server)
            assert (await client.document.fetch(at_root=True, etag='"abc"')).body is None
            assert server.requests[0].headers["if-none-match"] == '"abc"'
            with pytest.raises(BadResponse):
                await client.document.fetch(at_root=True)
            with pytest.raises(BadResponse):
                await client.leads.delete("led_1")
            await client.close()
