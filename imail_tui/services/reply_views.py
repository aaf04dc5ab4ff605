"""The views of the replies: those everybody has, and those a person made."""

import json
import secrets
from typing import Final

from imail_tui.domain.listing import Sort
from imail_tui.domain.replies.views import NEWEST, VIEWS, View, is_sort
from imail_tui.services.signals import Signal
from imail_tui.store.ui_state import UiState

_NAME: Final = "replies.views"
MOST: Final = 30
"""Views a person can make."""


class ReplyViews:
    """Kept with the state of the interface, for one profile."""

    def __init__(self, ui_state: UiState) -> None:
        self._ui_state = ui_state
        self.changed: Signal[None] = Signal()

    def all(self) -> tuple[View, ...]:
        """Every view, a person's own last."""
        return (*VIEWS, *self._own())

    def get(self, view_id: str) -> View | None:
        """One view."""
        return next((view for view in self.all() if view.id == view_id), None)

    def save(self, title: str, text: str, sort: Sort = NEWEST) -> View:
        """Keep a filter line as a view; one of the same title is replaced."""
        own = self._own()
        before = next((view for view in own if view.title == title), None)
        view = View(before.id if before else f"own-{secrets.token_hex(4)}", title, text, sort, own=True)
        self._keep([*(each for each in own if each.id != view.id), view][-MOST:])
        return view

    def remove(self, view_id: str) -> None:
        """Forget a view a person made."""
        self._keep([view for view in self._own() if view.id != view_id])

    def _own(self) -> list[View]:
        try:
            kept = json.loads(self._ui_state.recall(_NAME) or "[]")
        except ValueError:
            kept = []
        found = (_view(each) for each in kept) if isinstance(kept, list) else ()
        return [view for view in found if view is not None]

    def _keep(self, views: list[View]) -> None:
        told = [
            {
                "id": view.id,
                "title": view.title,
                "text": view.text,
                "sort": view.sort.field,
                "descending": view.sort.descending,
            }
            for view in views
        ]
        self._ui_state.remember(_NAME, json.dumps(told))
        self.changed.emit(None)


def _view(kept: object) -> View | None:
    match kept:
        case {"id": str(view_id), "title": str(title), "text": str(text), **rest}:
            sort = Sort(str(rest.get("sort")), rest.get("descending") is True)
            return View(view_id, title, text, sort if is_sort(sort) else NEWEST, own=True)
    return None
