"""A delivery is verified, kept, then acknowledged; passed on; and the listener's presence can be seen."""

import asyncio
import base64
import hashlib
import hmac
from pathlib import Path

import pytest

from imail_tui.domain.signatures import sign
from imail_tui.model.sources import Source
from imail_tui.services.event_sources import EventSources
from imail_tui.services.listener.connection import Answer, RawHeaders
from imail_tui.services.listener.forwarding import BadForward, Forwarded, Forwarding
from imail_tui.services.listener.receiver import Fate, Received
from imail_tui.services.listener.server import CannotListen, Listener, ListenerOptions, listener_path
from imail_tui.store import event_store
from imail_tui.store.event_store import EventStore
from tests.fakes.raw_server import raw_server, says
from tests.patience import PATIENCE
from tests.unit.services.listener.running import NOW, SECRET, answer, body_of, listening, status


async def nothing_comes(headers: RawHeaders, body: bytes) -> Answer:
    """No delivery is expected."""
    raise AssertionError((headers, body))


async def test_an_event_is_on_the_disk_when_its_sender_is_answered(tmp_path: Path) -> None:
    async with listening(tmp_path) as running:
        for number in range(3):
            body = body_of(number, text="\N{WINKING FACE}")
            assert await running.deliver(body) == 200
            assert EventStore.open(running.store.path).body(f"evt_{number:06}") == body
        assert running.fates == [Fate.NEW] * 3


async def test_the_same_event_again_is_acknowledged_and_kept_once(tmp_path: Path) -> None:
    async with listening(tmp_path) as running:
        raw = running.request(body_of(1))
        assert [status(await running.send(raw)) for _ in range(10)] == [200] * 10
        assert running.fates == [Fate.NEW, *[Fate.KNOWN] * 9]
        assert running.store.total == 1


async def test_many_at_once_on_kept_connections(tmp_path: Path) -> None:
    async def sender(first: int) -> list[int]:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        answers = []
        for number in range(first, first + 25):
            writer.write(running.request(body_of(number)))
            answers.append(status(await answer(reader)))
        writer.close()
        return answers

    async with listening(tmp_path) as running:
        answers = await asyncio.gather(*(sender(first) for first in range(0, 200, 25)))
        assert [each for part in answers for each in part] == [200] * 200
        assert running.store.total == 200


async def test_several_secrets_and_the_scheme_of_the_first_is_pinned(tmp_path: Path) -> None:
    async with listening(tmp_path, secrets=("whsec_new", SECRET)) as running:
        first = body_of(1)
        assert await running.deliver(first, sign(first, ["whsec_new"], NOW)) == 200
        assert await running.deliver(body_of(2)) == 200
        other = body_of(3)
        digest = hmac.digest(SECRET.encode(), other, hashlib.sha256).hex()
        assert await running.deliver(other, f"sha256={digest}") == 401
        assert "signed as sha256" in running.told[-1].why
    async with listening(tmp_path) as running:
        # The pin outlives the process.
        assert await running.deliver(other, f"sha256={digest}") == 401


async def test_standard_webhooks_are_taken(tmp_path: Path) -> None:
    key = b"a secret of 24 bytes...."
    async with listening(tmp_path, secrets=(f"whsec_{base64.b64encode(key).decode()}",)) as running:
        body = body_of(1)
        content = b"msg_1.%d." % NOW + body
        signature = base64.b64encode(
            hmac.digest(b"a secret of 24 bytes....", content, hashlib.sha256)
        ).decode()
        taken = await running.deliver(
            body, "", webhook_id="msg_1", webhook_timestamp=str(NOW), webhook_signature=f"v1,{signature}"
        )
        assert taken == 200


async def test_a_full_disk_is_the_senders_turn_to_try_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(tmp_path) as running:
        with monkeypatch.context() as patched:
            patched.setattr(event_store, "_INSERT", "INSERT INTO nowhere VALUES (?)")
            assert await running.deliver(body_of(1)) == 503
        assert running.fates == [Fate.FAILED]
        assert await running.deliver(body_of(1)) == 200


async def test_the_path_stays_and_cannot_be_guessed(tmp_path: Path) -> None:
    one, other = (EventStore.open(tmp_path / f"{name}.sqlite3") for name in "ab")
    assert listener_path(one) == listener_path(EventStore.open(one.path))
    assert len(listener_path(one)) > 35
    assert listener_path(one) != listener_path(other)


async def test_its_pulse_is_seen_while_it_runs(tmp_path: Path) -> None:
    async with listening(tmp_path) as running:
        sources = EventSources(running.store, lambda: running.now)
        assert await running.deliver(body_of(1)) == 200
        health = sources.health().of(Source.WEBHOOKS)
        assert (health.alive, health.age, health.detail) == (True, 0.0, f"127.0.0.1:{running.port}")
    store = EventStore.open(running.store.path)
    assert not EventSources(store, lambda: running.now).is_alive(Source.WEBHOOKS)


async def test_other_machines_only_with_leave(tmp_path: Path) -> None:
    store = EventStore.open(tmp_path / "e.sqlite3")
    sources = EventSources(store, lambda: 0.0)

    for bind in ("0.0.0.0", "::", "192.0.2.1", "example.com"):
        with pytest.raises(CannotListen, match="--allow-remote"):
            Listener(store, sources, nothing_comes, ListenerOptions(bind=bind, port=0))


async def test_a_taken_port_is_told(tmp_path: Path) -> None:
    async with listening(tmp_path) as running:
        receiver = Listener(
            running.store,
            EventSources(running.store, lambda: 0.0),
            nothing_comes,
            ListenerOptions(port=running.port),
        )
        with pytest.raises(CannotListen, match="another --port"):
            await receiver.start()


async def test_deliveries_are_passed_on_as_they_came(tmp_path: Path) -> None:
    forwarded: asyncio.Queue[Forwarded] = asyncio.Queue()
    async with raw_server(says(204, b"")) as server:
        forwarding = Forwarding(f"{server.url}/hook?x=1", forwarded.put_nowait)
        forwarding.start()
        body = body_of(1)
        headers = [(b"imail-signature", b"t=1,v1=ab"), (b"host", b"elsewhere"), (b"cookie", b"x")]
        forwarding.add(Received(Fate.NEW, headers, body))
        async with asyncio.timeout(PATIENCE):
            assert (await forwarded.get()).status == 204
        await forwarding.stop()


async def test_what_cannot_be_passed_on_is_told(tmp_path: Path) -> None:
    for url in ("ftp://x/", "nonsense", "http://"):
        with pytest.raises(BadForward):
            Forwarding(url, list[Forwarded]().append)
    forwarded: asyncio.Queue[Forwarded] = asyncio.Queue()
    forwarding = Forwarding("http://127.0.0.1:9/", forwarded.put_nowait)
    forwarding.start()
    forwarding.add(Received(Fate.NEW, [], b"{}"))
    async with asyncio.timeout(PATIENCE):
        found = await forwarded.get()
    assert found.status is None
    assert found.why
    await forwarding.stop()
