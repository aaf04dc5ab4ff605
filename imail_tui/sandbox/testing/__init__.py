"""Sandboxes for tests: as a process, in a thread, or by a pytest fixture; and a client of their controls.

The fixtures are in `imail_tui.sandbox.testing.fixtures`, which alone needs pytest.
"""

from imail_tui.sandbox.testing.control import (
    Clock,
    ControlRefused,
    Effect,
    Event,
    FaultState,
    SandboxControl,
    State,
)
from imail_tui.sandbox.testing.servers import Sandbox, ThreadSandbox, running_sandbox, sandbox_in_thread

__all__ = [
    "Clock",
    "ControlRefused",
    "Effect",
    "Event",
    "FaultState",
    "Sandbox",
    "SandboxControl",
    "State",
    "ThreadSandbox",
    "running_sandbox",
    "sandbox_in_thread",
]
