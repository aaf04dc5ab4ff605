"""What went wrong, in the words every room shows."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: what happened, where, what to do about it, and the id support asks for.

    `what` and `where` may hold foreign text; they are made safe where they are shown.
    `code` is the server's error code, or one of ours such as `offline` or `bad_response`.
    """

    what: str
    remedy: str = ""
    where: str = ""
    code: str = ""
    status: int | None = None
    request_id: str | None = None

    def at(self, where: str) -> Self:
        """The same problem, tied to a field, row or file position."""
        return replace(self, where=where)

    def placed(self) -> str:
        """What happened, with the place before it unless the words begin with it already."""
        return self.what if self.what.startswith(self.where) else f"{self.where}: {self.what}"

    def sentence(self) -> str:
        """One line for a log or a plain terminal: where, what, remedy, request_id."""
        parts = [self.placed(), self.remedy]
        if self.request_id:
            parts.append(f"({self.request_id})")
        return " ".join(part for part in parts if part)
