"""Why a file is not imported."""

from imail_tui.model.problem import Problem


class ImportRefused(Exception):
    """A file or an import that cannot go on; `problem` says why, where and what to do. Nothing was sent."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence())
        self.problem = problem


def refused(what: str, remedy: str, where: str, code: str = "file_refused") -> ImportRefused:
    """The error for a file."""
    return ImportRefused(Problem(what, remedy, where=where, code=code))


def changed(where: str) -> ImportRefused:
    """The error for a file that is not as it was when it was looked at."""
    return refused(
        "The file was changed meanwhile.", "Choose it again once it stays as it is.", where, "file_changed"
    )
