"""What common mail programs write, told apart: written, quoted, signed, and where links lead."""

import pytest

from imail_tui.domain.mail.mailtext import MailText, SectionKind, plain
from imail_tui.domain.mail.reading import read_message

WRITTEN, QUOTED, SIGNED = SectionKind.BODY, SectionKind.QUOTE, SectionKind.SIGNATURE

HISTORIES = {
    "gmail": "On Mon, 2 Mar 2026 at 10:00, Anna <anna@a.example> wrote:\n> Hello\n>> before",
    "wrapped": "On Mon, 2 Mar 2026 at 10:00, Anna Anders\n<anna@a.example> wrote:\n\n> Hello",
    "german": "Am 02.03.2026 um 10:00 schrieb Anna Anders:\n> Hallo",
    "french": "Le lun. 2 mars 2026 à 10:00, Anna <anna@a.example> a écrit :\n> Bonjour",
    "spanish": "El lun, 2 mar 2026 a las 10:00, Anna (<anna@a.example>) escribió:\n> Hola",
    "without marks": "On 2 Mar 2026, Anna wrote:\n\nHello Bo,\n\nwe help teams.",
    "outlook": "From: Anna\nSent: Monday, 2 March 2026 10:00\nTo: Bo\nSubject: Hello\n\nHello Bo",
    "outlook, ruled": "________________________________\nVon: Anna\nGesendet: Montag\nAn: Bo\n\nHallo Bo",
    "outlook, french": "De : Anna\nEnvoyé : lundi\nÀ : Bo\n\nBonjour",
    "ruler": "-----Original Message-----\nFrom: Anna\n\nHello",
    "marks alone": "> Hello\n>\n> there",
}

SIGNATURES = {
    "delimiter": "--\nBo Olsen\nCEO, Acme",
    "phone": "Sent from my iPhone",
    "phone, german": "Von meinem iPhone gesendet",
    "greeting": "Best regards,\nBo Olsen\nCEO | Acme\n+47 123",
    "greeting, german": "Mit freundlichen Grüßen\nBo Olsen",
    "name alone": "Bo\nAcme Ltd",
}


def sections(mail: MailText) -> list[tuple[SectionKind, str]]:
    return [(section.kind, "\n".join(section.lines)) for section in mail.sections]


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
def test_history_is_told_from_what_was_written(history: str) -> None:
    mail = read_message(f"Yes, tell me more.\n\nTuesday?\n\n{history}\n", None, "Bo Olsen")
    assert sections(mail) == [(WRITTEN, "Yes, tell me more.\n\nTuesday?"), (QUOTED, history)]


@pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES)
def test_signature_is_told_even_between_text_and_history(signature: str) -> None:
    history = HISTORIES["german"]
    mail = read_message(f"Yes.\n\n{signature}\n\n{history}", None, "Bo Olsen")
    assert sections(mail) == [(WRITTEN, "Yes."), (SIGNED, signature), (QUOTED, history)]


def test_answers_between_quoted_lines_and_forwarded_mail_stay_in_sight() -> None:
    mail = read_message("> How many?\nTwelve.\n> When?\nMay.")
    assert [kind for kind, _ in sections(mail)] == [QUOTED, WRITTEN, QUOTED, WRITTEN]
    assert mail.written == "Twelve.\nMay."
    forwarded = "Ask Ada.\n\n---------- Forwarded message ---------\nFrom: Ada\nDate: Monday\n\n> me"
    assert sections(read_message(forwarded)) == [(WRITTEN, forwarded)]


@pytest.mark.parametrize(
    "text",
    [
        "On the whole I agree: yes.",
        "Best",
        "From: nobody",
        "I wrote:\nnothing",
        "Thanks,\n" + "longer " * 20 + "end",
    ],
)
def test_ordinary_sentences_stay_what_they_are(text: str) -> None:
    assert sections(read_message(text)) == [(WRITTEN, text.rstrip())]


def test_html_with_everything_a_campaign_gets_back() -> None:
    html = """<html><head><title>t</title><style>.pre{display:none}</style></head><body>
    <div class="pre">hidden preview</div><p>Hi Anna,</p>
    <p>yes, <b>gladly</b>. See <a href="https://acme.example/x">our page</a>.<br>Tuesday?</p>
    <ul><li>one<li>two</ul><img src="http://t.example/p.gif" width=1><img src=x alt="Logo">
    <p>Best regards<br>Bo Olsen</p><div class="gmail_quote">On Mon, Anna &lt;a@b.example&gt; wrote:<br>
    <blockquote>Hello<br>there<blockquote>deep<br>er</blockquote></blockquote></div></body></html>"""
    mail = read_message(None, html)
    assert plain(mail, folded=False).splitlines() == [
        "Hi Anna,",
        "",
        "yes, gladly. See our page [1].",
        "Tuesday?",
        "",
        "  • one",
        "  • two",
        "",
        "[image: Logo]",
        "",
        "Best regards",
        "Bo Olsen",
        "",
        "On Mon, Anna <a@b.example> wrote:",
        "",
        "> Hello",
        "> there",
        ">",
        ">> deep",
        ">> er",
        "",
        "[1] acme.example  https://acme.example/x",
        "(2 images not fetched.)",
        "(1 hidden piece of text left out.)",
    ]


def test_plain_part_is_taken_before_html_unless_it_only_says_so() -> None:
    assert read_message("plain", "<p>marked</p>").written == "plain"
    assert read_message("Your email client does not support HTML.", "<p>marked</p>").written == "marked"


@pytest.mark.parametrize(
    ("misread", "meant"),
    [
        ("SchÃ¶ne GrÃ¼ÃŸe", "Schöne Grüße"),
        ("itâ€™s 5â‚¬ â€“ ok", "it’s 5€ – ok"),
        ("ÃƒÂ¼ber", "über"),
        ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", "привет"),
        ("»CAFÉ«, Ñandú, 25 °C", "»CAFÉ«, Ñandú, 25 °C"),
        ("« À bientôt »", "« À bientôt »"),
    ],
)
def test_misread_letters_are_mended_and_others_left(misread: str, meant: str) -> None:
    assert read_message(misread).written == meant


@pytest.mark.parametrize(
    ("markup", "shown", "warned"),
    [
        ("<a href='https://acme.example/x'>page</a>", "acme.example", ""),
        ("<a href='https://bücher.example'>x</a>", "bücher.example (xn--bcher-kva.example)", ""),
        ("<a href='http://xn--80ak6aa92e.com'>x</a>", "аррӏе.com (xn--80ak6aa92e.com)", "only look Latin"),
        ("<a href='http://pаypal.com'>x</a>", "pаypal.com (xn--pypal-4ve.com)", "Cyrillic and Latin mixed"),
        ("<a href='http://evil.test'>www.bank.test</a>", "evil.test", "shows www.bank.test"),
        ("<a href='http://www.bank.test'>bank.test</a>", "www.bank.test", ""),
        ("<a href='http://bank.test@evil.test/'>x</a>", "evil.test", "“bank.test” before the @"),
        ("<a href='http://evil.test\\@bank.test'>x</a>", "evil.test", ""),
        ("<a href='http://3232235777/'>x</a>", "3232235777", "bare number"),
        ("<a href='javascript:alert(1)'>x</a>", "javascript:", "not an address of the web"),
        ("<a href='mailto:bo@acme.example?subject=x'>x</a>", "bo@acme.example", ""),
        ("See http://acme.example/a_(b).", "acme.example", ""),
    ],
)
def test_links_show_their_whole_host_and_what_is_wrong(markup: str, shown: str, warned: str) -> None:
    mail = read_message(None, markup)
    (link,) = mail.links
    assert link.shown_host == shown
    assert (warned in " ".join(link.warnings)) if warned else not link.warnings
