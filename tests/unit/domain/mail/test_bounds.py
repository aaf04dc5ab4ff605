"""Whatever comes in: an answer, in bounded time and size, with nothing in it that acts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.mail.mailtext import MailText, plain
from imail_tui.domain.mail.raw import read_raw, source_text
from imail_tui.domain.mail.reading import LINES_LIMIT, read_message
from imail_tui.domain.text import BODY_LIMIT, FORBIDDEN
from tests.hostile.corpus import PAYLOADS
from tests.hostile.mails import BOMBS, HTML, RAW

SECONDS = 8.0
"""Of one bomb on a machine that does other things too; what is quadratic takes minutes."""

_PIECES = st.sampled_from(
    [
        "<",
        ">",
        "</",
        "<a href='",
        '"',
        "'",
        "<b>",
        "</p>",
        "<!--",
        "&#27;",
        "<style>",
        "{",
        "}",
        "a",
        " ",
        "\n",
        "> ",
        "On Mon wrote:",
        "From: x\nSent: y\n",
        "-- \n",
        "http://",
        "xn--",
        "@",
        ".",
        "Ã¼",
        "\x1b]0;",
        "\u202e",
        "é",
        "\ud800",
    ]
)
markup = st.lists(_PIECES | st.text(max_size=8), max_size=40).map("".join)
_MIME = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=x\n",
        b"--x\n",
        b"--x--\n",
        b"\n",
        b"Content-Type: text/html; charset=",
        b"utf-16\n",
        b"Content-Transfer-Encoding: base64\n",
        b"quoted-printable\n",
        b"=?utf-8?b?",
        b"Subject: ",
        b"=E4",
        b"\xff",
    ]
)


def is_safe(mail: MailText) -> bool:
    lines = [*mail.lines(), *mail.notes, *plain(mail).split("\n")]
    lines += [
        text for link in mail.links for text in (link.words, link.target, link.shown_host, *link.warnings)
    ]
    size = sum(len(line) for line in mail.lines())
    return (
        not any(FORBIDDEN.search(line) for line in lines)
        and size <= BODY_LIMIT
        and len(mail.lines()) <= LINES_LIMIT
    )


@given(markup, markup, st.text(max_size=8))
def test_any_text_and_any_markup(text: str, html: str, name: str) -> None:
    assert is_safe(read_message(text, html, name))
    assert is_safe(read_message(None, html, name))


@given(st.lists(_MIME | st.binary(max_size=8), max_size=30).map(b"".join))
def test_any_bytes(data: bytes) -> None:
    found = read_raw(data)
    assert is_safe(found.mail)
    assert not any(FORBIDDEN.search(text) for pair in found.headers for text in pair)
    assert not FORBIDDEN.search(source_text(data).replace("\n", ""))


@pytest.mark.parametrize("name", HTML)
def test_html_that_hides_or_acts(name: str) -> None:
    mail = read_message(None, HTML[name])
    assert is_safe(mail)
    assert "seen" in mail.written or name == "broken tags"
    assert "owned" not in mail.written.replace("␛]0;owned␇", "").replace("]0;owned", "")


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_end_soon(bomb: str) -> None:
    for text, html in ((BOMBS[bomb], None), (None, BOMBS[bomb])):
        begun = time.perf_counter()
        assert is_safe(read_message(text, html))
        assert time.perf_counter() - begun < SECONDS


@pytest.mark.parametrize("name", RAW)
def test_raw_messages_however_broken(name: str) -> None:
    begun = time.perf_counter()
    found = read_raw(RAW[name])
    assert time.perf_counter() - begun < SECONDS
    assert is_safe(found.mail)
    assert not any(FORBIDDEN.search(value) for _, value in found.headers)
    if b"seen" in RAW[name] or name == "broken base64":
        assert "seen"[:3] in plain(found.mail)


def test_raw_message_of_three_parts_with_wrong_charset() -> None:
    data = (
        b"From: =?iso-8859-1?q?Bj=F6rn?= <b@b.example>\nSubject: =?utf-8?b?R3LDvMOfZQ==?= ok\n"
        b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; charset=us-ascii\n"
        b"Content-Transfer-Encoding: quoted-printable\n\nSch=C3=B6n\n--x\nContent-Type: application/pdf\n"
        b'Content-Disposition: attachment; filename="a\x1b.pdf"\n\nx\n--x--\n'
    )
    found = read_raw(data)
    assert found.headers == (("From", "Björn <b@b.example>"), ("Subject", "Grüße ok"))
    assert found.mail.written == "Schön"
    assert found.attachments == ("a␛.pdf (application/pdf)",)
    assert found.mail.notes == ("said to be us-ascii, read as UTF-8",)


def test_every_payload_as_text_markup_and_raw() -> None:
    for payload in PAYLOADS.values():
        assert is_safe(read_message(payload))
        assert is_safe(read_message("", payload))
        assert is_safe(read_raw(b"Subject: x\n\n" + payload.encode("utf-8", "surrogatepass")).mail)
