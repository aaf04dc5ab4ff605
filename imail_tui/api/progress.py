"""How far one attempt came, and what it means when it ends there."""

from imail_tui.api.wire import Fault, Pairs


class Progress:
    """From the queue for a connection over sending to the answer's head."""

    def __init__(self) -> None:
        self.queued = True
        self.sent = False
        self.status: int | None = None
        self.headers: Pairs = ()

    async def trace(self, event: str, _info: object) -> None:
        """The connection's events, as httpx's `trace` extension tells them."""
        if event.endswith("send_request_headers.started"):
            self.sent = True

    def out_of_time(self) -> Fault:
        """The total time ran out."""
        if self.sent:
            return Fault.TIMED_OUT
        return Fault.DROPPED if self.queued else Fault.NOT_SENT

    def cancelled(self, *, closed: bool) -> Fault:
        """It was ended from outside: by closing the client, or because nobody waited any longer."""
        if self.sent:
            return Fault.LEFT
        return Fault.CLOSED if closed else Fault.DROPPED
