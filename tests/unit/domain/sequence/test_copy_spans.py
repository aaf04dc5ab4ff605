"""Where in a copy something stands that is not sent as it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.sequence.copy_spans import copy_spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi {{first_name}}.", [("{{first_name}}", "variable")]),
        ("{{a|{{b|x}}}}", [("{{a|{{b|x}}}}", "variable"), ("{{b|x}}", "variable")]),
        ("{{spin|Hi|Hello {{x}}}}", [("{{spin|Hi|Hello {{x}}}}", "spin"), ("{{x}}", "variable")]),
        ("{{ spin |a|b}}", [("{{ spin |a|b}}", "spin")]),
        (r"\{{not\}} \| one", []),
        ("open {{ only", []),
        ("close }} only", []),
        ("see https://a.example/x?y=1 now", [("https://a.example/x?y=1", "link")]),
        ("https://a.example/{{id}}", [("https://a.example/", "link"), ("{{id}}", "variable")]),
        ("", []),
    ],
)
def test_spans(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(text[start:end], kind) for start, end, kind in copy_spans(text)] == expected


@given(st.text(alphabet="{}|\\ spinxhttp:/.\n", max_size=80))
def test_spans_of_anything_lie_in_the_text_and_inside_each_other_or_apart(text: str) -> None:
    spans = [(start, end) for start, end, kind in copy_spans(text) if kind != "link"]
    for start, end in spans:
        assert text[start : start + 2] == "{{"
        assert text[end - 2 : end] == "}}"
    for number, (start, end) in enumerate(spans):
        for other_start, other_end in spans[number + 1 :]:
            assert other_start >= end or (start < other_start and other_end < end)
