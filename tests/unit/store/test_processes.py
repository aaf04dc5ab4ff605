"""Names of processes that no later process can have."""

import os
import subprocess
import sys

from imail_tui.store.processes import is_running, name_of, this_process


def test_this_process_runs() -> None:
    assert this_process().startswith(f"{os.getpid()}")
    assert is_running(this_process())


def test_an_ended_process_does_not_run_even_before_its_parent_noticed() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    name = name_of(child.pid)
    assert is_running(name)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not is_running(name)
    child.communicate()
    assert not is_running(name)


def test_another_process_with_the_same_number_is_another() -> None:
    assert not is_running(f"{os.getpid()}:1")


def test_what_is_no_name_does_not_run() -> None:
    assert not any(is_running(name) for name in ("", "me", "-1", "1e3:4", f"{10**30}:5"))
