"""The mails of a campaign as real leads would get them."""

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from imail_tui.domain.sequence.lead import Lead, read_lead
from imail_tui.domain.sequence.previewing import Wording, holes, rendered, wordings
from imail_tui.domain.sequence.steps import Step
from imail_tui.domain.shown import plural
from imail_tui.domain.text import one_line
from imail_tui.model.leads import Lead as LeadRecord
from imail_tui.model.record import Json
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.detail_pane import DetailPane
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

MADE_UP: Json = {
    "id": "lead_example",
    "email": "ada@example.com",
    "first_name": "Ada",
    "last_name": "Example",
    "company": "Example GmbH",
    "title": "Head of Sales",
}
"""Who is shown where there are no leads yet."""


class PreviewDialog(Dialog[None]):
    """One mail at a time; left and right change the lead, up and down the mail."""

    DEFAULT_CSS = """
    PreviewDialog .box { width: 90; height: 100%; max-height: 36; }
    PreviewDialog DetailPane { height: 1fr; background: $panel; }
    PreviewDialog:ansi DetailPane { background: ansi_default; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,l,n", "lead(1)", "next lead", show=False, id="preview.next-lead"),
        Binding("left,h,p", "lead(-1)", "lead before", show=False, id="preview.lead-before"),
        Binding("tab,J", "mail(1)", "next mail or wording", show=False, id="preview.next-mail"),
        Binding("shift+tab,K", "mail(-1)", "mail before", show=False, id="preview.mail-before"),
        Binding("w", "worst", "leads whose mails have the most blanks first", show=False, id="preview.worst"),
        Binding("slash", "search", "find a lead", show=False, id="preview.search"),
        Binding("t", "test", "send this mail to yourself", show=False, id="preview.test"),
        Binding("q", "cancel", "leave", show=False, id="preview.leave"),
    ]

    def __init__(
        self,
        steps: Sequence[Step],
        leads: Sequence[LeadRecord],
        at: str | None,
        send_test: Callable[[str, str, str | None], Awaitable[str]],
    ) -> None:
        """`at` is the mail to begin with; `send_test` takes an address, a step and a lead's id, and says in
        words what became of it.
        """
        super().__init__()
        self._steps = tuple(steps)
        self._wordings = wordings(steps)
        self._raw = [lead.wire() for lead in leads] or [MADE_UP]
        self._real = bool(leads)
        self._send = send_test
        self._leads = [read_lead(raw) for raw in self._raw]
        self._lead = 0
        begun = (place for place, one in enumerate(self._wordings) if one.email.id == at)
        self._mail = next(begun, 0)

    def compose(self) -> ComposeResult:
        """Who, which mail, the mail."""
        with Vertical(classes="box"):
            yield SafeStatic(id="who", classes="title")
            yield SafeStatic(id="which")
            yield DetailPane()
            yield SafeStatic(
                "← → lead · tab mail or wording · w worst leads · / find · t test send · esc",
                id="keys",
                classes="note",
            )

    def on_mount(self) -> None:
        """Show the first."""
        self._show()
        self.query_one(DetailPane).focus()

    def action_lead(self, by: int) -> None:
        """Another lead."""
        self._lead = (self._lead + by) % len(self._leads)
        self._show()

    def action_mail(self, by: int) -> None:
        """Another mail or wording."""
        self._mail = (self._mail + by) % max(1, len(self._wordings))
        self._show()

    def action_worst(self) -> None:
        """Those whose mails would have the most blanks first."""
        order = sorted(range(len(self._leads)), key=lambda at: -len(holes(self._steps, self._leads[at])))
        self._raw = [self._raw[at] for at in order]
        self._leads = [self._leads[at] for at in order]
        self._lead = 0
        self._show()

    @work(group="search", exclusive=True, exit_on_error=False)
    async def action_search(self) -> None:
        """Choose a lead by typing."""
        from imail_tui.ui.dialogs.picker import Choice, PickerDialog

        choices = [
            Choice(str(place), str(raw.get("email") or ""), "", _name(raw))
            for place, raw in enumerate(self._raw)
        ]
        answer = await self.app.push_screen_wait(PickerDialog("As which lead?", choices))
        if answer is not None:
            self._lead = int(answer)
            self._show()

    @work(group="test", exclusive=True, exit_on_error=False)
    async def action_test(self) -> None:
        """Have this mail sent to an address."""
        from imail_tui.ui.dialogs.prompt import PromptDialog

        if not self._wordings:
            return
        to = await self.app.push_screen_wait(
            PromptDialog("Send this mail to which address?", check=_address_fault)
        )
        if to:
            lead = self._leads[self._lead].id if self._real else None
            told = await self._send(to.strip(), self._wordings[self._mail].email.id, lead)
            self.query_one("#keys", SafeStatic).update(told)

    def _show(self) -> None:
        raw, lead = self._raw[self._lead], self._leads[self._lead]
        place = (
            f"lead {self._lead + 1} of {len(self._leads)}"
            if self._real
            else "a made-up lead: there are none yet"
        )
        who = styled((f"{_name(raw)} <{raw.get('email') or ''}>", "bold"), (f"  {place}", "$text-muted"))
        self.query_one("#who", SafeStatic).update(who)
        if not self._wordings:
            self.query_one("#which", SafeStatic).update("There is no mail to show yet.")
            return
        wording = self._wordings[self._mail]
        self.query_one("#which", SafeStatic).update(self._which(wording))
        self._show_mail(wording, lead)

    def _which(self, wording: Wording) -> str:
        mails = list(dict.fromkeys(one.email.id for one in self._wordings))
        several = sum(one.email is wording.email for one in self._wordings) > 1
        name = f", wording {wording.variant_id or 'of the step'} ({wording.share} %)" if several else ""
        return f"mail {mails.index(wording.email.id) + 1} of {len(mails)}: {wording.email.id}{name}"

    def _show_mail(self, wording: Wording, lead: Lead) -> None:
        mail = rendered(self._steps, wording, lead)
        pieces: list[str | tuple[str, str]] = []
        if mail.unresolved:
            blank = ", ".join(mail.unresolved)
            pieces.append(
                (
                    f"! {plural(len(mail.unresolved), 'variable')} blank for this lead: {blank}\n\n",
                    "$text-warning",
                )
            )
        pieces += [("Subject  ", "$text-muted"), (one_line(mail.subject) + "\n\n", "bold"), mail.body]
        pane = self.query_one(DetailPane)
        pane.show(styled(*pieces))
        pane.action_top()


def _name(raw: Json) -> str:
    names = (str(raw.get(key) or "") for key in ("first_name", "last_name"))
    return " ".join(name for name in names if name) or "(no name)"


def _address_fault(text: str) -> str | None:
    local, _, domain = text.strip().rpartition("@")
    return None if local and "." in domain else "An address such as you@example.com."
