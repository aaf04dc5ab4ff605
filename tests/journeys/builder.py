"""Writing in the builder with keys."""

from textual.events import Paste
from textual.pilot import Pilot

from imail_tui.ui.screens.builder.graph import GraphView

from .workspace import filter_by, until, until_gone, until_shown


async def build_on(pilot: Pilot[None], words: str) -> None:
    """Open the builder on a campaign that is found by words."""
    await until_shown(pilot, "data now")
    await pilot.press("2", "r")
    await until_shown(pilot, "Campaigns  ")
    await filter_by(pilot, words)
    await until_shown(pilot, "1 matching")
    await pilot.press("e")
    await until_shown(pilot, " Builder  ")
    await until(pilot, lambda: isinstance(pilot.app.focused, GraphView), "graph with the keys")


async def type_in(pilot: Pilot[None], text: str) -> None:
    """The first letters of a text as keys; the rest comes from the clipboard, as a terminal gives it."""
    await pilot.press(*(name_of(letter) for letter in text[:3]))
    if text[3:]:
        pilot.app.post_message(Paste(text[3:]))
    await pilot.pause()


def name_of(letter: str) -> str:
    """The key of a letter."""
    return {" ": "space", "-": "minus", "{": "left_curly_bracket"}.get(letter, letter)


async def on_graph(pilot: Pilot[None]) -> GraphView:
    """Back on the graph."""
    await pilot.press("escape")
    await until(pilot, lambda: isinstance(pilot.app.focused, GraphView), "graph with the keys")
    graph = pilot.app.focused
    assert isinstance(graph, GraphView)
    return graph


async def add(pilot: Pilot[None], key: str, name: str) -> None:
    """A step after the cursor with a name of its own; the keys stay in its form's first field."""
    await pilot.press(key)
    await until(pilot, lambda: not isinstance(pilot.app.focused, GraphView), "form with the keys")
    await on_graph(pilot)
    await pilot.press("n")
    await until_shown(pilot, "Call ")
    await pilot.press("ctrl+u")
    await type_in(pilot, name)
    await pilot.press("enter")
    await until(pilot, lambda: place_of(pilot) == (name, None), f"cursor on {name}")


def place_of(pilot: Pilot[None]) -> object:
    """Where the cursor of the graph is."""
    return pilot.app.screen.query_one(GraphView).place if pilot.app.screen.query(GraphView) else None


async def write(pilot: Pilot[None], *texts: str) -> None:
    """Fill the fields of the step under the cursor in their order, and go back to the graph."""
    await pilot.press("enter")
    await until(pilot, lambda: not isinstance(pilot.app.focused, GraphView), "form with the keys")
    for number, text in enumerate(texts):
        if number:
            await pilot.press("tab")
        await pilot.press("ctrl+u")
        await type_in(pilot, text)
    await on_graph(pilot)


async def go_to(pilot: Pilot[None], name: str, branch: int | None = None) -> None:
    """The cursor on a step, or on one of its branches."""
    await pilot.press("slash")
    await until_shown(pilot, "Go to which step?")
    await type_in(pilot, name)
    await pilot.press("enter")
    await until(pilot, lambda: place_of(pilot) == (name, None), f"cursor on {name}")
    if branch is not None:
        await pilot.press(*["down"] * (branch + 1))
        await until(pilot, lambda: place_of(pilot) == (name, branch), f"cursor on branch {branch} of {name}")


async def lead(pilot: Pilot[None], name: str, target: str) -> None:
    """What follows a step is another one."""
    await go_to(pilot, name)
    await pilot.press("t")
    await until_shown(pilot, f"After {name} comes")
    await type_in(pilot, target)
    await pilot.press("enter")
    await until_gone(pilot, f"After {name} comes")
