"""What the client does not know goes back to the server as it came: GET, change one field, PATCH."""

import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from imail_tui.api.errors import BadResponse
from imail_tui.model.record import Json
from imail_tui.model.secret import Secret
from imail_tui.services.session import open_session
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.secrets import FoundKey
from tests.fakes.raw_server import raw_server, says
from tests.faults.conftest import KEY, Connect

ODD = r"""{"id":"cmp_1","name":"Spring","status":"draft","updated_at":"2026-03-02T10:00:00.120000000Z",
"big":123456789012345678901234567890,"u64":18446744073709551615,"above":18446744073709551616,
"below":-9223372036854775809,"whole":50,"point":50.0,"power":1e2,"small":1E-7,"minus":-0.0,
"empty":{},"none":null,"nested":{"a":[{"b":[[],{"c":null,"d":[1,2.0,3e0]}]}],"":"blank key"},
"text":"\u0000 \u001b[31m \ud83d\ude00 \"\\\/ {{first_name|there}} [/nope]",
"daily_limit":"many","lead_counts":[1,2],"send_window":{"timezone":"lead","days":null,"phase":7.50},
"steps":[
 {"id":"a","type":"email","subject":"Hi","body":"x","weight":50.0,"next":null,
  "variants":[{"id":"b","weight":50,"score":99999999999999999999}]},
 {"id":"bird","type":"carrier_pigeon","wings":2.0,"route":{"via":[null,{"km":1e3}]}},
 {"id":"w","type":"wait","delay":{"value":3,"unit":"fortnights"},"next":null},
 {"id":"w2","type":"wait","delay":{"value":3.0,"unit":"days","exact":true}},
 {"id":"c","type":"condition","branches":[
   {"when":{"signal":"telepathy","strength":0.10,"of":{"x":[1]}},"next":"e","tag":1},
   {"when":{"all":[{"signal":"opened","within_days":2}]},"next":null}],"else":null,"next":"e"},
 {"id":"e","type":7},
 {"type":"end","ends":12345678901234567890123}]}"""


def literal(value: JsonValue) -> str:
    """A value written out: 50 is not 50.0, absent is not null, the order of keys counts."""
    return json.dumps(value)


async def test_a_step_changed_on_the_way_leaves_all_others_alone(connect: Connect) -> None:
    sent: Json = json.loads(ODD)
    async with raw_server(says(200, ODD.encode())) as server:
        client = connect(server.url)
        campaign = await client.campaigns.get("cmp_1")
        assert literal(campaign.wire()) == literal(sent)
        steps = campaign.wire()["steps"]
        assert isinstance(steps, list)
        first = steps[0]
        assert isinstance(first, dict)
        first["subject"] = "Hello"
        answered = await client.campaigns.patch("cmp_1", {"steps": steps})
        patched = json.loads(server.requests[1].body)
    expected = json.loads(ODD)["steps"]
    expected[0]["subject"] = "Hello"
    assert patched.keys() == {"steps"}
    assert literal(patched["steps"]) == literal(expected)
    assert literal(answered.wire()) == literal(sent)


async def test_a_whole_object_goes_back_as_it_came(connect: Connect) -> None:
    async with raw_server(says(200, ODD.encode())) as server:
        client = connect(server.url)
        campaign = await client.campaigns.get("cmp_1")
        await client.campaigns.patch("cmp_1", {**campaign.wire(), "name": "Summer"})
        assert literal(json.loads(server.requests[1].body)) == literal({**json.loads(ODD), "name": "Summer"})


async def test_the_cache_keeps_every_value_too(tmp_path: Path) -> None:
    paths = Paths.find({"IMAIL_TUI_HOME": str(tmp_path)})
    async with raw_server(says(200, ODD.encode())) as server:
        profile, key = Profile("odd", server.url), FoundKey(Secret(KEY), "test")
        session = open_session(paths, profile, key, feed_seconds=None)
        await session.campaigns.fetch("cmp_1")
        await session.close()
        again = open_session(paths, profile, key, feed_seconds=None)
        kept = again.campaigns.get("cmp_1")
        assert kept is not None
        # Keys are kept in order of the alphabet, lists and values as they came.
        assert json.dumps(kept.wire(), sort_keys=True) == json.dumps(json.loads(ODD), sort_keys=True)
        assert [(step.id, step.goes_on) for step in kept.steps][1:4] == [
            ("bird", True),
            ("w", False),
            ("w2", True),
        ]
        await again.close()


@pytest.mark.parametrize("value", ["1e999", "NaN", "9" * 5000, "[" * 500 + "]" * 500, '"\\ud800"'])
async def test_a_value_that_cannot_be_sent_back_makes_the_answer_unreadable(
    connect: Connect, value: str
) -> None:
    async with raw_server(says(200, f'{{"id":"cmp_1","odd":{value}}}'.encode())) as server:
        with pytest.raises(BadResponse):
            await connect(server.url).campaigns.get("cmp_1")
