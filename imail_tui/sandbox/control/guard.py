"""Who may use the controls: programs of this machine, and no web page.

A page that a browser on this machine shows can send requests here. One of a foreign site says so in
`Origin`; one whose name was made to lead here (DNS rebinding) says so in `Host`.
"""

import ipaddress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from imail_tui.sandbox.errors import ApiFault

CONTROL_ROOT = "/__sandbox"


class LoopbackOnly:
    """Lets in what comes over loopback, was sent to it by a loopback name, and by no page of another."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Raises `ApiFault` 403."""
        headers = Headers(scope=scope)
        peer = scope["client"][0] if scope["client"] else ""
        hosts = headers.getlist("host")
        if not is_loopback(peer):
            raise _forbidden("The sandbox's controls answer only to this machine.")
        if len(hosts) != 1 or not is_loopback(_without_port(hosts[0])):
            raise _forbidden("The Host header must name this machine's loopback.")
        if any(origin != f"http://{hosts[0]}" for origin in headers.getlist("origin")):
            raise _forbidden("The sandbox's controls are not for pages of other sites.")
        await self._app(scope, receive, send)


def is_loopback(host: str) -> bool:
    """Whether a host, without a port, is this machine by name or address."""
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _forbidden(message: str) -> ApiFault:
    return ApiFault(403, "loopback_only", message)
