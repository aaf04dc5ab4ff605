"""Which parts of an HTML mail nobody was meant to see: `display:none`, letters without size, white on white.

Such text is dropped: it is written for filters and previews, or to make a reader copy what they did not read.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import Final

VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_NEVER_READ: Final = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "object", "svg", "math", "select", "iframe"}
)
_CLOSES_ITSELF: Final = {
    "p": frozenset({"p"}),
    "li": frozenset({"li", "p"}),
    "td": frozenset({"td", "th", "p"}),
    "th": frozenset({"td", "th", "p"}),
    "tr": frozenset({"td", "th", "tr", "p"}),
    "div": frozenset({"p"}),
    "table": frozenset({"p"}),
    "body": frozenset({"head", "title"}),
}
_DECLARATION: Final = re.compile(r"([a-z-]{1,30})\s*+:\s*+([^;]{1,200})")
_SELECTOR: Final = re.compile(r"\s*+[a-z]{0,10}([.#][\w-]{1,80})\s*+")
_NOTHING: Final = re.compile(r"0+(?:\.0*)?(?:px|pt|em|rem|%|cm|mm|in)?(?:\s*!important)?|0?\.0\d*\w*")
_TINY: Final = re.compile(r"(?:0|1)(?:\.\d+)?px(?:\s*!important)?")
_HEX: Final = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})\b")
_RGB: Final = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})")
_NAMED: Final = {
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
}
_WHITE: Final = (255, 255, 255)
_ALIKE: Final = 24
"""Colours that differ by less in sum are one to the eye."""
_SHEET_LIMIT: Final = 200_000
_RULES: Final = 3_000
_SELECTORS: Final = 100

Colour = tuple[int, int, int]


@dataclass(slots=True)
class _Open:
    tag: str
    hidden: bool
    ink: Colour | None
    """None: never said, so that it fits whatever is behind it."""
    paper: Colour
    _: KW_ONLY
    unseen: bool = False
    """By its colour; what stands inside may have another."""


@dataclass(slots=True)
class Sight:
    """Follows the tags of a mail and knows whether text here would be seen."""

    _stack: list[_Open] = field(default_factory=list)
    _open: Counter[str] = field(default_factory=Counter)
    _hidden_names: set[str] = field(default_factory=set)

    @property
    def hidden(self) -> bool:
        """Whether text at this place is not to be seen."""
        return bool(self._stack) and (self._stack[-1].hidden or self._stack[-1].unseen)

    @property
    def never_read(self) -> bool:
        """Whether it is no text at all here, such as a title or a script."""
        return any(self._open[tag] for tag in _NEVER_READ)

    def learn(self, sheet: str) -> None:
        """Take in a style sheet: names of classes and ids that hide."""
        sheet = re.sub(r"/\*.*?(?:\*/|\Z)", "", sheet[:_SHEET_LIMIT].lower(), flags=re.DOTALL)
        # Rules for small screens and printers say nothing about this one.
        sheet = re.sub(r"@[^{}]{0,300}\{(?:[^{}]*+\{[^{}]*+\})*+[^{}]*+\}", "", sheet)
        for rule in sheet.split("}")[:_RULES]:
            selectors, _, declarations = rule.rpartition("{")
            if _hides(_styles(declarations)):
                names = (_SELECTOR.fullmatch(part) for part in selectors.split(",")[:_SELECTORS])
                self._hidden_names.update(name[1] for name in names if name)

    def starts(self, tag: str, attributes: Mapping[str, str]) -> None:
        """A tag begins."""
        while self._stack and self._stack[-1].tag in _CLOSES_ITSELF.get(tag, ()):
            self._pop()
        if tag in VOID:
            return
        above = self._stack[-1] if self._stack else _Open("", False, None, _WHITE)
        style = _styles(attributes.get("style", "").lower())
        ink = _colour(style.get("color", attributes.get("color", ""))) or above.ink
        background = style.get("background-color") or style.get("background") or attributes.get("bgcolor", "")
        # A picture behind the text may be of any colour.
        pictured = "url(" in background or "gradient" in background or bool(attributes.get("background"))
        paper = (128, 128, 128) if pictured else _colour(background) or above.paper
        hidden = (
            above.hidden
            or tag in _NEVER_READ
            or "hidden" in attributes
            or _hides(style)
            or self._is_hidden_by_name(attributes)
        )
        unseen = ink is not None and _alike(ink, paper)
        self._stack.append(_Open(tag, hidden, ink, paper, unseen=unseen))
        self._open[tag] += 1

    def ends(self, tag: str) -> None:
        """A tag ends; one that was never open does not count."""
        if not self._open[tag]:
            return
        while self._stack:
            if self._pop() == tag:
                return

    def _pop(self) -> str:
        tag = self._stack.pop().tag
        self._open[tag] -= 1
        return tag

    def _is_hidden_by_name(self, attributes: Mapping[str, str]) -> bool:
        if not self._hidden_names:
            return False
        names = {f".{name}" for name in attributes.get("class", "").lower().split()[:20]}
        names.add(f"#{attributes.get('id', '').lower()}")
        return not names.isdisjoint(self._hidden_names)


def _styles(text: str) -> dict[str, str]:
    return {match[1]: match[2].strip() for match in _DECLARATION.finditer(text[:4_000])}


def _hides(style: Mapping[str, str]) -> bool:
    if style.get("display", "").startswith("none") or style.get("visibility", "").startswith("hidden"):
        return True
    if style.get("mso-hide", "").startswith("all") or _NOTHING.fullmatch(style.get("opacity", "1")):
        return True
    size = style.get("font-size", "")
    if size and (_NOTHING.fullmatch(size) or _TINY.fullmatch(size)):
        return True
    none = [
        name
        for name in ("max-height", "max-width", "height", "width")
        if _NOTHING.fullmatch(style.get(name, "-"))
    ]
    return bool(none) and "hidden" in style.get("overflow", "")


def _colour(text: str) -> Colour | None:
    text = text.strip().lower()
    found = _HEX.search(text)
    if found:
        digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    rgb = _RGB.search(text)
    if rgb:
        return int(rgb[1]), int(rgb[2]), int(rgb[3])
    return _NAMED.get(text.split()[0]) if text else None


def _alike(ink: Colour, paper: Colour) -> bool:
    return sum(abs(one - other) for one, other in zip(ink, paper, strict=True)) < _ALIKE
