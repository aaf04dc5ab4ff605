"""Whole columns come to the same as one record after the other, for any cells at all."""

import json
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.leads.columns import read_batch, read_even
from imail_tui.domain.leads.even_lines import MASK, EvenLines
from imail_tui.domain.leads.layout import Layout
from imail_tui.domain.leads.records import Accepted, Invalid, read_record

ADDRESSES = st.sampled_from(
    (
        *(
            "a@b.example",
            "Ann.Lee@B.example",
            "o'neil@x.example",
            "info@x.example",
            "me@gmail.com",
            "a@b",
            "x",
        ),
        *("", " ", "mailto:a@b.example", "Ann <a@b.example>", "a@b.example;c@d.example", "a@b.example."),
        *("\u200ba@b.example", "müller@bücher.example", "a@bücher.example", "'a@b.example", "a b@c.example"),
        *(
            "a@b.example\x1f",
            "a@b.example\x00",
            '"a b"@c.example',
            "a@1.2",
            "k@x.example",
            "\u212a@x.example",
        ),
    )
)
CELLS = st.one_of(
    ADDRESSES,
    st.sampled_from(
        (
            "'+49 30 1",
            " Ann ",
            "'=1+1",
            '"',
            '""',
            "\\",
            "\\u001f",
            "\x1f",
            "\x00",
            "\xa0Ann\xa0",
            "'",
            "' +1",
        )
    ),
    st.sampled_from(
        ("\u200bAnn", "a\nb", "\r", "\t'5", "'\t5", "Ünï", "\u2028", "👩\u200d💻", "'-", "{}", '","')
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)
LAYOUTS = st.sampled_from(
    (
        {"email": (0,)},
        {"email": (0,), "first_name": (1,), "custom.plan": (2,)},
        {"first_name": (1,), "email": (0,), "phone": (2, 3), "custom.a b": (1,), 'custom."': (3,)},
        {"email": (0, 1), "company": (2,)},
        {"full_name": (1,), "email": (0,)},
    )
)


@given(
    st.lists(st.tuples(ADDRESSES, CELLS, CELLS, CELLS), max_size=12),
    LAYOUTS,
    st.booleans(),
    st.booleans(),
    st.lists(st.lists(CELLS, max_size=6), max_size=2),
)
def test_columns_are_records(
    even: list[tuple[str, ...]],
    columns: dict[str, tuple[int, ...]],
    exact: bool,
    every: bool,
    odd: list[list[str]],
) -> None:
    layout = Layout(("a", "b", "c", "d"), columns, exact, every)
    cut = [cell.replace("\n", "") if cell != "\n" else cell for cells in even for cell in (*cells, "\n")]
    lines = EvenLines([cell.replace("x", MASK) for cell in cut], 4, len(even), "x")
    batches = [
        (list(map(list, even)), read_batch(even, layout, orjson.dumps)),
        ([*map(list, even), *odd], read_batch([*even, *odd], layout, orjson.dumps)),
        ([lines.record(n) for n in range(lines.count)], read_even(lines, layout, orjson.dumps)),
    ]
    for records, batch in batches:
        singly = [read_record(cells, layout) for cells in records]
        accepted = [(n, each) for n, each in enumerate(singly) if isinstance(each, Accepted)]
        leads = [(n, lead) for n, each in accepted for lead in (each, *each.further)]
        assert [json.loads(body) for body in batch.bodies] == [each.body for _, each in leads]
        assert batch.keys == [each.key for _, each in leads]
        assert [*batch.numbers] == [n for n, _ in leads]
        assert len(batch.further) == len(leads) - len(accepted)
        assert batch.several == sum(each.others > 0 for _, each in accepted)
        assert batch.invalid == [(n, each) for n, each in enumerate(singly) if isinstance(each, Invalid)]
        assert len(records) == len(accepted) + batch.blank + len(batch.invalid)
        assert batch.roles == sum(each.is_role for _, each in leads)
        assert batch.free_mail == sum(each.is_free_mail for _, each in leads)


def test_blank_members_are_left_out_and_custom_ones_nested() -> None:
    layout = Layout(
        ("e", "n", "p", "q"), {"email": (0,), "first_name": (1,), "custom.p": (2,), "custom.q": (3,)}
    )
    records = [["a@b.example", "Ann", "", ""], ["c@d.example", "", "x", ""], ["e@f.example", " ", "x", "y"]]
    bodies: list[Any] = [json.loads(body) for body in read_batch(records, layout, orjson.dumps).bodies]
    assert bodies == [
        {"email": "a@b.example", "first_name": "Ann"},
        {"email": "c@d.example", "custom": {"p": "x"}},
        {"email": "e@f.example", "custom": {"p": "x", "q": "y"}},
    ]
