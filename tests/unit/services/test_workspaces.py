"""Where a running app can go."""

import asyncio

import pytest

from imail_tui.model.secret import Secret
from imail_tui.services.opening import NotOpened, Start
from imail_tui.services.workspaces import Workspaces
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile, load_settings, save_profile
from imail_tui.store.secrets import FoundKey, keep_key
from tests.patience import PATIENCE

HERE = Profile("here", "http://127.0.0.1:9/v1")
GIVEN = FoundKey(Secret("imk_test_GIVENGIVENGIVENGIVEN01"), "environment")
KEPT = Secret("imk_live_KEPTKEPTKEPTKEPTKEPT02")


@pytest.fixture
def workspaces(paths: Paths) -> Workspaces:
    """The run began with a key for `here`; `there` has a kept one, `keyless` none."""
    there, keyless = Profile("there", HERE.base_url), Profile("keyless", HERE.base_url)
    for profile in (there, keyless):
        save_profile(paths, profile)
    keep_key(paths, there, KEPT, in_file=True)
    return Workspaces(Start(paths, load_settings(paths), HERE, GIVEN))


def test_the_profile_of_this_run_is_among_them_settings_or_not(workspaces: Workspaces, paths: Paths) -> None:
    assert [each.profile.name for each in workspaces.known()] == ["here", "there", "keyless"]
    save_profile(paths, HERE)
    assert sorted(each.profile.name for each in workspaces.known()) == ["here", "keyless", "there"]
    assert {each.profile.name: each.mode for each in workspaces.known()}["there"] == "live"


async def test_a_key_given_for_this_run_goes_to_its_own_profile_only(workspaces: Workspaces) -> None:
    for name, tail in (("here", "01"), ("there", ""), ("here", "01")):
        session = workspaces.open(name)
        assert session is not None
        assert session.profile.name == name
        assert session.key_shown.endswith(tail)
        assert session.status.mode == ("test" if name == "here" else "live")
        await session.close()
    assert workspaces.open("keyless") is None


def test_what_is_not_there_cannot_be_opened(workspaces: Workspaces) -> None:
    with pytest.raises(NotOpened):
        workspaces.open("nobody")
    with pytest.raises(NotOpened):
        workspaces.way_in("nobody")


async def test_a_way_in_finds_no_key_of_another_profile(workspaces: Workspaces) -> None:
    for way_in in (workspaces.way_in("keyless"), workspaces.way_to_add("fresh", f" {HERE.base_url}/ ")):
        assert way_in.base_url == HERE.base_url
        async with asyncio.timeout(PATIENCE):
            assert await way_in.find_kept() is None
        way_in.close()


async def test_a_profile_is_written_down_with_its_key(workspaces: Workspaces, paths: Paths) -> None:
    way_in = workspaces.way_to_add("fresh", HERE.base_url)
    assert "fresh" not in load_settings(paths).profiles
    await way_in.keep(KEPT.reveal(), in_file=True)
    assert load_settings(paths).profiles["fresh"].base_url == HERE.base_url
    session = workspaces.open("fresh")
    assert session is not None
    await session.close()


@pytest.mark.parametrize(
    ("name", "fits"), [("acme-2", True), ("", False), ("a b", False), ("../x", False), ("there", False)]
)
def test_names_of_new_profiles(workspaces: Workspaces, name: str, fits: bool) -> None:
    assert (workspaces.name_fault(name) is None) == fits


@pytest.mark.parametrize(
    ("server", "fits"), [(" https://api.imail.now/v1 ", True), ("", False), ("api.imail.now", False)]
)
def test_servers_of_new_profiles(workspaces: Workspaces, server: str, fits: bool) -> None:
    assert (workspaces.server_fault(server) is None) == fits
