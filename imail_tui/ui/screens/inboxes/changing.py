"""Pausing, resuming and limiting inboxes: asked where it is many, done, and kept for undo."""

from collections.abc import Sequence

from textual.app import App

from imail_tui.domain.inbox_changes import InboxChange, limit_fault, limit_to
from imail_tui.domain.shown import plural
from imail_tui.model.inboxes import Inbox
from imail_tui.services.inboxes import Changed, Inboxes
from imail_tui.services.session import Session
from imail_tui.services.undo import Act
from imail_tui.ui.screens.asking import confirmed


async def change_inboxes(
    app: App[None], session: Session, chosen: Sequence[Inbox], change: InboxChange, trigger: str
) -> str | None:
    """Carry a change out on those it applies to; more than one is asked about first.

    The sentence to say, None when the person left it. Call it from a worker.
    """
    inboxes = [inbox for inbox in chosen if change.applies_to(inbox)]
    if not inboxes:
        return f"{change.verb}: none of {plural(len(chosen), 'inbox')} is in a state for it."
    if len(inboxes) > 1 and not await _may(app, session.inboxes, chosen, inboxes, change, trigger):
        return None
    changed = await session.inboxes.change({inbox.id: change for inbox in inboxes})
    if changed.before:
        title = f"{change.verb} {_whom(changed.before)}"
        session.undo.add(Act(title, lambda: _take_back(session.inboxes, changed, change)))
    return outcome(change.verb, changed, " · u undoes")


async def ask_limit(app: App[None], chosen: Sequence[Inbox]) -> InboxChange | None:
    """The change to a daily limit that is typed; None when the person left. Call it from a worker."""
    from imail_tui.ui.dialogs.prompt import PromptDialog

    now = {inbox.daily_limit for inbox in chosen}
    first = str(next(iter(now))) if len(now) == 1 and None not in now else ""
    title = f"Mails a day for {_whom(chosen)}"
    typed = await app.push_screen_wait(PromptDialog(title, text=first, check=limit_fault))
    return None if typed is None else limit_to(int(typed))


def outcome(verb: str, changed: Changed, end: str = "") -> str:
    """What became of a change, with the reason where the server refused some."""
    said = f"{verb}: {_whom(changed.before)}" if changed.before else f"{verb}: nothing changed"
    if not changed.refused:
        return said + (end if changed.before else "")
    problem = next(iter(changed.refused.values()))
    return f"{said}; {plural(len(changed.refused), 'inbox')} refused: {problem.sentence()}"


async def _may(
    app: App[None],
    service: Inboxes,
    chosen: Sequence[Inbox],
    inboxes: Sequence[Inbox],
    change: InboxChange,
    trigger: str,
) -> bool:
    lines = [", ".join(inbox.email for inbox in inboxes[:3]) + (" …" if len(inboxes) > 3 else "")]
    if len(inboxes) < len(chosen):
        lines.append(f"{len(chosen) - len(inboxes)} of {len(chosen)} marked stay as they are.")
    title = f"{change.verb} {plural(len(inboxes), 'inbox')}?"
    return await confirmed(app, title, change.verb, tuple(lines), trigger=trigger, live=service.live)


async def _take_back(service: Inboxes, changed: Changed, change: InboxChange) -> str:
    back = {inbox.id: inverse for inbox in changed.before if (inverse := change.inverse(inbox)) is not None}
    undone = await service.change(back)
    said = outcome("Undone", undone)
    moved = len(changed.before) - len(undone.before) - len(undone.refused)
    return f"{said}; {plural(moved, 'inbox')} changed since, left alone" if moved else said


def _whom(inboxes: Sequence[Inbox]) -> str:
    return inboxes[0].email if len(inboxes) == 1 else plural(len(inboxes), "inbox")
