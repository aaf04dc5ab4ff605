"""Connecting an inbox: a new one, or one that was lost, by a page or by its servers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue
from textual.app import App

from imail_tui.api.errors import ApiError, Conflict
from imail_tui.domain.marks import inbox_is
from imail_tui.domain.shown import duration
from imail_tui.model.inboxes import Inbox
from imail_tui.model.new_inbox import MailServers, NewSignInInbox, NewSmtpInbox
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.services.inboxes import Inboxes
from imail_tui.services.mail_login import try_logins
from imail_tui.ui.terminal import copy_text


@dataclass(frozen=True, slots=True)
class Connected:
    """The inbox to go to, and what to say of it."""

    inbox_id: str
    said: str


async def mend(app: App[None], service: Inboxes, inbox: Inbox) -> Connected | None:
    """Connect an inbox again; None when the person left. Call it from a worker."""
    if inbox.provider == "smtp":
        return await _mend_by_servers(app, service, inbox)
    return await _open_page(app, service, inbox)


async def add(app: App[None], service: Inboxes) -> Connected | None:
    """Ask for the provider and connect a new inbox; None when the person left. Call it from a worker."""
    from imail_tui.ui.dialogs.picker import Choice, PickerDialog

    provider = await app.push_screen_wait(
        PickerDialog(
            "Add an inbox at",
            (
                Choice("google", "Google", note="Gmail or Workspace: sign in on Google's page"),
                Choice("microsoft", "Microsoft", note="Outlook or 365: sign in on Microsoft's page"),
                Choice("smtp", "SMTP and IMAP", note="any other: servers and passwords"),
            ),
        )
    )
    if provider is None:
        return None
    return await _add_by_servers(app, service) if provider == "smtp" else await _add(app, service, provider)


async def _add(app: App[None], service: Inboxes, provider: str) -> Connected | None:
    from imail_tui.ui.dialogs.model_form import FormDialog

    sending = _Sending(service)

    async def take(given: NewSignInInbox) -> Mapping[str, str]:
        return await sending.add(
            {"email": given.email, "provider": provider, "daily_limit": given.daily_limit}
        )

    await app.push_screen_wait(FormDialog(f"New inbox at {provider}", NewSignInInbox, take))
    if sending.existing or sending.inbox is None:
        return sending.existing
    return await _open_page(app, service, sending.inbox) or Connected(
        sending.inbox.id, f"{sending.inbox.email} waits for its setup; R goes on with it."
    )


async def _add_by_servers(app: App[None], service: Inboxes) -> Connected | None:
    from imail_tui.ui.dialogs.model_form import FormDialog

    sending = _Sending(service)

    async def take(given: NewSmtpInbox) -> Mapping[str, str]:
        return await sending.add(given.wire())

    first = {"smtp.port": "465", "imap.port": "993"}
    await app.push_screen_wait(
        FormDialog("New inbox by SMTP and IMAP", NewSmtpInbox, take, given=first, attempt=try_logins)
    )
    if sending.existing or sending.inbox is None:
        return sending.existing
    return Connected(sending.inbox.id, f"{sending.inbox.email} {inbox_is(sending.inbox.status)}.")


async def _mend_by_servers(app: App[None], service: Inboxes, inbox: Inbox) -> Connected | None:
    from imail_tui.ui.dialogs.model_form import FormDialog

    async def take(given: MailServers) -> Mapping[str, str]:
        try:
            await service.reconnect(inbox.id, given.wire())
        except ApiError as error:
            return faults_of(error.problem)
        return {}

    first = {"smtp.port": "465", "imap.port": "993"} | {
        f"{server}.username": inbox.email for server in ("smtp", "imap")
    }
    dialog = FormDialog(f"Connect {inbox.email}", MailServers, take, given=first, attempt=try_logins)
    if not await app.push_screen_wait(dialog):
        return None
    now = service.get(inbox.id) or inbox
    return Connected(inbox.id, connected_sentence(inbox, now))


async def _open_page(app: App[None], service: Inboxes, inbox: Inbox) -> Connected | None:
    from imail_tui.ui.dialogs.connect import ConnectDialog, Standing

    async def look() -> Standing:
        try:
            now, link = await service.setup_page(inbox.id)
        except ApiError as error:
            return Standing(problem=error.problem)
        if now.status in ("connected", "paused"):
            return Standing(done=connected_sentence(inbox, now))
        return Standing(link)

    async def renew() -> Standing:
        try:
            return Standing(await service.reconnect(inbox.id))
        except ApiError as error:
            return Standing(problem=error.problem)

    async def copy(link: str) -> str:
        return await copy_text(app, link)

    said = await app.push_screen_wait(ConnectDialog(f"Connect {inbox.email}", look, renew, copy))
    return None if said is None else Connected(inbox.id, said)


class _Sending:
    """A new inbox being sent from a form: what came of it."""

    def __init__(self, service: Inboxes) -> None:
        self._service = service
        self.inbox: Inbox | None = None
        self.existing: Connected | None = None

    async def add(self, body: Json) -> Mapping[str, str]:
        """What is wrong by field. An inbox that is there already is nothing to correct: it is shown."""
        try:
            self.inbox = await self._service.add(body)
        except Conflict as error:
            existing: JsonValue = error.details.get("existing_id")
            if not isinstance(existing, str):
                return faults_of(error.problem)
            try:
                there = await self._service.fetch(existing)
            except ApiError:
                return faults_of(error.problem)
            self.existing = Connected(there.id, f"{there.email} is there already: {there.status}.")
        except ApiError as error:
            return faults_of(error.problem)
        return {}


def faults_of(problem: Problem) -> dict[str, str]:
    """A refusal at the field it names, and as a whole with what to do about it."""
    faults = {"": problem.sentence()}
    if problem.where:
        faults[problem.where] = problem.what
    return faults


def connected_sentence(before: Inbox, now: Inbox) -> str:
    """That an inbox is connected, and how long it was not.

    The server moves `updated_at` when the inbox is connected: that instant, not ours of noticing, is the end.
    """
    said = f"{now.email} {inbox_is(now.status)}"
    down = _span(before.disconnected_at, now.updated_at)
    return f"{said}." if down is None else f"{said}; it was down for {duration(down)}."


def _span(start: datetime | None, end: datetime | None) -> timedelta | None:
    return None if start is None or end is None or end < start else end - start
