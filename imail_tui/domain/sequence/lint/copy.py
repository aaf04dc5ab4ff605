"""Rules about the wording of mails."""

import re
import unicodedata
from collections.abc import Iterator

from imail_tui.domain.sequence.lint.finding import Finding, Judged, error, warning
from imail_tui.domain.sequence.steps import Email
from imail_tui.domain.sequence.templates import Parts, Spin, Variable, copy_findings, read_template

LONG_SUBJECT = 60
"""Characters of a subject that phones still show."""
LONG_BODY = 200
"""Words after which cold mail is rarely read to its end."""
MAX_LINKS = 2
MAX_SPAM_PHRASES = 1

SPAM_PHRASES = (
    "100% free",
    "act now",
    "as seen on",
    "best price",
    "buy now",
    "cash bonus",
    "click here",
    "double your",
    "earn money",
    "extra income",
    "free money",
    "get paid",
    "guaranteed",
    "increase sales",
    "increase your revenue",
    "limited time",
    "lowest price",
    "make money",
    "no obligation",
    "no strings attached",
    "once in a lifetime",
    "order now",
    "risk-free",
    "satisfaction guaranteed",
    "special promotion",
    "this is not spam",
    "urgent",
    "winner",
)
"""What filters and readers take for bulk mail; short on purpose: each is rare in an honest mail."""

_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b|!\[[^\]]*\]\(", re.IGNORECASE)
_SINGLE = re.compile(r"(?<![{\\])\{(?!\{)([^{}\n]{1,200})\}(?!\})")
_PLACEHOLDER = re.compile(
    r"lorem ipsum|(?-i:\bTODO\b|\bTBD\b|\bXXX+\b)"
    r"|\[(?:your|first|last|company|name|insert|link)\b[^\]]{0,40}\]"
    r"|\[[^\W\d][^\]\n]{0,80} [^\]\n]{1,80}\](?!\()"
    r"|<(?:your|insert|company|name)\b[^>]{0,40}>",
    re.IGNORECASE,
)
_OPT_OUT = re.compile(
    r"unsubscri|opt[ -]?out|not interested|stop (?:writing|e?mailing)"
    r"|no (?:more|further) (?:e?mails?|messages)|(?:let|tell) me know if (?:not|you(?:'d| would) rather)"
    r"|reply (?:with )?[\"'“]?(?:stop|no\b)|won'?t (?:write|bother|contact)|remove (?:you|me)"
    r"|abbestell|abmeld|austrag|désabonn|darse de baja",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\b\d{1,5}[a-z]?\s+\w[\w .'-]{2,40}\b"
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|way|square|sq|blvd|court|ct)\b"
    r"|\b\w[\w .'-]{1,40}(?:straße|strasse|str\.|gasse|platz|weg|allee)\s*\d"
    r"|\b(?:calle|rue|avenida|piazza|plaza)\s+\w|\bp\.?\s?o\.?\s+box\b|\{\{(?:custom\.)?(?:postal_)?address",
    re.IGNORECASE,
)
"""A street and a number in the usual shapes: missing one costs a warning that can be silenced."""


def templates(judged: Judged) -> Iterator[Finding]:
    """Variables and spins that would not come out as they are meant."""
    for place, subject, body in judged.wordings():
        for part, text in (("subject", subject), ("body", body)):
            where = f"{place}.{part}"
            for item in copy_findings(text, judged.known):
                code = "unknown_variable" if item.code == "unknown" else f"template_{item.code}"
                yield error(code, where, f"the {part} {item.message}", "Correct the text.")
            yield from _braces(where, text)
            left = _PLACEHOLDER.search(text)
            if left is not None:
                yield warning("placeholder", where, f"{left[0]!r} was left in", "Write what belongs there.")
            yield from _look_alikes(where, text)


def _braces(where: str, text: str) -> Iterator[Finding]:
    single = _SINGLE.search(text)
    if single is None:
        return
    if "|" in single[1]:
        message = f"{single[0]!r} stays as it is: choices are written {{{{spin|one|two}}}}"
        yield warning("single_brace", where, message, "Write it with two braces and spin.")
    elif re.fullmatch(r"\s*[A-Za-z_][\w. ]*\s*", single[1]):
        message = f"{single[0]!r} stays as it is: a variable has two braces"
        yield warning("single_brace", where, message, "Write it with two braces.")


def _look_alikes(where: str, text: str) -> Iterator[Finding]:
    for word in re.findall(r"\w+", text):
        scripts = {
            unicodedata.name(letter, "").split(" ", 1)[0]
            for letter in word
            if letter.isalpha() and not letter.isascii()
        } & {"CYRILLIC", "GREEK", "ARMENIAN"}
        if scripts and any(letter.isascii() and letter.isalpha() for letter in word):
            message = f"{word!r} mixes Latin letters with {', '.join(sorted(scripts)).lower()} ones"
            yield warning("look_alike", where, message, "Type it anew: filters take this for a trick.")
            return


def length(judged: Judged) -> Iterator[Finding]:
    """Texts that are empty, long, loud, or full of what filters look for."""
    for place, subject, body in judged.wordings():
        words, links = len(_longest(read_template(body).parts).split()), len(_LINK.findall(body))
        at = f"{place}.body"
        if not body.strip() and "variants" not in place:
            yield error("empty_body", at, "the mail has no text", "Write it.")
        if words > LONG_BODY:
            yield warning("long_body", at, f"the mail has {words} words", "Shorten it.")
        if links > MAX_LINKS:
            message = f"the mail has {links} links, which filters take for bulk mail"
            yield warning("many_links", at, message, f"Keep at most {MAX_LINKS}.")
        folded = f"{subject}\n{body}".casefold()
        phrases = [phrase for phrase in SPAM_PHRASES if phrase in folded]
        if len(phrases) > MAX_SPAM_PHRASES:
            message = f"filters know these words: {', '.join(phrases)}"
            yield warning("spam_words", at, message, "Say it in other words.")
        yield from _subject(f"{place}.subject", subject)


def _subject(at: str, subject: str) -> Iterator[Finding]:
    size = len(_longest(read_template(subject).parts))
    if size > LONG_SUBJECT:
        message = f"the subject has {size} characters, phones show {LONG_SUBJECT}"
        yield warning("long_subject", at, message, "Shorten it.")
    if len(subject) > 3 and subject.isupper():
        yield warning("capitals", at, "the subject is all capitals", "Write it like a sentence.")
    if subject.lower().startswith(("re:", "fwd:", "fw:")):
        yield warning("fake_reply", at, "the subject pretends to be an answer", "Leave Re: and Fwd: out.")


def _longest(parts: Parts) -> str:
    """What a text comes to without any lead: fallbacks, names of variables without one, longest choices."""
    told: list[str] = []
    for part in parts:
        match part:
            case str():
                told.append(part)
            case Variable():
                told.append(part.name if part.fallback is None else _longest(part.fallback))
            case Spin():
                told.append(max(map(_longest, part.choices), key=len, default=""))
    return "".join(told)


def first_mail(judged: Judged) -> Iterator[Finding]:
    """What costs a stranger's first mail its place in the inbox, and what the law asks of it."""
    number = next((number for number, step in enumerate(judged.steps) if isinstance(step, Email)), None)
    if number is None:
        return
    first = judged.steps[number]
    assert isinstance(first, Email)
    at = f"steps[{number}].body"
    bodies = [first.body, *(variant.body for variant in first.variants if variant.body.strip())]
    if any(_LINK.search(body) for body in bodies):
        yield warning("first_link", at, "the first mail has a link", "Keep links for a later mail.")
    if any(_IMAGE.search(body) for body in bodies):
        yield warning("first_image", at, "the first mail has an image", "Keep images for a later mail.")
    everything = "\n".join(body for _, _, body in judged.wordings())
    if not _OPT_OUT.search(everything):
        message = "no mail says how to get no more of them"
        yield warning("no_opt_out", at, message, "Add a line such as: reply “no” and I will not write again.")
    if not _ADDRESS.search(everything):
        message = "no mail has a postal address"
        yield warning("no_address", at, message, "Add it to the signature where the law asks for it.")


def variants(judged: Judged) -> Iterator[Finding]:
    """Variants that test nothing."""
    for number, step in enumerate(judged.steps):
        seen: dict[tuple[str, str], str] = {}
        if not isinstance(step, Email):
            continue
        seen[step.subject.strip(), step.body.strip()] = "the step's own"
        for index, variant in enumerate(step.variants):
            key = (variant.subject.strip() or step.subject.strip(), variant.body.strip() or step.body.strip())
            if key in seen:
                message = f"variant {variant.id} says the same as {seen[key]}"
                place = f"steps[{number}].variants[{index}].body"
                yield warning("same_wording", place, message, "Change one of them, or take it out.")
            seen.setdefault(key, variant.id)
