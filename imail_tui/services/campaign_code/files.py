"""Campaign files on disk: reading, and writing so that nothing is ever half written."""

import os
import tempfile
from importlib import resources
from pathlib import Path

from imail_tui.domain.campaign_files.reading import MAX_BYTES, CampaignFile, Unreadable, read_campaign
from imail_tui.domain.campaign_files.writing import new_file, updated_file
from imail_tui.domain.sequence.violations import Raw
from imail_tui.model.problem import Problem

_STARTERS = "templates"


class FileProblem(ValueError):
    """A file that cannot be used; `problem` says where and what to do."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


def read_file(path: str) -> CampaignFile:
    """The campaign of a file. Raises `FileProblem`."""
    try:
        with Path(path).open("rb") as file:
            return read_campaign(file.read(MAX_BYTES + 1))
    except OSError as error:
        raise FileProblem(Problem(f"{path} cannot be read: {error.strerror}.", code="usage")) from None
    except Unreadable as error:
        where = f"{path}:{error.position.line}:{error.position.column}"
        problem = Problem(f"{where}: {error.message}.", "Correct the file there.", code="unreadable")
        raise FileProblem(problem) from None


def write_file(path: str, campaign: Raw) -> bool:
    """Make a file say this; comments of one that is there are kept. Whether it changed.

    Raises:
        FileProblem: it cannot be written, or what is there is no campaign.
    """
    target = Path(path)
    try:
        old = target.read_bytes().decode("utf-8-sig") if target.exists() else None
        text = new_file(campaign) if old is None else updated_file(old, campaign)
        if text == old:
            return False
        replace_file(target, text)
    except OSError as error:
        raise FileProblem(Problem(f"{path} cannot be written: {error.strerror}.", code="usage")) from None
    except (Unreadable, UnicodeDecodeError) as error:
        problem = Problem(
            f"{path} is no campaign's file: {error}.", "Choose another name.", code="unreadable"
        )
        raise FileProblem(problem) from None
    return True


def replace_file(target: Path, text: str) -> None:
    """Write a file whole or not at all; one that is there keeps its mode. Raises `OSError`."""
    mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def starter_names() -> list[str]:
    """The names of the campaigns to begin with."""
    folder = resources.files(__package__) / _STARTERS
    return sorted(
        entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")
    )


def starter(name: str) -> str:
    """The file of a campaign to begin with. Raises `FileProblem`."""
    if name not in starter_names():
        what = f"There is no template {name}; there are {', '.join(starter_names())}."
        raise FileProblem(Problem(what, code="usage"))
    return (resources.files(__package__) / _STARTERS / f"{name}.yaml").read_text("utf-8")


def starter_purpose(name: str) -> str:
    """What a campaign to begin with is for: its first comment."""
    return starter(name).partition("\n")[0].removeprefix("#").strip()
