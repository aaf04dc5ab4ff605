"""config.toml: read with line and key, changed without touching the rest."""

import tomllib
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.alerts import Channel, Kind
from imail_tui.model.config import AlertsTable, Channels, Theme
from imail_tui.model.problem import Problem
from imail_tui.services.config_file import schema
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import (
    DEFAULT_BASE_URL,
    Profile,
    SettingsRefused,
    is_base_url,
    load_settings,
    remove_profile,
    save_profile,
    save_setting,
)
from imail_tui.store.toml_lines import Value, line_of, with_value, without_table
from imail_tui.ui import themes

WRITTEN = """\
# our settings
default = "work"   # the usual one

[keys]
"table.down" = "down,j"

[profiles.work]
base_url = "http://127.0.0.1:9/v1/"
api_key_command = ["pass", "show", "imail"]
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.find({"IMAIL_TUI_HOME": str(tmp_path)})


def write(paths: Paths, text: str) -> None:
    paths.config.mkdir(parents=True, exist_ok=True)
    paths.settings_file.write_text(text, encoding="utf-8")


def problem_of(paths: Paths) -> Problem:
    """The one thing that is wrong, whether it keeps anything from being used or not."""
    try:
        (problem,) = load_settings(paths).problems
    except SettingsRefused as refused:
        return refused.problem
    return problem


def test_without_a_file_there_are_defaults(paths: Paths) -> None:
    settings = load_settings(paths)
    assert settings.profile() == Profile("default", DEFAULT_BASE_URL)
    assert settings.problems == ()


def test_what_is_written_is_read(paths: Paths) -> None:
    write(paths, WRITTEN)
    settings = load_settings(paths)
    assert settings.profile() == Profile(
        "work", "http://127.0.0.1:9/v1", api_key_command=("pass", "show", "imail")
    )
    assert settings.keys == {"table.down": "down,j"}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('default = "a"\ntheme = 7\n', ":2: theme"),
        ('theme = "pink"\n', ":1: theme"),
        ('low_bandwidth = "yes"\n', ":1: low_bandwidth"),
        ('[keys]\n"a" = """\n[keys]\nb = 3\n"""\nb = 7\n', ":6: keys.b"),
        ('[profiles.work]\nbase_url = "ftp://x"\n', ":2: profiles.work.base_url"),
        ('\n[profiles.work]\napi_key_command = "pass show"\n', ":3: profiles.work.api_key_command"),
        ("[keys]\nx = [1]\n", ":2: keys.x"),
        ("profiles = 3\n", ":1: profiles"),
        ('default = "../x"\n', ":1: default"),
        ('\n[profiles."a b"]\n', "profiles.a b"),
        ('[profiles.work]\napi_version = "1\\n2"\n', ":2: profiles.work.api_version"),
        ("[profiles]\nwork = 3\n", ":2: profiles.work"),
    ],
)
def test_a_wrong_value_is_told_with_line_and_key(paths: Paths, text: str, where: str) -> None:
    write(paths, text)
    assert problem_of(paths).where.endswith(where)


def test_what_is_good_is_used_and_what_decides_where_a_key_goes_is_never_made_up(paths: Paths) -> None:
    write(
        paths,
        'theme = "imail-light"\nlow_bandwidth = true\n[profiles.good]\ntheme = "pink"\n'
        '[profiles.bad]\nbase_url = "nowhere"\n[alerts]\nchannels = ["bell"]\n[alerts.bounces]\nabove = 7\n',
    )
    settings = load_settings(paths)
    assert [each.where.rpartition(": ")[2] for each in settings.problems] == [
        "profiles.good.theme",
        "profiles.bad.base_url",
        "alerts.bounces.above",
    ]
    assert (settings.theme, settings.low_bandwidth, settings.profile("good").theme) == (
        "imail-light",
        True,
        None,
    )
    assert settings.alerts.rules[Kind.BOUNCES].channels == {Channel.BELL}
    assert list(settings.profiles) == ["good"]
    with pytest.raises(SettingsRefused, match="http"):
        settings.profile("bad")


def test_the_nearest_name_is_offered_and_what_is_allowed_told(paths: Paths) -> None:
    write(paths, 'defualt = "x"\n[alerts]\nnoise = 1\nchannels = ["pigeon"]\n')
    spelt, unknown, wrong = load_settings(paths).problems
    assert spelt.remedy == "Did you mean default?"
    assert unknown.remedy.startswith("Known here: bounces, campaign_stalled, channels")
    assert wrong.what == "The value must be a list of toast, bell, notify, title."


def test_the_schema_names_what_other_rooms_know() -> None:
    properties = schema()["properties"]
    assert isinstance(properties, dict)
    assert set(AlertsTable.model_fields) == {"quiet_hours", "channels", "command", *Kind}
    assert get_args(get_args(Theme)[0]) == tuple(themes.TITLES)
    assert get_args(get_args(get_args(Channels)[0])[0]) == tuple(Channel)
    assert all(isinstance(each, dict) and each["description"] for each in properties.values())


def test_a_broken_file_is_told_with_its_line(paths: Paths) -> None:
    write(paths, 'default = "a"\ntheme = \n')
    with pytest.raises(SettingsRefused, match="line 2"):
        load_settings(paths)


def test_what_is_not_known_is_said_and_passed_over(paths: Paths) -> None:
    write(paths, 'colour = "red"\n[profiles.work]\nbase_url = "https://x/v1"\nbase_ur = "y"\n')
    settings = load_settings(paths)
    assert [problem.where.rpartition("config.toml")[2] for problem in settings.problems] == [
        ":1: colour",
        ":4: profiles.work.base_ur",
    ]


def test_a_change_leaves_comments_and_order_alone(paths: Paths) -> None:
    write(paths, WRITTEN)
    save_setting(paths, (), "theme", "imail-light")
    save_setting(paths, ("profiles", "work"), "theme", "terminal-dark")
    save_profile(paths, Profile("second-one", "https://b/v1", api_version="2026-05-10"))
    text = paths.settings_file.read_text(encoding="utf-8")
    assert text.startswith(
        '# our settings\ndefault = "work"   # the usual one\ntheme = "imail-light"\n\n[keys]'
    )
    settings = load_settings(paths)
    assert settings.theme == "imail-light"
    assert settings.profile("work").theme == "terminal-dark"
    assert settings.profile("second-one").api_version == "2026-05-10"
    save_setting(paths, (), "theme", None)
    assert load_settings(paths).theme is None


def test_a_value_over_several_lines_is_not_torn(paths: Paths) -> None:
    text = 'theme = """\ndark\n"""\n'
    write(paths, text)
    with pytest.raises(SettingsRefused):
        save_setting(paths, (), "theme", "light")
    assert paths.settings_file.read_text(encoding="utf-8") == text


values = st.one_of(st.text(), st.booleans(), st.lists(st.text(), min_size=1).map(tuple))
names = st.text(min_size=1)


@given(
    st.lists(
        st.tuples(st.sampled_from([(), ("keys",), ("profiles", "a b"), ("profiles", "ü.x")]), names, values),
        max_size=6,
    )
)
def test_whatever_is_set_is_read_back(changes: list[tuple[tuple[str, ...], str, Value]]) -> None:
    text = ""
    expected: dict[tuple[tuple[str, ...], str], Value] = {}
    for table, key, value in changes:
        if not table and key in ("keys", "profiles"):
            continue
        text = with_value(text, table, key, value)
        expected[table, key] = value
    document = tomllib.loads(text)
    for (table, key), value in expected.items():
        found: object = document
        for name in (*table, key):
            assert isinstance(found, dict)
            found = found[name]
        assert found == (list(value) if isinstance(value, tuple) else value)


@given(
    st.lists(st.sampled_from(["a", "b-1", "Z"]), unique=True, min_size=1),
    st.lists(st.sampled_from(["", "# remark", "  # [profiles.a]", 'x = "1"', "y = [1]", 'z = 2 # "#"'])),
    st.data(),
)
def test_a_removed_table_leaves_the_others_and_all_remarks_around_it(
    tables: list[str], between: list[str], data: st.DataObject
) -> None:
    lines = ["# first", 'default = "a"']
    for name in tables:
        block = data.draw(st.permutations(between))
        keys = {line.split()[0]: line for line in block if "=" in line}
        remarks = [line for line in block if "=" not in line]
        lines += [f"[profiles.{name}]", *keys.values(), *remarks]
    text = "\n".join(lines) + "\n"
    gone = data.draw(st.sampled_from(tables))
    left = without_table(text, ("profiles", gone))
    wanted = tomllib.loads(text)
    del wanted["profiles"][gone]
    assert tomllib.loads(left) == (wanted if wanted["profiles"] else {"default": "a"})
    assert left.count("#") >= text.count("# remark") + text.count("# [") + 1


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[profiles.a]\nx = 1\n", ""),
        ("# top\n\n[profiles.a]\nx = 1\n\n[keys]\n", "# top\n\n[keys]\n"),
        ("[profiles.a]\nx = [\n  1,\n]\n# end\n", "# end\n"),
        ("[profiles.b]\n", "[profiles.b]\n"),
        ("", ""),
    ],
)
def test_what_is_left_when_a_table_goes(text: str, left: str) -> None:
    assert without_table(text, ("profiles", "a")) == left


@pytest.mark.parametrize(
    "text",
    [
        "profiles.a.x = 1\n",
        "profiles = { a = { x = 1 } }\n",
        "[profiles]\na.x = 1\n",
        "[profiles.a]\nx = 1\n[profiles.a.b]\ny = 2\n",
        '[profiles.a]\nx = """\n[profiles.b]\n"""\n',
    ],
)
def test_a_table_that_cannot_be_taken_out_line_by_line_stays(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be removed"):
        without_table(text, ("profiles", "a"))


def test_removing_a_profile_that_is_written_by_hand_is_told(paths: Paths) -> None:
    text = "[profiles]\nwork.api_version = '2026-05-10'\n"
    write(paths, text)
    with pytest.raises(SettingsRefused, match="cannot be removed by a program"):
        remove_profile(paths, "work")
    assert paths.settings_file.read_text(encoding="utf-8") == text


def test_the_line_of_a_key_is_that_of_its_table() -> None:
    document = tomllib.loads(WRITTEN)
    assert line_of(WRITTEN, document, ("default",)) == 2
    assert line_of(WRITTEN, document, ("keys", "table.down")) == 5
    assert line_of(WRITTEN, document, ("profiles", "work", "base_url")) == 8
    # What is not there is looked for in the nearest table.
    assert line_of(WRITTEN, document, ("profiles", "work", "theme")) == 7
    assert line_of(WRITTEN, document, ("alerts", "channels")) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("alerts.bounces.above = 5\n", 1),
        ("[alerts]\nbounces.above = 5\n", 2),
        ("[alerts]\nbounces = { above = 5 }\n", 2),
        ('keys."x" = """\n[alerts.bounces]\nabove = 1\n"""\n[ alerts . "bounces" ] # so\n"above" = 5\n', 6),
    ],
)
def test_the_line_of_a_key_however_it_is_written(text: str, line: int) -> None:
    assert line_of(text, tomllib.loads(text), ("alerts", "bounces", "above")) == line


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        ("https://api.imail.now/v1", True),
        ("http://127.0.0.1:8080/v1", True),
        ("http://[::1]:8080/v1", True),
        ("api.imail.now/v1", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("http://x:99999/", False),
        ("", False),
    ],
)
def test_what_a_client_can_be_pointed_at(text: str, usable: bool) -> None:
    assert is_base_url(text) is usable
