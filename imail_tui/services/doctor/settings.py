"""The config file: can it be read, does everything in it mean something, and which profile is used?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from imail_tui.model.problem import Problem
from imail_tui.services.doctor.finding import Finding, Verdict, error, ok, skipped, told
from imail_tui.store.paths import Paths
from imail_tui.store.profiles import Profile, Settings, SettingsRefused, is_base_url, load_settings

KeymapCheck = Callable[[Mapping[str, str]], Sequence[Problem]]
"""What is wrong with a keymap: only the interface knows its commands."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The profile to look at, and what there is to say about the config.

    `sure` False: it is not known which server is meant, so none may be asked: it would be given the key.
    """

    profile: Profile
    sure: bool
    findings: tuple[Finding, ...]


def check_settings(paths: Paths, name: str | None, base_url: str | None, check_keymap: KeymapCheck) -> Chosen:
    """Read the config and choose as a start does."""
    sure = True
    try:
        settings = load_settings(paths)
    except SettingsRefused as refused:
        settings, sure = Settings(), base_url is not None
        findings = [
            told("config", Verdict.ERROR, refused.problem),
            skipped("keymap", "The config cannot be read."),
        ]
    else:
        findings = [*_config(paths, settings), *_keymap(check_keymap(settings.keys))]
    try:
        profile = settings.profile(name)
    except SettingsRefused as refused:
        broken = told("profile", Verdict.ERROR, refused.problem)
        return Chosen(Profile(name or settings.default), False, (*findings, broken))
    fault = _fault(settings, name, base_url) if sure else skipped("profile", "The config cannot be read.")
    if fault is not None:
        return Chosen(profile, False, (*findings, fault))
    if base_url is not None:
        profile = replace(profile, base_url=base_url.rstrip("/"))
    return Chosen(profile, True, (*findings, ok("profile", f"{profile.name}: {profile.base_url}")))


def _fault(settings: Settings, name: str | None, base_url: str | None) -> Finding | None:
    if name is not None and name not in settings.profiles and name != settings.default:
        known = ", ".join(settings.profiles) or "none yet"
        return error("profile", f"There is no profile {name}.", f"Profiles: {known}.")
    if base_url is not None and not is_base_url(base_url):
        remedy = "Give one such as https://api.imail.now/v1."
        return error("profile", f"{base_url} is not a server's address.", remedy)
    return None


def _config(paths: Paths, settings: Settings) -> list[Finding]:
    if settings.problems:
        return [told("config", Verdict.WARNING, problem) for problem in settings.problems]
    if not paths.settings_file.exists():
        return [ok("config", f"none yet; it would be {paths.settings_file}")]
    return [ok("config", str(paths.settings_file))]


def _keymap(problems: Sequence[Problem]) -> list[Finding]:
    if problems:
        return [told("keymap", Verdict.WARNING, problem) for problem in problems]
    return [ok("keymap", "no clashes")]
