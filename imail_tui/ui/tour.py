"""The guided tour: seven steps over the real screens, each left by pressing the key it is about."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from imail_tui.ui.app import ImailApp


@dataclass(frozen=True, slots=True)
class TourStep:
    """One step: the area behind it, what to look at, and the key that goes on."""

    area_id: str
    title: str
    text: str
    key: str
    invitation: str


STEPS: Final = (
    TourStep(
        "inboxes",
        "Inboxes",
        "One line for each mailbox: its state, today's mail of its limit, health. j and k move, enter opens,"
        " esc goes back. The bottom line says which workspace this is and whether it is LIVE or TEST.",
        "2",
        "2 shows the campaigns",
    ),
    TourStep(
        "campaigns",
        "Campaigns",
        "What is being sent, and why it is not. enter draws the sequence; e opens the builder, where"
        " everything you type is kept and can be undone.",
        "3",
        "3 shows the leads",
    ),
    TourStep(
        "leads",
        "Leads",
        "Who is written to. / finds: words, or terms such as status:replied. space marks, i imports a file;"
        " nothing is sent before you have seen what is in it.",
        "4",
        "4 shows the replies",
    ),
    TourStep(
        "replies",
        "Replies",
        "What came back. One key labels a reply: I interested, M meeting, N not interested. The conversation"
        " stands beside it.",
        "5",
        "5 shows the numbers",
    ),
    TourStep(
        "analytics",
        "Analytics",
        "Sent, replied and bounced, always with what a rate is a part of.",
        "6",
        "6 shows what happens now",
    ),
    TourStep(
        "events",
        "Events",
        "What happens, as it happens. The demo runs sixty times faster than your clock, and now and then an"
        " inbox drops out. What needs you is counted on the bottom line; ! lists it.",
        "question_mark",
        "? is the next key to know",
    ),
    TourStep(
        "inboxes",
        "Help, commands, leaving",
        "? lists the keys of where you are, : finds any command by its name, u takes the latest act back."
        " What cannot be done now is grey and says why. ctrl+q leaves.",
        "enter",
        "enter begins",
    ),
)


async def take_tour(app: "ImailApp") -> None:
    """All steps, until the person leaves. Call it from a worker."""
    from imail_tui.ui.dialogs.tour import TourDialog

    place = 0
    while 0 <= place < len(STEPS):
        step = STEPS[place]
        await app.action_go(step.area_id)
        answer = await app.push_screen_wait(
            TourDialog(step.title, step.text, step.key, step.invitation, place + 1, len(STEPS))
        )
        if answer is None:
            break
        place = max(0, place + answer)
