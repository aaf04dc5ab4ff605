"""The tolerant base of every object the API returns.

A newer server may add fields, change a type or send a value we have never seen. A record keeps all of
it: unknown fields stay on the object, a field that cannot be read falls back to its default with its raw
value in `unreadable`, and `wire()` gives everything back as it came.
"""

import copy
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    JsonValue,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    model_validator,
)

Json = dict[str, JsonValue]
"""A JSON object as the server sent it."""

_Item = TypeVar("_Item")


def _null_is_empty(value: object) -> object:
    return [] if value is None else value


Many = Annotated[list[_Item], BeforeValidator(_null_is_empty)]
"""A list for which the server's `null` means empty."""


class Record(BaseModel):
    """An immutable object of the API, made from its JSON: tolerant on the way in, complete on the way out."""

    # Validators are built when a kind of record is first read, not when the app starts.
    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    _raw: Json = PrivateAttr(default_factory=dict)
    _unreadable: Json = PrivateAttr(default_factory=dict)

    @property
    def unreadable(self) -> Mapping[str, JsonValue]:
        """Fields whose value had an unexpected type: name → the value as it came."""
        return self._unreadable

    @model_validator(mode="wrap")
    @classmethod
    def _tolerate(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            record = handler(data)
            bad: set[str] = set()
        except ValidationError as error:
            if not isinstance(data, dict):
                raise
            bad = {str(issue["loc"][0]) for issue in error.errors(include_url=False) if issue["loc"]}
            bad &= data.keys()
            if not bad:
                raise
            record = handler({key: value for key, value in data.items() if key not in bad})
        if isinstance(data, dict):
            record._raw = data
            record._unreadable = {key: data[key] for key in bad}
        return record

    def wire(self) -> Json:
        """The object's JSON just as it came, to write back or to keep: nothing rounded, added or left out."""
        return copy.deepcopy(self._raw)


class Entity(Record):
    """A record with an opaque id, the thing lists, caches and keys are made of."""

    id: str
    created_at: datetime | None = None
    updated_at: datetime | None = None
