"""Pages of detail: labelled facts, headings and states, put together without markup."""

from collections.abc import Iterable
from typing import Final

from textual.content import Content

from imail_tui.domain.marks import Mark, Tone
from imail_tui.ui.widgets.safe_static import styled

LABEL_CELLS: Final = 13

TONE_STYLES: Final[dict[Tone, str]] = {
    "": "",
    "good": "$text-success",
    "watch": "$text-warning",
    "stop": "$text-error",
    "muted": "$text-muted",
    "strong": "bold",
}
"""Style of each tone outside of tables."""

BLANK: Final = Content()


def heading(text: str, note: str = "") -> Content:
    """A bold line, with a quiet remark behind it."""
    return styled((text, "bold"), (f"  {note}" if note else "", "$text-muted"))


def fact(name: str, *values: str | Content, cells: int = LABEL_CELLS) -> Content:
    """A labelled line. Values may be foreign text; `cells`: room for the label."""
    parts = [value if isinstance(value, Content) else styled(value) for value in values]
    return Content.assemble(styled((f"{name:<{cells}}", "$text-muted")), *parts)


def state(mark: Mark) -> Content:
    """A state's glyph and word in its tone."""
    return styled((str(mark), TONE_STYLES[mark.tone]))


def page(lines: Iterable[Content]) -> Content:
    """Lines one below the other."""
    return Content("\n").join(lines)
