"""What is exported comes back just as it was, and no cell is one that a spreadsheet would run."""

import csv
import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.leads.layout import layout_of
from imail_tui.domain.leads.records import Accepted, read_record
from imail_tui.domain.leads.sources import recognise
from imail_tui.model.lead_fields import LEAD_FIELDS
from imail_tui.services.imports.exporting import cells_of, titles_of

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12),
    st.sampled_from(
        (
            "=1+1",
            "+1",
            "+49 30 1",
            "-",
            "@x",
            "'",
            "''",
            "'=x",
            "1.5",
            "007",
            "true",
            "null",
            '"',
            '"a"',
            "[1]",
        )
    ),
    st.sampled_from((" a ", "\t", "\r\n", "a\nb", "{}", "-1e5", "- 1", "\u200b", "'\t", "NaN")),
)
CUSTOM = st.dictionaries(
    st.text("abcdefghij_-'=+,\"ä", min_size=1, max_size=10),
    st.one_of(
        TEXTS, st.integers(-(10**12), 10**12), st.floats(allow_nan=False, allow_infinity=False), st.booleans()
    ),
    max_size=4,
)
LEADS = st.fixed_dictionaries(
    {"id": st.just("led_1"), "email": st.sampled_from(("a@b.example", "+x@b.example", "=x@b.example"))},
    optional={name: TEXTS for name in LEAD_FIELDS if name != "email"} | {"custom": CUSTOM},
)


@given(leads=st.lists(LEADS, min_size=1, max_size=3))
def test_an_exported_lead_is_imported_as_it_was(leads: list[dict[str, Any]]) -> None:
    names = sorted({name for lead in leads for name in lead.get("custom", {})})
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(titles_of(names))
    writer.writerows(cells_of(lead, names) for lead in leads)
    titles, *rows = csv.reader(io.StringIO(out.getvalue(), newline=""))
    source = recognise(titles)
    assert source.name == "imail"
    layout = layout_of(source, titles)
    for lead, row in zip(leads, rows, strict=True):
        assert not [cell for cell in row if cell.startswith(("=", "@", "\t", "\r"))]
        outcome = read_record(row, layout)
        assert isinstance(outcome, Accepted)
        wanted = {name: value for name, value in lead.items() if name != "id" and value != {}}
        assert outcome.body == wanted
