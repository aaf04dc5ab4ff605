"""Spoiling a finished answer: its status, body, headers and clock."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

from starlette.datastructures import MutableHeaders

from imail_tui.sandbox.errors import ApiFault, json_bytes
from imail_tui.sandbox.faults.cursors import emptied, repeated
from imail_tui.sandbox.faults.rules import (
    ClockSkew,
    Deprecated,
    EmptyPage,
    Form,
    Headers,
    RateHeaders,
    RepeatedCursor,
    RequestFault,
    SpoiledBody,
    Status,
)

_PROXY_PAGE = """<html>\r
<head><title>{0}</title></head>\r
<body><center><h1>{0}</h1></center></body>\r
</html>\r
"""
_NOISE = b"\x00\xff\xfe{]\x1b[2J\x80"
_REMAINING, _RESET = "X-RateLimit-Remaining", "X-RateLimit-Reset"
_RATE_HEADERS = ("X-RateLimit-Limit", _REMAINING, _RESET)
_JSON = "application/json"
_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
_PAGES = (RepeatedCursor, EmptyPage)
_ADDING = ((ClockSkew,), (Headers,))
_ORDER = (_PAGES, (ClockSkew,), (RateHeaders,), (Deprecated,), (Status,), (SpoiledBody,), (Headers,))
"""Kinds in the order in which they are applied; those of `_ADDING` add up."""


@dataclass
class Answer:
    """A whole answer on its way out; `worked` = the operation behind it was reached and may have run."""

    status: int
    headers: MutableHeaders
    body: bytes
    query: str
    worked: bool

    def spoil(self, faults: Sequence[RequestFault]) -> None:
        """Do to the answer what faults say, from its content outwards to its headers.

        Of several that would each replace the same, the first wins; the kinds that are not about answers
        do nothing.
        """
        for kinds in _ORDER:
            found = [fault for fault in faults if isinstance(fault, kinds)]
            for fault in found if kinds in _ADDING else found[:1]:
                self._spoil(fault)

    def _spoil(self, fault: RequestFault) -> None:
        if isinstance(fault, Status) and self.worked:
            self._refuse(fault)
        elif isinstance(fault, SpoiledBody) and self.status not in _BODILESS:
            self._spoil_body(fault)
        elif isinstance(fault, _PAGES) and self.status == HTTPStatus.OK:
            self._spoil_page(fault)
        elif isinstance(fault, Headers):
            for name, value in fault.set.items():
                self._set(name, *([] if value is None else [value] if isinstance(value, str) else value))
        elif isinstance(fault, ClockSkew):
            self._set("Date", formatdate(self._date() + fault.seconds, usegmt=True))
        elif isinstance(fault, RateHeaders) and _RESET in self.headers:
            self._tell_rate(fault.form)
        elif isinstance(fault, Deprecated):
            self._deprecate(fault)

    def _refuse(self, fault: Status) -> None:
        request_id = self.headers.get("X-Request-Id", "")
        told = ApiFault(fault.status, fault.code, fault.message).body(request_id)
        self.status = fault.status
        if not fault.request_id:
            del told["request_id"], self.headers["X-Request-Id"]
        if fault.body == "html":
            self._become_proxy_page()
        else:
            self._replace(json_bytes(told) if fault.body == "error" else b"", _JSON)
        if isinstance(fault.retry_after, int) and fault.retry_after_date:
            self._set("Retry-After", formatdate(self._date() + fault.retry_after, usegmt=True))
        elif fault.retry_after is not None:
            self._set("Retry-After", str(fault.retry_after))

    def _spoil_body(self, fault: SpoiledBody) -> None:
        if fault.body == "truncated":
            self._replace(self.body[: len(self.body) // 2])
        elif fault.body == "html":
            self._become_proxy_page()
        else:
            self._replace(_NOISE if fault.body == "noise" else b"")

    def _become_proxy_page(self) -> None:
        """A proxy knows nothing of our headers."""
        for name in (*_RATE_HEADERS, "X-Request-Id", "Imail-Now", "Imail-Version"):
            del self.headers[name]
        self._replace(_PROXY_PAGE.format(f"{self.status} {_phrase(self.status)}").encode(), "text/html")

    def _spoil_page(self, fault: RepeatedCursor | EmptyPage) -> None:
        if not self.headers.get("content-type", "").startswith(_JSON):
            return
        page = json.loads(self.body)
        if isinstance(page, dict) and "pagination" in page:
            cursor = dict(parse_qsl(self.query)).get("cursor")
            spoil = emptied if isinstance(fault, EmptyPage) else repeated
            self._replace(json_bytes(spoil(page, cursor)))

    def _tell_rate(self, form: Form) -> None:
        reset, remaining = self.headers[_RESET], self.headers[_REMAINING]
        due = self._date() + int(reset)
        wrong = {"garbage": "soon", "negative": "-5", "nan": "NaN"}
        if form == "missing":
            for name in _RATE_HEADERS:
                del self.headers[name]
        elif form == "duplicated":
            self._set(_RESET, reset, str(int(reset) + 30))
            self._set(_REMAINING, remaining, str(max(0, int(remaining) - 1)))
        elif form in wrong:
            self._set(_RESET, wrong[form])
            self._set(_REMAINING, wrong[form])
        else:
            forms = {"epoch": f"{due}", "epoch_ms": f"{due * 1000}", "float": f"{reset}.25"}
            self._set(_RESET, forms.get(form, formatdate(due, usegmt=True)))

    def _deprecate(self, fault: Deprecated) -> None:
        self._set("Deprecation", f"@{fault.since // 1000}")
        if fault.sunset is not None:
            self._set("Sunset", formatdate(fault.sunset / 1000, usegmt=True))
        if fault.link is not None:
            self._set("Link", f'<{fault.link}>; rel="deprecation"; type="text/html"')

    def _date(self) -> int:
        return int(parsedate_to_datetime(self.headers["Date"]).timestamp())

    def _replace(self, body: bytes, content_type: str | None = None) -> None:
        self.body = body
        self.headers["Content-Length"] = str(len(body))
        if content_type is not None:
            self.headers["Content-Type"] = content_type

    def _set(self, name: str, *values: str) -> None:
        del self.headers[name]
        for value in values:
            self.headers.append(name, value)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
