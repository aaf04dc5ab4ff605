"""Listings over pages of every shape."""

from collections.abc import Mapping

import pytest

from imail_tui.api.errors import CursorLoop
from imail_tui.api.pages import Page, Pages
from imail_tui.api.reading import page
from imail_tui.model.leads import Lead
from imail_tui.model.record import Json
from tests.fakes.sending import answer


def leads(pages: Mapping[str | None, Json]) -> tuple[Pages[Lead], list[str | None]]:
    asked: list[str | None] = []

    async def fetch(cursor: str | None) -> Page[Lead]:
        asked.append(cursor)
        return page(Lead)(answer(200, pages[cursor]))

    return Pages(fetch), asked


def a_page(*ids: str, then: str | None = None, more: bool = False) -> Json:
    rows: Json = {"data": [{"id": one, "odd": 1} for one in ids]}
    return {**rows, "pagination": {"next_cursor": then, "has_more": more, "total": 3}}


async def test_records_of_all_pages_empty_ones_included() -> None:
    listing, asked = leads(
        {None: a_page("a", then="1", more=True), "1": a_page(then="2", more=True), "2": a_page("b", then="x")}
    )
    assert [lead.id async for lead in listing] == ["a", "b"]
    assert asked == [None, "1", "2"]


async def test_pages_keep_the_rows_as_they_came() -> None:
    listing, _ = leads({None: a_page("a", then="1", more=True), "1": a_page("b")})
    pages = [one async for one in listing.pages()]
    assert [one.raw for one in pages] == [[{"id": "a", "odd": 1}], [{"id": "b", "odd": 1}]]
    assert [(one.total, one.has_more, one.next_cursor) for one in pages] == [(3, True, "1"), (3, False, None)]


async def test_one_page_on_demand() -> None:
    listing, asked = leads({None: a_page("a", then="1", more=True), "1": a_page("b")})
    assert (await listing.page()).next_cursor == "1"
    assert [lead.id for lead in (await listing.page("1")).items] == ["b"]
    assert asked == [None, "1"]


@pytest.mark.parametrize(
    "pagination", [None, {}, [], {"has_more": True}, {"has_more": "yes", "next_cursor": 5}]
)
async def test_odd_pagination_ends_the_list(pagination: Json | None) -> None:
    listing, _ = leads({None: {"data": [{"id": "a"}], "pagination": pagination}})
    assert [lead.id async for lead in listing] == ["a"]


async def test_a_repeated_cursor_is_an_error_after_what_was_read() -> None:
    listing, asked = leads({None: a_page("a", then="1", more=True), "1": a_page("b", then="1", more=True)})
    pages = listing.pages()
    read = [(await anext(pages)).items[0].id, (await anext(pages)).items[0].id]
    with pytest.raises(CursorLoop) as caught:
        await anext(pages)
    assert read == ["a", "b"]
    assert asked == [None, "1"]
    assert caught.value.problem.remedy
