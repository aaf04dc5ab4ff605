"""Importing: from choosing a file to the report. What each part needs is loaded when it is reached."""

from textual.app import App

from imail_tui.services.session import Session
from imail_tui.ui.options import UiOptions
from imail_tui.ui.screens.leads.columns_screen import ColumnsScreen
from imail_tui.ui.screens.leads.file_dialog import FileDialog, Pasted
from imail_tui.ui.screens.leads.run_screen import RunScreen
from imail_tui.ui.typeahead import opening


async def import_leads(
    app: App[None], session: Session, options: UiOptions, given: str | None = None
) -> bool:
    """Lead a person through an import; whether one was begun. Call it from a worker.

    `given`: a path or `Pasted` rows; None = ask. Raises ImportRefused for a file that is no table of leads.
    """
    given = given or await app.push_screen_wait(FileDialog())
    if given is None:
        return False
    imports = session.imports
    with opening(app):
        table = await (imports.look_at_text(given) if isinstance(given, Pasted) else imports.look(given))
    columns = ColumnsScreen(session, table, options)
    await app.push_screen_wait(columns)
    if columns.run is None:
        return False
    await app.push_screen_wait(RunScreen(session, columns.run.record, columns.run, options))
    return True
