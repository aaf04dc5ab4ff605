"""The last look before mail leaves."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input

from imail_tui.domain.forecast.forecast import forecast
from imail_tui.domain.forecast.telling import BOTTLENECKS, done_words, load_words, pace_words
from imail_tui.domain.sequence.lint.finding import Finding
from imail_tui.domain.shown import UNKNOWN, plural
from imail_tui.model.drafts import Draft
from imail_tui.services.session import Session
from imail_tui.ui.dialogs.dialog import Dialog
from imail_tui.ui.widgets.detail import BLANK, fact, heading
from imail_tui.ui.widgets.safe_static import SafeStatic, styled

_QUESTIONS = (
    ("a", "The first mail names a postal address, where its readers' law asks for one."),
    ("o", "Every mail can be answered with a no, and a no is kept."),
)
_FINDINGS_MOST = 4


@dataclass(frozen=True, slots=True)
class LaunchFacts:
    """What the card says; texts may be foreign. `lines` are labelled facts."""

    name: str
    lines: tuple[tuple[str, str], ...]
    warnings: tuple[Finding, ...]
    live: bool


class LaunchCard(Dialog[bool]):
    """Gives True when both questions were answered and, on LIVE, the campaign's name was typed."""

    DEFAULT_CSS = """
    LaunchCard .box { width: 88; }
    LaunchCard VerticalScroll { height: auto; max-height: 50vh; scrollbar-size-vertical: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "answer('a')", "the postal address is there", show=False, id="launch.address"),
        Binding("o", "answer('o')", "one can opt out", show=False, id="launch.opt-out"),
        Binding("y", "confirm", "launch", show=False, id="launch.confirm"),
        Binding("n,q", "cancel", "leave everything as it is", show=False, id="launch.no"),
    ]

    def __init__(self, facts: LaunchFacts) -> None:
        super().__init__()
        self._facts = facts
        self._answered: set[str] = set()

    def compose(self) -> ComposeResult:
        """Facts, findings, questions, and how to confirm."""
        facts = self._facts
        with Vertical(classes="box"):
            yield SafeStatic(f"Launch {facts.name}?", classes="title")
            with VerticalScroll():
                yield SafeStatic(self._facts_content())
            yield SafeStatic(self._questions(), id="questions")
            if facts.live:
                yield SafeStatic(
                    styled(
                        ("LIVE", "bold reverse $text-warning"),
                        " This reaches real people. Type the name to launch:",
                    )
                )
                field = Input(compact=True, id="typed")
                field.cursor_blink = False
                yield field
            else:
                yield SafeStatic(styled(("TEST", "bold"), " Nothing is really sent."))
            yield SafeStatic(self._how(), id="how", classes="note")

    def on_mount(self) -> None:
        """The questions come first; the name is typed after them."""
        self.set_focus(None)

    def action_answer(self, question: str) -> None:
        """Yes to a question, or not after all."""
        self._answered ^= {question}
        self.query_one("#questions", SafeStatic).update(self._questions())
        if self._facts.live and self._all_answered:
            self.query_one("#typed", Input).focus()

    def action_confirm(self) -> None:
        """Launch, where no name has to be typed."""
        if self._facts.live:
            self._say("Type the campaign's name and press enter.")
        elif self._all_answered:
            self.dismiss(True)
        else:
            self._say("Answer the two questions first: a and o.")

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Launch when the name is right."""
        if event.value.strip() != self._facts.name.strip():
            self._say("That is not the campaign's name.")
        elif not self._all_answered:
            self._say("Answer the two questions first: tab, then a and o.")
        else:
            self.dismiss(True)

    def action_cancel(self) -> None:
        """Leave everything as it is."""
        self.dismiss(False)

    @property
    def _all_answered(self) -> bool:
        return len(self._answered) == len(_QUESTIONS)

    def _say(self, text: str) -> None:
        self.query_one("#how", SafeStatic).update(styled((f"! {text}", "$text-warning")))

    def _how(self) -> str:
        return (
            "a, o answer · enter launches · esc leaves"
            if self._facts.live
            else "a, o answer · y launches · esc leaves"
        )

    def _facts_content(self) -> Content:
        facts = self._facts
        lines = [fact(name, value) for name, value in facts.lines]
        if facts.warnings:
            lines += [BLANK, heading(plural(len(facts.warnings), "warning"))]
            lines += [
                styled((f"! {item.message}", "$text-warning")) for item in facts.warnings[:_FINDINGS_MOST]
            ]
        if len(facts.warnings) > _FINDINGS_MOST:
            lines.append(
                styled((f"  {len(facts.warnings) - _FINDINGS_MOST} more: i lists all", "$text-muted"))
            )
        return Content("\n").join(lines)

    def _questions(self) -> Content:
        lines = [
            styled((f"[{'x' if key in self._answered else ' '}] ", "bold"), (f"{key} ", "bold"), text)
            for key, text in _QUESTIONS
        ]
        return Content("\n").join([heading("Only you can answer"), *lines, BLANK])


def _today_words(most: int | None, begins_today: bool) -> str:
    if not begins_today:
        return "nothing leaves today"
    return UNKNOWN if most is None else f"at most {plural(most, 'mail')}"


async def launch_facts(
    session: Session, draft: Draft, campaign_id: str, warnings: Sequence[Finding]
) -> LaunchFacts:
    """What launching a campaign touches, from fresh numbers. Raises `ApiError`, `FileProblem`."""
    reach = await session.campaigns.reach(campaign_id)
    outlook = await session.forecasting.outlook(draft)
    found = await asyncio.to_thread(forecast, outlook.task, outlook.room, outlook.habits)
    first = next((day.date for day in found.days if day.mails > 0), None)
    today = outlook.task.begins.date()
    on_day = UNKNOWN if first is None else "today" if first == today else f"{first:%a %d %b %Y}"
    lines = (
        ("Leads", UNKNOWN if reach.leads is None else f"{reach.leads:,} will be written to"),
        ("First mail", on_day),
        ("Today", _today_words(reach.mails_today, first == today)),
        ("Then", pace_words(found)),
        ("Done", done_words(found, today)),
        ("Held up by", BOTTLENECKS[found.bottleneck]),
        ("Inboxes", f"{plural(reach.inboxes_connected, 'inbox')} connected, {load_words(found)}"),
    )
    return LaunchFacts(draft.name, lines, tuple(warnings), reach.live)
