"""What a server offered when its OpenAPI document was last read, with the document's validator.

Only what was read from it is kept: a start reads it before the first picture, and a document may be large.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from imail_tui.domain.openapi import Offer
from imail_tui.store.files import MOST_BYTES, FileRefused, read_checked, write_private

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class KeptOffers:
    """Operations by method and template. `etag`: the document's, None when it had none.

    `at_root`: it was at the root of the host, else under the base URL.
    """

    offers: Mapping[str, Offer]
    etag: str | None
    at_root: bool


def read_offers_file(path: Path) -> KeptOffers | None:
    """What is kept, None when nothing is, or nothing that can be read."""
    try:
        value = orjson.loads(read_checked(path))
    except (OSError, FileRefused, ValueError):
        return None
    match value:
        case {
            "format": 1,
            "etag": str() | None as etag,
            "at_root": bool(at_root),
            "offers": dict(listed),
        }:
            offers = {key: _offer(entry) for key, entry in listed.items()}
            return KeptOffers(offers, etag, at_root)
    return None


def write_offers_file(path: Path, kept: KeptOffers | None) -> None:
    """Keep it for the next start, None = the server has no document any more."""
    # Without it the next start only assumes more until the server was asked.
    with suppress(OSError):
        if kept is None:
            path.unlink(missing_ok=True)
            return
        offers = {key: _entry(offer) for key, offer in kept.offers.items()}
        value = {"format": _FORMAT, "etag": kept.etag, "at_root": kept.at_root, "offers": offers}
        content = orjson.dumps(value)
        if len(content) <= MOST_BYTES:
            write_private(path, content)


def _entry(offer: Offer) -> dict[str, object]:
    query = None if offer.query is None else sorted(offer.query)
    return {"keyed": offer.keyed, "query": query, "assumed": offer.assumed}


def _offer(entry: object) -> Offer:
    """An entry as it was written; what is no entry promises nothing."""
    match entry:
        case {"keyed": bool(keyed), "query": list(names), "assumed": bool(assumed)}:
            return Offer(keyed, frozenset(name for name in names if isinstance(name, str)), assumed)
        case {"keyed": bool(keyed), "query": None, "assumed": bool(assumed)}:
            return Offer(keyed, None, assumed)
    return Offer(query=None)
