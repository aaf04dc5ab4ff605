"""What the front door says of words it does not know."""

import pytest

from imail_tui.cli.exits import Exit
from imail_tui.cli.root import run


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("inbox list", "There is no command inbox. Did you mean inboxes? See `imail-tui --help`."),
        ("inboxes lst", "There is no command lst. Did you mean list? See `imail-tui inboxes --help`."),
        ("xyzzy", "There is no command xyzzy. See `imail-tui --help`."),
        ("leads show a b", "Nothing is known to do with b. See `imail-tui leads show --help`."),
        ("\x1b[2J", "See `imail-tui --help`."),
    ],
)
def test_a_word_that_is_no_command(words: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words.split(" ")) == Exit.USAGE
    said = capsys.readouterr().err
    assert told in said
    assert "\x1b" not in said
