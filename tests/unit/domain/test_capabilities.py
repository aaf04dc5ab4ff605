"""A server's own document against what the client uses: any document, ours and hostile ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from imail_tui.domain.capabilities import (
    UNKNOWN,
    Capabilities,
    Keyed,
    is_lacking,
    missing_problem,
    notice,
    why_missing,
)
from imail_tui.domain.openapi import MOST_OPERATIONS, Offer
from imail_tui.domain.operations import (
    BULK_LEADS,
    CHANGE_REPLY,
    CREATE_LEAD,
    GET_THREAD,
    LIST_EVENTS,
    LIST_LEADS,
    LIST_REPLIES,
    MAIN,
    OPERATIONS,
    Area,
    Operation,
    find_operation,
)
from imail_tui.model.record import Json
from tests.fakes.documents import KEY, document, read, without


@pytest.mark.parametrize(
    ("prefix", "servers", "base_path"),
    [
        ("/v1", None, "/v1"),
        ("", [{"url": "https://api.imail.now/v1"}], "/v1"),
        ("", [{"url": "/v1/"}], "/v1/"),
        ("", None, "/v1"),
        ("/v1", [{"url": "https://proxy.example/imail"}], "/imail/v1"),
        ("/v1", [{"url": "https://api.imail.now/v1"}], "/v1"),
        ("", [{"url": "http://[bad"}, {"url": "https://{host}/v1"}], "/v1"),
        ("", [], ""),
    ],
)
def test_nothing_is_missing_wherever_the_version_stands(
    prefix: str, servers: JsonValue, base_path: str
) -> None:
    listed: Json = {} if servers is None else {"servers": servers}
    found = read(document(prefix=prefix, more=listed), base_path)
    assert found.known
    assert found.missing == found.unkeyed == found.assumed == ()
    assert not found.missing_queries
    assert found.differences() == []


def test_another_version_is_not_ours() -> None:
    assert not read(document(prefix="/v2")).known


@pytest.mark.parametrize("path", ["/v1/replies/{replyId}/", "/replies/{}", "/v1/replies/{a b}"])
def test_names_of_parameters_and_slashes_at_the_end_do_not_matter(path: str) -> None:
    assert read({"paths": {path: {"Patch": {}}}}).has(CHANGE_REPLY)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "openapi",
        3,
        {},
        {"paths": None},
        {"paths": []},
        {"paths": {}},
        {"paths": {"/v1/leads": 3}},
        {"paths": {"/v1/pets": {"get": {}}}},
        {"paths": {"/v1/leads": {"$ref": "#/paths/~1v1~1leads"}}},
    ],
)
def test_what_is_no_document_of_ours_leaves_everything_assumed(value: JsonValue) -> None:
    found = read(value)
    assert not found.known
    assert found.missing == ()
    assert all(found.has(each) and found.keyed(each.path) is Keyed.UNKNOWN for each in OPERATIONS)
    assert [each.code for each in found.differences()] == ["capabilities_unknown"]


def test_a_document_without_end_is_not_read() -> None:
    paths: dict[str, JsonValue] = {f"/v1/leads/{number}": {"get": {}} for number in range(MOST_OPERATIONS)}
    assert read({"paths": {**paths, "/v1/leads": {"get": {}}}}).known is False


class TestParameters:
    """The header that makes a POST repeatable, however it is written down."""

    def keyed(self, parameters: JsonValue, shared: JsonValue = None, **more: JsonValue) -> Keyed:
        item: Json = {"post": {"parameters": parameters}, "parameters": shared}
        return read({"paths": {"/v1/leads": item}, **more}).keyed(CREATE_LEAD.path)

    def test_it_may_stand_at_the_operation_or_at_the_path(self) -> None:
        assert self.keyed([KEY]) is Keyed.YES
        assert self.keyed(None, [{"name": "idempotency-key", "in": "header"}]) is Keyed.YES

    def test_references_are_followed(self) -> None:
        components: Json = {"parameters": {"A/b": {"$ref": "#/components/parameters/c"}, "c": KEY}}
        assert self.keyed([{"$ref": "#/components/parameters/A~1b"}], components=components) is Keyed.YES
        assert self.keyed([{"$ref": "#/components/parameters/A%7E1b"}], components=components) is Keyed.YES

    @pytest.mark.parametrize(
        "parameters",
        [
            None,
            [],
            "Idempotency-Key",
            ["Idempotency-Key"],
            [{"name": "Idempotency-Key", "in": "query"}],
            [{"name": ["Idempotency-Key"], "in": "header"}],
            [{"$ref": "#/components/parameters/none"}],
            [{"$ref": "#/paths/~1v1~1leads/post/parameters/0"}],
            [{"$ref": "https://elsewhere/Idempotency-Key"}],
            [{"$ref": 7}],
            [{"$ref": "#/x"}],
        ],
    )
    def test_anything_else_is_no_promise(self, parameters: JsonValue) -> None:
        assert self.keyed(parameters, x={"$ref": "#/x"}) is Keyed.NO

    def test_query_parameters_that_cannot_be_read_are_not_called_missing(self) -> None:
        clear: Json = {"parameters": [{"name": "limit", "in": "query"}]}
        unclear: Json = {"parameters": [{"$ref": "elsewhere.json"}]}
        found = read({"paths": {"/v1/replies": {"get": clear}, "/v1/leads": {"get": unclear}}})
        assert found.missing_queries == {LIST_REPLIES: ("cursor", "q", "updated_since")}


def test_a_whole_path_may_be_a_reference() -> None:
    items: Json = {"pathItems": {"leads": {"get": {}, "post": {}}}}
    found = read({"paths": {"/v1/leads": {"$ref": "#/components/pathItems/leads"}}, "components": items})
    assert found.has(LIST_LEADS)
    assert found.has(CREATE_LEAD)


def test_what_the_server_guesses_is_told_from_the_rest() -> None:
    item: Json = {"get": {"x-imail-assumed": True}, "post": {"x-imail-assumed": "yes"}}
    assert read({"paths": {"/v1/leads": item}}).assumed == (LIST_LEADS,)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=4)
            | st.sampled_from(
                ["$ref", "parameters", "name", "in", "get", "post", "servers", "url", "components"]
            ),
            inner | st.sampled_from(["#/", "#/paths", "#/paths/~1leads", "header", "Idempotency-Key"]),
            max_size=4,
        )
    ),
    max_leaves=20,
)
path_names = st.sampled_from(["/leads", "/v1/leads", "/leads/{id}", "//", "/{", "/}{/"]) | st.text(max_size=9)


@given(
    st.fixed_dictionaries(
        {"paths": st.dictionaries(path_names, json_values)}, optional={"servers": json_values}
    )
    | json_values,
    st.sampled_from(["", "/", "/v1", "/v1/", "v1"]),
)
def test_no_document_breaks_the_reader(value: JsonValue, base_path: str) -> None:
    found = read(value, base_path)
    assert set(found.missing) < set(OPERATIONS)
    assert all(each.what for each in found.differences())
    assert all(isinstance(notice(found, area), str) for area in Area)


class TestTable:
    """Which operation a request belongs to."""

    @pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: each.key)
    def test_every_operation_is_found_by_a_path_that_fills_it(self, operation: Operation) -> None:
        assert find_operation(operation.method, operation.path.replace("{}", "x%2F1")) is operation

    def test_a_literal_segment_wins(self) -> None:
        assert find_operation("POST", "/leads/bulk") is BULK_LEADS

    def test_a_literal_path_is_keyed_by_itself(self) -> None:
        offers = {"POST /leads/bulk": Offer(keyed=False), "POST /leads/{}": Offer(keyed=True)}
        assert Capabilities(offers).keyed("/leads/bulk") is Keyed.NO
        assert Capabilities(offers).keyed("/leads/led_1") is Keyed.YES
        assert Capabilities(offers).keyed("/webhooks/whk_1/test") is Keyed.NO

    @pytest.mark.parametrize(
        "path", ["", "/", "leads", "/leads/a/b", "/openapi.json", "/campaigns/a/leads/b/c"]
    )
    def test_others_are_none(self, path: str) -> None:
        assert find_operation("GET", path) is None

    def test_each_is_there_once(self) -> None:
        assert len({each.key for each in OPERATIONS}) == len(OPERATIONS)
        assert set(MAIN.values()) <= set(OPERATIONS)


class TestWords:
    """What is said about it."""

    def test_an_area_says_what_is_missing_and_what_still_works(self) -> None:
        said = notice(without(LIST_REPLIES, LIST_EVENTS), Area.REPLIES)
        assert said == (
            "This server has no replies (GET /replies is not in its OpenAPI). "
            "Still works: inboxes, campaigns, leads, analytics, webhooks."
        )

    def test_events_say_what_is_done_instead(self) -> None:
        assert "comparing lists" in notice(without(LIST_EVENTS), Area.EVENTS)

    def test_a_part_that_is_missing_is_named(self) -> None:
        found = without(GET_THREAD, CHANGE_REPLY)
        assert notice(found, Area.REPLIES) == (
            "Not on this server: the conversation around a reply (GET /threads/{id}). "
            "The rest of replies works."
        )
        assert notice(found, Area.LEADS) == ""
        assert not is_lacking(found, Area.REPLIES)
        assert why_missing(found, LIST_REPLIES, CHANGE_REPLY) == "this server has no PATCH /replies/{id}"
        assert why_missing(found, LIST_REPLIES) is None

    def test_nothing_is_said_while_nothing_is_known(self) -> None:
        assert [notice(UNKNOWN, area) for area in Area] == [""] * len(Area)
        assert why_missing(UNKNOWN, *OPERATIONS) is None

    def test_differences_name_every_operation_once(self) -> None:
        offers = {
            each.key: Offer(query=frozenset(each.query)) for each in OPERATIONS if each is not GET_THREAD
        }
        lines = Capabilities(offers).differences()
        assert lines[0] == missing_problem(GET_THREAD)
        assert [each.code for each in lines] == ["not_offered", "idempotency_not_offered"]
        assert "POST /leads/bulk" in lines[1].what
