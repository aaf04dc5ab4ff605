"""A link as a QR code in text: what a phone reads from the terminal."""

from typing import Final

import segno

QUIET: Final = 2
"""Light modules around the code; the standard's four are not needed by phones and rarely fit."""

_HALVES: Final = {(1, 1): " ", (0, 1): "▀", (1, 0): "▄", (0, 0): "█"}


def qr_lines(link: str, *, ascii_only: bool = False) -> tuple[str, ...]:
    """The code, light modules drawn and dark ones blank: to be shown light on dark.

    Two modules stand in one cell; with `ascii_only` a module takes two cells of a line. Raises ValueError
    for a link no code can hold.
    """
    try:
        code = segno.make_qr(link, error="l")
    except segno.DataOverflowError as error:
        raise ValueError("the link is too long for a QR code") from error
    rows = [list(row) for row in code.matrix_iter(border=QUIET)]
    if ascii_only:
        return tuple("".join("  " if dark else "##" for dark in row) for row in rows)
    if len(rows) % 2:
        rows.append([1] * len(rows[0]))
    return tuple(
        "".join(_HALVES[int(bool(top)), int(bool(bottom))] for top, bottom in zip(*pair, strict=True))
        for pair in zip(rows[::2], rows[1::2], strict=True)
    )
