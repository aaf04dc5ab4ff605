"""How long a call may take in all, retries and waiting for budget included."""

from dataclasses import dataclass

from imail_tui.domain.budget import Priority


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds. The first four bound whole calls; the others single steps of one attempt.

    `connect` bounds connecting, `read` the silence between two pieces of the answer to a GET, `answer` that
    of writes, where the server may have work to do first. Waiting for a free connection is bounded by the
    call's total alone.
    """

    read_call: float = 15.0
    write_call: float = 30.0
    background_call: float = 60.0
    job_call: float = 600.0
    connect: float = 5.0
    read: float = 10.0
    answer: float = 60.0

    def total(self, priority: Priority, method: str) -> float:
        """The total for one call."""
        if priority is Priority.BACKGROUND:
            return self.background_call
        if priority is Priority.JOB:
            return self.job_call
        return self.read_call if method == "GET" else self.write_call

    def silence(self, method: str) -> float:
        """How long the server may send nothing."""
        return self.read if method == "GET" else self.answer
