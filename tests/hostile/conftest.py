"""A server whose key can be rotated, and a home with planted keys on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from imail_tui.ui.widgets.line_filter import ForeignTextFilter
from tests.fakes.rotating_sandbox import RotatingSandbox, rotating_sandbox

from .planted import KEY, PlantedHome


@pytest.fixture(scope="module")
def world() -> Iterator[RotatingSandbox]:
    with rotating_sandbox() as running:
        yield running


@pytest.fixture
def server(world: RotatingSandbox) -> RotatingSandbox:
    world.rotate(KEY)
    return world


@pytest.fixture
def home(server: RotatingSandbox, tmp_path: Path) -> PlantedHome:
    return PlantedHome(tmp_path, server.url)


@pytest.fixture
def no_backstop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the last filter before the terminal away: the screens must be safe without it."""
    monkeypatch.setattr(ForeignTextFilter, "apply", lambda _self, segments, _background: segments)
