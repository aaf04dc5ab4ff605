"""Conditions as a person types them, in the words they are shown in: every atom, `and`, `or`, `not`.

clicked guide within 4 days
did not open and company contains gmbh
is classified not_now of hello within 5 days
custom.employees is more than 200 or title is one of "Head of Sales", CEO
50 % at random
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from imail_tui.domain.labels import LABELS
from imail_tui.domain.sequence.violations import Raw, is_object
from imail_tui.domain.sequence.vocabulary import OPERATOR_WORDS, SIGNAL_WORDS

_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[(),%]|[^\s(),%"]+)')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,9})?")
_BARE = re.compile(r"[^\s(),%\"]+(?: [^\s(),%\"]+)*")
_WORDS = ("and", "or", "not", "within", "of", "is")
_FIELD = re.compile(r"custom\.[^\s(),%\"]{1,60}|[a-z_]{1,40}")
_SLUG = re.compile(r"[a-z0-9_-]{1,40}")
_KNOWN = {
    "mail": {"signal", "of_step", "within_days", "negate"},
    "classified": {"signal", "of_step", "within_days", "negate", "label"},
    "field": {"signal", "field", "op", "value", "negate"},
    "random": {"signal", "percent", "negate"},
}


class NotReadable(ValueError):
    """Words that are no condition; the message says what was expected."""


def condition_text(when: object) -> str | None:
    """The words of a condition, such that `read_condition` gives it back; None where words cannot say it."""
    if not is_object(when):
        return None
    for joint, word in (("all", " and "), ("any", " or ")):
        group = when.get(joint)
        if isinstance(group, list) and set(when) == {joint} and len(group) > 1:
            atoms = [_atom_text(atom) for atom in group]
            return word.join(atom for atom in atoms if atom) if all(atoms) else None
    return _atom_text(when)


def read_condition(text: str) -> dict[str, object]:
    """The condition that words say. Raises `NotReadable`."""
    reader = _Reader(text)
    atoms = [reader.atom()]
    joint = ""
    while (word := reader.peek()) is not None:
        if word not in ("and", "or"):
            raise NotReadable(f"{word!r} is too much; go on with and, or")
        if joint and word != joint:
            raise NotReadable("and and or cannot be mixed in one branch; use two branches")
        joint = word
        reader.take()
        atoms.append(reader.atom())
    if not joint:
        return atoms[0]
    return {"all" if joint == "and" else "any": atoms}


def completions(mails: Sequence[str], fields: Sequence[str]) -> Iterator[str]:
    """Beginnings of conditions that can be asked here, for a field that completes."""
    for signal in ("clicked", "replied", "opened"):
        for words in SIGNAL_WORDS[signal]:
            yield from (f"{words} {mail} within 3 days" for mail in mails)
    for label in LABELS:
        yield from (f"is classified {label} of {mail} within 5 days" for mail in mails)
    for name in fields:
        yield from (f"{name} {OPERATOR_WORDS[op]} " for op in ("eq", "contains", "exists", "gt"))
    yield "50 % at random"


def _atom_text(atom: object) -> str | None:
    if not is_object(atom) or not isinstance(atom.get("negate", False), bool):
        return None
    signal = atom.get("signal")
    kind = "mail" if isinstance(signal, str) and signal in SIGNAL_WORDS else signal
    if not isinstance(kind, str) or kind not in _KNOWN or not set(atom) <= _KNOWN[kind]:
        return None
    negate = bool(atom.get("negate"))
    match kind:
        case "mail":
            return _mail_text(SIGNAL_WORDS[str(signal)][negate], atom)
        case "classified":
            label = atom.get("label")
            verb = "is not classified" if negate else "is classified"
            if label is not None and not (isinstance(label, str) and _SLUG.fullmatch(label)):
                return None
            return _mail_text(verb if label is None else f"{verb} {label}", atom, of="of ")
        case "random":
            percent = atom.get("percent")
            if not isinstance(percent, int) or isinstance(percent, bool):
                return None
            return f"not ({percent} % at random)" if negate else f"{percent} % at random"
    text = _field_text(atom)
    return f"not ({text})" if text and negate else text


def _mail_text(words: str, atom: Raw, of: str = "") -> str | None:
    step, days = atom.get("of_step"), atom.get("within_days")
    if step is not None:
        if not isinstance(step, str) or not _SLUG.fullmatch(step) or step in _WORDS:
            return None
        words += f" {of}{step}"
    if days is None:
        return words if "within_days" not in atom and not ("of_step" in atom and step is None) else None
    if not isinstance(days, int) or isinstance(days, bool):
        return None
    return f"{words} within {days} day{'' if days == 1 else 's'}"


def _field_text(atom: Raw) -> str | None:
    field, op, value = atom.get("field"), atom.get("op"), atom.get("value")
    if not isinstance(field, str) or not _FIELD.fullmatch(field) or op not in OPERATOR_WORDS:
        return None
    words = f"{field} {OPERATOR_WORDS[str(op)]}"
    if op == "exists":
        return words if "value" not in atom else None
    if "value" not in atom:
        return None
    if op == "in":
        if not isinstance(value, list) or not value:
            return None
        items = [_value_text(item) for item in value]
        return f"{words} {', '.join(item for item in items if item)}" if all(items) else None
    text = _value_text(value)
    return None if text is None else f"{words} {text}"


def _value_text(value: object) -> str | None:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        text = repr(value)
        return text if _NUMBER.fullmatch(text) else None
    if not isinstance(value, str) or "\n" in value:
        return None
    plain = _BARE.fullmatch(value) and not _NUMBER.fullmatch(value)
    if plain and not any(word in (*_WORDS, "null", "true", "false") for word in value.split(" ")):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _Reader:
    """Words of a condition, one after the other."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        position, text = 0, text.rstrip()
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None:
                raise NotReadable("a quotation mark is not closed")
            self._tokens.append(found[1])
            position = found.end()
        self._at = 0

    def peek(self, ahead: int = 0) -> str | None:
        """A word to come."""
        place = self._at + ahead
        return self._tokens[place] if place < len(self._tokens) else None

    def take(self) -> str:
        """The next word."""
        word = self.peek()
        if word is None:
            raise NotReadable("something is missing at the end")
        self._at += 1
        return word

    def _took(self, words: str) -> bool:
        """Whether these words come next; then they are taken."""
        wanted = words.split()
        if [self.peek(place) for place in range(len(wanted))] != wanted:
            return False
        self._at += len(wanted)
        return True

    def atom(self) -> dict[str, object]:
        """One atom."""
        if self._took("not ("):
            inner = self.atom()
            if not self._took(")"):
                raise NotReadable("a ) is missing")
            return {**inner, "negate": not inner.get("negate", False)}
        for signal, (yes, no) in SIGNAL_WORDS.items():
            for words, negate in ((no, True), (yes, False)):
                if self._took(words):
                    return self._mail({"signal": signal}, negate=negate)
        for words, negate in (("is not classified", True), ("is classified", False)):
            if self._took(words):
                return self._classified(negate=negate)
        if self.peek(1) == "%":
            return self._random()
        return self._field()

    def _mail(self, atom: dict[str, object], *, negate: bool) -> dict[str, object]:
        step = self.peek()
        self._took("of")
        step = self.peek()
        if step is not None and step not in ("within", "and", "or", ")"):
            if not _SLUG.fullmatch(step):
                raise NotReadable(f"{step!r} is no step")
            atom["of_step"] = self.take()
        return self._window(atom, negate=negate)

    def _classified(self, *, negate: bool) -> dict[str, object]:
        atom: dict[str, object] = {"signal": "classified"}
        label = self.peek()
        if label is not None and label not in ("of", "within", "and", "or", ")"):
            atom["label"] = self.take()
        if self._took("of"):
            atom["of_step"] = self.take()
        return self._window(atom, negate=negate)

    def _window(self, atom: dict[str, object], *, negate: bool) -> dict[str, object]:
        if self._took("within"):
            days = self.take()
            if not days.isdecimal() or not 1 <= int(days) <= 60:
                raise NotReadable("within takes 1 to 60 days")
            if not (self._took("days") or self._took("day")):
                raise NotReadable("within is followed by a number and days")
            atom["within_days"] = int(days)
        return {**atom, "negate": True} if negate else atom

    def _random(self) -> dict[str, object]:
        percent = self.take()
        self.take()
        if not self._took("at random"):
            raise NotReadable("write 50 % at random")
        if not percent.isdecimal() or not 1 <= int(percent) <= 99:
            raise NotReadable("chance takes 1 to 99 %")
        return {"signal": "random", "percent": int(percent)}

    def _field(self) -> dict[str, object]:
        field = self.take()
        if not _FIELD.fullmatch(field):
            raise NotReadable(f"{field!r} is neither something that happens nor a field of the lead")
        for op, words in sorted(OPERATOR_WORDS.items(), key=lambda item: -len(item[1])):
            if self._took(words):
                atom: dict[str, object] = {"signal": "field", "field": field, "op": op}
                if op == "exists":
                    return atom
                value = self._value()
                if op != "in":
                    return {**atom, "value": value}
                items = [value]
                while self._took(","):
                    items.append(self._value())
                return {**atom, "value": items}
        raise NotReadable(f"after {field} comes {', '.join(OPERATOR_WORDS.values())}")

    def _value(self) -> object:
        words: list[str] = []
        while (word := self.peek()) is not None and word not in ("and", "or", ",", ")", "("):
            if word.startswith('"'):
                if words:
                    raise NotReadable("put the whole value into one pair of quotation marks")
                return re.sub(r"\\(.)", r"\1", self.take()[1:-1], flags=re.DOTALL)
            words.append(self.take())
        text = " ".join(words)
        if not text:
            raise NotReadable("a value is missing")
        named: Mapping[str, object] = {"null": None, "true": True, "false": False}
        if text in named:
            return named[text]
        if _NUMBER.fullmatch(text):
            return float(text) if "." in text else int(text)
        return text
