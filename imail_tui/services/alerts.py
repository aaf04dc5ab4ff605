"""Alerts of a session: rules looked at when something changed, told once, with a command if one is set."""

import asyncio
import json
import os
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime
from typing import Final

from imail_tui.domain.alerts import Alert, AlertBoard, AlertSettings, Kind, of_campaign, of_event, of_inboxes
from imail_tui.domain.filters import Filter, parse_filter
from imail_tui.model.inboxes import Inbox
from imail_tui.model.problem import Problem
from imail_tui.services.campaigns import Campaigns
from imail_tui.services.feed import Feed, Movement
from imail_tui.services.inboxes import Inboxes
from imail_tui.services.signals import Signal
from imail_tui.services.workbench import Workbench
from imail_tui.store.event_store import EventsNotKept

LOOK_SECONDS: Final = 10.0
"""Between two looks while nothing changes: minutes pass, quiet hours end."""
GATHER_SECONDS: Final = 0.1
"""Changes that come close together are looked at once."""
COMMAND_SECONDS: Final = 30.0
"""How long a command may take."""
_COMMANDS_AT_ONCE: Final = 4
_BOARD: Final = "alerts.board"
"""The note of causes that were told and of those acknowledged, shared by all sessions of the workspace."""
_RUN: Final = "alerts.commands"
"""The note of causes whose command was run, by any session."""
_MOST_RUN: Final = 500
_DOWN: Final = parse_filter("status:disconnected,error")
_PAUSED: Final = parse_filter("warmup:threshold_paused")
_ACTIVE: Final = parse_filter("status:active")


class Alerts:
    """What stands in a workspace, once started."""

    def __init__(
        self,
        bench: Workbench,
        inboxes: Inboxes,
        campaigns: Campaigns,
        feed: Feed,
        noticed: Signal[Problem],
        settings: AlertSettings,
        workspace_zone: Callable[[], str],
        local: Callable[[], datetime],
    ) -> None:
        """`local`: the person's time, for quiet hours."""
        self.changed: Signal[int] = Signal()
        """How many nobody has acknowledged, when it differs or one more stands."""
        self.told: Signal[Alert] = Signal()
        """Alerts to tell a person of, each once."""
        self._bench = bench
        self._inboxes = inboxes
        self._campaigns = campaigns
        self._feed = feed
        self._noticed = noticed
        self._settings = settings
        self._zone = workspace_zone
        self._local = local
        known = bench.events.recall(_BOARD)
        self._first = known is None
        self._noted = known
        self._board = AlertBoard(settings.quiet, _board(known)[0])
        self._standing: tuple[Alert, ...] = ()
        self._task: asyncio.Task[None] | None = None
        self._commands: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(_COMMANDS_AT_ONCE)
        self._stirred = asyncio.Event()
        self._unsubscribe: list[Callable[[], None]] = []

    @property
    def standing(self) -> tuple[Alert, ...]:
        """All of them, the newest first."""
        return self._standing

    @property
    def open(self) -> int:
        """How many nobody has acknowledged."""
        return self._board.open

    def start(self) -> None:
        """Look whenever something changed; starting twice does no harm."""
        if self._task is None:
            for signal in (self._inboxes.changed, self._campaigns.changed):
                self._unsubscribe.append(signal.subscribe(lambda _: self._stirred.set()))
            self._unsubscribe.append(self._feed.moved.subscribe(self._on_movement))
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End it, and commands that still run."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        tasks = [*self._commands, *([self._task] if self._task is not None else [])]
        self._task = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def use(self, settings: AlertSettings) -> None:
        """Go by other rules from now on; what was told stays told."""
        if settings != self._settings:
            self._settings = settings
            self._board.keep_quiet(settings.quiet)
            self._stirred.set()

    def acknowledge(self, *causes: str) -> None:
        """A person has seen these. Without a cause: all."""
        self._board.acknowledge(causes or [alert.cause for alert in self._standing])
        self._note_board()
        self._show()

    def look(self) -> None:
        """Look at everything now, once there is something to look at.

        What stands when a workspace is looked at for the first time is shown and told to nobody.
        """
        if self._inboxes.age() is None or self._campaigns.age() is None:
            return
        now = self._bench.line.now()
        found = of_inboxes(self._settings, self._troubled(), now)
        if Kind.CAMPAIGN_STALLED in self._settings.rules:
            window = self._campaigns.window(_ACTIVE)
            try:
                rows = window.rows(0, window.total)
            finally:
                window.close()
            zone = self._zone()
            for campaign in map(self._campaigns.parse, rows):
                reasons = self._campaigns.reasons(campaign, now, zone)
                found += of_campaign(self._settings, campaign, reasons, now)
        before = {alert.cause for alert in self._standing if alert.rule.command}
        told = self._board.stand(found, self._local(), silent=self._first)
        # What was seen in another terminal, or in an earlier run.
        self._board.acknowledge(_board(self._bench.events.recall(_BOARD))[1])
        self._tell(told)
        self._first = False
        self._note_board()
        over = before - {alert.cause for alert in self._standing}
        if over:
            self._spawn(self._note(lambda: _release(self._bench, over)))

    def _troubled(self) -> list[Inbox]:
        """The inboxes a rule may be about; the others are not even read."""
        wanted = [_DOWN, _PAUSED]
        bounces = self._settings.rules.get(Kind.BOUNCES)
        if bounces is not None:
            wanted.append(parse_filter(f"bounce:>={100 * bounces.above:.6f}%"))
        found: dict[str, Inbox] = {}
        for rows in wanted:
            found |= {inbox.id: inbox for inbox in self._inboxes_of(rows)}
        return list(found.values())

    def _inboxes_of(self, rows: Filter) -> list[Inbox]:
        window = self._inboxes.window(rows)
        try:
            return [self._inboxes.parse(row) for row in window.rows(0, window.total)]
        finally:
            window.close()

    async def _run(self) -> None:
        while True:
            self._stirred.clear()
            self.look()
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._stirred.wait()
            except TimeoutError:
                continue
            await asyncio.sleep(GATHER_SECONDS)

    def _on_movement(self, movement: Movement) -> None:
        if movement.history or Kind.REPLY not in self._settings.rules:
            return
        now = self._bench.line.now()
        news = (of_event(self._settings, event, now) for event in movement.events)
        found = [alert for alert in news if alert is not None]
        if found:
            self._tell(self._board.pass_on(found, self._local()))

    def _tell(self, alerts: list[Alert]) -> None:
        self._show()
        for alert in alerts:
            self.told.emit(alert)
            if alert.rule.command:
                self._spawn(self._command(alert))

    def _note_board(self) -> None:
        text = json.dumps([sorted(self._board.told), sorted(self._board.acknowledged)])
        if text != self._noted:
            self._noted = text
            self._spawn(self._note(lambda: self._bench.events.remember(_BOARD, text)))

    def _show(self) -> None:
        before, self._standing = self._standing, self._board.standing
        if before != self._standing:
            self.changed.emit(self._board.open)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._commands.add(task)
        task.add_done_callback(self._commands.discard)

    async def _note(self, write: Callable[[], None]) -> None:
        try:
            await self._bench.on_events(write)
        except EventsNotKept as error:
            self._noticed.emit(error.problem)

    async def _command(self, alert: Alert) -> None:
        """Run a rule's command unless another session of this machine did."""
        async with self._places:
            if not await self._bench.on_events(lambda: _claim(self._bench, alert.cause)):
                return
            problem = await run_command(alert)
            if problem is not None:
                self._noticed.emit(problem)


async def run_command(alert: Alert) -> Problem | None:
    """Run the command of an alert's rule, the alert as a line of JSON on its input; why it failed, if so."""
    name, *arguments = alert.rule.command
    where = f"alerts.{alert.rule.kind}.command"
    remedy = "Correct it in the config."
    try:
        process = await asyncio.create_subprocess_exec(
            name,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            env={key: value for key, value in os.environ.items() if not key.startswith("IMAIL_API_KEY")},
        )
    except OSError as error:
        return Problem(f"{name} was not run: {error.strerror}.", remedy, where, code="alert_command")
    try:
        async with asyncio.timeout(COMMAND_SECONDS):
            await process.communicate(json.dumps(alert.as_json()).encode() + b"\n")
    except TimeoutError:
        return Problem(
            f"{name} ran longer than {COMMAND_SECONDS:.0f} s.", remedy, where, code="alert_command"
        )
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        what = f"{name} ended with {process.returncode}."
        return Problem(what, remedy, where, code="alert_command")
    return None


def _claim(bench: Workbench, cause: str) -> bool:
    claimed: list[str] = []

    def claim(text: str | None) -> str | None:
        done = _read(text)
        if cause in done:
            return None
        claimed.append(cause)
        return json.dumps([*done, cause][-_MOST_RUN:])

    try:
        bench.events.change(_RUN, claim)
    except EventsNotKept:
        # A disk that is full must not silence it.
        return True
    return bool(claimed)


def _release(bench: Workbench, causes: Iterable[str]) -> None:
    """What stands again later is another cause of the same name."""
    over = set(causes)
    bench.events.change(_RUN, lambda text: json.dumps([each for each in _read(text) if each not in over]))


def _board(text: str | None) -> tuple[list[str], list[str]]:
    try:
        told, acknowledged = json.loads(text or "")
    except (ValueError, TypeError):
        return [], []
    return _strings(told), _strings(acknowledged)


def _read(text: str | None) -> list[str]:
    try:
        return _strings(json.loads(text or "[]"))
    except ValueError:
        return []


def _strings(found: object) -> list[str]:
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
