"""Text that somebody who can answer a cold e-mail might send us, and what must never come out for it."""

import re
from typing import Final

PAYLOADS: Final[dict[str, str]] = {
    "malformed markup": "broken [/foo] [b",
    "click action": "[@click=app.quit]x[/]",
    "brackets in brackets": "[type=x, v={'a[0]'}]",
    "bold markup": "[bold red]loud[/bold red]",
    "title, BEL": "a\x1b]0;owned\x07b",
    "title, ST": "a\x1b]0;owned\x1b\\b",
    "link, BEL": "\x1b]8;;http://evil.test\x07bank.test\x1b]8;;\x07",
    "link, ST": "\x1b]8;;http://evil.test\x1b\\bank.test\x1b]8;;\x1b\\",
    "clipboard, BEL": "a\x1b]52;c;b3duZWQ=\x07b",
    "clipboard, ST": "a\x1b]52;c;b3duZWQ=\x1b\\b",
    "unterminated OSC": "a\x1b]0;swallow",
    "clear screen": "a\x1b[2J\x1b[H",
    "colour": "\x1b[31mred\x1b[0m",
    "device control": "a\x1bPq#0;2;0;0;0\x1b\\b",
    "status query": "a\x1b[6n\x1b[c\x05",
    "C1 CSI": "a\x9b2Jb",
    "C1 OSC": "a\x9d0;owned\x9cb",
    "NUL, DEL, BS": "a\x00b\x7fc\x08d",
    "carriage return": "safe\rEVIL",
    "CRLF": "one\r\ntwo\r\n",
    "vertical": "a\x0bb\x0cc\x85d\u2028e\u2029f",
    "tabs": "a\tb\t\tc",
    "bidi override": "invoice\u202efdp.exe",
    "bidi isolate": "\u2066a\u2067b\u2069\u061c\u200e\u200f",
    "tags": "hi\U000e0041\U000e007f",
    "zero width": "pay\u200bpal\ufeff\u2060",
    "stray joiner": "a\u200db\ufe0fc\U000e0100",
    "emoji": "👩🏽\u200d💻 ❤\ufe0f 1\ufe0f\u20e3 🇫🇷 👨\u200d👩\u200d👧\u200d👦",
    "joined without end": "\u200d".join(["👩"] * 60),
    "combining": "a" + "\u0301\u0323" * 50,
    "leading combining": "\u0301\u0302x",
    "wide": "株式会社 東京 한국어 ｆｕｌｌ",
    "lone surrogate": "a\ud800b\udfffc",
    "no spaces": "x" * 10_000,
    "wide, no spaces": "東" * 10_000,
    "empty": "",
}
"""Name → payload."""

FORBIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
"""What no line of a screen may hold (a line end is no part of a line)."""

OWNED: Final = re.compile(rb"owned|b3duZWQ=")
"""Bytes of the payloads above that must never follow an escape introducer."""
