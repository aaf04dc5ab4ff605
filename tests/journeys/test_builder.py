"""A new user writes the reference campaign from nothing, looks ahead, and launches it: keys only."""

import pytest
from textual.pilot import Pilot

from imail_tui.services.sandbox_process import SandboxAddress
from imail_tui.services.session import Session

from .builder import add, go_to, lead, on_graph, type_in, write
from .workspace import SIZES, app_on, until_gone, until_shown

COPY = "Hi {{{{first_name|there}}}}, {}"


async def write_reference(pilot: Pilot[None]) -> None:
    """Twelve steps and three conditions, two of them within others."""
    await add(pilot, "m", "hello")
    await write(pilot, "A question about {{company|your team}}", COPY.format("a question."))
    await add(pilot, "c", "answer")
    await write(pilot, "is classified not_now of hello within 4 days", "not now")
    await go_to(pilot, "answer", 0)
    await add(pilot, "w", "quarter")
    await write(pilot, "60 days")
    await add(pilot, "m", "again")
    await write(pilot, "Two months later", COPY.format("is it now?"))
    await go_to(pilot, "answer")
    await pilot.press("b")
    await until_shown(pilot, "Branch 2")
    await on_graph(pilot)
    await go_to(pilot, "answer")
    await add(pilot, "m", "guide")
    await write(pilot, "", COPY.format("see https://example.com/guide"))
    await add(pilot, "c", "reaction")
    await write(pilot, "clicked guide within 4 days", "looked at it")
    await go_to(pilot, "reaction", 0)
    await add(pilot, "c", "size")
    await write(pilot, "custom.employees is more than 200", "large")
    await go_to(pilot, "size", 0)
    await add(pilot, "m", "talk")
    await write(pilot, "", COPY.format("on your numbers?"))
    await go_to(pilot, "size")
    await add(pilot, "m", "trial")
    await write(pilot, "", COPY.format("try it."))
    await go_to(pilot, "reaction")
    await add(pilot, "m", "reminder")
    await write(pilot, "", COPY.format("the short of it."))
    await add(pilot, "w", "pause")
    await write(pilot, "6 days")
    await add(pilot, "m", "goodbye")
    await write(pilot, "", COPY.format("I won't write again. 1 High St, London."))
    await lead(pilot, "talk", "pause")
    await lead(pilot, "trial", "pause")


async def set_up(pilot: Pilot[None]) -> None:
    """Name and inboxes."""
    await pilot.press("o")
    await until_shown(pilot, "Settings of the campaign")
    await pilot.press("enter")
    await until_shown(pilot, "What is it called?")
    await type_in(pilot, "Reference")
    await pilot.press("enter")
    await until_gone(pilot, "What is it called?")
    await pilot.press("j", "enter")
    await until_shown(pilot, "Which inboxes send this?")
    await pilot.press("space", "enter")
    await until_gone(pilot, "Which inboxes send this?")
    await until_shown(pilot, "1 inbox, ")
    await pilot.press("escape")


@pytest.mark.parametrize("size", [SIZES[0], pytest.param(SIZES[1], marks=pytest.mark.slow)])
async def test_a_new_user_writes_the_reference_campaign_and_launches_it(
    sandbox: SandboxAddress, session: Session, size: tuple[int, int]
) -> None:
    async with app_on(session, size) as pilot:
        await pilot.press("2")
        await until_shown(pilot, "Campaigns  ")
        await pilot.press("a")
        await until_shown(pilot, "Begin with")
        await pilot.press("enter")
        await until_shown(pilot, "An empty campaign.", "m adds the first mail")
        await write_reference(pilot)
        await set_up(pilot)
        await until_shown(pilot, "Reference · 12/20", "not on the server")

        await go_to(pilot, "hello")
        await pilot.press("V")
        await until_shown(pilot, "mail 1 of 7: hello", "Subject")
        await pilot.press("escape")
        await pilot.press("A")
        await until_shown(pilot, "5 distinct paths")
        await pilot.press("escape")
        await pilot.press("W")
        await until_shown(pilot, "A walk of", "does nothing", "answer: else")
        await pilot.press("a")
        await until_shown(pilot, "To which mail?")
        await type_in(pilot, "hello")
        await pilot.press("enter")
        await until_shown(pilot, "hello: the lead")
        await type_in(pilot, "answers")
        await pilot.press("enter")
        await until_shown(pilot, "What is the answer?")
        await type_in(pilot, "not now")
        await pilot.press("enter")
        await until_shown(pilot, "How long after")
        await pilot.press("enter")
        await until_shown(pilot, "answer: not now", "again: Two months later")
        await pilot.press("enter")
        await until_shown(pilot, "The path is marked")

        await pilot.press("ctrl+s")
        await until_shown(pilot, "Reference is saved.")
        made = [each async for each in session.client.campaigns.list() if each.name == "Reference"]
        leads = [each.id async for each in session.client.leads.list(status="completed")][:20]
        await session.client.campaigns.enroll(made[-1].id, leads)
        await pilot.press("L")
        await until_shown(pilot, "Launch Reference?", "will be written to")
        await pilot.press("y")
        await until_shown(pilot, "Answer the two questions first")
        await pilot.press("a", "o", "y")
        await until_shown(pilot, "Reference is active.")
        launched = await session.client.campaigns.get(made[-1].id)
        assert launched.status == "active"
        assert shape(launched.wire()["steps"]) == REFERENCE


REFERENCE = {
    "hello": ["answer"],
    "answer": ["quarter", None, "guide"],
    "quarter": ["again"],
    "again": [None],
    "guide": ["reaction"],
    "reaction": ["size", "reminder"],
    "size": ["talk", "trial"],
    "talk": ["pause"],
    "trial": ["pause"],
    "reminder": ["pause"],
    "pause": ["goodbye"],
    "goodbye": [None],
}


def shape(steps: object) -> dict[str, list[object]]:
    """Where each step leads."""
    assert isinstance(steps, list)
    found: dict[str, list[object]] = {}
    for step, after in zip(steps, [*steps[1:], {}], strict=True):
        if step["type"] == "condition":
            found[step["id"]] = [*(branch["next"] for branch in step["branches"]), step["else"]]
        else:
            found[step["id"]] = [step.get("next", after.get("id"))]
    return found
