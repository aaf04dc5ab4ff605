"""Keys, tiers and the token bucket, over a server whose wall clock the test holds."""

from collections.abc import Callable

import httpx
import pytest

from imail_tui.sandbox.app import ServerOptions, create_app
from imail_tui.sandbox.clock import WorldClock
from imail_tui.sandbox.testing import ThreadSandbox
from imail_tui.sandbox.worlds import Ledgers
from tests.unit.sandbox.server.wire import fault

_RATE_HEADERS = {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"}


class Wall:
    """A wall clock that moves when told to."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


Connect = Callable[[ServerOptions], httpx.AsyncClient]


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def connect(sandbox: ThreadSandbox, wall: Wall) -> Connect:
    """Another server over the same world, with limits and a clock of its own."""

    def to(options: ServerOptions) -> httpx.AsyncClient:
        clock = WorldClock(wall=wall)
        ledgers = Ledgers(sandbox.ledgers.test, sandbox.ledgers.live, clock)
        transport = httpx.ASGITransport(create_app(ledgers, options))
        headers = {"Authorization": f"Bearer {sandbox.api_key}"}
        return httpx.AsyncClient(transport=transport, base_url="http://sandbox/v1", headers=headers)

    return to


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "missing_api_key"),
        ("", "invalid_api_key"),
        ("Bearer", "invalid_api_key"),
        ("Bearer imk_test_nobody", "invalid_api_key"),
        ("Basic aW1rOg==", "invalid_api_key"),
    ],
)
def test_without_a_known_key_nothing_is_said_of_the_bucket(
    sandbox: ThreadSandbox, authorization: str | None, code: str
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = httpx.get(f"{sandbox.url}/inboxes", headers=headers)
    assert fault(response, 401)["code"] == code
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert not _RATE_HEADERS & set(response.headers)


def test_each_key_has_its_own_side(sandbox: ThreadSandbox) -> None:
    modes = [
        httpx.get(f"{sandbox.url}/workspace", headers={"Authorization": f"bearer {key}"}).json()["mode"]
        for key in (sandbox.api_key, sandbox.live_key)
    ]
    assert modes == ["test", "live"]


async def test_a_tier_below_surge_gets_403_everywhere_and_public_pages_none(connect: Connect) -> None:
    async with connect(ServerOptions(tier="none")) as api:
        for method, path in (("GET", "/workspace"), ("POST", "/leads/bulk"), ("GET", "/nowhere")):
            error = fault(await api.request(method, path), 403)
            assert (error["code"], error["details"]) == ("tier_required", {"required_tier": "surge"})
        assert (await api.get("/metrics")).status_code == 200
        assert (await api.get("/openapi.json")).status_code == 200


async def test_every_answer_counts_down_and_the_last_one_says_when_to_return(
    connect: Connect, wall: Wall
) -> None:
    async with connect(ServerOptions(burst=3)) as api:
        answers = [await api.get("/workspace"), await api.get("/nowhere"), await api.put("/leads")]
        assert [answer.status_code for answer in answers] == [200, 404, 405]
        assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0"]
        assert {answer.headers["X-RateLimit-Limit"] for answer in answers} == {"3"}
        assert answers[-1].headers["X-RateLimit-Reset"] == "2"
        refused = await api.get("/workspace")
        assert fault(refused, 429)["code"] == "rate_limited"
        assert refused.headers["Retry-After"] == "1"
        assert refused.headers["X-RateLimit-Remaining"] == "0"
        wall.now += 0.599
        assert (await api.get("/workspace")).status_code == 429
        wall.now += 0.001
        assert (await api.get("/workspace")).status_code == 200


async def test_what_is_public_or_refused_for_its_key_costs_nothing(connect: Connect) -> None:
    async with connect(ServerOptions(burst=1)) as api:
        for path in ("/openapi.json", "/metrics", "http://sandbox/openapi.json"):
            response = await api.get(path)
            assert response.status_code == 200
            assert not _RATE_HEADERS & set(response.headers)
        assert (await api.get("/leads", headers={"Authorization": "Bearer imk_x"})).status_code == 401
        assert (await api.get("/workspace")).status_code == 200
        assert (await api.get("/workspace")).status_code == 429


@pytest.mark.parametrize(
    ("tier", "burst", "daily"),
    [("surge", "240", 5_000), ("velocity", "1200", 25_000), ("apex", "4800", 100_000)],
)
async def test_tiers_have_their_limits(connect: Connect, tier: str, burst: str, daily: int) -> None:
    async with connect(ServerOptions(tier=tier)) as api:
        response = await api.get("/workspace")
        assert response.headers["X-RateLimit-Limit"] == burst
        assert response.json()["limits"]["daily_limit_max"] == daily


async def test_keys_can_be_chosen(connect: Connect, sandbox: ThreadSandbox) -> None:
    async with connect(ServerOptions(test_key="imk_test_mine")) as api:
        assert (await api.get("/workspace")).status_code == 401
        mine = await api.get("/workspace", headers={"Authorization": "Bearer imk_test_mine"})
        assert mine.json()["mode"] == "test"
