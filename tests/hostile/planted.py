"""A private home in which keys are planted, and the search for them in every byte that came of it."""

import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tests.fakes.keyrings import WorkingKeyring, backend_environment
from tests.patience import PATIENCE
from tests.wire.terminal import TRUECOLOR, Terminal

KEY: Final = "imk_test_SENTINELAAAAFIRSTAAAASENTINEL01"
NEW_KEY: Final = "imk_test_SENTINELBBBBSECONDBBSENTINEL02"
WRONG_KEY: Final = "imk_test_SENTINELCCCCWRONGCCCSENTINEL03"
KEYS: Final = (KEY, NEW_KEY, WRONG_KEY)
SHOWN: Final = 4
"""Last characters of a key that may be shown."""

IMAIL: Final = (sys.executable, "-m", "imail_tui")


class PlantedHome:
    """Runs the program with everything it writes below one folder; `said` is all it wrote to a terminal."""

    def __init__(self, root: Path, base_url: str) -> None:
        self.files = root / "home"
        """All that the program can write to; the secret store is beside it, not in it."""
        self.children = root / "children"
        """What children of the program had in their environment."""
        self.tools = root / "tools"
        self.said = bytearray()
        for folder in (self.files, self.files / "tmp", self.children, self.tools):
            folder.mkdir()
        self.environment: dict[str, str] = {
            **TRUECOLOR,
            **backend_environment(WorkingKeyring, root / "keyring"),
            "PATH": f"{self.tools}:{os.environ['PATH']}",
            "HOME": str(self.files),
            "TMPDIR": str(self.files / "tmp"),
            "IMAIL_TUI_HOME": str(self.files / "imail"),
            "IMAIL_BASE_URL": base_url,
            "PYTHONFAULTHANDLER": "1",
        }

    def run(
        self, *arguments: str, given: str = "", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """A command in a pipe, `given` on its standard input."""
        done = subprocess.run(
            [*IMAIL, *arguments],
            input=given.encode(),
            env={**self.environment, **(env or {})},
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        self.said += done.stdout + done.stderr
        return done

    def terminal(
        self, *arguments: str, env: Mapping[str, str] | None = None, argv: Sequence[str] = IMAIL
    ) -> Terminal:
        """The program on a terminal; give it to `ended` when it is over."""
        return Terminal([*argv, *arguments], env={**self.environment, **(env or {})}, columns=120, lines=40)

    def ended(self, terminal: Terminal) -> int:
        """Wait for its end; gives the exit status."""
        status = terminal.wait_exit()
        self.said += terminal.raw
        return status

    def tool(self, name: str, says: str = "") -> Path:
        """A program on the PATH that leaves its environment and arguments behind, and prints `says`."""
        file = self.tools / name
        record = self.children / name
        file.write_text(
            "#!/bin/sh\n"
            f'tr "\\0" "\\n" < /proc/self/environ >> {record}\n'
            f'tr "\\0" "\\n" < /proc/$$/environ >> {record}\n'
            f'echo "ARGUMENTS $0 $@" >> {record}\n'
            f"{f'cat {says}' if says else 'cat > /dev/null'}\n",
            encoding="utf-8",
        )
        file.chmod(0o700)
        return record

    def key_files(self) -> set[Path]:
        """The private files that a person agreed to keep a key in."""
        return {path for path in (self.files / "imail" / "config" / "keys").glob("*") if path.is_file()}

    def hits(self) -> list[str]:
        """Where a key, or so much of one that it is no longer secret, was found."""
        return sorted(
            place for place, content in self._everything() if any(part in content for part in secret_parts())
        )

    def _everything(self) -> Iterator[tuple[str, bytes]]:
        yield "terminal", bytes(self.said)
        key_files = self.key_files()
        for folder in (self.files, self.children):
            for path in folder.rglob("*"):
                yield f"name of {path}", os.fsencode(path)
                if path.is_file() and path not in key_files:
                    yield str(path), path.read_bytes()


def secret_parts() -> Iterator[bytes]:
    """What must be nowhere: each key without the kind and the last characters, plain and encoded."""
    for key in KEYS:
        middle = key.removeprefix("imk_test_")[:-SHOWN]
        yield middle.encode()
        yield quote(middle).encode()
        yield middle.encode().hex().encode()
        # Base64 depends on where the text begins: three ways, without the ends that its neighbours colour.
        for shift in range(3):
            yield b64encode(b"\0" * shift + middle.encode())[4:-4]
