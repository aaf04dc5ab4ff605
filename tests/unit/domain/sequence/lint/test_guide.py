"""The guide names every finding there is."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[5]


def test_every_code_stands_in_the_readme() -> None:
    modules = (ROOT / "imail_tui" / "domain" / "sequence").rglob("*.py")
    text = "\n".join(path.read_text("utf-8") for path in modules)
    codes = set(re.findall(r'\b(?:error|warning|Violation)\(\s*"([a-z_]+)"', text))
    assert len(codes) > 45
    named = set(re.findall(r"[a-z_]+", (ROOT / "README.md").read_text("utf-8")))
    assert codes - named == set()
