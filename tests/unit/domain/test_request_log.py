import pytest

from imail_tui.domain.filters import parse_filter
from imail_tui.domain.request_log import listed_line, read_families
from imail_tui.model.record import Json


@pytest.mark.parametrize(
    ("kept", "code", "result"),
    [
        ({"status": 200, "fault": "", "attempt": 1}, "200", "ok"),
        ({"status": 204, "fault": "", "attempt": 3}, "204", "retry"),
        ({"status": 503, "fault": "", "attempt": 1}, "503", "error"),
        ({"status": 404, "fault": "", "attempt": 2}, "404", "error"),
        ({"status": None, "fault": "timed_out", "attempt": 1}, "timed_out", "error"),
        ({"status": 200, "fault": "cut", "attempt": 1}, "cut", "error"),
        ({"status": "?", "fault": 7, "attempt": []}, "?", "error"),
        ({}, "None", "error"),
    ],
)
def test_what_became_of_an_attempt(kept: Json, code: str, result: str) -> None:
    line = listed_line(4, kept)
    assert (line["id"], line["code"], line["result"]) == ("4", code, result)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("status:5xx", "status:5"),
        ("-status:2XX path:/leads", "-status:2 path:/leads"),
        ("status:503", "status:503"),
        ("status:9xx", "status:9xx"),
        ("path:5xx 5xx", "path:5xx 5xx"),
    ],
)
def test_a_family_of_statuses(typed: str, read: str) -> None:
    assert str(read_families(parse_filter(typed))) == read
