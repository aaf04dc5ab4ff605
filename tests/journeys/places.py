"""A walk through everything the app can show: every area with its pages, every screen and every dialog."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from textual.pilot import Pilot

from imail_tui.services.session import Session
from imail_tui.ui.areas import AREAS
from imail_tui.ui.screens.analytics.views import VIEWS
from imail_tui.ui.screens.builder.graph import GraphView

from .workspace import at_once, filter_by, shown, until, until_gone, until_shown

PEOPLE: Final = "Email,First name,Seats\nada@walk.example,Ada,12\nnot an address,Nobody,1\n,Blank,2\n"
Walk = AsyncIterator[str]


async def places(pilot: Pilot[None], session: Session, folder: Path) -> Walk:
    """Gives the name of each place while it is on show. The session is the app's; files go to `folder`."""
    await until_shown(pilot, "Inboxes  24", "data now")
    for part in (_inboxes, _campaigns, _leads, _replies, _numbers, _rest):
        async for name in part(pilot, session, folder):
            yield name


async def to(pilot: Pilot[None], *keys: str, told: tuple[str, ...] | str) -> None:
    """Press keys, all at once, and wait for what they lead to."""
    at_once(pilot, *keys)
    await until_shown(pilot, *([told] if isinstance(told, str) else told))


async def another(pilot: Pilot[None], *keys: str, told: str = "") -> None:
    """Press keys that lead to another screen, all at once, and wait for it."""
    here = pilot.app.screen
    at_once(pilot, *keys)
    await until(pilot, lambda: pilot.app.screen is not here, f"another screen by {keys}")
    await until_shown(pilot, told)


async def back(pilot: Pilot[None], times: int = 1) -> None:
    """Leave a dialog or a page for the screen below."""
    await another(pilot, *["escape"] * times)


async def area(pilot: Pilot[None], key: str) -> None:
    """Go to an area whose rows are there."""
    title = next(each.title for each in AREAS if each.key == key)
    await to(pilot, key, told=(f" {title}", "data now"))


async def _inboxes(pilot: Pilot[None], session: Session, folder: Path) -> Walk:
    yield "Inboxes"
    await to(pilot, "enter", told="Minimum gap")
    yield "page of an inbox"
    await to(pilot, "escape", "space", "space", "p", told="Pause 2 inboxes?")
    yield "question"
    await back(pilot)
    await to(pilot, "escape", "/", "x", "enter", told="matching")
    yield "filtered list"
    await to(pilot, "escape", "l", told="Mails a day for")
    yield "prompt"
    await back(pilot)
    await to(pilot, "a", told="Add an inbox at")
    yield "picker"
    await to(pilot, *"smtp", "enter", told="New inbox by SMTP and IMAP")
    yield "form"
    await to(pilot, "ctrl+s", told="!")
    yield "form with faults"
    await back(pilot)
    await to(pilot, "a", "enter", *"walk@acme.example", "ctrl+s", told=("Connect walk@acme.example", "█"))
    yield "page to connect an inbox"
    await back(pilot)


async def _campaigns(pilot: Pilot[None], session: Session, folder: Path) -> Walk:
    await area(pilot, "2")
    yield "Campaigns"
    await to(pilot, "enter", told="Leads by step")
    yield "page of a campaign"
    at_once(pilot, "escape")
    drafts = [each async for each in session.client.campaigns.list() if each.status == "draft"]
    able = [each.id async for each in session.client.inboxes.list() if each.status == "connected"]
    await session.client.campaigns.patch(drafts[0].id, {"inbox_ids": [*able]})
    await to(pilot, "r", "/", *"status:draft", "enter", "L", told="will be written to")
    yield "card before a launch"
    await back(pilot)
    await to(pilot, "e", told=" Builder  ")
    await until(pilot, lambda: isinstance(pilot.app.focused, GraphView), "graph with the keys")
    yield "Builder"
    await to(pilot, "j", "j", "enter", told="esc graph")
    yield "form of a step"
    at_once(pilot, "escape")
    await until(pilot, lambda: isinstance(pilot.app.focused, GraphView), "graph with the keys")
    for key in "iVWAF":
        await another(pilot, key, told="esc")
        yield f"{key} in the builder"
        await back(pilot)
    await to(pilot, "o", told="Settings of the campaign")
    yield "settings of a campaign"
    await to(pilot, "j", "enter", told="Which inboxes send this?")
    yield "inboxes of a campaign"
    await back(pilot)
    await to(pilot, "j", "j", "enter", told="When may mail leave?")
    yield "send window"
    await back(pilot)
    await to(pilot, "k", "enter", *"77", "enter", told="77 mails")
    await session.client.campaigns.patch(drafts[0].id, {"daily_limit": 33})
    await to(pilot, "escape", "ctrl+s", told=("Somebody changed the campaign", "{+33+}"))
    yield "two versions of a campaign"
    await back(pilot)
    await to(pilot, ":", *"discard", "enter", "y", told="Campaigns  ")
    at_once(pilot, "escape")


async def _leads(pilot: Pilot[None], session: Session, folder: Path) -> Walk:
    await area(pilot, "3")
    await until_shown(pilot, "Leads  300+")
    yield "Leads"
    await to(pilot, "c", told="Which columns?")
    yield "columns of a list"
    await back(pilot)
    await filter_by(pilot, "status:replied")
    await until_shown(pilot, "of more matching")
    await to(pilot, "enter", told="Fields  e edits")
    yield "page of a lead"
    await to(pilot, "escape", "escape", "e", told="Edit ")
    yield "fields of a lead"
    email = shown(pilot).split("Edit ")[1].split()[0]
    (lead,) = (await session.client.leads.list(q=email, limit=1).page()).items
    await to(pilot, "j", "j", "j", "enter", "ctrl+u", *"Mine", "enter", told="~ changed")
    yield "fields that were changed"
    await session.client.leads.patch(lead.id, {"company": "Theirs", "first_name": "Them"})
    await to(pilot, "ctrl+s", told="Somebody changed the lead")
    yield "two versions of a lead"
    await back(pilot)
    await back(pilot, times=2)
    await to(pilot, "S", told="Suppression list")
    yield "suppression list"
    await to(pilot, "enter", told="eason")
    yield "page of a suppression"
    await back(pilot, times=2)
    file = folder / "walk.csv"
    file.write_text(PEOPLE)
    await to(pilot, "i", told="Import leads from a file")
    yield "file to import"
    await to(pilot, *str(file), "enter", told="of 3 columns imported")
    yield "columns of an import"
    await to(pilot, "c", told="1 to import of 3 records")
    yield "check of an import"
    await to(pilot, "i", "enter", "enter", told="Import 1 lead from")
    yield "question before an import"
    await to(pilot, "y", told="1 created")
    yield "report of an import"
    await back(pilot)
    await to(pilot, "I", told="Files imported from this machine")
    yield "imports"
    await back(pilot)


async def _replies(pilot: Pilot[None], session: Session, folder: Path) -> Walk:
    await area(pilot, "4")
    yield "Replies"
    await to(pilot, "enter", told="n")
    yield "conversation"
    await to(pilot, "z", told="Snooze ")
    yield "snooze"
    await back(pilot)
    await to(pilot, "a", told="Answer  to")
    yield "answer"
    await back(pilot)
    await to(pilot, "b", told="Outbox")
    yield "outbox"
    await back(pilot)
    at_once(pilot, "escape")


async def _numbers(pilot: Pilot[None], session: Session, folder: Path) -> Walk:
    await area(pilot, "5")
    await until_gone(pilot, "days known")
    for view in VIEWS:
        await until_shown(pilot, f"[{view.word}]")
        yield f"Analytics, {view.word}"
        at_once(pilot, "n")
    await to(pilot, "tab", "P", told="imail")
    yield "imail's public numbers"
    await back(pilot)
    await area(pilot, "6")
    yield "Events"
    await to(pilot, "enter", told="evt_")
    yield "page of an event"


async def _rest(pilot: Pilot[None], session: Session, folder: Path) -> Walk:
    await area(pilot, "7")
    yield "Settings"
    await to(pilot, "l", told="Request log")
    yield "request log"
    await to(pilot, "enter", told="req_")
    yield "page of a request"
    await back(pilot, times=2)
    await to(pilot, "h", told="Webhooks")
    await to(pilot, "a", "end", *"localhost/hook", "enter", "enter", told="Keep the secret in")
    await to(pilot, "n", told="The signing secret")
    yield "secret"
    await back(pilot)
    yield "webhooks"
    await to(pilot, "d", told="Deliveries")
    yield "deliveries"
    await back(pilot)
    await back(pilot)
    await to(pilot, "!", told="Alerts")
    yield "alerts"
    await back(pilot)
    await to(pilot, "Z", told="Done in this run")
    yield "undo list"
    await back(pilot)
    for word, told in (("budget", "esc closes"), ("key", "Another key"), ("theme", "palette, light")):
        await to(pilot, ":", *word, "enter", told=told)
        yield f":{word}"
        await back(pilot)
        await until_shown(pilot, " Settings")
    await to(pilot, "?", told="Keys")
    yield "help"
    await back(pilot)
    await to(pilot, ":", *"tour", "enter", told="1/7")
    yield "tour"
    await back(pilot)
