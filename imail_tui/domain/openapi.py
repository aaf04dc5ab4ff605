"""Reading a server's OpenAPI document: which operations it lists, however it writes them down.

The document is foreign and may be anything; what cannot be read is left out, nothing is raised.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from pydantic import JsonValue

from imail_tui.domain.operations import OPERATIONS
from imail_tui.model.record import Json

MOST_BYTES: Final = 8 * 1024 * 1024
"""A larger document is not read: the sandbox's own has 0.13 MB."""
MOST_OPERATIONS: Final = 5_000
_LONGEST_PATH: Final = 300
_MOST_PARAMETERS: Final = 200
_MOST_REFERENCES: Final = 8
"""How far references that lead to references are followed."""
_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_PARAMETER: Final = re.compile(r"\{[^{}/]*\}")


@dataclass(frozen=True, slots=True)
class Offer:
    """What the document says of one operation.

    `keyed`: the header Idempotency-Key is among its parameters. `query`: names of its query parameters, None
    when some of its parameters cannot be read. `assumed`: it carries `x-imail-assumed`.
    """

    keyed: bool = False
    query: frozenset[str] | None = frozenset()
    assumed: bool = False


def read_offers(document: JsonValue, base_path: str) -> dict[str, Offer] | None:
    """Operations by method and template relative to the base URL, such as `GET /replies/{}`.

    `base_path` is the base URL's path, such as `/v1`; documents write it in every path, in `servers`, or not
    at all. None for what is no OpenAPI document of this API: no paths, none that the client knows, or too
    many.
    """
    if not isinstance(document, dict):
        return None
    paths = document.get("paths")
    if not isinstance(paths, dict):
        return None
    before = _server_path(document)
    offers: dict[str, Offer] = {}
    for path, item in paths.items():
        if len(path) > _LONGEST_PATH or not path.startswith("/"):
            continue
        template = _template(path, before, base_path.rstrip("/"))
        for method, offer in _of_path(document, item):
            offers[f"{method} {template}"] = offer
        if len(offers) > MOST_OPERATIONS:
            return None
    return offers if any(each.key in offers for each in OPERATIONS) else None


def _template(path: str, server_path: str, base_path: str) -> str:
    """The path relative to the base URL, without names of parameters and the slash at its end."""
    whole = path.rstrip("/")
    for candidate in (whole, server_path + whole):
        if base_path and candidate.startswith(f"{base_path}/"):
            whole = candidate.removeprefix(base_path)
            break
    return _PARAMETER.sub("{}", whole)


def _server_path(document: Json) -> str:
    """The path of the first server that has one, "" when none has."""
    servers = document.get("servers")
    for server in servers[:10] if isinstance(servers, list) else ():
        url = server.get("url") if isinstance(server, dict) else None
        try:
            path = urlsplit(url).path.rstrip("/") if isinstance(url, str) else ""
        except ValueError:
            continue
        if path.startswith("/"):
            return path
    return ""


def _of_path(document: Json, item: JsonValue) -> Iterator[tuple[str, Offer]]:
    found = _resolved(document, item)
    if not isinstance(found, dict):
        return
    shared = found.get("parameters")
    for name, operation in found.items():
        if name.upper() in _METHODS and isinstance(operation, dict):
            yield name.upper(), _offer(document, operation, shared)


def _offer(document: Json, operation: Json, shared: JsonValue | None) -> Offer:
    keyed, readable = False, True
    query: set[str] = set()
    for listed in (shared, operation.get("parameters")):
        for parameter in listed[:_MOST_PARAMETERS] if isinstance(listed, list) else ():
            match _resolved(document, parameter):
                case {"name": str(name), "in": "query"}:
                    query.add(name)
                case {"name": str(name), "in": "header"}:
                    keyed = keyed or name.lower() == "idempotency-key"
                case {"name": str(), "in": str()}:
                    pass
                case _:
                    readable = False
    assumed = operation.get("x-imail-assumed") is True
    return Offer(keyed, frozenset(query) if readable else None, assumed)


def _resolved(document: Json, value: JsonValue) -> JsonValue:
    """The value a reference within the document leads to; None when it leads nowhere."""
    for _ in range(_MOST_REFERENCES):
        if not isinstance(value, dict) or "$ref" not in value:
            return value
        value = _at(document, value["$ref"])
    return None


def _at(document: Json, reference: JsonValue) -> JsonValue:
    """What a JSON pointer (RFC 6901) written as a fragment points to, None for any other reference."""
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return None
    place: JsonValue = document
    for part in reference[2:].split("/"):
        name = unquote(part).replace("~1", "/").replace("~0", "~")
        place = place.get(name) if isinstance(place, Mapping) else None
    return place
