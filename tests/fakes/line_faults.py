"""What can happen to one exchange on its way through the proxy. Offsets are bytes; negative ones count from
the end."""

import asyncio
import random

from tests.fakes.tcp_proxy import Exchange, Fault


def hangs_up(*, reset: bool = False) -> Fault:
    """The connection ends as soon as it is accepted."""

    async def fault(exchange: Exchange) -> None:
        exchange.end(reset=reset)

    return fault


def delays(seconds: float) -> Fault:
    """The answer comes late."""

    async def fault(exchange: Exchange) -> None:
        answer = await exchange.answer()
        await asyncio.sleep(seconds)
        await exchange.send(answer)

    return fault


def cuts_request(after: int, *, reset: bool = False) -> Fault:
    """The server gets only so many bytes of the request, the client the end of the connection."""

    async def fault(exchange: Exchange) -> None:
        await exchange.forward((await exchange.request())[:after])
        exchange.end(reset=reset)

    return fault


def cuts_answer(after: int, *, reset: bool = False) -> Fault:
    """The server carries the request out, and the client gets so many bytes of its answer."""

    async def fault(exchange: Exchange) -> None:
        await exchange.send((await exchange.answer())[:after])
        exchange.end(reset=reset)

    return fault


def stalls_request(after: int) -> Fault:
    """Half open: so many bytes reach the server, then nothing moves either way."""

    async def fault(exchange: Exchange) -> None:
        await exchange.forward((await exchange.request())[:after])
        await exchange.stall()

    return fault


def stalls_answer(after: int) -> Fault:
    """Half open after so many bytes of the answer; the server has carried the request out."""

    async def fault(exchange: Exchange) -> None:
        await exchange.send((await exchange.answer())[:after])
        await exchange.stall()

    return fault


def drips(every: float, *, head_at_once: bool = False) -> Fault:
    """The answer byte by byte, one every so many seconds."""

    async def fault(exchange: Exchange) -> None:
        answer = await exchange.answer()
        start = answer.index(b"\r\n\r\n") + 4 if head_at_once else 0
        await exchange.send(answer[:start])
        for at in range(start, len(answer)):
            await exchange.send(answer[at : at + 1])
            await asyncio.sleep(every)

    return fault


def garbles(at: int, size: int, seed: int) -> Fault:
    """So many random bytes instead of what follows that offset of the answer."""

    async def fault(exchange: Exchange) -> None:
        answer = await exchange.answer()
        await exchange.send(answer[:at] + random.Random(seed).randbytes(size))
        exchange.end()

    return fault


def garbles_body(seed: int) -> Fault:
    """A complete answer whose body is random bytes."""

    async def fault(exchange: Exchange) -> None:
        head, end, body = (await exchange.answer()).partition(b"\r\n\r\n")
        await exchange.send(head + end + random.Random(seed).randbytes(len(body)))

    return fault


def loses_headers(*names: str) -> Fault:
    """The answer without the headers that begin with one of these names, in lower case."""

    async def fault(exchange: Exchange) -> None:
        head, end, body = (await exchange.answer()).partition(b"\r\n\r\n")
        lost = tuple(name.encode() for name in names)
        kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(lost)]
        await exchange.send(b"\r\n".join(kept) + end + body)

    return fault


def says_instead(answer: bytes) -> Fault:
    """The server hears nothing, the client gets this answer."""

    async def fault(exchange: Exchange) -> None:
        await exchange.request()
        await exchange.send(answer)

    return fault
