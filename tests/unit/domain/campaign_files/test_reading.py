"""Campaign files: values with their positions; what a campaign does not need is refused where it stands."""

import pytest

from imail_tui.domain.campaign_files.reading import MAX_BYTES, Position, Unreadable, read_campaign

FILE = b"""# kept
name: Guide
daily_limit: 50
send_window: {start: 09:00, end: "17:00", start_date: 2026-05-10}
track_opens: no
steps:
  - id: hello
    type: email
    body: |
      Hi
      there
    next:
"""


def test_values_are_json_and_know_where_they_stand() -> None:
    read = read_campaign(FILE)
    assert read.campaign == {
        "name": "Guide",
        "daily_limit": 50,
        "send_window": {"start": "09:00", "end": "17:00", "start_date": "2026-05-10"},
        "track_opens": "no",
        "steps": [{"id": "hello", "type": "email", "body": "Hi\nthere\n", "next": None}],
    }
    assert read.position("steps[0].type") == Position(8, 11)
    assert read.position("steps[0].subject") == Position(7, 5)
    assert read.position("nowhere.at[3].all") == Position(2, 1)


@pytest.mark.parametrize(
    ("data", "words", "line", "column"),
    [
        pytest.param(b"name: a\nname: b\n", "twice", 2, 1, id="repeated key"),
        pytest.param(b"name: &x a\n", "anchor", 1, 7, id="anchor"),
        pytest.param(b"a: 1\nname: *x\n", "alias", 2, 7, id="alias"),
        pytest.param(b"name: !!python/name:os.system x\n", "tag", 1, 7, id="tag"),
        pytest.param(b"<<: {a: 1}\n", "merges", 1, 1, id="merge"),
        pytest.param(b"name: a\n---\nname: b\n", "document", 2, 1, id="two documents"),
        pytest.param(b"? [a]\n: 1\n", "not a word", 1, 3, id="list as key"),
        pytest.param(b"a: " + b"[" * 60 + b"]" * 60, "deeper", 1, 43, id="deep"),
        pytest.param(b"- a\n", "fields", 1, 1, id="no mapping"),
        pytest.param(b"", "fields", 1, 1, id="empty"),
        pytest.param(b"a: 1\nb: \xff\n", "UTF-8", 2, 4, id="not UTF-8"),
        pytest.param(b"a: 'x\n", "end of stream", 2, 1, id="not YAML"),
        pytest.param(b"a" * (MAX_BYTES + 1), "at most", 1, 1, id="too large"),
        pytest.param(b"a: [" + b"1," * 60_000 + b"]", "more than", 1, 100_001, id="too many values"),
    ],
)
def test_a_hostile_file_is_refused_with_line_and_column(
    data: bytes, words: str, line: int, column: int
) -> None:
    with pytest.raises(Unreadable, match=words) as refused:
        read_campaign(data)
    assert refused.value.position == Position(line, column)
