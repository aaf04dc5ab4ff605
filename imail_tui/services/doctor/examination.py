"""All checks at once, told in a fixed order, within a limit of time, whatever is broken."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from imail_tui.services.detached import run_detached
from imail_tui.services.doctor.files import check_files
from imail_tui.services.doctor.finding import Finding, Verdict, error, skipped
from imail_tui.services.doctor.keys import check_key, check_keyring, secret_of
from imail_tui.services.doctor.network import check_network
from imail_tui.services.doctor.offers import check_offers
from imail_tui.services.doctor.server import NO_KEY, check_server
from imail_tui.services.doctor.settings import Chosen, KeymapCheck, check_settings
from imail_tui.services.doctor.terminal import Screen, check_terminal
from imail_tui.store.paths import Paths

LIMIT_SECONDS: Final = 10.0

Check = Callable[[], Awaitable[Sequence[Finding]]]


@dataclass(frozen=True, slots=True)
class Patient:
    """What is examined: the environment, options of the command line (None = not given), and the screen."""

    environment: MutableMapping[str, str]
    profile: str | None
    base_url: str | None
    screen: Screen
    check_keymap: KeymapCheck


async def examine(patient: Patient, seconds: float = LIMIT_SECONDS) -> AsyncIterator[Finding]:
    """Every finding, in the same order each time, as soon as it is known. Costs at most two tokens."""
    environment = patient.environment
    try:
        paths = Paths.find(environment)
    except RuntimeError as unknown:
        yield error("home", str(unknown), "Set IMAIL_TUI_HOME to a directory that exists.")
        return
    profile = patient.profile or environment.get("IMAIL_PROFILE")
    base_url = patient.base_url or environment.get("IMAIL_BASE_URL")
    chosen = check_settings(paths, profile, base_url, patient.check_keymap)
    examination = _Examination(patient, paths, chosen)
    tasks = [
        asyncio.create_task(_limited(name, check, seconds)) for name, check in examination.checks().items()
    ]
    try:
        for task in tasks:
            for finding in await task:
                yield finding
    finally:
        examination.stop()


class _Examination:
    """The checks, of which some wait for what others found."""

    def __init__(self, patient: Patient, paths: Paths, chosen: Chosen) -> None:
        self._patient = patient
        self._paths = paths
        self._chosen = chosen
        self._key = asyncio.create_task(check_key(paths, chosen.profile, patient.environment))
        self._way = asyncio.create_task(self._network())

    def checks(self) -> dict[str, Check]:
        """All of them, in the order of the report."""
        return {
            "terminal": partial(check_terminal, self._patient.environment, self._patient.screen),
            "config": self._settings,
            "key": self._told_key,
            "keyring": check_keyring,
            "network": partial(asyncio.shield, self._way),
            "server": self._server,
            "capabilities": self._capabilities,
            "files": self._files,
        }

    def stop(self) -> None:
        """End what is still looked for."""
        self._key.cancel()
        self._way.cancel()

    async def _settings(self) -> Sequence[Finding]:
        return self._chosen.findings

    async def _told_key(self) -> Sequence[Finding]:
        return [(await asyncio.shield(self._key)).finding]

    async def _network(self) -> Sequence[Finding]:
        return await check_network(self._chosen.profile.base_url) if self._chosen.sure else []

    async def _server(self) -> Sequence[Finding]:
        if not self._chosen.sure:
            return [skipped("server", "It is not known which server is meant.")]
        look = await asyncio.shield(self._key)
        return await check_server(self._paths, self._chosen.profile, secret_of(look.found))

    async def _capabilities(self) -> Sequence[Finding]:
        if not self._chosen.sure:
            return []
        if any(each.verdict is Verdict.ERROR for each in await asyncio.shield(self._way)):
            return [skipped("capabilities", "The server cannot be reached.")]
        look = await asyncio.shield(self._key)
        return await check_offers(self._chosen.profile, secret_of(look.found) or NO_KEY)

    async def _files(self) -> Sequence[Finding]:
        found = (await asyncio.shield(self._key)).found
        ledgers = (found.ledger,) if found else ("live", "test")
        return await run_detached(partial(check_files, self._paths, self._chosen.profile, ledgers))


async def _limited(name: str, check: Check, seconds: float) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(seconds):
            return await check()
    except TimeoutError:
        return [error(name, f"This check did not end within {seconds:g} s.", "Look at what it waits for.")]
    except Exception as failure:
        # One check that fails must not keep the others from being told. Its words may hold anything.
        return [error(name, f"This check failed ({type(failure).__name__}).", "Please report it.")]
