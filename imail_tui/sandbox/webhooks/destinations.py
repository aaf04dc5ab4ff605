"""Where webhooks may go: to this machine, unless other ones are allowed."""

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

_LOOPBACK = ("127.0.0.1", "::1")


class Forbidden(Exception):
    """Webhooks must not go there; the text says why."""


async def addresses_of(url: str, *, allow_remote: bool) -> tuple[str, ...]:
    """The addresses to connect to, and to no others: the host is not looked up a second time.

    Raises `Forbidden`, or `OSError` when a name has no address.
    """
    host = urlsplit(url).hostname or ""
    local = local_addresses(host)
    if local:
        return local
    if not allow_remote:
        raise Forbidden(f"{host} is not this machine")
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def local_addresses(host: str) -> tuple[str, ...]:
    """The loopback addresses of a host; none when it is, or may be, another machine.

    No name but `localhost` (RFC 6761) is local, whatever it resolves to: asking a name server would be a
    contact with the outside, and its next answer could be another one.
    """
    name = host.lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return _LOOPBACK
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return ()
    return (host,) if address.is_loopback else ()


def port_of(url: str) -> int | None:
    """The port a URL names or implies; None for one that cannot be."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return None
    return (443 if parts.scheme == "https" else 80) if port is None else port or None
