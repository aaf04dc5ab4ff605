"""Importing leads from a file: first a plan to look at, then the import in large requests."""

import asyncio
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import orjson
from pydantic import JsonValue

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import ApiError, BadRequest, Conflict, NotFound, NotOffered
from imail_tui.domain.budget import Priority
from imail_tui.domain.lead_columns import CUSTOM, ColumnMap
from imail_tui.model.leads import BulkResult, Lead
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.services.import_plan import ImportPlan, no_address, read_plan
from imail_tui.services.lead_file import ImportRefused, Record
from imail_tui.services.workbench import Workbench

__all__ = ["ColumnMap", "ImportOutcome", "ImportPlan", "ImportRefused", "Importer", "Progress"]

CHUNK = 2_000
"""Leads in one request; the API takes 5,000, smaller ones show progress more often."""
LISTED = 1_000
"""Records whose fault is listed; more are only counted, so that memory does not grow with the file."""
_STOP_EVERY = 0.1
"""Seconds between two looks whether an import that was stopped waits for the budget once more."""
_ADDRESS = re.compile(r"[^@\s,;<>()\[\]\"]+@[^@\s,;<>()\[\]\"]+\.[^@\s,;<>()\[\]\".]+")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: records dealt with of all, and seconds since it began."""

    done: int
    total: int
    seconds: float

    @property
    def rate(self) -> float | None:
        """Records a second."""
        return self.done / self.seconds if self.seconds > 0 and self.done else None

    @property
    def seconds_left(self) -> float | None:
        """By the rate so far."""
        return (self.total - self.done) / self.rate if self.rate else None


@dataclass(slots=True)
class ImportOutcome:
    """What became of every record; each is counted exactly once.

    `invalid`: not sent, its address is none. `failed`: the server refused it. `in_doubt`: sent, but no answer
    tells what became of it. `not_sent`: the import ended before. `faults`: line and reason of the first
    invalid and failed ones. `problem`: what ended the import early.
    """

    created: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    invalid: int = 0
    in_doubt: int = 0
    not_sent: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)
    problem: Problem | None = None

    @property
    def done(self) -> int:
        """Records that were dealt with."""
        return self.created + self.updated + self.skipped + self.failed + self.invalid + self.in_doubt

    def fault(self, line: int, reason: str) -> None:
        """List a fault while there is room."""
        if len(self.faults) < LISTED:
            self.faults.append((line, reason))


class Importer:
    """Sends leads in the job class. `paused` tells for how many seconds the budget lets nothing be sent.

    `turn_away` ends the waiting of jobs for the budget; they fail with `RateLimited`.
    """

    def __init__(
        self,
        bench: Workbench,
        chunk: int = CHUNK,
        *,
        paused: Callable[[], float] = lambda: 0.0,
        turn_away: Callable[[], None] = lambda: None,
    ) -> None:
        self._bench = bench
        self._chunk = chunk
        self.paused = paused
        self._turn_away = turn_away

    async def read_plan(self, path: Path) -> ImportPlan:
        """What an import of the file would do. Raises ImportRefused."""
        return await asyncio.to_thread(read_plan, path)

    async def run(
        self,
        plan: ImportPlan,
        campaign_id: str | None,
        on_progress: Callable[[Progress], None],
        cancel: asyncio.Event,
    ) -> ImportOutcome:
        """Import, and enroll in a campaign if one is given. Leads that exist are left as they are.

        An error of the server ends the import; the outcome says where. Raises ImportRefused.
        """
        if not plan.ready:
            raise ImportRefused(no_address(plan.path))
        outcome = ImportOutcome()
        started = time.monotonic()
        records = plan.source.records()
        send = _Sender(self._bench, campaign_id, outcome)
        try:
            while not cancel.is_set():
                batch = await asyncio.to_thread(_next_batch, records, plan, self._chunk, outcome)
                if batch is None:
                    break
                await self._sent(send(batch), outcome, cancel)
                on_progress(Progress(outcome.done, plan.rows, time.monotonic() - started))
                if outcome.problem is not None:
                    break
        except (UnicodeDecodeError, OSError):
            outcome.problem = Problem(
                "The file changed while it was read.", "Import it again.", str(plan.path)
            )
        outcome.not_sent = max(0, plan.rows - outcome.done)
        return outcome

    async def _sent(
        self, sending: Coroutine[None, None, None], outcome: ImportOutcome, cancel: asyncio.Event
    ) -> None:
        """Let a request end; after `cancel` one that only waits for the budget is not sent any more."""
        task = asyncio.create_task(sending)
        stopped = asyncio.create_task(cancel.wait())
        try:
            await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
            while not task.done():
                self._turn_away()
                await asyncio.wait({task}, timeout=_STOP_EVERY)
            await task
        finally:
            stopped.cancel()
            task.cancel()
        problem = outcome.problem
        if cancel.is_set() and problem is not None and problem.code == "rate_limited":
            # It was the person who ended it.
            outcome.problem = None


@dataclass(frozen=True, slots=True)
class _Lead:
    line: int
    body: Json


class _Sender:
    """Sends batches, by single requests once the server turned out to have no bulk one."""

    def __init__(self, bench: Workbench, campaign_id: str | None, outcome: ImportOutcome) -> None:
        self._bench = bench
        self._campaign_id = campaign_id
        self._outcome = outcome
        self._has_bulk = True

    async def __call__(self, batch: list[_Lead]) -> None:
        if batch and self._has_bulk:
            try:
                await self._bulk(batch)
            except NotOffered:
                self._has_bulk = False
            except NotFound:
                if not await self._campaign_exists():
                    return
                self._has_bulk = False
        if batch and not self._has_bulk:
            await self._one_by_one(batch)

    async def _campaign_exists(self) -> bool:
        """Whether it is not the campaign that a 404 means."""
        campaign_id = self._campaign_id
        if campaign_id is None:
            return True
        try:
            await self._bench.ask(lambda client: client.campaigns.get(campaign_id), Priority.JOB)
        except ApiError as error:
            self._outcome.problem = error.problem
            return False
        return True

    async def _bulk(self, batch: list[_Lead]) -> None:
        request = {"leads": [lead.body for lead in batch], "on_duplicate": "skip"}
        body = orjson.dumps(
            request if self._campaign_id is None else {**request, "campaign_id": self._campaign_id}
        )
        key = str(uuid.uuid4())
        try:
            result = await self._bench.ask(lambda client: client.leads.bulk(body, key), Priority.JOB)
        except NotFound:
            raise
        except ApiError as error:
            self._outcome.problem = error.problem
            if error.in_doubt:
                self._outcome.in_doubt += len(batch)
            return
        self._count(batch, result)

    def _count(self, batch: list[_Lead], result: BulkResult) -> None:
        outcome = self._outcome
        told = {row.index: row for row in result.results if 0 <= row.index < len(batch)}
        if not told:
            self._count_sums(len(batch), result)
            return
        for index, lead in enumerate(batch):
            row = told.get(index)
            match row.outcome if row else "":
                case "created":
                    outcome.created += 1
                case "updated":
                    outcome.updated += 1
                case "skipped":
                    outcome.skipped += 1
                case "failed":
                    outcome.failed += 1
                    outcome.fault(lead.line, (row.message or row.code or "refused") if row else "refused")
                case _:
                    outcome.in_doubt += 1

    def _count_sums(self, size: int, result: BulkResult) -> None:
        """A server that returns only counts; what they do not explain is in doubt."""
        outcome = self._outcome
        for name in ("created", "updated", "skipped", "failed"):
            count = min(max(0, getattr(result, name) or 0), size)
            setattr(outcome, name, getattr(outcome, name) + count)
            size -= count
        outcome.in_doubt += size

    async def _one_by_one(self, batch: list[_Lead]) -> None:
        outcome = self._outcome
        ids: list[str] = []
        for lead in batch:
            try:
                created = await self._bench.ask(_creation(lead), Priority.JOB)
            except Conflict as error:
                outcome.skipped += 1
                existing = error.details.get("existing_id")
                ids += [existing] if isinstance(existing, str) else []
            except BadRequest as error:
                outcome.failed += 1
                outcome.fault(lead.line, error.problem.what)
            except ApiError as error:
                outcome.problem = error.problem
                outcome.in_doubt += error.in_doubt
                break
            else:
                outcome.created += 1
                ids.append(created.id)
        campaign_id = self._campaign_id
        if ids and campaign_id is not None:
            try:
                await self._bench.ask(lambda client: client.campaigns.enroll(campaign_id, ids), Priority.JOB)
            except ApiError as error:
                outcome.problem = error.problem


def _creation(lead: _Lead) -> Callable[[ImailClient], Awaitable[Lead]]:
    return lambda client: client.leads.create(lead.body)


def _next_batch(
    records: Iterator[Record], plan: ImportPlan, size: int, outcome: ImportOutcome
) -> list[_Lead] | None:
    """The next leads, without those that have no address; None at the end of the file."""
    taken = list(islice(records, size))
    if not taken:
        return None
    batch = []
    for record in taken:
        body = _body(record.cells, plan.columns)
        email = body.get("email")
        if isinstance(email, str) and _ADDRESS.fullmatch(email):
            batch.append(_Lead(record.line, body))
        else:
            outcome.invalid += 1
            outcome.fault(record.line, f"{email} is no e-mail address" if email else "no e-mail address")
    return batch


def _body(cells: Sequence[str], columns: Sequence[ColumnMap]) -> Json:
    """The lead of a record; blank cells are left out."""
    body: Json = {}
    custom: dict[str, JsonValue] = {}
    for cell, column in zip(cells, columns, strict=False):
        value = cell.strip()
        if not value or column.field is None:
            continue
        if column.field.startswith(CUSTOM):
            custom[column.field.removeprefix(CUSTOM)] = value
        else:
            body[column.field] = value
    if custom:
        body["custom"] = custom
    return body
