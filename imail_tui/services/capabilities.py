"""Finding out what a server offers: its OpenAPI document is read on sign-in and kept for the next start."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import orjson

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import ApiError
from imail_tui.domain.budget import Priority
from imail_tui.domain.capabilities import UNKNOWN, Capabilities
from imail_tui.domain.openapi import MOST_BYTES, Offer, read_offers
from imail_tui.services.signals import Signal
from imail_tui.store.openapi_cache import KeptOffers, read_offers_file, write_offers_file
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile

_LONGEST_ETAG: Final = 200


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a server brought: its offers to keep, or in a clause `why` there are none.

    `passing`: the server could not be asked now; what was known before still holds.
    """

    kept: KeptOffers | None
    why: str = ""
    passing: bool = False

    @property
    def capabilities(self) -> Capabilities:
        """The same, to compare with what the client uses."""
        return Capabilities(self.kept.offers) if self.kept is not None else Capabilities(why=self.why)


async def look_at_server(client: ImailClient, base_url: str, known: KeptOffers | None = None) -> Looked:
    """Read the document at the root of the host, else under the base URL; where it was `known`, there first.

    Costs no token and needs no key. Never raises `ApiError`.
    """
    base_path = urlsplit(base_url).path
    asking = client.at(Priority.BACKGROUND)
    why = "it has no OpenAPI document"
    for at_root in _places(base_path, known):
        etag = known.etag if known is not None and known.at_root is at_root else None
        try:
            document = await asking.document.fetch(at_root=at_root, etag=etag)
        except ApiError as error:
            if error.problem.status is None or error.retryable:
                return Looked(known, "it does not answer", passing=True)
            continue
        if document.body is None:
            return Looked(known)
        offers = await asyncio.to_thread(_offers_of, document.body, base_path)
        if offers is not None:
            return Looked(KeptOffers(offers, _etag(document.etag), at_root))
        why = "its OpenAPI document cannot be read, or is not that of imail"
    return Looked(None, why)


class ServerOffers:
    """What the profile's server offers: as kept from the last start, then as read by `refresh`."""

    def __init__(self, paths: Paths, profile: Profile) -> None:
        self._base_url = profile.base_url
        self._file = paths.openapi_file(profile.base_url, profile.api_version)
        self._kept = read_offers_file(self._file)
        self._reading: asyncio.Task[None] | None = None
        self.current = UNKNOWN if self._kept is None else Capabilities(self._kept.offers)
        """What is known now."""
        self.changed: Signal[Capabilities] = Signal()
        """Told when it differs from before."""

    def refresh_soon(self, client: ImailClient) -> None:
        """Ask the server behind what else is going on; once at a time."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._refresh(client))

    async def settled(self) -> None:
        """Wait until a reading under way has ended."""
        if self._reading is not None:
            await asyncio.wait({self._reading})

    async def stop(self) -> None:
        """End a reading under way."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})

    async def _refresh(self, client: ImailClient) -> None:
        looked = await look_at_server(client, self._base_url, self._kept)
        if looked.passing:
            return
        if looked.kept != self._kept:
            self._kept = looked.kept
            await asyncio.to_thread(write_offers_file, self._file, looked.kept)
        if looked.capabilities != self.current:
            self.current = looked.capabilities
            self.changed.emit(self.current)


def _places(base_path: str, known: KeptOffers | None) -> Iterator[bool]:
    """Whether to look at the root: first where the document was, each place once."""
    first = known is None or known.at_root
    yield first
    if base_path.strip("/"):
        yield not first


def _offers_of(body: bytes, base_path: str) -> dict[str, Offer] | None:
    if len(body) > MOST_BYTES:
        return None
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return read_offers(document, base_path)


def _etag(told: str | None) -> str | None:
    """A validator that can be sent back as a header."""
    fits = told is not None and len(told) <= _LONGEST_ETAG and told.isascii() and told.isprintable()
    return told if fits else None
