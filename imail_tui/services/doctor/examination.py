"""All checks at once, told in a fixed order, within a limit of time, whatever is broken."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Final

from imail_tui.services.detached import run_detached
from imail_tui.services.doctor.files import check_files
from imail_tui.services.doctor.finding import Finding, error, skipped
from imail_tui.services.doctor.keys import KeyLook, check_key, check_keyring, secret_of
from imail_tui.services.doctor.network import check_network
from imail_tui.services.doctor.offers import check_offers
from imail_tui.services.doctor.server import NO_KEY, check_server
from imail_tui.services.doctor.settings import KeymapCheck, check_settings
from imail_tui.services.doctor.terminal import Screen, check_terminal
from imail_tui.store.paths import Paths

LIMIT_SECONDS: Final = 10.0


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
    key = asyncio.create_task(check_key(paths, chosen.profile, environment))

    async def network() -> Sequence[Finding]:
        return await check_network(chosen.profile.base_url) if chosen.sure else []

    async def server() -> Sequence[Finding]:
        if not chosen.sure:
            return [skipped("server", "It is not known which server is meant.")]
        found = (await asyncio.shield(key)).found
        return await check_server(paths, chosen.profile, secret_of(found))

    async def offers() -> Sequence[Finding]:
        if not chosen.sure:
            return []
        found = (await asyncio.shield(key)).found
        return await check_offers(chosen.profile, secret_of(found) or NO_KEY)

    async def files() -> Sequence[Finding]:
        found = (await asyncio.shield(key)).found
        ledgers = (found.ledger,) if found else ("live", "test")
        return await run_detached(lambda: check_files(paths, chosen.profile, ledgers))

    checks: tuple[tuple[str, Callable[[], Awaitable[Sequence[Finding]]]], ...] = (
        ("terminal", lambda: check_terminal(environment, patient.screen)),
        ("key", lambda: _of_key(key)),
        ("keyring", _of_keyring),
        ("network", network),
        ("server", server),
        ("capabilities", offers),
        ("files", files),
    )
    tasks = [asyncio.create_task(_limited(name, check, seconds)) for name, check in checks]
    for place, task in enumerate(tasks):
        for finding in await task:
            yield finding
        if place == 0:
            for finding in chosen.findings:
                yield finding
    key.cancel()


async def _of_key(key: "asyncio.Task[KeyLook]") -> Sequence[Finding]:
    return [(await asyncio.shield(key)).finding]


async def _of_keyring() -> Sequence[Finding]:
    return [await check_keyring()]


async def _limited(
    name: str, check: Callable[[], Awaitable[Sequence[Finding]]], seconds: float
) -> Sequence[Finding]:
    try:
        async with asyncio.timeout(seconds):
            return await check()
    except TimeoutError:
        return [error(name, f"This check did not end within {seconds:g} s.", "Look at what it waits for.")]
    except Exception as failure:
        # One check that fails must not keep the others from being told. Its words may hold anything.
        return [error(name, f"This check failed ({type(failure).__name__}).", "Please report it.")]
