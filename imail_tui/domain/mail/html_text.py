"""HTML as text, by html2text: what is hidden is dropped, images are their alternative text, links numbered.

Nothing is fetched. The library's own parser is not used: its time is not bounded (see `html_tokens`).
"""

import re
from dataclasses import dataclass
from typing import Final

from html2text import HTML2Text

from imail_tui.domain.mail.hiding import Sight
from imail_tui.domain.mail.html_tokens import Token, tokens

SOURCE_LIMIT: Final = 400_000
"""Characters of markup that are read, style sheets and embedded images not counted."""

_TOKENS_LIMIT: Final = 25_000
"""Tags and texts that are read: about a second's work."""

_QUOTE_DEPTH: Final = 8
_LIST_DEPTH: Final = 8
_WORDS_LIMIT: Final = 200
_LINKS_LIMIT: Final = 500
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PLAIN: Final = frozenset({"del", "strike", "s", "kbd", "code", "tt", "abbr", "sup", "sub", "pre"})
"""Tags whose marks would stand in the text."""
_INVISIBLE: Final = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff"
_PADDING: Final = re.compile(f"[{_INVISIBLE}\u2007\u00a0 ]*[{_INVISIBLE}][{_INVISIBLE}\u2007\u00a0 ]*")
"""What newsletters put behind the line that a list of mails shows."""
_EMBEDDED: Final = re.compile(r"data:[a-zA-Z/+.-]{0,60};base64,[A-Za-z0-9+/=\s]++")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_BLANKS: Final = re.compile(r"[ \t\u00a0]+(?=\n)")


@dataclass(slots=True)
class Anchor:
    """A link as it stands in the markup: where it leads and the words it is under. `number`: its mark."""

    number: int
    target: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Converted:
    """The text of a mail's markup, raw. `hidden`: pieces of text that were not to be seen."""

    text: str
    anchors: tuple[Anchor, ...]
    images: int
    hidden: int
    cut: bool


def html_to_text(markup: str) -> Converted:
    """The text of markup in linear time; at most `SOURCE_LIMIT` characters are read."""
    source = _EMBEDDED.sub("data:", markup) if "base64," in markup else markup
    cut = len(source) > SOURCE_LIMIT
    writer = _Writer()
    for number, token in enumerate(tokens(source[:SOURCE_LIMIT])):
        if number == _TOKENS_LIMIT:
            cut = True
            break
        writer.take(token)
    text = _BLANKS.sub("", writer.finish())
    return Converted(
        _BLANK_LINES.sub("\n\n", text).strip("\n"), tuple(writer.anchors), writer.images, writer.hidden, cut
    )


@dataclass(slots=True)
class _Depths:
    quote: int = 0
    lists: int = 0


class _Writer(HTML2Text):
    """Feeds the library tag by tag, and keeps from it what must not be seen or would take too long."""

    def __init__(self) -> None:
        super().__init__(bodywidth=0)
        self.ignore_links = self.ignore_images = self.ignore_emphasis = self.ignore_tables = True
        self.unicode_snob = True
        self.ul_item_mark = "•"
        self.open_quote, self.close_quote = "“", "”"
        self.anchors: list[Anchor] = []
        self.images = 0
        self.hidden = 0
        self._sight = Sight()
        self._depths = _Depths()
        self._in_link: list[Anchor | None] = []

    def take(self, token: Token) -> None:
        """One token."""
        if not token.tag:
            self._take_text(token.data)
        elif token.start:
            self._sight.starts(token.tag, token.attributes)
            if token.tag == "style":
                self._sight.learn(token.data)
                self._sight.ends("style")
            elif not self._sight.hidden:
                self._take_start(token)
        else:
            hidden = self._sight.hidden
            self._sight.ends(token.tag)
            if not hidden:
                self._take_end(token.tag)

    def _take_text(self, data: str) -> None:
        if not data:
            return
        if self._sight.hidden:
            self.hidden += bool(data.strip()) and not self._sight.never_read
            return
        if not data.isascii():
            data = _PADDING.sub(_kept_padding, data)
        for anchor in self._in_link[-1:]:
            if anchor is not None and len(anchor.words) < _WORDS_LIMIT:
                anchor.words += data[:_WORDS_LIMIT]
        # Said to be an entity, it is not escaped for Markdown.
        self.handle_data(data, entity_char=True)

    def _take_start(self, token: Token) -> None:
        tag = token.tag
        if tag == "img":
            self._take_image(token)
        elif tag == "a":
            self._in_link.append(self._anchor(token.attributes.get("href", "")))
        elif tag == "br" and self.blockquote:
            self.o("\n" + ">" * self.blockquote + " ")
        elif tag == "blockquote":
            self._depths.quote += 1
            self.handle_tag(tag if self._depths.quote <= _QUOTE_DEPTH else "div", {}, start=True)
        elif tag in ("ul", "ol"):
            self._depths.lists += 1
            if self._depths.lists <= _LIST_DEPTH:
                self.handle_tag(tag, {}, start=True)
        elif tag in ("td", "th"):
            self._take_text(" ")
        elif tag not in _PLAIN:
            self.handle_tag("p" if tag in _HEADINGS else tag, {}, start=True)

    def _take_end(self, tag: str) -> None:
        if tag == "a":
            anchor = self._in_link.pop() if self._in_link else None
            if anchor is not None and " ".join(anchor.words.split()) != anchor.target:
                self.o(f" [{anchor.number}]")
        elif tag == "blockquote":
            if self._depths.quote:
                self._depths.quote -= 1
                self.handle_tag(tag if self._depths.quote < _QUOTE_DEPTH else "div", {}, start=False)
        elif tag in ("ul", "ol"):
            self._depths.lists = max(0, self._depths.lists - 1)
            if self._depths.lists < _LIST_DEPTH:
                self.handle_tag(tag, {}, start=False)
            if not self._depths.lists:
                self.p()
        elif tag not in _PLAIN and tag not in ("img", "br", "style", "script", "head"):
            self.handle_tag("p" if tag in _HEADINGS else tag, {}, start=False)

    def _take_image(self, token: Token) -> None:
        self.images += not token.attributes.get("src", "").startswith("data:")
        alternative = " ".join(token.attributes.get("alt", "").split())
        if alternative:
            self._take_text(f"[image: {alternative[:_WORDS_LIMIT]}]")

    def _anchor(self, target: str) -> Anchor | None:
        target = "".join(target.split())
        if not target or target.startswith("#"):
            return None
        known = next((each for each in self.anchors[-20:] if each.target == target), None)
        if known is not None:
            return known
        if len(self.anchors) >= _LINKS_LIMIT:
            return None
        anchor = Anchor(len(self.anchors) + 1, target)
        self.anchors.append(anchor)
        return anchor


def _kept_padding(match: re.Match[str]) -> str:
    return " " if len(match[0]) > 3 else match[0]
