"""What a user typed, as a query of the search tables."""

import re

_WORD = re.compile(r"\w+")


def match_expression(query: str) -> str | None:
    """Every blank-separated part must occur as words in a row, its last one as a beginning; None = no words.

    `anna@nord` becomes the phrase `anna nord*`, which is how the address itself is indexed.
    """
    phrases = [" ".join(_WORD.findall(part.replace("_", " "))) for part in query.split()]
    return " ".join(f'"{phrase}" *' for phrase in phrases if phrase) or None
