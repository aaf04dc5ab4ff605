"""Print one of the README's two commands, so that what CI runs is what the README says."""

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def command(name: str) -> str:
    """The shell block that follows `<!-- command: NAME -->` in the README."""
    match = re.search(rf"<!-- command: {name} -->\s*```sh\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    if match is None:
        raise SystemExit(f"README.md has no command named {name!r}")
    return match[1].strip()


if __name__ == "__main__":
    print(command(sys.argv[1]))
