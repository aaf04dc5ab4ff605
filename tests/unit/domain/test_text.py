import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from imail_tui.domain.text import cell_width, clip, multi_line, one_line
from tests.hostile.corpus import FORBIDDEN, PAYLOADS

biased = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\x1b\x07\x9b\x9d\r\n\t\x00\u200d\ufe0f\u202e\u0301\u0323👩💻❤🏽1\u20e3🇫e\u0338\u1112\u1161\u11ab"
        ),
    )
)


@given(biased, st.integers(1, 40))
def test_one_line_is_safe_short_and_settled(raw: str, limit: int) -> None:
    safe = one_line(raw, limit)
    assert not FORBIDDEN.search(safe)
    assert len(safe) <= limit
    assert one_line(safe, limit) == safe
    assert unicodedata.is_normalized("NFC", safe)


@given(biased, st.integers(1, 40))
def test_multi_line_is_safe_short_and_settled(raw: str, limit: int) -> None:
    safe = multi_line(raw, limit)
    assert not any(FORBIDDEN.search(line) for line in safe.split("\n"))
    assert len(safe) <= limit
    assert multi_line(safe, limit) == safe


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_plain_text_is_left_alone(raw: str) -> None:
    assert one_line(raw) == raw
    assert multi_line(raw) == raw
    assert cell_width(raw) == len(raw)


@given(biased, st.integers(0, 30))
def test_clip_fits_and_keeps_the_head(raw: str, cells: int) -> None:
    safe = one_line(raw)
    cut = clip(safe, cells)
    assert cell_width(cut) <= cells
    assert clip(cut, cells) == cut
    assert cut == safe or not cut or safe.startswith(cut.removesuffix("…"))


@given(st.text(st.characters(exclude_categories=["Cn", "Cs", "Co"], max_codepoint=0xFFFF)))
def test_width_is_the_one_textual_lays_out_with(raw: str) -> None:
    safe = one_line(raw)
    assert cell_width(safe) == cell_len(safe)


@pytest.mark.parametrize("name", PAYLOADS)
def test_payloads_come_out_harmless(name: str) -> None:
    assert not FORBIDDEN.search(one_line(PAYLOADS[name]))
    assert not FORBIDDEN.search(multi_line(PAYLOADS[name]).replace("\n", ""))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a\x1b]52;c;AA\x07b", "a␛]52;c;AA␇b"),
        ("one\r\ntwo\nthree", "one⏎two⏎three"),
        ("safe\rEVIL", "safe␍EVIL"),
        ("a\tb", "a b"),
        ("\x9b2J\ud800", "�2J�"),
        ("pay\u200bpal \u202eexe", "pay·pal ·exe"),
        ("a\u200db", "a·b"),
        ("e\u0301", "é"),
        ("\u0301x", "◌\u0301x"),
        ("x" + "\u0323" * 20, "x" + "\u0323" * 8),
        ("👩🏽\u200d💻 ❤\ufe0f 1\ufe0f\u20e3", "👩🏽\u200d💻 ❤\ufe0f 1\ufe0f\u20e3"),
    ],
)
def test_what_cannot_be_shown_gets_a_mark(raw: str, shown: str) -> None:
    assert one_line(raw) == shown


def test_many_lines_keep_their_ends_and_expand_tabs() -> None:
    assert multi_line("a\tb\r\n\tc\rd\n") == "a   b\n    c␍d\n"


def test_a_long_chain_of_joined_pictures_is_broken() -> None:
    assert "·" in one_line("\u200d".join(["👩"] * 7))


@pytest.mark.parametrize(
    ("text", "cells", "cut"),
    [
        ("hello", 5, "hello"),
        ("hello", 4, "hel…"),
        ("hello", 1, "…"),
        ("hello", 0, ""),
        ("東京都", 6, "東京都"),
        ("東京都", 5, "東京…"),
        ("東京都", 4, "東…"),
        ("👩🏽\u200d💻xyz", 4, "👩🏽\u200d💻x…"),
    ],
)
def test_clip_cuts_between_characters(text: str, cells: int, cut: str) -> None:
    assert clip(text, cells) == cut


@pytest.mark.parametrize("raw", ["x" * 11, "e\u0301" * 6, "\r\n" * 6, "東" * 11])
def test_a_cut_is_always_shown(raw: str) -> None:
    assert one_line(raw, 10).endswith("…")
    assert multi_line(raw, 10).endswith("…")
