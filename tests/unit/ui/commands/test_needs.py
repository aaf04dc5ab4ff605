"""Commands that need something of the server are grey where it has none of it, and say so."""

import pytest

from imail_tui.domain.operations import (
    BULK_LEADS,
    CHANGE_REPLY,
    CREATE_LEAD,
    GET_CAMPAIGN,
    OPERATIONS,
    RECONNECT_INBOX,
    SUPPRESS,
    Operation,
)
from imail_tui.model.campaigns import Campaign
from imail_tui.model.inboxes import Inbox
from imail_tui.model.replies import Reply
from imail_tui.ui.areas import AREAS
from imail_tui.ui.commands.command import Subject
from imail_tui.ui.commands.registry import area_group
from imail_tui.ui.commands.screen import AREA_COMMANDS
from tests.fakes.documents import without

COMMANDS = {
    command.id: command for area in AREAS if (group := area_group(area.id)) for command in group.commands
}


@pytest.mark.parametrize(
    ("command", "record", "gone"),
    [
        ("campaigns.launch", Campaign(id="cmp_1", status="draft"), GET_CAMPAIGN),
        ("inboxes.reconnect", Inbox(id="inb_1", status="error"), RECONNECT_INBOX),
        ("replies.label", Reply(id="rpl_1"), CHANGE_REPLY),
        ("replies.label-interested", Reply(id="rpl_1"), CHANGE_REPLY),
        ("replies.label-unsubscribe", Reply(id="rpl_1"), SUPPRESS),
    ],
)
def test_a_command_says_which_operation_the_server_lacks(
    command: str, record: object, gone: Operation
) -> None:
    assert COMMANDS[command].why_not(Subject(record=record)) is None
    assert COMMANDS[command].why_not(Subject(record=record, capabilities=without())) is None
    said = COMMANDS[command].why_not(Subject(record=record, capabilities=without(gone)))
    assert said == f"this server has no {gone.shown}"


def test_a_label_that_suppresses_nobody_needs_no_suppressions() -> None:
    subject = Subject(record=Reply(id="rpl_1"), capabilities=without(SUPPRESS))
    assert COMMANDS["replies.label-interested"].why_not(subject) is None


def test_an_import_needs_one_way_to_create_leads() -> None:
    enough = (without(BULK_LEADS), without(CREATE_LEAD))
    assert [COMMANDS["leads.import"].why_not(Subject(capabilities=each)) for each in enough] == [None, None]
    neither = Subject(capabilities=without(BULK_LEADS, CREATE_LEAD))
    assert COMMANDS["leads.import"].why_not(neither) == "this server has no POST /leads"


def test_an_area_without_anything_is_not_refreshed() -> None:
    refresh = next(each for each in AREA_COMMANDS.commands if each.id == "area.refresh")
    assert refresh.why_not(Subject()) is None
    assert refresh.why_not(Subject(lacking=True))


def test_commands_need_only_operations_of_the_table() -> None:
    assert {each for command in COMMANDS.values() for each in command.needs} <= set(OPERATIONS)
