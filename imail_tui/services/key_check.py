"""Trying a key on its server before it is used or kept."""

from dataclasses import dataclass

from imail_tui.api.errors import ApiError, Forbidden, NotFound, Unauthorized, Unreachable
from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.model.workspace import Workspace, mode_of_key
from imail_tui.services.access import Access
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile


class KeyRefused(Exception):
    """The key cannot be used; `problem` says why and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.what)
        self.problem = problem


def typed_key(typed: str) -> Secret:
    """What a person gave as a key; its words are not repeated. Raises KeyRefused."""
    key = typed.strip()
    if not key:
        remedy = "Keys are made in imail's web app under Settings → API keys."
        raise KeyRefused(Problem("No key was given.", remedy, code="no_key"))
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise KeyRefused(
            Problem("This is no key.", "A key is one word of letters and digits.", code="bad_key")
        )
    return Secret(key)


@dataclass(frozen=True, slots=True)
class CheckedKey:
    """A key that its server accepts. `workspace` None: the server does not tell whose it is."""

    secret: Secret
    workspace: Workspace | None

    @property
    def mode(self) -> str:
        """live or test."""
        told = self.workspace.mode if self.workspace else None
        return told if told in ("live", "test") else mode_of_key(self.secret.reveal())


async def check_key(paths: Paths, profile: Profile, secret: Secret) -> CheckedKey:
    """Try a key on the profile's server; costs one request of its shared budget. Raises KeyRefused."""
    access = Access(paths, profile, lambda _: None)
    client = access.open_client(secret)
    try:
        return CheckedKey(secret, await client.workspace.get())
    except NotFound:
        # A server without /workspace took the key all the same.
        return CheckedKey(secret, None)
    except ApiError as error:
        raise KeyRefused(explained(error, profile.base_url)) from None
    finally:
        await client.close()
        access.close()


def explained(error: ApiError, base_url: str) -> Problem:
    """The problem in the words of somebody who is just starting."""
    problem = error.problem
    match error:
        case Unauthorized():
            what = "The server does not know this key."
            remedy = "Check that it was copied whole, or make a new one."
        case Forbidden():
            what = "The key is right, but this workspace's tier has no API access."
            remedy = "The API needs the Surge tier or above."
        case Unreachable():
            what = f"{base_url} cannot be reached."
            remedy = "Check the network; the sandbox works without one."
        case _:
            return problem
    return Problem(what, remedy, "", problem.code, problem.status, problem.request_id)
