"""Columns of the leads: those of the settings are those of the list."""

from imail_tui.model.config import LEAD_COLUMNS
from imail_tui.ui.screens.leads.rows import COLUMNS, all_columns, columns_text, read_columns


def test_the_settings_name_every_column_there_is() -> None:
    assert sorted(LEAD_COLUMNS) == sorted(column.key for column in all_columns(()))


def test_columns_are_in_the_order_they_were_named_in_and_unknown_ones_are_left_out() -> None:
    kept = columns_text(["custom.plan", "email", "shoe", "email"])
    assert [column.key for column in read_columns(kept)] == ["custom.plan", "email"]
    assert read_columns("nonsense") == read_columns(None) == COLUMNS
