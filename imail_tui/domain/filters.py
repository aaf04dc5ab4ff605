"""The filter line above a list: `status:paused google "two words" -label:auto`.

Words and terms are separated by blanks and must all hold. Double quotes keep blanks together, a leading
`-` turns a word or term round. What fields a list knows is not decided here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<minus>-?)(?:(?P<field>[A-Za-z][A-Za-z0-9_]*):)?(?:"(?P<quoted>[^"]*)(?:"|$)|(?P<bare>[^\s"]*))"""
)


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. `field` is lower case, "" = anywhere in the row's text; `value` is never empty."""

    field: str
    value: str
    negated: bool = False

    def __str__(self) -> str:
        value = f'"{self.value}"' if _needs_quotes(self) else self.value
        return f"{'-' if self.negated else ''}{f'{self.field}:' if self.field else ''}{value}"


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions that all hold for a row that is shown. No condition: every row."""

    terms: tuple[Term, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The plain words that must occur: what a server can search for too."""
        return tuple(term.value for term in self.terms if not term.field and not term.negated)

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))


EVERYTHING = Filter()
"""The filter that lets every row through."""


def parse_filter(text: str) -> Filter:
    """Read a filter line. Never fails: it is read after every key press, so half a term is no term yet."""
    return Filter(tuple(_terms(_TOKEN.finditer(text))))


def _terms(tokens: Iterable[re.Match[str]]) -> Iterator[Term]:
    for token in tokens:
        quoted: str | None = token["quoted"]
        value: str = token["bare"] if quoted is None else quoted
        if value.strip():
            yield Term((token["field"] or "").lower(), value, negated=bool(token["minus"]))


def _needs_quotes(term: Term) -> bool:
    if re.search(r"\s", term.value):
        return True
    return not term.field and (
        term.value.startswith("-") or re.match(r"[A-Za-z][A-Za-z0-9_]*:", term.value) is not None
    )
