"""The faults a sandbox can be asked for, as they are written in JSON.

Every fault says where and when it strikes, and by its `kind` what it does. Several may strike one request.
"""

import random
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer, StringConstraints, TypeAdapter, model_validator

from imail_tui.sandbox.clock import rfc3339
from imail_tui.sandbox.schemas.types import WHOLE, Body, Instant

_Count = Annotated[int, Field(ge=1, le=1_000_000), WHOLE]
_HeaderName = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9-]{1,60}$")]
_HeaderValue = Annotated[str, StringConstraints(pattern="^[\\x20-\\x7e]{0,500}$")]
Form = Literal["missing", "epoch", "epoch_ms", "float", "date", "garbage", "negative", "nan", "duplicated"]
_Told = Annotated[Instant, PlainSerializer(rfc3339)]
_Words = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class When(Body):
    """Which of the matching calls are struck: all of them, unless `nth`, `every` or `rate` says else.

    Calls are counted from 1 for each fault by itself. `rate` is a share from 0 to 1, drawn from `seed` and
    the call's number; `times` ends the fault after so many strikes. `ledger` None = both.
    """

    ledger: Literal["test", "live"] | None = None
    nth: _Count | None = None
    every: _Count | None = None
    rate: Annotated[float, Field(ge=0, le=1)] | None = None
    seed: Annotated[int, WHOLE] = 1
    times: _Count | None = None

    @model_validator(mode="after")
    def _one_rule(self) -> "When":
        if sum(rule is not None for rule in (self.nth, self.every, self.rate)) > 1:
            raise ValueError("may have only one of nth, every and rate")
        return self

    def strikes(self, number: int) -> bool:
        """Whether the `number`-th matching call is struck."""
        if self.nth is not None:
            return number == self.nth
        if self.every is not None:
            return number % self.every == 0
        return self.rate is None or random.Random(f"{self.seed}/{number}").random() < self.rate


class Matched(When):
    """A fault of requests. `path` is a template such as `/leads/{lead_id}`; None = every path of the API.

    A `{name}` stands for any one part of a path, so that `/leads/{lead_id}` also matches `/leads/bulk`.
    """

    method: Literal["GET", "POST", "PATCH", "DELETE"] | None = None
    path: Annotated[str, StringConstraints(pattern="^/[A-Za-z0-9_{}/.-]*$", max_length=200)] | None = None


class Latency(Matched):
    """The answer takes longer, in real seconds: exactly, evenly from 0 to twice that, or exponentially."""

    kind: Literal["latency"]
    seconds: Annotated[float, Field(gt=0, le=600)]
    law: Literal["fixed", "uniform", "exponential"] = "fixed"

    def draw(self, rng: random.Random) -> float:
        """The delay of one call in seconds."""
        if self.law == "uniform":
            return rng.uniform(0, 2 * self.seconds)
        return rng.expovariate(1 / self.seconds) if self.law == "exponential" else self.seconds


class Status(Matched):
    """An answer of 4xx or 5xx, `instead` of the work or `after` it was done.

    `body` `error` is the documented shape, `html` a proxy's page without any header of ours. `retry_after`
    is a number of seconds or any text as it is; with `retry_after_date` the seconds are told as a date.
    """

    kind: Literal["status"]
    status: Annotated[int, Field(ge=400, le=599), WHOLE]
    work: Literal["instead", "after"] = "instead"
    code: Annotated[str, StringConstraints(pattern="^[a-z0-9_]{1,60}$")] = "injected_fault"
    message: _Words = "This fault was asked for."
    body: Literal["error", "html", "empty"] = "error"
    request_id: bool = True
    retry_after: Annotated[int, Field(ge=0, le=1_000_000)] | _HeaderValue | None = None
    retry_after_date: bool = False


class Cut(Matched):
    """The connection ends `before` the work, `after` it without an answer, or `within` the answer's body."""

    kind: Literal["cut"]
    at: Literal["before", "after", "within"]


class SpoiledBody(Matched):
    """The work is done and its status told, but the body is cut short, a page of HTML, empty, or noise."""

    kind: Literal["body"]
    body: Literal["truncated", "html", "empty", "noise"]


class Headers(Matched):
    """Headers set to a text, repeated with each of a list, or (null) left out."""

    kind: Literal["headers"]
    set: dict[_HeaderName, _HeaderValue | list[_HeaderValue] | None]


class RateHeaders(Matched):
    """Rate headers in another form than seconds, or none; `duplicated` sends each twice, not the same."""

    kind: Literal["rate_headers"]
    form: Form


class ClockSkew(Matched):
    """`Date`, and a reset told as a time, are ahead by so many seconds; negative = behind."""

    kind: Literal["clock_skew"]
    seconds: Annotated[int, Field(ge=-10_000_000, le=10_000_000), WHOLE]


class Deprecated(Matched):
    """`Deprecation` (RFC 9745) and, with an instant, `Sunset` (RFC 8594) on the answers."""

    kind: Literal["deprecated"]
    since: _Told
    sunset: _Told | None = None
    link: Annotated[str, StringConstraints(pattern="^https?://[\\x21-\\x7e]{1,300}$")] | None = None


class IdempotencyOff(Matched):
    """`Idempotency-Key` is ignored, and not in the OpenAPI document of the operations matched."""

    kind: Literal["idempotency_off"]


class RepeatedCursor(Matched):
    """A page asked for with a cursor names that same cursor as its next."""

    kind: Literal["repeated_cursor"]


class EmptyPage(Matched):
    """A page without rows which says there are more; its cursor leads to the rows it held back."""

    kind: Literal["empty_page"]


class BulkRows(Matched):
    """Rows of a bulk import that fail: those of some indexes, or a share of them by seed."""

    kind: Literal["bulk_rows"]
    rows: list[Annotated[int, Field(ge=0), WHOLE]] | None = None
    share: Annotated[float, Field(ge=0, le=1)] | None = None
    code: Literal["invalid_email", "missing_email", "custom_field_invalid", "invalid_field"] = "invalid_field"
    message: _Words = "This row's failure was asked for."

    @model_validator(mode="after")
    def _some_rows(self) -> "BulkRows":
        if (self.rows is None) == (self.share is None):
            raise ValueError("needs either rows or share")
        return self

    def fails(self, index: int) -> bool:
        """Whether a row fails."""
        if self.rows is not None:
            return index in self.rows
        return random.Random(f"{self.seed}/row/{index}").random() < (self.share or 0)


class WebhookFault(When):
    """A delivery attempt that arrives twice, after the one behind it, or wrongly signed."""

    kind: Literal["webhook"]
    delivery: Literal["duplicate", "reorder", "bad_signature"]


RequestFault = (
    Latency
    | Status
    | Cut
    | SpoiledBody
    | Headers
    | RateHeaders
    | ClockSkew
    | Deprecated
    | IdempotencyOff
    | RepeatedCursor
    | EmptyPage
    | BulkRows
)
Fault = Annotated[RequestFault | WebhookFault, Field(discriminator="kind")]
FAULT: TypeAdapter[RequestFault | WebhookFault] = TypeAdapter(Fault)
FAULTS: TypeAdapter[list[RequestFault | WebhookFault]] = TypeAdapter(list[Fault])
