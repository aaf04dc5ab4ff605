"""Four themes: two of our own colours, two on the terminal's palette.

Widgets name roles, never colours: `$text` and `$text-muted` to read, `$text-success`, `$text-warning` and
`$text-error` for good, watch and stop, `$text-accent` for what just changed, `$text-primary` for headings and
lines. Every text role has a contrast of at least 4.5 (WCAG 2.2, AA) on every background below.
"""

from collections.abc import Mapping
from typing import Final

from textual.theme import BUILTIN_THEMES, Theme

DARK: Final = "imail-dark"
LIGHT: Final = "imail-light"
TERMINAL_DARK: Final = "terminal-dark"
TERMINAL_LIGHT: Final = "terminal-light"

TEXT_ROLES: Final = (
    "text",
    "text-muted",
    "text-primary",
    "text-secondary",
    "text-success",
    "text-warning",
    "text-error",
    "text-accent",
)
BACKGROUNDS: Final = ("background", "surface", "panel")

TITLES: Final[Mapping[str, str]] = {
    DARK: "Dark",
    LIGHT: "Light",
    TERMINAL_DARK: "Terminal's palette, dark",
    TERMINAL_LIGHT: "Terminal's palette, light",
}


def _rgb(name: str, dark: bool, colors: Mapping[str, str]) -> Theme:
    """A theme whose text colours are the very ones given, on three near backgrounds."""
    named = {role: colors[role.removeprefix("text-")] for role in TEXT_ROLES}
    return Theme(
        name=name,
        dark=dark,
        primary=colors["primary"],
        secondary=colors["secondary"],
        success=colors["success"],
        warning=colors["warning"],
        error=colors["error"],
        accent=colors["accent"],
        foreground=colors["text"],
        background=colors["background"],
        surface=colors["surface"],
        panel=colors["panel"],
        variables={
            **named,
            "text-disabled": colors["muted"],
            "foreground-muted": colors["muted"],
            "border": colors["primary"],
            "border-blurred": colors["muted"],
            "input-cursor-background": colors["text"],
            "input-cursor-foreground": colors["background"],
            "input-cursor-text-style": "none",
            "input-selection-background": colors["panel"],
        },
    )


_DARK: Final = {
    "background": "#14171c",
    "surface": "#1a1e25",
    "panel": "#232932",
    "text": "#d8dde6",
    "muted": "#99a3b3",
    "primary": "#82b4f0",
    "secondary": "#8cc8c8",
    "success": "#8fc78a",
    "warning": "#e3ba6a",
    "error": "#f08a86",
    "accent": "#d3a5e8",
}
_LIGHT: Final = {
    "background": "#fbfaf7",
    "surface": "#f4f2ed",
    "panel": "#eae7df",
    "text": "#23272e",
    "muted": "#5a6270",
    "primary": "#1f5fae",
    "secondary": "#16696b",
    "success": "#2b6a2b",
    "warning": "#805200",
    "error": "#ae2a2a",
    "accent": "#7a3d99",
}


def _terminal(name: str, base: str) -> Theme:
    """One of Textual's ANSI themes: no colour but the sixteen of the terminal."""
    theme = BUILTIN_THEMES[base]
    return Theme(
        name=name,
        ansi=True,
        dark=theme.dark,
        primary=theme.primary,
        secondary=theme.secondary,
        # Both on the dark side of the palette: bright red, Textual's choice for light, reads as an error.
        warning="ansi_yellow" if theme.dark else "ansi_magenta",
        error="ansi_red",
        success="ansi_green",
        accent="ansi_magenta" if theme.dark else "ansi_blue",
        foreground=theme.foreground,
        background=theme.background,
        surface=theme.surface,
        panel=theme.panel,
        boost=theme.boost,
        variables=dict(theme.variables),
    )


THEMES: Final = (
    _rgb(DARK, True, _DARK),
    _rgb(LIGHT, False, _LIGHT),
    _terminal(TERMINAL_DARK, "ansi-dark"),
    _terminal(TERMINAL_LIGHT, "ansi-light"),
)


def theme_to_use(wanted: str | None, *, low_bandwidth: bool, no_color: bool) -> str:
    """The name of the theme to start with.

    Without colour only a palette theme is right: the others would come out in greys. On a slow line the
    palette costs half the bytes, unless the person chose otherwise.
    """
    known = wanted if wanted in TITLES else None
    if no_color:
        return TERMINAL_LIGHT if known in (LIGHT, TERMINAL_LIGHT) else TERMINAL_DARK
    if known is not None:
        return known
    return TERMINAL_DARK if low_bandwidth else DARK
