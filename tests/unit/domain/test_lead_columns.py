"""Columns of other people's files, told by their titles."""

import pytest

from imail_tui.domain.lead_columns import map_columns


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("Email", "email"),
        ("Email Address", "email"),
        ("E-Mail", "email"),
        ("first_name", "first_name"),
        ("First Name", "first_name"),
        ("firstName", "first_name"),
        ("Surname", "last_name"),
        ("Company Name", "company"),
        ("Job title", "title"),
        ("Person Linkedin Url", "linkedin_url"),
        ("Phone Number", "phone"),
        ("Country/Region", "country"),
        ("Secondary Email", None),
        ("Email Status", None),
        ("# Employees", None),
        ("", None),
    ],
)
def test_a_title_names_a_field_or_nothing(title: str, field: str | None) -> None:
    [column] = map_columns([title])
    assert (column.header, column.field) == (title, field)


def test_of_two_columns_for_one_field_the_first_counts() -> None:
    assert [column.field for column in map_columns(["Email", "Company", "Work Email", "Company Name"])] == [
        "email",
        "company",
        None,
        None,
    ]
