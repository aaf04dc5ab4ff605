"""Commands of the webhooks."""

from imail_tui.domain.operations import (
    CHANGE_WEBHOOK,
    CREATE_WEBHOOK,
    DELETE_WEBHOOK,
    ROTATE_WEBHOOK,
    TEST_WEBHOOK,
    WEBHOOK_DELIVERIES,
)
from imail_tui.ui.commands.command import Command, CommandGroup, needs_record

COMMANDS = CommandGroup(
    "webhooks",
    "Webhooks",
    (
        Command(
            "webhooks.create",
            "Create a webhook",
            "Have what happens sent to a URL; its signing secret is shown once and kept here.",
            "a",
            "create",
            hint="create",
            needs=(CREATE_WEBHOOK,),
        ),
        Command(
            "webhooks.deliveries",
            "Deliveries",
            "Show what was sent to it, how it answered, and what was in it.",
            "d",
            "deliveries",
            needs_record,
            hint="deliveries",
            needs=(WEBHOOK_DELIVERIES,),
        ),
        Command(
            "webhooks.test",
            "Send a test event",
            "Have the server send an event that means nothing.",
            "t",
            "send_test",
            needs_record,
            hint="test",
            needs=(TEST_WEBHOOK,),
        ),
        Command(
            "webhooks.pause",
            "Pause or resume",
            "Send nothing to it, or go on; a disabled one is switched on again.",
            "p",
            "pause",
            needs_record,
            needs=(CHANGE_WEBHOOK,),
        ),
        Command(
            "webhooks.events",
            "Choose the events",
            "Choose which types it is sent.",
            "e",
            "choose_events",
            needs_record,
            needs=(CHANGE_WEBHOOK,),
        ),
        Command(
            "webhooks.rotate",
            "Rotate the secret",
            "Have a new signing secret; the old one signs too for 24 hours.",
            "R",
            "rotate",
            needs_record,
            needs=(ROTATE_WEBHOOK,),
        ),
        Command(
            "webhooks.delete",
            "Delete",
            "End the subscription (asks).",
            "D",
            "delete",
            needs_record,
            needs=(DELETE_WEBHOOK,),
        ),
    ),
)
