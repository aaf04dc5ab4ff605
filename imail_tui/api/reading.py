"""From the bytes of an answer to typed results, or to a typed error."""

from collections.abc import Callable
from typing import TypeVar

import orjson
from pydantic import JsonValue, ValidationError

from imail_tui.api import remedies
from imail_tui.api.errors import (
    ApiError,
    BadRequest,
    BadResponse,
    Conflict,
    Forbidden,
    Gone,
    NotFound,
    RateLimited,
    ServerError,
    Stale,
    TooLarge,
    Unauthorized,
)
from imail_tui.api.pages import Page
from imail_tui.api.wire import Answer
from imail_tui.domain import exact_json
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json, Record

R = TypeVar("R", bound=Record)

EXCERPT_CHARACTERS = 200
"""How much of an unreadable answer is kept for showing."""

_BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: Stale,
    413: TooLarge,
    429: RateLimited,
}


def nothing(answer: Answer) -> None:
    """For answers whose body does not matter."""


def raw_body(answer: Answer) -> bytes:
    """The body as it came."""
    return answer.body


def json_object(answer: Answer) -> Json:
    """The body as a JSON object. Raises `BadResponse`."""
    value = _json(answer)
    if not isinstance(value, dict):
        raise unreadable(answer, "The server answered with something other than a JSON object.")
    return value


def record(kind: type[R]) -> Callable[[Answer], R]:
    """A reader for one object. It raises `BadResponse`."""

    def read(answer: Answer) -> R:
        return _parse(kind, json_object(answer), answer)

    return read


def records(kind: type[R]) -> Callable[[Answer], list[R]]:
    """A reader for an array, bare or under `data`. It raises `BadResponse`."""

    def read(answer: Answer) -> list[R]:
        return [_parse(kind, row, answer) for row in _rows(_json(answer), answer)]

    return read


def page(kind: type[R]) -> Callable[[Answer], Page[R]]:
    """A reader for one page of a list; missing `pagination` means there is only this page."""

    def read(answer: Answer) -> Page[R]:
        body = json_object(answer)
        rows = _rows(body, answer)
        pagination = body.get("pagination")
        about: Json = pagination if isinstance(pagination, dict) else {}
        cursor = about.get("next_cursor")
        total = about.get("total")
        return Page(
            items=[_parse(kind, row, answer) for row in rows],
            raw=rows,
            next_cursor=cursor if isinstance(cursor, str) and cursor else None,
            has_more=about.get("has_more") is True,
            total=total if isinstance(total, int) and not isinstance(total, bool) else None,
        )

    return read


def error_of(answer: Answer) -> ApiError:
    """The error an answer outside 2xx stands for: typed when it has the documented shape."""
    try:
        body = json_object(answer)
    except BadResponse as error:
        return error
    told = body.get("error")
    if not isinstance(told, dict) or not isinstance(told.get("message", told.get("code")), str):
        return unreadable(answer, f"The server answered {answer.status} without saying why.")
    details = told.get("details")
    known: Json = details if isinstance(details, dict) else {}
    status = answer.status
    kind = _BY_STATUS.get(status, ServerError if status >= 500 else ApiError)
    problem = Problem(
        what=_text(told.get("message")) or _text(told.get("code")),
        remedy=remedies.for_status(status, _text(told.get("code")), _text(known.get("required_tier"))),
        where=_text(told.get("field")),
        code=_text(told.get("code")),
        status=status,
        request_id=request_id_of(answer),
    )
    return kind(problem, details=known, doc=_text(told.get("doc")), retryable=is_passing(status))


def unreadable(answer: Answer, what: str) -> BadResponse:
    """The error for an answer that is not what the API promises."""
    problem = Problem(
        what=what,
        remedy=remedies.BAD_RESPONSE,
        code="bad_response",
        status=answer.status,
        request_id=request_id_of(answer),
    )
    excerpt = answer.body[: 4 * EXCERPT_CHARACTERS].decode("utf-8", "replace")[:EXCERPT_CHARACTERS]
    return BadResponse(problem, excerpt=excerpt, retryable=is_passing(answer.status) or answer.status < 300)


def is_passing(status: int) -> bool:
    """Whether the status names a state that passes by itself."""
    return status in (408, 425, 429) or (status >= 500 and status not in (501, 505))


def request_id_of(answer: Answer) -> str | None:
    """The id support asks for: from the body, else from `X-Request-Id`."""
    try:
        value = orjson.loads(answer.body) if answer.status >= 400 else None
    except orjson.JSONDecodeError:
        value = None
    told = value.get("request_id") if isinstance(value, dict) else None
    return told if isinstance(told, str) and told else answer.header("x-request-id")


def _json(answer: Answer) -> JsonValue:
    try:
        value = exact_json.loads(answer.body, orjson.loads)
    except ValueError:
        what = (
            "The server's answer is empty." if not answer.body else "The server's answer is not valid JSON."
        )
        raise unreadable(answer, what) from None
    if exact_json.is_too_deep(value):
        raise unreadable(answer, "The server's answer is nested too deeply.")
    return value


def _rows(value: JsonValue, answer: Answer) -> list[Json]:
    listed = value.get("data") if isinstance(value, dict) else value
    if not isinstance(listed, list):
        raise unreadable(answer, "The server's answer has no list where one belongs.")
    rows = [row for row in listed if isinstance(row, dict)]
    if len(rows) < len(listed):
        raise unreadable(answer, "The server's list holds something other than objects.")
    return rows


def _parse(kind: type[R], row: Json, answer: Answer) -> R:
    try:
        return kind.model_validate(row)
    except ValidationError as error:
        missing = sorted({str(issue["loc"][0]) for issue in error.errors() if issue["loc"]})
        fields = ", ".join(missing) or "its shape"
    raise unreadable(answer, f"A {kind.__name__.lower()} in the server's answer lacks {fields}.")


def _text(value: JsonValue | None) -> str:
    return value if isinstance(value, str) else ""
