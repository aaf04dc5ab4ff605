import pytest
import segno

from imail_tui.domain.qr import QUIET, qr_lines

LINK = "https://accounts.example/setup/3f9c2a"
_DARK = {" ": (1, 1), "▀": (0, 1), "▄": (1, 0), "█": (0, 0)}


def modules(link: str) -> list[list[int]]:
    return [list(map(int, row)) for row in segno.make_qr(link, error="l").matrix_iter(border=QUIET)]


def test_half_blocks_hold_every_module() -> None:
    wanted = modules(LINK)
    lines = qr_lines(LINK)
    drawn = [[_DARK[cell][half] for cell in line] for line in lines for half in (0, 1)]
    assert drawn[: len(wanted)] == wanted
    assert len(drawn) - len(wanted) in (0, 1)


def test_ascii_holds_every_module_twice_as_wide() -> None:
    lines = qr_lines(LINK, ascii_only=True)
    assert all(line.isascii() for line in lines)
    assert [[int(line[at] == " ") for at in range(0, len(line), 2)] for line in lines] == modules(LINK)


def test_a_link_no_code_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        qr_lines("https://x.example/" + "a" * 5_000)
