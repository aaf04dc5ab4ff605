"""Taking on settings that are changed while the app runs."""

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from imail_tui.model.problem import Problem
from imail_tui.services.live_settings import LiveSettings, SettingsWatch
from imail_tui.ui.commands.keymap import Keymap

if TYPE_CHECKING:
    from imail_tui.ui.app import ImailApp

READ_SECONDS: Final = 30.0
"""How long a mistake in the file stands: it is read, and often corrected, meanwhile."""


async def follow_settings(app: "ImailApp", watch: SettingsWatch, seconds: float) -> None:
    """Look again and again whether the file changed, this many seconds after the look before.

    One look after the other: a look that was cut short would have seen the change and told nobody.
    """
    while True:
        await asyncio.sleep(seconds)
        await _look(app, watch)


async def _look(app: "ImailApp", watch: SettingsWatch) -> None:
    """Take on what applies without a restart, if the file changed."""
    before = watch.now
    now = await asyncio.to_thread(watch.look)
    if now is None:
        return
    if now.keys != before.keys:
        _use_keymap(app, now.keys)
    if now.theme is not None and now.theme != before.theme:
        app.use_theme(now.theme)
    if now.columns != before.columns:
        _use_columns(app, now)
    if app.session is not None and now.alerts != before.alerts:
        app.session.alerts.use(now.alerts)
    if now.problems:
        tell_problems(app, now.problems)
    elif _is_other(now, before):
        app.notify("The changed settings are in use.")


def tell_problems(app: "ImailApp", problems: tuple[Problem, ...]) -> None:
    """Say what is wrong in the file: the first mistake, and how many more there are."""
    more = f" And {len(problems) - 1} more: imail-tui config check" if len(problems) > 1 else ""
    text = f"{problems[0].sentence()}{more}"
    app.notify(text, severity="warning", title="Settings", timeout=READ_SECONDS)


def _use_keymap(app: "ImailApp", keymap: Keymap) -> None:
    app.options = replace(app.options, keymap=keymap)
    app.set_keymap(dict(keymap))
    for screen in app.frames():
        screen.options = app.options
        screen.show_keys()


def _use_columns(app: "ImailApp", now: LiveSettings) -> None:
    """Keep them as if they had been chosen, and show them."""
    if app.session is None:
        return
    for area, keys in now.columns.items():
        app.session.ui_state.remember(f"{area}.columns", json.dumps(keys))
    for screen in app.frames():
        screen.show_settings()


def _is_other(now: LiveSettings, before: LiveSettings) -> bool:
    return replace(now, problems=()) != replace(before, problems=())
