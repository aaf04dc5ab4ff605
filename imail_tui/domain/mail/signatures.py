"""Where the sender's signature begins: after ``-- ``, at a phone's remark, or at a greeting with a name."""

import re
from collections.abc import Sequence
from typing import Final

_TAIL_LINES: Final = 18
"""A signature that nothing announces is looked for in so many lines from the end."""
_SHORT: Final = 70
_DELIMITER: Final = re.compile(r"--\s?|__{2,}|—\s?")
_DEVICE: Final = re.compile(
    r"(?:Sent from|Get Outlook for|Sent via|Von meinem .{2,30} gesendet|Gesendet (?:von|mit)|"
    r"Diese Nachricht wurde von|Envoyé (?:de|depuis)|Télécharger Outlook|Enviado (?:desde|do|a partir)|"
    r"Obtener Outlook|Obter o Outlook|Inviato da|Verstuurd vanaf|Skickat från|Sendt fra|"
    r"Wysłane z|Отправлено с)\b.{0,80}",
    re.IGNORECASE,
)
_CLOSING: Final = re.compile(
    r"(?:(?:with )?(?:best|kind|warm|many|sincere)?\s*(?:regards|wishes|thanks)|best|cheers|"
    r"all the best|br|rgds|"
    r"sincerely(?: yours)?|yours(?: sincerely| truly)?|thanks(?: (?:a lot|again|in advance))?|"
    r"thank you|talk soon|"
    r"(?:mit |viele |beste |liebe |freundliche[nr]? |herzliche |schöne ){1,3}(?:freundlichen |besten )?"
    r"gr(?:ü|ue)(?:ß|ss)en?(?: aus \w+)?|mfg|vg|lg|danke(?: und .{2,20})?|"
    r"(?:bien )?(?:cordialement|à vous)|"
    r"sincères salutations|meilleures salutations|bonne journée|merci(?: d'avance)?|"
    r"(?:un )?(?:cordial |atentos? )?saludos?(?: cordiales)?|atentamente|gracias|un abrazo|"
    r"cordiali saluti|"
    r"distinti saluti|grazie|met vriendelijke groet(?:en)?|groet(?:en|jes)?|atenciosamente|abraços?)"
    r"\s*[,.!]?",
    re.IGNORECASE,
)


def signature_start(lines: Sequence[str], sender_name: str = "") -> int:
    """Index of the first line of the signature, `len(lines)` if none is found. `sender_name`: "" = unknown.

    There is always something written before it: a mail of one greeting is no signature.
    """
    end = len(lines)
    first = max(0, end - _TAIL_LINES)
    written = next((at for at, line in enumerate(lines) if line.strip()), end)
    marks = [
        at
        for at in range(max(written + 1, 0), end)
        if _DELIMITER.fullmatch(lines[at][:_SHORT].rstrip("\r")) and end - at <= 4 * _TAIL_LINES
    ]
    if marks:
        return marks[0]
    name = " ".join(sender_name.casefold().split())
    for at in range(max(first, written + 1), end):
        line = " ".join(lines[at][: 4 * _SHORT].split())
        if not line or len(line) > _SHORT + 20:
            continue
        if _DEVICE.fullmatch(line) or _ends_well(lines, at, line, name):
            return at
    return end


def _ends_well(lines: Sequence[str], at: int, line: str, name: str) -> bool:
    """Whether a greeting or the sender's name stands here with nothing but short lines below."""
    closing = _CLOSING.fullmatch(line) is not None
    named = bool(name) and line.casefold().strip(",.-– ") in (name, name.split()[0])
    if not (closing or named):
        return False
    rest = [each for each in lines[at + 1 :] if each.strip()]
    return len(rest) <= 10 and all(len(each) <= _SHORT for each in rest)
