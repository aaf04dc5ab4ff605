"""What is on disk: the caches, the shared budget, the request log, and room for all of it."""

import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from imail_tui.services.doctor.finding import Finding, Verdict, error, ok, told, warning
from imail_tui.store.cache_report import look_at_cache
from imail_tui.store.file_systems import nearest_existing, network_file_system
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile
from imail_tui.store.request_log import RequestLogFile
from imail_tui.store.shared_rows import RowsBusy, RowsUnusable, SharedRows

LITTLE_ROOM: Final = 500_000_000
NO_ROOM: Final = 50_000_000
"""Bytes free, below which the cache of a large workspace may no longer fit, and below which nothing does."""


def check_files(paths: Paths, profile: Profile, ledgers: Sequence[str]) -> list[Finding]:
    """Look at every place that is written to; blocks. `ledgers`: live, test or both."""
    if not paths.data.is_absolute():
        remedy = "Set HOME, or IMAIL_TUI_HOME to a directory of your own."
        return [error("cache", "No home directory is known.", remedy)]
    return [*_caches(paths, profile, ledgers), _runtime(paths), _request_log(paths), *_rooms(paths)]


def _caches(paths: Paths, profile: Profile, ledgers: Sequence[str]) -> Iterator[Finding]:
    folder = paths.data / "cache"
    kind = network_file_system(folder)
    if kind is not None:
        remedy = "Set XDG_DATA_HOME to a local directory if lists come up slow or empty."
        yield warning("cache", f"{folder} is on a network file system ({kind}).", remedy)
    blocked = _blocked(folder)
    if blocked:
        yield warning(
            "cache", f"{blocked} The cache lives only as long as the app.", f"Make it writable: {folder}"
        )
    for ledger in ledgers:
        path = paths.cache_file(profile.name, profile.base_url, ledger)
        report = look_at_cache(path)
        if report is None:
            if not blocked:
                yield ok("cache", f"{ledger}: none yet; it would be in {folder}")
        elif report.fault:
            yield error("cache", f"{path}: {report.fault}.", "Delete it: it is filled again from the server.")
        elif _is_open(path):
            yield warning("cache", f"{path} can be read by other users.", f"Run: chmod 600 {path}")
        else:
            state = "sound" if report.whole else "too large to be checked in time"
            yield ok("cache", f"{ledger}: {_megabytes(report.size)}, {state}")


def _runtime(paths: Paths) -> Finding:
    folder = paths.runtime
    kind = network_file_system(folder)
    if kind is not None:
        remedy = "Set XDG_RUNTIME_DIR to a local directory."
        return warning("runtime", f"{folder} is on a network file system ({kind}).", remedy)
    rows = SharedRows(paths.budget_file)
    try:
        rows.look("doctor")
    except RowsUnusable as unusable:
        return told("runtime", Verdict.WARNING, unusable.problem)
    except RowsBusy:
        # Somebody is at it this very moment: it works.
        return ok("runtime", f"{folder}: the request budget is shared here")
    finally:
        rows.close()
    if folder.stat().st_mode & 0o077:
        return warning("runtime", f"Other users can look into {folder}.", f"Run: chmod 700 {folder}")
    return ok("runtime", f"{folder}: the request budget is shared here")


def _request_log(paths: Paths) -> Finding:
    log = RequestLogFile(paths.request_log_file)
    try:
        fault = _blocked(log.path.parent) or _log_fault(log.path)
        size = log.size()
    except OSError as failure:
        fault, size = f"{log.path.parent} cannot be looked into: {failure.strerror}.", 0
    if fault:
        remedy = "Make it writable, or remove it; requests work without the log."
        return warning("request-log", f"{fault} Requests are not being logged.", remedy)
    return ok("request-log", f"{log.path}: {_megabytes(size)}")


def _log_fault(path: Path) -> str:
    if not path.exists():
        return ""
    if not path.is_file() or path.is_symlink():
        return f"{path} is not a regular file."
    return "" if os.access(path, os.W_OK) else f"{path} cannot be written."


def _rooms(paths: Paths) -> Iterator[Finding]:
    """One finding for each file system that something is kept on."""
    seen: set[int] = set()
    for folder in (paths.data, paths.state, paths.config):
        place = nearest_existing(folder)
        device = place.stat().st_dev
        if device in seen:
            continue
        seen.add(device)
        free = shutil.disk_usage(place).free
        what = f"{_megabytes(free)} free for {folder}"
        if free < NO_ROOM:
            yield error("disk", what, "Make room: nothing new can be kept.")
        elif free < LITTLE_ROOM:
            yield warning("disk", what, "Make room soon.")
        else:
            yield ok("disk", what)


def _blocked(folder: Path) -> str:
    """Why nothing can be written into a directory, which need not be there yet; "" when it can."""
    place = nearest_existing(folder)
    if not place.is_dir():
        return f"{place} is not a directory."
    if not os.access(place, os.W_OK | os.X_OK):
        return f"{place} cannot be written."
    return ""


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o077)


def _megabytes(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB"
