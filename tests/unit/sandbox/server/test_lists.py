"""Lists: nothing lost, nothing repeated, cursors for one list only, sorts and filters."""

import httpx
import pytest

from tests.unit.sandbox.server.wire import fault, good, pages

_LONG = pytest.mark.slow


@pytest.mark.parametrize(
    "sort",
    [
        "email",
        "-updated_at",
        *(pytest.param(sort, marks=_LONG) for sort in ("-created_at", "created_at", "-email")),
    ],
)
def test_all_pages_of_all_leads_have_each_lead_once_and_in_order(api: httpx.Client, sort: str) -> None:
    field = sort.removeprefix("-")
    rows = [row for page in pages(api, "/leads", limit=100, sort=sort) for row in page]
    total = good(api.get("/leads", params={"limit": 1}))["pagination"]["total"]
    assert len(rows) == total >= 20_000
    assert len({row["id"] for row in rows}) == total
    values = [row[field].lower() for row in rows]
    assert values == sorted(values, reverse=sort.startswith("-"))


@pytest.mark.parametrize(
    "path", ["/campaigns", "/inboxes", "/replies", "/suppressions", "/messages", "/events"]
)
def test_small_pages_and_large_ones_hold_the_same(api: httpx.Client, path: str) -> None:
    identity = "value" if path == "/suppressions" else "id"
    limited = {"types": "reply.received,inbox.disconnected"} if path == "/events" else {}
    small = [row[identity] for page in pages(api, path, limit=7, **limited) for row in page]
    large = [row[identity] for page in pages(api, path, limit=100, **limited) for row in page]
    assert small == large
    assert len(set(small)) == len(small) > 3


def test_a_cursor_is_for_the_list_it_was_made_for(api: httpx.Client) -> None:
    cursor = good(api.get("/leads?limit=2&sort=email"))["pagination"]["next_cursor"]
    assert cursor.startswith("cur_")
    assert len(good(api.get("/leads", params={"limit": 5, "sort": "email", "cursor": cursor}))["data"]) == 5
    for path, params in (
        ("/leads", {"sort": "-email"}),
        ("/leads", {"sort": "email", "q": "anna"}),
        ("/inboxes", {"sort": "email"}),
    ):
        assert fault(api.get(path, params={**params, "cursor": cursor}), 400)["code"] == "invalid_cursor"
    position, seal = cursor.split(".")
    for forged in (f"{position}x.{seal}", f"{position}.{seal}x", "cur_", "nonsense", "cur_é.x"):
        error = fault(api.get("/leads", params={"sort": "email", "cursor": forged}), 400)
        assert error["field"] == "cursor"


def test_an_unknown_sort_names_the_known_ones(api: httpx.Client) -> None:
    error = fault(api.get("/campaigns?sort=colour"), 400)
    assert error["field"] == "sort"
    assert "updated_at" in error["message"]


def test_campaigns_sorted_by_todays_mails(api: httpx.Client) -> None:
    rows = [row for page in pages(api, "/campaigns", limit=2, sort="-sent_today") for row in page]
    counts = [row["sent_today"] for row in rows]
    assert counts == sorted(counts, reverse=True)
    assert len(rows) == len({row["id"] for row in rows})


def test_updated_since_is_inclusive(api: httpx.Client) -> None:
    newest = good(api.get("/replies?limit=1"))["data"][0]["updated_at"]
    found = good(api.get("/inboxes", params={"updated_since": newest}))["data"]
    assert all(row["updated_at"] >= newest for row in found)
    lead = good(api.get("/leads?sort=-updated_at&limit=1"))["data"][0]
    same = good(api.get("/leads", params={"updated_since": lead["updated_at"]}))["data"]
    assert lead["id"] in {row["id"] for row in same}
    fault(api.get("/leads?updated_since=yesterday"), 400)


def test_leads_of_a_campaign_by_status_match_its_counts(api: httpx.Client) -> None:
    campaign = good(api.get("/campaigns?status=active&limit=1"))["data"][0]
    for status in ("queued", "replied", "bounced"):
        params = {"campaign_id": campaign["id"], "status": status}
        rows = [row for page in pages(api, "/leads", limit=100, **params) for row in page]
        assert len(rows) == campaign["lead_counts"][status]
        for row in rows:
            places = {place["campaign_id"]: place["status"] for place in row["enrollments"]}
            assert places[campaign["id"]] == status


def test_search_finds_leads_by_words_and_beginnings(api: httpx.Client) -> None:
    lead = good(api.get("/leads?limit=1&sort=created_at"))["data"][0]
    for q in (lead["email"], lead["email"][:6], f"{lead['first_name']} {lead['last_name']}".lower()):
        rows = [row for page in pages(api, "/leads", limit=50, q=q) for row in page]
        assert lead["id"] in {row["id"] for row in rows}
        sorted_rows = [row for page in pages(api, "/leads", limit=50, q=q, sort="email") for row in page]
        assert {row["id"] for row in sorted_rows} == {row["id"] for row in rows}
    for nonsense in ('"', "*", "( AND", "-- ' OR 1=1"):
        assert good(api.get("/leads", params={"q": nonsense}))["pagination"]["has_more"] in (True, False)


def test_events_before_and_after(api: httpx.Client) -> None:
    first = good(api.get("/events?limit=5"))["data"]
    after = good(api.get("/events", params={"after": first[1]["id"], "before": first[4]["id"]}))["data"]
    assert [event["id"] for event in after] == [first[2]["id"], first[3]["id"]]
    assert fault(api.get("/events?after=evt_00000000000000000000000000"), 410)["code"] == "event_expired"
    assert fault(api.get("/events?after=evt_7ZZZZZZZZZZZZZZZZZZZZZZZZZ"), 404)["field"] == "after"
