"""Profiles and their keys against a real server and real files: adding, choosing, rotating, removing."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring.backends.fail import Keyring as MissingKeyring

from imail_tui.model.problem import Problem
from imail_tui.model.secret import Secret
from imail_tui.sandbox.testing import ThreadSandbox
from imail_tui.services.accounts import AccountRefused, Accounts, key_of_command
from imail_tui.services.key_check import KeyRefused
from imail_tui.store.key_notes import KeyNote, read_note, write_note
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile, load_settings
from imail_tui.store.secrets import FoundKey, KeyFailed, find_kept_key
from tests.fakes.keyrings import LockedKeyring, WorkingKeyring, keyring_in_use

COMMENTED = """\
# mine
theme = "imail-light"  # light

# the team's
[profiles.team]
base_url = "https://team.example/v1"
# about the next one

[keys]  # of commands
"table.down" = "down,j"
"""


@pytest.fixture(autouse=True)
def secret_store(tmp_path: Path) -> Iterator[None]:
    with keyring_in_use(WorkingKeyring, tmp_path / "keyring"):
        yield


@pytest.fixture
def accounts(paths: Paths) -> Accounts:
    return Accounts(paths)


def never(problem: Problem, file: Path) -> bool:
    raise AssertionError(f"nobody is to be asked: {problem}")


async def added(accounts: Accounts, sandbox: ThreadSandbox, name: str, key: str = "") -> Profile:
    """A profile on the sandbox with a key in the secret store."""
    profile = accounts.plan(name, base_url=sandbox.url)
    checked = await accounts.check(profile, Secret(key or sandbox.api_key))
    assert accounts.add(profile, checked, in_file=False, allow_file=never) == "keyring"
    return profile


async def test_the_first_profile_is_the_default_and_all_of_it_is_known_at_once(
    accounts: Accounts, sandbox: ThreadSandbox
) -> None:
    await added(accounts, sandbox, "work")
    await added(accounts, sandbox, "live", sandbox.live_key)
    known = [(each.profile.name, each.is_default, each.mode, each.key_source) for each in accounts.known()]
    assert known == [("work", True, "test", "keyring"), ("live", False, "live", "keyring")]
    assert {each.workspace for each in accounts.known()} == {"Halden Pike Outbound"}
    accounts.use("live")
    assert load_settings(accounts.paths).profile().name == "live"


@pytest.mark.parametrize(
    "name", ["", "../x", "-x", "a b", "a\nb", "ü", "x" * 41, "a.b", "\x1b[2J", "a\u202eb"]
)
def test_a_name_that_would_harm_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(AccountRefused, match="cannot be called so"):
        accounts.plan(name)


@pytest.mark.parametrize("name", ["a", "work", "Team_2-b", "9", "x" * 40])
def test_a_plain_name_is_fine(accounts: Accounts, name: str) -> None:
    assert accounts.plan(name).name == name


def test_a_server_or_a_version_that_cannot_be_is_refused(accounts: Accounts) -> None:
    with pytest.raises(AccountRefused, match="not an address"):
        accounts.plan("work", base_url="file:///etc/passwd")
    with pytest.raises(AccountRefused, match="no API version"):
        accounts.plan("work", api_version="2026-05-10\r\nX-Evil: 1")


async def test_a_profile_with_a_key_is_not_added_again(accounts: Accounts, sandbox: ThreadSandbox) -> None:
    await added(accounts, sandbox, "work")
    with pytest.raises(AccountRefused, match="rotate work"):
        accounts.plan("work")


async def test_a_refused_key_leaves_nothing_behind(accounts: Accounts, sandbox: ThreadSandbox) -> None:
    profile = accounts.plan("work", base_url=sandbox.url)
    with pytest.raises(KeyRefused) as refused:
        await accounts.check(profile, Secret("imk_test_0123456789ABCDEFGHJKMNPQRS"))
    assert refused.value.problem.status == 401
    assert accounts.known() == ()
    assert find_kept_key(accounts.paths, profile) is None


async def test_without_a_secret_store_only_an_explicit_yes_makes_a_file(
    accounts: Accounts, sandbox: ThreadSandbox, tmp_path: Path
) -> None:
    asked: list[str] = []

    def answer(yes: bool) -> bool:
        asked.append("yes" if yes else "no")
        return yes

    profile = accounts.plan("work", base_url=sandbox.url)
    key = await accounts.check(profile, Secret(sandbox.api_key))
    file = accounts.paths.key_file("work", sandbox.url)
    with keyring_in_use(MissingKeyring, tmp_path / "none"):
        with pytest.raises(KeyFailed, match="--in-file"):
            accounts.add(profile, key, in_file=False, allow_file=lambda _, __: answer(False))
        assert (file.exists(), accounts.known()) == (False, ())
        source = accounts.add(profile, key, in_file=False, allow_file=lambda _, place: answer(place == file))
    assert asked == ["no", "yes"]
    assert source == f"file {file}"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_key_of_a_command_is_not_kept(accounts: Accounts, sandbox: ThreadSandbox) -> None:
    command = ("printf", sandbox.api_key)
    profile = accounts.plan("work", base_url=sandbox.url, api_key_command=command)
    key = await accounts.check(profile, key_of_command(command))
    assert accounts.add(profile, key, in_file=False, allow_file=never) == "command printf"
    assert not accounts.paths.key_file("work", sandbox.url).exists()
    (known,) = accounts.known()
    assert (known.key_source, known.workspace) == ("command printf", "Halden Pike Outbound")
    with pytest.raises(AccountRefused, match="not kept by us"):
        accounts.rotatable("work")


@pytest.mark.parametrize("in_file", [False, True])
async def test_a_rotated_key_goes_where_the_old_one_was(
    accounts: Accounts, sandbox: ThreadSandbox, in_file: bool
) -> None:
    profile = accounts.plan("work", base_url=sandbox.url)
    key = await accounts.check(profile, Secret(sandbox.api_key))
    source = accounts.add(profile, key, in_file=in_file, allow_file=never)
    known = accounts.rotatable("work")
    checked = await accounts.check_rotation(known, Secret(sandbox.live_key), any_workspace=True)
    assert accounts.rotate(known, checked, in_file=False, allow_file=never) == source
    assert find_kept_key(accounts.paths, profile) == FoundKey(Secret(sandbox.live_key), source)
    assert accounts.rotatable("work").mode == "live"


async def test_a_key_of_the_other_ledger_or_workspace_is_no_rotation(
    accounts: Accounts, sandbox: ThreadSandbox
) -> None:
    profile = await added(accounts, sandbox, "work")
    known = accounts.rotatable("work")
    with pytest.raises(AccountRefused, match="LIVE key") as refused:
        await accounts.check_rotation(known, Secret(sandbox.live_key), any_workspace=False)
    assert "--other-workspace" in refused.value.problem.remedy
    write_note(accounts.paths, profile, KeyNote("keyring", "test", "Other Inc", "ws_other"))
    with pytest.raises(AccountRefused, match="another workspace: Halden Pike"):
        await accounts.check_rotation(known, Secret(sandbox.api_key), any_workspace=False)


async def test_removing_takes_key_and_section_and_nothing_else(
    accounts: Accounts, sandbox: ThreadSandbox
) -> None:
    settings = accounts.paths.settings_file
    settings.parent.mkdir(parents=True)
    settings.write_text(COMMENTED, encoding="utf-8")
    profile = await added(accounts, sandbox, "work")
    accounts.use("work")
    accounts.remove("work")
    assert settings.read_text(encoding="utf-8") == COMMENTED
    assert find_kept_key(accounts.paths, profile) is None
    accounts.remove("team")
    left = settings.read_text(encoding="utf-8")
    assert "team.example" not in left
    for comment in ("# mine", "# light", "# about the next one", "# of commands"):
        assert comment in left
    with pytest.raises(AccountRefused, match="none yet"):
        accounts.remove("team")


async def test_a_locked_store_keeps_the_profile_until_the_key_can_be_removed(
    accounts: Accounts, sandbox: ThreadSandbox, tmp_path: Path
) -> None:
    profile = await added(accounts, sandbox, "work")
    with (
        keyring_in_use(LockedKeyring, tmp_path / "keyring"),
        pytest.raises(KeyFailed, match="nothing was removed"),
    ):
        accounts.remove("work")
    assert read_note(accounts.paths, profile) is not None
    accounts.remove("work")
    assert accounts.known() == ()


def test_an_unknown_name_lists_the_known_ones(accounts: Accounts) -> None:
    settings = accounts.paths.settings_file
    settings.parent.mkdir(parents=True)
    settings.write_text(COMMENTED, encoding="utf-8")
    with pytest.raises(AccountRefused, match="Profiles: team"):
        accounts.use("work")
