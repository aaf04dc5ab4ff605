import pytest
from textual.color import Color
from textual.theme import Theme

from imail_tui.ui import themes

RGB = [theme for theme in themes.THEMES if not theme.ansi]
WCAG_AA = 4.5


@pytest.mark.parametrize("theme", RGB, ids=lambda theme: theme.name)
@pytest.mark.parametrize("role", themes.TEXT_ROLES)
@pytest.mark.parametrize("ground", themes.BACKGROUNDS)
def test_text_can_be_read_on_every_background(theme: Theme, role: str, ground: str) -> None:
    colors = theme.to_color_system().generate()
    assert contrast(colors[role], colors[ground]) >= WCAG_AA


def contrast(front: str, back: str) -> float:
    """WCAG 2.2 contrast ratio of two opaque colours, 1 to 21."""
    lighter, darker = sorted((luminance(front), luminance(back)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(text: str) -> float:
    color = Color.parse(text)
    assert color.a == 1
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_is_measured_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    "theme", [theme for theme in themes.THEMES if theme.ansi], ids=lambda theme: theme.name
)
def test_palette_themes_name_no_colour_of_their_own(theme: Theme) -> None:
    named = (theme.primary, theme.warning, theme.error, theme.success, theme.accent, theme.background)
    assert all(color is not None and color.startswith("ansi_") for color in named)


@pytest.mark.parametrize(
    ("wanted", "slow", "no_color", "name"),
    [
        (None, False, False, themes.DARK),
        (None, True, False, themes.TERMINAL_DARK),
        (themes.LIGHT, True, False, themes.LIGHT),
        (themes.LIGHT, False, True, themes.TERMINAL_LIGHT),
        (themes.DARK, False, True, themes.TERMINAL_DARK),
        ("no such theme", False, False, themes.DARK),
    ],
)
def test_the_theme_to_start_with(wanted: str | None, slow: bool, no_color: bool, name: str) -> None:
    assert themes.theme_to_use(wanted, low_bandwidth=slow, no_color=no_color) == name


def test_every_theme_has_a_title() -> None:
    assert [theme.name for theme in themes.THEMES] == list(themes.TITLES)
