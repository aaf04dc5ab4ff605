"""Conditions as SQL. Names come from the list specs only; every value is a parameter."""

from collections.abc import Sequence
from dataclasses import dataclass

from imail_tui.domain.conditions import (
    Anywhere,
    Compares,
    Condition,
    Contains,
    HasWord,
    Is,
    Missing,
    StartsWith,
    Test,
    Within,
)
from imail_tui.domain.listing import ListSpec
from imail_tui.store.schema import column

Value = str | float


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of SQL and its parameters."""

    sql: str
    values: tuple[Value, ...] = ()


_GOES_ON = 4
"""Letters from which on a word also stands for longer ones: of a shorter one there are thousands."""

ANY = Clause("1")
"""Every row."""


def where(spec: ListSpec, conditions: Sequence[Condition]) -> Clause:
    """All conditions of a list as one expression; `ANY` when there is none."""
    if not conditions:
        return ANY
    clauses = [_condition(spec, condition) for condition in conditions]
    sql = " AND ".join(clause.sql for clause in clauses)
    return Clause(sql, tuple(value for clause in clauses for value in clause.values))


def match_of(conditions: Sequence[Condition]) -> str:
    """The words that must occur, as an expression of FTS5; "" when there are none.

    Each word is a quoted string, in which FTS5 knows no operators; its parts must stand side by side. The
    last part may go on, where it is not too short to mean anything: people see results while they type.
    """
    words = [each.test.text for each in conditions if isinstance(each.test, Anywhere) and not each.negated]
    return " AND ".join(map(_matched, words))


def _matched(text: str) -> str:
    quoted = text.replace('"', '""').replace("\0", " ")
    goes_on = len(text) >= _GOES_ON and text[-_GOES_ON:].isalnum()
    return f'"{quoted}"{"*" if goes_on else ""}'


def _condition(spec: ListSpec, condition: Condition) -> Clause:
    if spec.indexed_words and isinstance(condition.test, Anywhere):
        table = f"{spec.kind}_search"
        sql = f"n {'NOT ' if condition.negated else ''}IN (SELECT rowid FROM {table} WHERE {table} MATCH ?)"
        return Clause(sql, (_matched(condition.test.text),))
    clause = _test(condition.test)
    if not condition.negated:
        return clause
    # A comparison with NULL is neither true nor false; a row without a value must pass the negation.
    return Clause(f"NOT coalesce({clause.sql}, 0)", clause.values)


def _test(test: Test) -> Clause:
    match test:
        case Anywhere(text):
            return Clause("instr(words, ?) > 0", (text,))
        case Contains(field, text):
            return Clause(f"instr({column(field)}, ?) > 0", (text,))
        case StartsWith(field, texts):
            name = column(field)
            # A range, because an index serves it; the last code point ends every text with this beginning.
            ranges = " OR ".join([f"({name} >= ? AND {name} < ?)"] * len(texts))
            ends = [end for text in texts for end in (text, text + "\U0010ffff")]
            return Clause(f"({ranges})", tuple(ends))
        case Is(field, text):
            return Clause(f"{column(field)} = ?", (text,))
        case HasWord(field, texts):
            name = column(field)
            anyone = " OR ".join([f"instr({name}, ?) > 0"] * len(texts))
            return Clause(f"({anyone})", tuple(f"\n{text}" for text in texts))
        case Missing(field):
            return Clause(f"{column(field)} IS NULL")
        case Compares(field, sign, number):
            return Clause(f"{column(field)} {sign} ?", (number,))
        case Within(field, start, end):
            return Clause(f"({column(field)} >= ? AND {column(field)} < ?)", (start, end))
