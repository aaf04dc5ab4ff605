"""Why a condition went the way it did, in words; foreign text in them is as it came."""

from datetime import datetime, tzinfo

from imail_tui.domain.sequence.atoms import FieldAtom, MailAtom, RandomAtom
from imail_tui.domain.sequence.lead import Lead, field_text
from imail_tui.domain.sequence.verdicts import Reason
from imail_tui.domain.sequence.vocabulary import OPERATOR_WORDS, SIGNAL_WORDS


def reason_words(reason: Reason, lead: Lead, zone: tzinfo) -> str:
    """What one atom came to, such as `opened hello on 3 May 10:12, within 3 days`; times in a zone."""
    atom = reason.atom
    match atom:
        case MailAtom():
            return _mail_words(atom, reason, zone)
        case FieldAtom():
            actual = lead.fields.get(atom.field)
            told = "not set" if actual in (None, "") else field_text(actual)
            held = "" if reason.held else "not: "
            return f"{held}{_asked(atom)} (it is {told})"
        case RandomAtom():
            share = 100 - atom.percent if atom.negate else atom.percent
            return f"by chance, {share} in 100" if reason.held else f"not by chance, {share} in 100"
    return "a signal this version does not know"


def _mail_words(atom: MailAtom, reason: Reason, zone: tzinfo) -> str:
    mail = reason.step_id or "any mail"
    if reason.sent_at is None:
        return f"{mail} was not sent" if reason.step_id else "no mail was sent"
    if reason.happened_at is not None:
        at, window = _moment(reason.happened_at, zone), _window(atom)
        return f"{_verb(atom, happened=True)} {mail} on {at}{', ' + window if window else ''}"
    verb, window = _verb(atom, happened=False), _window(atom)
    if reason.closes_at is None or reason.held is None:
        return f"{verb} {mail} yet"
    return f"{verb} {mail}{' ' + window if window else ''} (until {_moment(reason.closes_at, zone)})"


def _verb(atom: MailAtom, *, happened: bool) -> str:
    if atom.signal == "classified":
        label = f" {atom.label}" if atom.label else ""
        return f"reply classified{label}, to" if happened else f"no reply classified{label}, to"
    return SIGNAL_WORDS[atom.signal][not happened]


def _asked(atom: FieldAtom) -> str:
    items = atom.value if isinstance(atom.value, list) else [atom.value]
    value = "" if atom.op == "exists" else " " + ", ".join(map(field_text, items))
    words = f"{atom.field} {OPERATOR_WORDS[atom.op]}{value}"
    return f"not ({words})" if atom.negate else words


def _window(atom: MailAtom) -> str:
    if atom.within_days is None:
        return ""
    return f"within {atom.within_days} day{'' if atom.within_days == 1 else 's'}"


def _moment(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local.day} {local:%b %H:%M}"
