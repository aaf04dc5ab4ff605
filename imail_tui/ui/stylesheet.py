"""Textual's style sheet, with every source parsed once for each theme."""

from typing import Final

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation

_Parsed = dict[tuple[str, CSSLocation, bool, int, str], list[RuleSet]]

_PARSED: Final[dict[tuple[tuple[str, str], ...], _Parsed]] = {}
"""By the variables of a theme: rules name its colours. Rules do not change once they are made."""


class ThemedStylesheet(Stylesheet):
    """Rules stay parsed when a screen brings more of them and when a theme comes back.

    Textual forgets all rules whenever an area is opened for the first time or the theme is set, and parses
    every widget's anew: three times before the first picture.
    """

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._parsed = _parsed(variables)

    def set_variables(self, variables: dict[str, str]) -> None:
        super().set_variables(variables)
        self._parsed = _parsed(variables)

    def reparse(self) -> None:
        self.parse()

    def _parse_rules(
        self,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        key = (css, read_from, is_default_rules, tie_breaker, scope)
        rules = self._parsed.get(key)
        if rules is None:
            rules = super()._parse_rules(css, read_from, is_default_rules, tie_breaker, scope)
            self._parsed[key] = rules
        return rules


def _parsed(variables: dict[str, str]) -> _Parsed:
    return _PARSED.setdefault(tuple(variables.items()), {})
