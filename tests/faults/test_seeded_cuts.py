"""Connections cut at chance bytes of requests and answers, one after another on the same client."""

import random
from collections.abc import Iterator

import pytest

from imail_tui.api.errors import Interrupted
from tests.fakes.documents import UNKEYED
from tests.fakes.tcp_proxy import Exchange, tcp_proxy
from tests.faults.calls import Ground, Kind, assert_sound, carry_out, sandbox_ground
from tests.faults.conftest import Connect, roomy_limiter


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with sandbox_ground() as ground:
        yield ground


class Cut:
    """A cut at a chance byte, and what follows from where it fell."""

    def __init__(self, chance: random.Random) -> None:
        self._share = chance.random()
        self._reset = chance.random() < 0.5
        self._in_answer = chance.random() < 0.6
        self.told: bool | None = None
        """Whether the client was given the whole head of the answer; None = it may have lost it again."""

    @property
    def applied(self) -> bool:
        """Whether the server got the whole request."""
        return self._in_answer

    async def __call__(self, exchange: Exchange) -> None:
        """Break one exchange."""
        if self._in_answer:
            answer = await exchange.answer()
            # A cut may fall before the first byte and never after the last.
            at = int(len(answer) * self._share)
            await exchange.send(answer[:at])
            self.told = None if self._reset else b"\r\n\r\n" in answer[:at]
        else:
            request = await exchange.request()
            await exchange.forward(request[: int(len(request) * self._share)])
            self.told = False
        exchange.end(reset=self._reset)


async def _break_often(connect: Connect, ground: Ground, cuts: int, seed: int) -> None:
    chance = random.Random(seed)
    limiter = roomy_limiter()
    async with tcp_proxy(ground.url) as proxy:
        keyed = connect(proxy.url, key=ground.api_key, limiter=limiter)
        unkeyed = connect(proxy.url, key=ground.api_key, limiter=limiter, capabilities=UNKEYED)
        for _ in range(cuts):
            kind, lead_id, cut = chance.choice(list(Kind)), ground.fresh_lead(), Cut(chance)
            proxy.upcoming.append(cut)
            before = proxy.exchanges
            if kind is Kind.ONCE:
                with pytest.raises(Interrupted) as caught:
                    await carry_out(unkeyed, kind, lead_id)
                assert caught.value.in_doubt
                assert cut.told is None or (caught.value.problem.request_id is not None) is cut.told
                assert ground.effects(kind, lead_id) == int(cut.applied)
            else:
                await carry_out(keyed, kind, lead_id)
                assert ground.effects(kind, lead_id) == int(kind is not Kind.GET)
            assert proxy.exchanges - before == (1 if kind is Kind.ONCE else 2)
        await assert_sound(keyed, limiter, ground)
        await assert_sound(unkeyed, limiter, ground)


async def test_thirty_cuts(connect: Connect, ground: Ground) -> None:
    await _break_often(connect, ground, 30, seed=1)


@pytest.mark.slow
async def test_two_hundred_cuts(connect: Connect, ground: Ground) -> None:
    await _break_often(connect, ground, 200, seed=2)
