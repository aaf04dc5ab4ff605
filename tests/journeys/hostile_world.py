"""A small world whose names would write the clipboard, turn an address round or break a table."""

from pathlib import Path
from typing import Final

ESCAPE: Final = "\x1b]52;c;aGk=\x07"
"""Writes the clipboard of a terminal that reads it."""
EVIL: Final = f"[/nope]{ESCAPE}\u202e Zoë\t\n=1+1"
"""A name with a malformed tag, an escape sequence, a bidi override, a tab, a line end and a formula."""

_WORLD: Final = """
workspace: {{name: {evil}, timezone: UTC}}
inboxes:
  - {{email: anna@acme.example, display_name: {evil}, daily_limit: 40}}
  - {{email: bo@acme.example}}
  - {{email: lost@acme.example, provider: microsoft, status: disconnected}}
  - {{email: idle@acme.example}}
leads:
  - {{email: ada@client.example, first_name: {evil}, company: Client, custom: {{plan: pro, seats: 7}}}}
  - {{email: ben@client.example, first_name: Ben}}
  - {{email: cy@other.example, company: {evil}}}
suppressions:
  - {{value: blocked.example, reason: manual}}
campaigns:
  - name: {evil}
    status: active
    inboxes: [anna@acme.example]
    leads: [ada@client.example, ben@client.example]
    steps: &steps
      - {{id: hello, type: email, subject: {evil}, body: "Hello {{{{first_name|there}}}}"}}
      - {{id: pause, type: wait, delay: {{value: 2, unit: days}}}}
      - {{id: again, type: email, body: "Again"}}
  - {{name: Q4, status: active, inboxes: [bo@acme.example], leads: [ben@client.example], steps: *steps}}
  - name: Q4 outreach
    status: paused
    inboxes: [bo@acme.example]
    leads: [ada@client.example]
    steps: *steps
  - {{name: Unready, status: draft, inboxes: [idle@acme.example], leads: [ben@client.example], steps: [
      {{id: hello, type: email, subject: "Hi", body: "{{{{nothing}}}}"}}]}}
"""


_REPLY: Final = """
replies:
  - {{lead: ben@client.example, campaign: Q4, text: {evil}, label: interested, minutes_ago: 30}}
"""


def write_world(file: Path, *, answered: bool = False) -> Path:
    """The world's file, for `--seed-file`; `answered`: with a reply, by which Ben has left Q4."""
    import json

    file.write_text((_WORLD + (_REPLY if answered else "")).format(evil=json.dumps(EVIL)), "utf-8")
    return file
