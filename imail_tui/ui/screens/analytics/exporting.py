"""Writing what is shown, or the server's own table, to a file."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from imail_tui.domain.analytics.report import Question
from imail_tui.domain.charts import AnySpec, draw_chart, plain_text
from imail_tui.domain.shown import count, plural
from imail_tui.services.analytics.analytics import Analytics
from imail_tui.services.analytics.reporting import report_text
from imail_tui.services.analytics.writing import write_text, write_values
from imail_tui.ui.dialogs.picker import Choice, PickerDialog
from imail_tui.ui.dialogs.prompt import PromptDialog
from imail_tui.ui.screens.analytics.page import Line
from imail_tui.ui.screens.frame import FrameScreen

CHART_SIZE: Final = (100, 24)
_SERVER: Final = "server"
_REPORT: Final = "md"
_GROUPS: Final = {
    "day": ("day",),
    "day and campaign": ("day", "campaign"),
    "day and inbox": ("day", "inbox"),
    "campaign and step": ("campaign", "step"),
    "campaign, step and version": ("campaign", "step", "variant"),
    "everything": ("day", "campaign", "inbox", "step", "variant"),
}


async def export(
    screen: FrameScreen,
    analytics: Analytics,
    question: Question,
    spec: AnySpec,
    lines: Sequence[Line],
    whose: str,
) -> str:
    """Ask what and where to, write it, and say what was written; "" when the person left.

    `whose` numbers they are stands above a report. Call it from a worker. Raises `ApiError`.
    """
    choices = [
        Choice("csv", "What is shown, CSV", note="the table in its order; no cell is a formula"),
        Choice("json", "What is shown, JSON", note="the table in its order; unknown is null"),
        Choice("txt", "The chart as text", note=f"{CHART_SIZE[0]} columns wide, for a chat or a mail"),
        Choice(_REPORT, "A report in Markdown", note="these days beside those before, for a chat or a mail"),
        *(
            Choice(f"{_SERVER} {name}", f"imail's CSV by {name}", note="raw counts as the server has them")
            for name in _GROUPS
        ),
    ]
    chosen = await screen.app.push_screen_wait(PickerDialog("Export", choices))
    path = await _ask_path(screen, question, chosen) if chosen is not None else None
    if chosen is None or path is None:
        return ""
    try:
        return await _write(screen, analytics, question, spec, lines, whose, chosen, path)
    except OSError as error:
        return f"{path} cannot be written: {error.strerror or error}."


async def _ask_path(screen: FrameScreen, question: Question, chosen: str) -> Path | None:
    ending = "csv" if chosen.startswith(_SERVER) else chosen
    name = f"imail-{question.span.start}-{question.span.end}.{ending}"
    note = f"in {Path.cwd()}, unless a whole path is given"
    typed = await screen.app.push_screen_wait(
        PromptDialog("Write to which file?", text=name, note=note, check=_fault, keep=True)
    )
    return None if typed is None else _path(typed)


def _path(text: str) -> Path:
    return Path(text.strip()).expanduser()


def _fault(text: str) -> str | None:
    path = _path(text)
    if not text.strip() or path.is_dir():
        return "name a file"
    if path.exists():
        return "there is such a file already"
    return None if path.parent.is_dir() else "there is no such folder"


async def _write(
    screen: FrameScreen,
    analytics: Analytics,
    question: Question,
    spec: AnySpec,
    lines: Sequence[Line],
    whose: str,
    chosen: str,
    path: Path,
) -> str:
    if chosen == "txt":
        await asyncio.to_thread(write_text, plain_text(draw_chart(spec, *CHART_SIZE)), path)
        return f"The chart is in {path}."
    if chosen == _REPORT:
        text = await report_text(analytics, whose, question.span, question.scope)
        await asyncio.to_thread(write_text, text.removesuffix("\n"), path)
        return f"The report is in {path}."
    if chosen in ("csv", "json"):
        rows = await asyncio.to_thread(write_values, [line.values for line in lines], path)
        return f"{plural(rows, 'row')} in {path}."

    def told(received: int) -> None:
        screen.say(f"Receiving imail's CSV: {count(received // 1024)} KiB.")

    groups = _GROUPS[chosen.removeprefix(f"{_SERVER} ")]
    rows = await analytics.export_table(question, groups, path, told)
    return f"{plural(rows, 'row')} in {path}."
