"""How keys are reported: where they are, whether they work, and what is wrong with their places."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backends.fail import Keyring as MissingKeyring

from imail_tui.model.secret import Secret
from imail_tui.sandbox.testing import ThreadSandbox
from imail_tui.services.account_status import account_report
from imail_tui.store.key_notes import read_note
from imail_tui.store.keyring_store import LIMIT_SECONDS, KeyringState
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile, save_profile
from imail_tui.store.secrets import keep_key
from tests.fakes.keyrings import HangingKeyring, LockedKeyring, WorkingKeyring, keyring_in_use

REFUSED = "imk_test_0123456789ABCDEFGHJKMNPQRS"


@pytest.fixture(autouse=True)
def secret_store(tmp_path: Path) -> Iterator[None]:
    with keyring_in_use(WorkingKeyring, tmp_path / "keyring"):
        yield


@pytest.fixture
def work(paths: Paths, sandbox: ThreadSandbox) -> Profile:
    """A profile whose key works."""
    profile = Profile("work", sandbox.url)
    save_profile(paths, profile)
    keep_key(paths, profile, Secret(sandbox.api_key))
    return profile


async def test_a_key_that_works_is_told_by_its_workspace_and_last_four(
    paths: Paths, sandbox: ThreadSandbox, work: Profile
) -> None:
    report = await account_report(paths, {})
    (status,) = report.profiles
    assert (status.problem, status.workspace, status.tier, status.mode, status.source) == (
        None, "Halden Pike Outbound", "surge", "test", "keyring",
    )  # fmt: skip
    assert status.key == f"imk_…{sandbox.api_key[-4:]}"
    assert report.given is None
    assert (report.keyring.state, report.exposed) == (KeyringState.REACHABLE, ())
    note = read_note(paths, work)
    assert note is not None
    assert note.workspace == "Halden Pike Outbound"


async def test_keys_that_fail_are_told_beside_those_that_work(
    paths: Paths, sandbox: ThreadSandbox, work: Profile
) -> None:
    for name, key in (("revoked", REFUSED), ("empty", None)):
        profile = Profile(name, sandbox.url)
        save_profile(paths, profile)
        if key:
            keep_key(paths, profile, Secret(key), in_file=True)
    exposed = paths.key_file("revoked", sandbox.url)
    exposed.chmod(0o644)
    report = await account_report(paths, {"IMAIL_API_KEY": REFUSED}, base_url=sandbox.url)
    codes = {
        each.profile: each.problem and (each.problem.code, each.problem.status) for each in report.profiles
    }
    assert codes == {"work": None, "revoked": ("file_refused", None), "empty": ("no_key", None)}
    assert report.given is not None
    assert report.given.source == "environment"
    assert report.given.problem is not None
    assert report.given.problem.status == 401
    exposed.chmod(0o662)
    assert [problem.where for problem in (await account_report(paths, {}, "work")).exposed] == [str(exposed)]


async def test_one_profile_alone_costs_one_request(
    paths: Paths, sandbox: ThreadSandbox, work: Profile
) -> None:
    save_profile(paths, Profile("other", "http://127.0.0.1:9/v1"))
    report = await account_report(paths, {}, "work")
    assert [each.profile for each in report.profiles] == ["work"]


@pytest.mark.parametrize(
    ("backend", "state"), [(LockedKeyring, KeyringState.LOCKED), (MissingKeyring, KeyringState.ABSENT)]
)
async def test_a_store_that_is_of_no_use_is_told(
    paths: Paths, work: Profile, tmp_path: Path, backend: type[object], state: KeyringState
) -> None:
    with keyring_in_use(backend, tmp_path / "keyring"):
        report = await account_report(paths, {})
    assert report.keyring.state is state
    assert report.profiles[0].problem is not None
    assert report.profiles[0].problem.code == "no_key"


async def test_a_store_that_hangs_costs_its_limit_once(
    paths: Paths, sandbox: ThreadSandbox, work: Profile, tmp_path: Path
) -> None:
    for name in ("a", "b", "c", "d", "e", "f", "g", "h"):
        save_profile(paths, Profile(name, sandbox.url))
    with keyring_in_use(HangingKeyring, tmp_path / "keyring"):
        started = time.monotonic()
        report = await account_report(paths, {})
        # One after the other they would take eleven times the limit.
        assert time.monotonic() - started < 8 * LIMIT_SECONDS
    assert report.keyring.state is KeyringState.SILENT
    assert len(report.profiles) == 9
