"""Running a listener for a workspace: its secrets, its socket, passing on, and a subscription for as long."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from imail_tui.domain.signatures import TOLERANCE_SECONDS
from imail_tui.model.events import EVENT_TYPES
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.model.sources import Source
from imail_tui.services.event_sources import EventSources
from imail_tui.services.listener.forwarding import Forwarded, Forwarding
from imail_tui.services.listener.receiver import Received, Receiver
from imail_tui.services.listener.server import CannotListen, Listener, ListenerOptions
from imail_tui.services.session import Session
from imail_tui.store.files import FileRefused, read_checked
from imail_tui.store.secrets import KeyFailed

SECRET_VARIABLE = "IMAIL_WEBHOOK_SECRET"  # noqa: S105
"""Environment variable with a signing secret, used when no other is named."""
LOOKS = 0.25
"""Seconds between two looks whether secrets were kept or forgotten: one read of a row."""


@dataclass(frozen=True, slots=True)
class ListenPlan:
    """What to listen with. `events`: types that are told and passed on, none = all; all are kept.

    `subscribe`: subscribe the listener at the server while it runs, at `public_url` or its own address.
    """

    options: ListenerOptions
    secrets: tuple[Secret, ...] = ()
    tolerance: float = TOLERANCE_SECONDS
    events: tuple[str, ...] = ()
    forward_to: str | None = None
    subscribe: bool = False
    public_url: str | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """Who is told what comes in, and how passing on went."""

    received: Callable[[Received], None]
    forwarded: Callable[[Forwarded], None]
    warned: Callable[[Problem], object]


class _Trusted:
    """The secrets deliveries are believed by: those given, and those kept here, as they change."""

    def __init__(self, session: Session, given: Sequence[Secret]) -> None:
        self.given = tuple(given)
        self._session = session
        self._kept: tuple[Secret, ...] = ()
        self._seen: str | None = None

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys((*self.given, *self._kept)))

    async def look(self) -> None:
        """Read those kept here. Raises CannotListen."""
        self._seen = self._session.webhooks.secrets_changed()
        try:
            self._kept = await self._session.webhooks.secrets()
        except KeyFailed as error:
            raise CannotListen(error.problem) from None

    async def watch(self, receiver: Receiver) -> None:
        """Take in what is kept or forgotten while the listener runs."""
        while True:
            await asyncio.sleep(LOOKS)
            if self._session.webhooks.secrets_changed() == self._seen:
                continue
            # What cannot be read now is asked for again; what was known stays.
            with contextlib.suppress(CannotListen):
                await self.look()
                receiver.trust(self.secrets)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def listening(session: Session, plan: ListenPlan, telling: Telling) -> AsyncIterator[str]:
    """Listen while the context lasts; gives the URL on this machine.

    Raises CannotListen, BadForward, `ApiError`.
    """
    store = session.events.store
    sources = EventSources(store, time.time)
    _check_alone(sources)
    trusted = _Trusted(session, plan.secrets)
    await trusted.look()
    forwarding = Forwarding(plan.forward_to, telling.forwarded) if plan.forward_to else None

    def tell(received: Received) -> None:
        kind = received.event.type if received.event else None
        if plan.events and kind is not None and not _wanted(kind, plan.events):
            return
        telling.received(received)
        if forwarding is not None and received.event is not None:
            forwarding.add(received)

    receiver = Receiver(store, trusted.secrets, tell, time.time, plan.tolerance)
    listener = Listener(store, sources, receiver.deliver, plan.options)
    async with contextlib.AsyncExitStack() as ending:
        url = await listener.start()
        ending.push_async_callback(listener.stop)
        if forwarding is not None:
            forwarding.start()
            ending.push_async_callback(forwarding.stop)
        if plan.subscribe:
            made = await session.client.webhooks.create(
                {"url": _public(plan.public_url, listener.path, url), "events": [*EVENT_TYPES]}
            )
            ending.push_async_callback(session.client.webhooks.delete, made.id)
            secret = made.wire().get("secret")
            trusted.given = (*trusted.given, Secret(secret if isinstance(secret, str) else ""))
            receiver.trust(trusted.secrets)
        elif not trusted.secrets:
            telling.warned(_no_secret(_public(plan.public_url, listener.path, url)))
        watching = asyncio.create_task(trusted.watch(receiver))
        ending.push_async_callback(_end, watching)
        yield url


def secrets_given(
    environment: Mapping[str, str], names: Sequence[str], files: Sequence[str]
) -> tuple[Secret, ...]:
    """Signing secrets from variables and private files; without any name, from SECRET_VARIABLE if it is set.

    Raises CannotListen.
    """
    found: list[Secret] = []
    for name in names or [each for each in (SECRET_VARIABLE,) if environment.get(each)]:
        value = environment.get(name, "").strip()
        if not value:
            raise CannotListen(Problem(f"{name} is not set.", "Set it to the secret.", name, code="usage"))
        found.append(Secret(value))
    for file in files:
        try:
            text = read_checked(Path(file), private=True).decode(errors="replace").strip()
        except FileRefused as error:
            raise CannotListen(error.problem) from None
        except OSError as error:
            what = f"The file cannot be read: {error.strerror}."
            raise CannotListen(
                Problem(what, "Name a file that holds the secret.", file, code="usage")
            ) from None
        found.append(Secret(text))
    return tuple(found)


def running_listener(session: Session) -> int | None:
    """The process of the listener that serves this workspace on this machine, None = there is none."""
    return EventSources(session.events.store, time.time).process(Source.WEBHOOKS)


def stop_listener(session: Session) -> int | None:
    """Ask the running listener to end; gives its process, None = there is none."""
    pid = running_listener(session)
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    return pid


async def until_signalled(ended: asyncio.Event) -> None:
    """Wait for SIGINT, SIGTERM or SIGHUP, or until `ended` is set."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, ended.set)
    await ended.wait()


def _check_alone(sources: EventSources) -> None:
    pid = sources.process(Source.WEBHOOKS)
    if pid is not None:
        what = f"A listener for this workspace runs already, as process {pid}."
        raise CannotListen(Problem(what, "Stop it with: imail-tui listen --stop", code="already_listening"))


def _no_secret(url: str) -> Problem:
    what = "No secret is known, so all deliveries are refused until one is."
    remedy = f"Add a webhook: imail-tui webhooks add {url}. Or give --secret-env or --secret-file."
    return Problem(what, remedy, code="no_secret")


def _wanted(kind: str, patterns: Sequence[str]) -> bool:
    """Whether a type is one of those asked for: `reply.received`, or `reply` or `reply.*` for its family."""
    families = tuple(pattern.removesuffix("*").rstrip(".") + "." for pattern in patterns)
    return kind in patterns or kind.startswith(families)


def _public(given: str | None, path: str, own: str) -> str:
    return own if given is None else given.rstrip("/") + path
