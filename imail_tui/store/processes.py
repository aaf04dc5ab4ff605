"""Processes of this machine by a name that no later process can have."""

import os
from pathlib import Path


def this_process() -> str:
    """The name of this process: its number and when it started."""
    return name_of(os.getpid())


def name_of(pid: int) -> str:
    """The name of a process; its number alone where the system does not tell when it started."""
    started = _started(pid)
    return f"{pid}:{started}" if started else str(pid)


def is_running(name: str) -> bool:
    """Whether the process of that name still runs."""
    number = name.partition(":")[0]
    if not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # It belongs to another user now: not one of ours.
        return False
    except OverflowError:
        return False
    return name_of(int(number)) == name


def _started(pid: int) -> str:
    """Ticks from boot to the start of a process (field 22 of /proc/PID/stat), "" where unknown."""
    try:
        about = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    # The command's name in brackets may hold spaces and brackets.
    fields = about.rpartition(")")[2].split()
    # A zombie has ended, only its parent has not noticed.
    return "" if not fields or fields[0] == "Z" else fields[19]
