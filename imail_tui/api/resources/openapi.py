"""The server's own description of itself."""

from dataclasses import dataclass, field

from imail_tui.api.channel import Channel
from imail_tui.api.wire import Answer, Pairs


@dataclass(frozen=True, slots=True)
class Document:
    """An OpenAPI document as it came, and its validator; `body` None: the one that is known still holds."""

    body: bytes | None = field(repr=False)
    etag: str | None


class OpenApiDocument:
    """`/openapi.json`, at the host's root or under the base URL. Needs no key and costs no token."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def fetch(self, *, at_root: bool, etag: str | None = None) -> Document:
        """The document, if it is not the one with this `etag`. Raises `ApiError`."""
        known: Pairs = () if etag is None else (("If-None-Match", etag),)
        return await self._channel.get_public("/openapi.json", _read, headers=known, at_root=at_root)


def _read(answer: Answer) -> Document:
    return Document(None if answer.status == 304 else answer.body, answer.header("ETag"))
