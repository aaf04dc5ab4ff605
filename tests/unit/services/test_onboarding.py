from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from imail_tui.api.errors import ApiError, Forbidden, NotFound, ServerError, Unauthorized, Unreachable
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.model.workspace import Workspace
from imail_tui.services.key_check import KeyRefused
from imail_tui.services.onboarding import Onboarding
from imail_tui.services.sandbox_process import SandboxAddress, SandboxProcess

URL = "https://api.example.com/v1"
KEY = "imk_test_0123456789abcdef"


@dataclass
class Tried:
    """A session whose workspace answers as told."""

    secret: Secret
    url: str
    error: ApiError | None
    closed: bool = False
    asked: int = 0

    @property
    def client(self) -> "Tried":
        return self

    @property
    def workspace(self) -> "Tried":
        return self

    async def get(self) -> Workspace:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return Workspace(id="ws_1", name="Acme")

    async def close(self) -> None:
        self.closed = True


class Sandbox(SandboxProcess):
    """A sandbox that is up at once."""

    def __init__(self) -> None:
        super().__init__()
        self.stopped = False

    def start(self) -> SandboxAddress:
        self.address = SandboxAddress("http://127.0.0.1:9/v1", Secret("imk_test_x"), Secret("imk_live_x"), 1)
        return self.address

    def stop(self) -> None:
        self.stopped = True


@dataclass
class Server:
    error: ApiError | None = None
    opened: list[Tried] = field(default_factory=list)
    kept: list[Secret] = field(default_factory=list)

    def open(self, secret: Secret, url: str) -> Tried:
        self.opened.append(Tried(secret, url, self.error))
        return self.opened[-1]

    def keep(self, secret: Secret, in_file: bool) -> str:
        self.kept.append(secret)
        return "a file" if in_file else "the keyring"

    async def find_kept(self) -> Tried | None:
        return self.open(self.kept[-1], URL) if self.kept else None

    def way_in(self, sandbox: Callable[[], SandboxProcess] = Sandbox) -> Onboarding[Tried]:
        return Onboarding(URL, self.open, self.keep, self.find_kept, sandbox=sandbox)


async def test_a_key_the_server_takes_opens_a_session_and_is_not_kept_unasked() -> None:
    server = Server()
    session = await server.way_in().use_key(f"  {KEY}\n")
    assert (session.secret, session.url, session.asked, session.closed) == (Secret(KEY), URL, 1, False)
    assert server.kept == []
    assert await server.way_in().keep(f" {KEY}", in_file=False) == "the keyring"
    assert await server.way_in().keep(KEY, in_file=True) == "a file"
    assert server.kept == [Secret(KEY), Secret(KEY)]


async def test_a_kept_key_opens_a_session_without_a_question() -> None:
    server = Server()
    assert await server.way_in().find_kept() is None
    server.kept.append(Secret(KEY))
    session = await server.way_in().find_kept()
    assert session is not None
    assert (session.secret, session.asked) == (Secret(KEY), 0)


async def test_a_server_without_a_workspace_took_the_key_all_the_same() -> None:
    server = Server(NotFound(Problem("no such path", status=404)))
    assert not (await server.way_in().use_key(KEY)).closed


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unauthorized(Problem("x", status=401, request_id="req_1")), "does not know this key"),
        (Forbidden(Problem("x", status=403, request_id="req_1")), "tier has no API access"),
        (Unreachable(Problem("x", code="offline", request_id="req_1")), f"{URL} cannot be reached"),
        (ServerError(Problem("it broke", status=500, request_id="req_1")), "it broke"),
    ],
)
async def test_a_refused_key_says_why_and_leaves_nothing_open(error: ApiError, said: str) -> None:
    server = Server(error)
    with pytest.raises(KeyRefused) as caught:
        await server.way_in().use_key(KEY)
    assert said in caught.value.problem.what
    assert caught.value.problem.request_id == "req_1"
    assert server.opened[0].closed


@pytest.mark.parametrize("typed", ["", "   ", "two words", "imk_live_é", "imk\x1b]0;x\x07"])
async def test_what_cannot_be_a_key_is_never_sent(typed: str) -> None:
    server = Server()
    with pytest.raises(KeyRefused) as caught:
        await server.way_in().use_key(typed)
    assert server.opened == []
    assert typed.strip() == "" or typed not in str(caught.value)


async def test_the_sandbox_is_started_once_and_ends_with_the_app() -> None:
    server = Server()
    started: list[Sandbox] = []

    def sandbox() -> Sandbox:
        started.append(Sandbox())
        return started[-1]

    way_in = server.way_in(sandbox)
    first, second = await way_in.start_sandbox(), await way_in.start_sandbox()
    assert first.url == second.url == "http://127.0.0.1:9/v1"
    assert first.secret == Secret("imk_test_x")
    assert len(started) == 1
    way_in.close()
    assert started[0].stopped
