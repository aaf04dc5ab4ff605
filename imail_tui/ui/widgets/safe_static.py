"""Text that is only ever text: nothing in it is markup, an escape or an action."""

from textual.content import Content
from textual.widget import Widget

from imail_tui.domain.text import multi_line


def styled(*pieces: str | tuple[str, str]) -> Content:
    """Pieces put together, plain or with a style of ours such as "bold $text-error"; text may be foreign."""
    return Content.assemble(
        *(
            multi_line(piece) if isinstance(piece, str) else (multi_line(piece[0]), piece[1])
            for piece in pieces
        )
    )


class SafeStatic(Widget):
    """Shows foreign text, or `Content` made by `styled`. Equal text is not painted again."""

    DEFAULT_CSS = """
    SafeStatic { height: auto; }
    """

    def __init__(
        self, text: str | Content = "", *, id: str | None = None, classes: str | None = None
    ) -> None:
        super().__init__(id=id, classes=classes, markup=False)
        self._content = safe_content(text)

    @property
    def text(self) -> str:
        """What is shown, without styles."""
        return self._content.plain

    def update(self, text: str | Content) -> None:
        """Show another text; the widget is laid out again only if its size depends on the text."""
        content = safe_content(text)
        if content.is_same(self._content):
            return
        self._content = content
        self.refresh(layout=self.styles.auto_dimensions)

    def render(self) -> Content:
        """The text, never parsed."""
        return self._content


def safe_content(text: str | Content) -> Content:
    """Content whose text is not safe loses its styles: they count characters that are replaced."""
    if isinstance(text, Content) and multi_line(text.plain) == text.plain:
        return text
    return Content(multi_line(text.plain if isinstance(text, Content) else text))
