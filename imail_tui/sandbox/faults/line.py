"""The connection below a request, so that it can be ended in the middle of an answer."""

from collections.abc import Callable

from starlette.types import Receive, Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_EXTENSION = "imail.line"


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which also hands the application its connection's end."""

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope["extensions"] = {_EXTENSION: {"close": self.transport.close}}


async def cut(scope: Scope, receive: Receive) -> None:
    """End the connection of a request. Raises `ConnectionResetError` where there is none to end."""
    close: Callable[[], None] | None = scope.get("extensions", {}).get(_EXTENSION, {}).get("close")
    if close is None:
        raise ConnectionResetError("this request has no connection of its own")
    close()
    # Until the server has noticed, an application that says nothing more counts as broken.
    while (await receive())["type"] != "http.disconnect":
        pass
