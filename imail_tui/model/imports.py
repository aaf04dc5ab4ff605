"""What is remembered of an import: what was asked, and what became of each part of it."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from imail_tui.model.problem import Problem


class ImportState(StrEnum):
    """Where an import stands."""

    OPEN = "open"
    """It runs, or can be taken up again."""
    DONE = "done"
    DROPPED = "dropped"
    """Given up by a person; what was sent stays."""


class ChunkState(StrEnum):
    """Where a request of an import stands."""

    PLANNED = "planned"
    SENDING = "sending"
    """Written down before its first byte is sent: without an answer, nobody knows whether it was applied."""
    DONE = "done"
    IN_DOUBT = "in_doubt"


CREATED, UPDATED, SKIPPED, FAILED, UNEXPLAINED = b"CUSF?"
"""What the server did with a row, one byte each."""
OUTCOMES: Final = {
    CREATED: "created",
    UPDATED: "updated",
    SKIPPED: "skipped",
    FAILED: "failed",
    UNEXPLAINED: "unexplained",
}
"""Their names, which are those of the counts."""


@dataclass(frozen=True, slots=True)
class Repairs:
    """What a person mended.

    `cells`: offset of a block → number of a record in it → its cells, None = drop it. `alike`: column → a
    cell as it is → what to read instead, in every record.
    """

    cells: Mapping[str, Mapping[str, Sequence[str] | None]] = field(default_factory=dict)
    alike: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.cells or self.alike)


NOTHING_MENDED: Final = Repairs()
FIRST_ADDRESS: Final = "first"
ALL_ADDRESSES: Final = "all"


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What was asked. `mapping`: title → target; `repairs`: what was mended.

    `on_duplicate` is skip or update. `mode` is live or test. `rows`: leads in a request, which have to be the
    same when it is taken up again. `encoding`: of the bytes that are read, None = an older release's import.
    `addresses`: of several in a record the `first` is a lead, or `all` are.
    """

    path: str
    mapping: dict[str, str]
    source: str
    delimiter: str | None = None
    campaign_id: str | None = None
    on_duplicate: str = "skip"
    mode: str = "live"
    repairs: Repairs = NOTHING_MENDED
    rows: int = 5_000
    encoding: str | None = None
    addresses: str = FIRST_ADDRESS


@dataclass(frozen=True, slots=True)
class FileCounts:
    """Every record of the file in one outcome; known once it was read to its end.

    Where each address of a record is a lead, the record's outcome is that of its first one, and its `further`
    ones are counted apart: `further_duplicates` stand earlier in the file, `further_invalid` can be none.
    """

    records: int = 0
    accepted: int = 0
    duplicates: int = 0
    invalid: int = 0
    blank: int = 0
    invalid_by_code: dict[str, int] = field(default_factory=dict)
    further: int = 0
    further_duplicates: int = 0
    further_invalid: int = 0

    @property
    def leads(self) -> int:
        """How many are sent."""
        return self.accepted + self.further


@dataclass(frozen=True, slots=True)
class ServerCounts:
    """What the server did with the accepted ones, and how many requests it took."""

    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    unexplained: int = 0
    requests: int = 0

    @property
    def told(self) -> int:
        """Rows of which something is known."""
        return self.created + self.updated + self.skipped + self.failed + self.unexplained

    def plus(self, other: "ServerCounts") -> "ServerCounts":
        """Both together."""
        return ServerCounts(
            self.created + other.created,
            self.updated + other.updated,
            self.skipped + other.skipped,
            self.failed + other.failed,
            self.unexplained + other.unexplained,
            self.requests + other.requests,
        )


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """An import as it is kept.

    `digest` and `size` are the file's; `copy`: our own copy of it, if there is one. `started_at` and
    `ended_at` in epoch seconds. `file` None: it was never read to its end.
    """

    id: str
    request: ImportRequest
    digest: str
    size: int
    started_at: float
    state: ImportState = ImportState.OPEN
    ended_at: float | None = None
    copy: str | None = None
    file: FileCounts | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class RowNote:
    """Why the server did not take a row, in its words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ChunkRecord:
    """A request of an import. `key` is its Idempotency-Key, `account` whose budget it was sent on.

    `sent_at`: world time, epoch seconds.
    """

    number: int
    rows: int
    digest: str
    key: str
    state: ChunkState = ChunkState.PLANNED
    account: str = ""
    sent_at: float = 0.0


@dataclass(frozen=True, slots=True)
class ChunkResult:
    """What became of each row of a chunk: a byte a row, and notes by row.

    `records` and `lines` are the rows' places in the file.
    """

    outcomes: bytes
    notes: dict[int, RowNote]
    records: "array[int]"
    lines: "array[int]"
    requests: int = 1

    def counts(self) -> ServerCounts:
        """Their sums."""
        counts = {name: self.outcomes.count(code) for code, name in OUTCOMES.items()}
        return ServerCounts(**counts, requests=self.requests)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How an import ended; `record.problem` says why it ended early. `seconds`: this run was sending.

    `read`: what this run read of the file; `record.file` is all of it.
    """

    record: ImportRecord
    server: ServerCounts
    seconds: float
    read: FileCounts
