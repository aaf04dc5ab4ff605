"""Sending one request of an import so that each of its rows is applied exactly once."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

import orjson

from imail_tui.api.client import ImailClient
from imail_tui.api.errors import ApiError, BadRequest, Conflict, NotFound, NotOffered
from imail_tui.domain.budget import Priority
from imail_tui.domain.capabilities import Capabilities, Keyed
from imail_tui.model.imports import (
    CREATED,
    FAILED,
    OUTCOMES,
    SKIPPED,
    UNEXPLAINED,
    UPDATED,
    ChunkRecord,
    ChunkResult,
    ChunkState,
    ImportRecord,
    RowNote,
    ServerCounts,
)
from imail_tui.model.leads import BulkResult
from imail_tui.model.record import Json
from imail_tui.services.imports.chunks import Chunk, body_of
from imail_tui.services.imports.errors import refused
from imail_tui.services.imports.journaling import Journaling
from imail_tui.services.imports.reconciling import reconcile, spread
from imail_tui.services.workbench import Workbench

_KEYS_LAST: Final = 23 * 3600.0
"""Seconds for which a server is trusted to know a key; it keeps them for 24 hours."""
_CODES: Final = {name: code for code, name in OUTCOMES.items() if code != UNEXPLAINED}


class ChunkSender:
    """Sends the chunks of one import. `account` names the key in use."""

    def __init__(
        self,
        bench: Workbench,
        journaling: Journaling,
        record: ImportRecord,
        capabilities: Callable[[], Capabilities],
        account: Callable[[], str],
    ) -> None:
        self._bench = bench
        self._journaling = journaling
        self._record = record
        self._capabilities = capabilities
        self._account = account
        self._has_bulk = True

    async def send(self, chunk: Chunk) -> ServerCounts:
        """Have a chunk applied and its outcome in the journal; gives what that added to the counts.

        Raises `ApiError`, with the journal telling how far it came; ImportRefused for a chunk that is not the
        one the journal has, and before anything is sent where the disk is full.
        """
        held = await self._journaling.do(lambda journal: journal.chunk(self._record.id, chunk.number))
        if held is None:
            held = ChunkRecord(chunk.number, len(chunk.records), chunk.digest, chunk.key(self._record.id))
            await self._put(held)
        elif held.digest != chunk.digest:
            what = "The file is not the one this import began with."
            raise refused(what, "Begin a new import, or put the file back.", self._record.request.path)
        if held.state is ChunkState.DONE:
            return ServerCounts()
        if held.state is ChunkState.PLANNED or self._repeatable(held):
            return await self._first(chunk, held)
        return await self._settle(chunk, held)

    def _repeatable(self, held: ChunkRecord) -> bool:
        """Whether the server knows by its key that it had this request."""
        keyed = self._capabilities().keyed("/leads/bulk") is Keyed.YES
        return keyed and held.account == self._account() and self._now() - held.sent_at < _KEYS_LAST

    async def _first(self, chunk: Chunk, held: ChunkRecord) -> ServerCounts:
        """Send it, or send it again under the key it had."""
        again = held.state is not ChunkState.PLANNED
        # Not a clock of ours that runs on: what it makes may not seem older than the request.
        sent_at = held.sent_at if again else self._bench.line.told().timestamp()
        sending = replace(held, state=ChunkState.SENDING, account=self._account(), sent_at=sent_at)
        await self._put(sending)
        try:
            outcomes, notes = await self._apply(chunk.body, held.key, len(chunk.records), chunk.leads)
        except ApiError as error:
            # Without bulk, some leads of it may be there.
            doubtful = error.in_doubt or again or not self._has_bulk
            state = ChunkState.IN_DOUBT if doubtful else ChunkState.PLANNED
            await self._put(replace(sending, state=state))
            raise
        return await self._finish(chunk, outcomes, notes, 1)

    async def _settle(self, chunk: Chunk, held: ChunkRecord) -> ServerCounts:
        """Find out what was applied, and send the rest under another key."""
        leads = chunk.leads()
        found = await reconcile(self._bench, self._record.request, leads, held.sent_at)
        places = [number for number, outcome in enumerate(found.outcomes) if outcome is None]
        rest = [leads[number] for number in places]
        outcomes, notes = b"", dict[int, RowNote]()
        if rest:
            body = body_of(self._record.request, map(orjson.dumps, rest))
            # Every try is of other rows, or of rows that were seen not to be there: no key serves twice.
            outcomes, notes = await self._apply(body, str(uuid.uuid4()), len(rest), lambda: rest)
        placed = {places[number]: note for number, note in notes.items()}
        whole = spread(found.outcomes, outcomes)
        return await self._finish(chunk, whole, placed, found.requests + bool(rest))

    async def _apply(
        self, body: bytes, key: str, rows: int, leads: Callable[[], list[Json]]
    ) -> tuple[bytes, dict[int, RowNote]]:
        if self._has_bulk:
            try:
                result = await self._bench.ask(lambda client: client.leads.bulk(body, key), Priority.JOB)
            except NotFound as error:
                if not isinstance(error, NotOffered):
                    await self._require_campaign()
                self._has_bulk = False
            else:
                return _outcomes(result, rows)
        return await self._one_by_one(leads())

    async def _require_campaign(self) -> None:
        """Raise NotFound when it is the campaign that a 404 means."""
        campaign_id = self._record.request.campaign_id
        if campaign_id is not None:
            await self._bench.ask(lambda client: client.campaigns.get(campaign_id), Priority.JOB)

    async def _one_by_one(self, leads: list[Json]) -> tuple[bytes, dict[int, RowNote]]:
        """For a server without bulk; a 409 tells of a lead that is there, so that nothing is made twice."""
        outcomes = bytearray()
        notes: dict[int, RowNote] = {}
        ids: list[str] = []
        for number, lead in enumerate(leads):
            try:
                outcome, lead_id = await self._bench.ask(self._single(lead), Priority.JOB)
            except BadRequest as error:
                outcome, lead_id = FAILED, None
                notes[number] = RowNote(error.problem.code, error.problem.what)
            outcomes.append(outcome)
            ids += [lead_id] if lead_id else []
        campaign_id = self._record.request.campaign_id
        if ids and campaign_id is not None:
            await self._bench.ask(lambda client: client.campaigns.enroll(campaign_id, ids), Priority.JOB)
        return bytes(outcomes), notes

    def _single(self, lead: Json) -> Callable[[ImailClient], Awaitable[tuple[int, str | None]]]:
        async def send(client: ImailClient) -> tuple[int, str | None]:
            try:
                return CREATED, (await client.leads.create(lead)).id
            except Conflict as error:
                existing = error.details.get("existing_id")
                if not isinstance(existing, str):
                    return SKIPPED, None
            if self._record.request.on_duplicate == "update":
                await client.leads.patch(existing, lead)
                return UPDATED, existing
            return SKIPPED, existing

        return send

    async def _finish(
        self, chunk: Chunk, outcomes: bytes, notes: dict[int, RowNote], requests: int
    ) -> ServerCounts:
        result = ChunkResult(outcomes, notes, chunk.records, chunk.lines, requests)
        await self._journaling.do(lambda journal: journal.finish(self._record.id, chunk.number, result))
        return result.counts()

    async def _put(self, held: ChunkRecord) -> None:
        await self._journaling.do(lambda journal: journal.put(self._record.id, held))

    def _now(self) -> float:
        return self._bench.line.now().timestamp()


def _outcomes(result: BulkResult, rows: int) -> tuple[bytes, dict[int, RowNote]]:
    """A byte for each row, and notes; a server that tells only sums leaves rows unexplained beyond them."""
    notes: dict[int, RowNote] = {}
    if not result.results:
        sums = [(code, max(0, getattr(result, name) or 0)) for name, code in _CODES.items()]
        told = b"".join(bytes([code]) * min(rows, count) for code, count in sums)[:rows]
        return told.ljust(rows, bytes([UNEXPLAINED])), notes
    outcomes = bytearray([UNEXPLAINED]) * rows
    for row in result.results:
        if not 0 <= row.index < rows:
            continue
        outcomes[row.index] = _CODES.get(row.outcome, UNEXPLAINED)
        if row.outcome != "created" and (row.code or row.message):
            notes[row.index] = RowNote(row.code or "", row.message or "")
    return bytes(outcomes), notes
