"""OpenAPI documents of servers that lack this or that."""

from collections.abc import Iterable
from typing import Final

from pydantic import JsonValue

from imail_tui.domain.capabilities import Capabilities
from imail_tui.domain.openapi import read_offers
from imail_tui.domain.operations import OPERATIONS, Operation
from imail_tui.model.record import Json

KEY: Final[Json] = {"name": "Idempotency-Key", "in": "header"}


def document(
    operations: Iterable[Operation] = OPERATIONS,
    prefix: str = "",
    *,
    keyed: bool = True,
    more: Json | None = None,
) -> Json:
    """A document that lists operations with all the client relies on; `more` are other parts of it."""
    paths: dict[str, JsonValue] = {}
    for each in operations:
        parameters: list[JsonValue] = [{"name": name, "in": "query"} for name in each.query]
        if each.method == "POST" and keyed:
            parameters.append(KEY)
        item = paths.setdefault(prefix + each.path.replace("{}", "{some_id}"), {})
        assert isinstance(item, dict)
        item[each.method.lower()] = {"parameters": parameters}
    return {"openapi": "3.1.0", "paths": paths, **(more or {})}


def read(value: JsonValue, base_path: str = "/v1") -> Capabilities:
    """What a document says."""
    return Capabilities(read_offers(value, base_path))


def without(*gone: Operation) -> Capabilities:
    """A server that has everything but these."""
    return read(document(each for each in OPERATIONS if each not in gone))


UNKEYED: Final = read(document(keyed=False))
"""A server that has everything and knows no Idempotency-Key."""
