"""Attacks on the listener: all are refused, memory stays flat, and real events are served all the while."""

import asyncio
import random
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.signatures import HEADER, Refused, sign, verify
from imail_tui.services.listener.limits import Limits
from imail_tui.services.listener.receiver import Fate
from tests.unit.services.listener.running import NOW, SECRET, answer, body_of, listening, status

SMALL = Limits(body=4_096, head=2_048, read_seconds=0.4, connections=8)


@pytest.mark.parametrize(
    "megabytes", [8, pytest.param(2_048, marks=pytest.mark.slow)], ids=lambda size: f"{size} MB"
)
async def test_a_body_without_end_is_cut_off(tmp_path: Path, megabytes: int) -> None:
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    async with listening(tmp_path) as running:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        head = running.request(b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
        tracemalloc.start()
        writer.write(head)
        sent = 0
        try:
            while sent < megabytes * 16:
                writer.write(chunk)
                await writer.drain()
                sent += 1
        except (ConnectionResetError, BrokenPipeError):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert sent < 200
        assert peak < 12_000_000
        writer.close()
        assert await running.deliver(body_of(1)) == 200
    assert status(await _rest(reader)) in (0, 413)


async def _rest(reader: asyncio.StreamReader) -> bytes:
    try:
        return await answer(reader)
    except (ConnectionResetError, BrokenPipeError):
        return b""


async def test_an_announced_giant_is_refused_before_a_byte_of_it(tmp_path: Path) -> None:
    async with listening(tmp_path) as running:
        raw = running.request(b"", Content_Length="99999999999")
        assert status(await running.send(raw)) == 413
        assert running.told == []


async def test_hundreds_of_idle_connections_do_not_keep_real_events_out(tmp_path: Path) -> None:
    async with listening(tmp_path, limits=Limits(connections=32)) as running:
        idle = []
        for number in range(500):
            idle.append(await asyncio.open_connection("127.0.0.1", running.port))
            if number % 2:
                idle[-1][1].write(b"POST ")
            if number % 50 == 0:
                assert await running.deliver(body_of(number)) == 200
        assert await running.deliver(body_of(1_000)) == 200
        assert running.fates == [Fate.NEW] * 11
        for _, writer in idle:
            writer.close()


@pytest.mark.parametrize("sent", [b"", b"POST / HT", b"POST /hooks HTTP/1.1\r\nHost: x\r\nX: "])
async def test_one_that_says_nothing_more_is_cut_off(tmp_path: Path, sent: bytes) -> None:
    async with listening(tmp_path, limits=SMALL) as running:
        assert status(await running.send(sent)) in (0, 408)
        assert await running.deliver(body_of(1)) == 200


async def test_a_body_that_trickles_is_cut_off(tmp_path: Path) -> None:
    async with listening(tmp_path, limits=SMALL) as running:
        raw = running.request(body_of(1))[:-1]
        assert status(await running.send(raw)) == 408
        assert running.told == []


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n", 405),
        (b"PUT {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n", 405),
        (b"POST {path}/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n", 404),
        (b"POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n", 404),
        (b"POST {path} HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n", 421),
        (b"POST {path} HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 400),
        (b"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"POST {path} HTTP/1.1\r\nHost: {host}\r\nX: %b\r\n\r\n" % (b"y" * 20_000), 431),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    ],
    ids=["GET", "PUT", "longer", "root", "host", "hostless", "negative", "lengths", "head", "TLS"],
)
async def test_what_is_no_delivery_is_turned_away(tmp_path: Path, raw: bytes, told: int) -> None:
    async with listening(tmp_path) as running:
        host = f"127.0.0.1:{running.port}".encode()
        filled = raw.replace(b"{path}", running.path.encode()).replace(b"{host}", host)
        assert status(await running.send(filled)) == told
        assert running.told == []
        assert await running.deliver(body_of(1)) == 200


async def test_a_name_of_the_proxy_is_let_in(tmp_path: Path) -> None:
    async with listening(tmp_path, hosts=("Hooks.Example",)) as running:
        assert await running.deliver(body_of(1), Host="hooks.example") == 200


async def test_every_flipped_bit_is_refused(tmp_path: Path) -> None:
    rng = random.Random(4)
    body = body_of(1)
    signature = sign(body, [SECRET], NOW)
    async with listening(tmp_path) as running:
        for place in [*range(len(signature)), *rng.sample(range(len(body)), 40)]:
            bit = 1 << rng.randrange(7)
            if place < len(signature):
                flipped = signature[:place] + chr(ord(signature[place]) ^ bit) + signature[place + 1 :]
                if {"\r", "\n", "\0"} & set(flipped):
                    continue
                # The case of a hex digit and a digit of the time that reads the same are no change.
                if isinstance(verify(body, [(HEADER, flipped)], [SECRET], NOW), Refused):
                    assert await running.deliver(body, flipped) in (400, 401), (place, bit)
            changed = bytearray(body)
            changed[place % len(body)] ^= bit
            assert await running.deliver(bytes(changed), signature) == 401
        assert running.store.total == 0
        assert await running.deliver(body, signature) == 200


@given(header=st.one_of(st.text(max_size=200), st.from_regex(r"t=[0-9a-z,=+.-]{0,40},v1=[0-9a-f]{0,70}")))
def test_no_header_is_believed_or_breaks_anything(header: str) -> None:
    assert isinstance(verify(b"{}", [(HEADER, header)], [SECRET], NOW), Refused)


async def test_old_and_future_deliveries_are_refused_and_replays_keep_nothing(tmp_path: Path) -> None:
    async with listening(tmp_path) as running:
        body = body_of(1)
        raw = running.request(body)
        assert status(await running.send(raw)) == 200
        assert status(await running.send(raw)) == 200
        running.now += 301
        assert status(await running.send(raw)) == 401
        running.now -= 602
        assert status(await running.send(raw)) == 401
        assert running.fates == [Fate.NEW, Fate.KNOWN, Fate.REFUSED, Fate.REFUSED]
        assert running.store.total == 1


async def test_a_genuine_body_that_is_no_event_is_refused(tmp_path: Path) -> None:
    async with listening(tmp_path) as running:
        for body in (b"", b"[]", b"{", b"[" * 50_000, b'"\xff"', b"null"):
            assert await running.deliver(body) == 400
        assert running.store.total == 0
