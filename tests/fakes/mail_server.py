"""A mail server of one user on a free port: SMTP or IMAP, with TLS at once, by STARTTLS, or without any."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

CERTIFICATE = Path(__file__).parents[1] / "faults" / "self_signed.pem"
USER, PASSWORD = "anna@acme.example", "correct horse"

Talk = Callable[["Line"], Awaitable[None]]


class Line:
    """A connection by lines."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def say(self, text: str) -> None:
        """One line."""
        self._writer.write(text.encode() + b"\r\n")
        await self._writer.drain()

    async def hear(self) -> str:
        """The next line. Raises IncompleteReadError at the end."""
        return (await self._reader.readuntil(b"\r\n")).decode(errors="replace").strip()

    async def start_tls(self) -> None:
        """Go on encrypted."""
        await self._writer.start_tls(server_tls())


def server_tls() -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that only `trusting()` believes."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(CERTIFICATE)
    return tls


def trusting() -> ssl.SSLContext:
    """What believes the certificate."""
    return ssl.create_default_context(cafile=CERTIFICATE)


async def smtp(line: Line, *, starttls: bool = False) -> None:
    """An SMTP server."""
    await line.say("220 mail.example ESMTP")
    while True:
        word, _, rest = (await line.hear()).partition(" ")
        match word.upper():
            case "EHLO":
                await line.say("250-mail.example")
                await line.say("250 STARTTLS" if starttls else "250 AUTH PLAIN")
            case "STARTTLS" if starttls:
                await line.say("220 go on")
                await line.start_tls()
                starttls = False
            case "AUTH":
                given = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
                good = given == ["", USER, PASSWORD]
                await line.say("235 welcome" if good else "535 5.7.8 \x1b[31mwho are you\x1b[0m?")
            case "QUIT":
                await line.say("221 bye")
                return
            case _:
                await line.say("502 no")


async def imap(line: Line, *, starttls: bool = False) -> None:
    """An IMAP server."""
    await line.say(f"* OK [CAPABILITY IMAP4rev1{' STARTTLS' if starttls else ''}] hello")
    while True:
        tag, _, command = (await line.hear()).partition(" ")
        match command.split(" ")[0].upper():
            case "CAPABILITY":
                await line.say(f"* CAPABILITY IMAP4rev1{' STARTTLS' if starttls else ''}")
                await line.say(f"{tag} OK done")
            case "STARTTLS" if starttls:
                await line.say(f"{tag} OK go on")
                await line.start_tls()
                starttls = False
            case "LOGIN":
                good = PASSWORD in command and USER in command
                await line.say(
                    f"{tag} OK welcome" if good else f"{tag} NO [AUTHENTICATIONFAILED] no such user"
                )
            case "LOGOUT":
                await line.say("* BYE")
                await line.say(f"{tag} OK bye")
                return
            case _:
                await line.say(f"{tag} BAD what")


async def silence(line: Line) -> None:
    """Takes the connection and says nothing."""
    await line.hear()


async def nonsense(line: Line) -> None:
    """Something that is no mail server."""
    await line.say("HTTP/1.1 400 Bad Request")
    await line.say("")


@asynccontextmanager
async def mail_server(talk: Talk, *, tls: bool) -> AsyncIterator[int]:
    """Its port on 127.0.0.1."""
    open_writers: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_writers.add(writer)
        try:
            await talk(Line(reader, writer))
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            return
        finally:
            writer.close()
            open_writers.discard(writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server_tls() if tls else None)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        for writer in list(open_writers):
            writer.transport.abort()
        server.close()
