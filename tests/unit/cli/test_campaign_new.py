"""`campaigns new`: a file to begin with."""

import json
from pathlib import Path

import pytest

from imail_tui.cli.campaign_files import new
from imail_tui.cli.exits import Exit
from imail_tui.services.campaign_code.files import read_file


def test_a_template_with_a_name_and_inboxes_keeps_its_remarks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "q4.yaml"
    made = new(str(file), name="Q4: [ops]", inbox=("anna@acme.example", "inb_1"), json=True)
    assert made == Exit.OK
    campaign = read_file(str(file)).campaign
    assert (campaign["name"], campaign["inbox_ids"]) == ("Q4: [ops]", ["anna@acme.example", "inb_1"])
    assert "# nine to five where the reader lives" in file.read_text("utf-8")
    out, err = capsys.readouterr()
    assert json.loads(out) == {"file": str(file), "template": "follow-up"}
    assert "add inboxes" not in err
