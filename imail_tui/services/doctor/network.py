"""The way to the server: its name, a connection, its certificate."""

import asyncio
import ipaddress
import os
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from imail_tui.api.transport import trusted_certificates
from imail_tui.services.detached import run_detached
from imail_tui.services.doctor.finding import Finding, error, ok, skipped, warning

CONNECT_SECONDS: Final = 3.0
SOON_DAYS: Final = 14
"""A certificate that ends sooner should have been renewed by now."""
_ADDRESSES: Final = 4


@dataclass(frozen=True, slots=True)
class _Target:
    host: str
    port: int
    tls: bool

    @property
    def loopback(self) -> bool:
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


async def check_network(base_url: str) -> list[Finding]:
    """Resolve the host, connect to it, and look at its certificate. Sends no request."""
    parts = urlsplit(base_url)
    tls = parts.scheme == "https"
    target = _Target(parts.hostname or "", parts.port or (443 if tls else 80), tls)
    proxy = _proxy(parts.scheme, target.host)
    if proxy is not None:
        why = f"A proxy stands between: {proxy}."
        return [skipped("dns", why), skipped("connection", why), skipped("tls", why)]
    try:
        addresses = await run_detached(
            lambda: socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        )
    except (OSError, UnicodeError) as failure:
        remedy = "Check the address and this machine's network; over a VPN, its DNS."
        why = "The host's name is not known."
        reason = failure.strerror if isinstance(failure, OSError) else "it is not a name"
        found = error("dns", f"{target.host}: {reason}.", remedy)
        return [found, skipped("connection", why), skipped("tls", why)]
    names = sorted({str(address[4][0]) for address in addresses})
    connection = await _connect(target, names[:_ADDRESSES])
    certificate = await _certificate(target) if connection.verdict == "ok" else None
    return [
        ok("dns", f"{target.host} is {', '.join(names[:_ADDRESSES])}"),
        connection,
        certificate or skipped("tls", "There is no connection."),
    ]


async def _connect(target: _Target, addresses: list[str]) -> Finding:
    reasons: list[str] = []
    for address in addresses:
        started = time.monotonic()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, writer = await asyncio.open_connection(address, target.port)
        except OSError as failure:
            reasons.append(_reason(failure))
            continue
        milliseconds = (time.monotonic() - started) * 1000
        writer.close()
        return ok("connection", f"{address} port {target.port} in {milliseconds:.0f} ms")
    remedy = "Check that the server runs and that no firewall stands between."
    return error(
        "connection", f"{target.host} port {target.port}: {', '.join(sorted(set(reasons)))}.", remedy
    )


async def _certificate(target: _Target) -> Finding:
    if not target.tls:
        if target.loopback:
            return ok("tls", "plain http, on this machine only")
        remedy = "Use an https address; make a new key if this one was used here."
        return warning("tls", "Plain http: everyone on the way can read the API key.", remedy)
    context = await asyncio.to_thread(trusted_certificates)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(
                target.host, target.port, ssl=context, server_hostname=target.host
            )
    except ssl.SSLCertVerificationError as failure:
        remedy = (
            "Check the address and this machine's clock; for a company's own authority set SSL_CERT_FILE."
        )
        return error("tls", f"The certificate is not trusted: {failure.verify_message}.", remedy)
    except OSError as failure:
        return error("tls", f"No TLS: {_reason(failure)}.", "Check scheme and port of the address.")
    session = writer.get_extra_info("ssl_object")
    writer.close()
    assert isinstance(session, ssl.SSLObject)
    return judge_certificate(session.version() or "TLS", session.getpeercert() or {}, datetime.now(UTC))


def judge_certificate(version: str, certificate: Mapping[str, object], now: datetime) -> Finding:
    """What there is to say about a trusted certificate, as `ssl` describes it."""
    what = f"{version}, issued by {_issuer(certificate)}"
    ends = certificate.get("notAfter")
    if not isinstance(ends, str):
        return ok("tls", what)
    days = int((ssl.cert_time_to_seconds(ends) - now.timestamp()) // 86_400)
    what = f"{what}, {days} days left"
    if days < SOON_DAYS:
        return warning("tls", what, "Tell whoever runs the server that its certificate ends soon.")
    return ok("tls", what)


def _issuer(certificate: Mapping[str, object]) -> str:
    """The organisation of a name as `ssl` gives it: tuples of tuples of pairs."""
    issuer = certificate.get("issuer")
    pairs = [pair for part in issuer for pair in part] if isinstance(issuer, tuple) else []
    names = dict(pairs)
    return str(names.get("organizationName") or names.get("commonName") or "an unnamed authority")


def _proxy(scheme: str, host: str) -> str | None:
    """The proxy for a host, without the password it may hold."""
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    if not proxy or proxy_bypass(host):
        return None
    parts = urlsplit(proxy)
    return f"{parts.scheme}://{parts.hostname}:{parts.port}" if parts.hostname else "an unreadable address"


def _reason(failure: OSError) -> str:
    if isinstance(failure, TimeoutError):
        return "no answer"
    if isinstance(failure, ssl.SSLError):
        return (failure.reason or "the handshake failed").replace("_", " ").lower()
    # The event loop puts words of its own and the address into `strerror`.
    return os.strerror(failure.errno).lower() if failure.errno else type(failure).__name__
