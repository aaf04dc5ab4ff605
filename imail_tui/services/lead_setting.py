"""Changing fields of several leads at once, and taking that back."""

from collections.abc import Iterable, Sequence

from imail_tui.api.errors import NotFound, NotOffered, Stale
from imail_tui.domain.leads.editing import Fields, fields_of, patch_of, same, unwritable
from imail_tui.model.leads import Lead
from imail_tui.model.record import Json
from imail_tui.services.lead_outcome import LeadOutcome, told_back, whom
from imail_tui.services.leads import Leads
from imail_tui.services.several import for_each
from imail_tui.services.undo import Act, UndoList


async def set_fields(
    leads: Leads, undo: UndoList, title: str, edits: Sequence[tuple[Lead, Fields]]
) -> LeadOutcome:
    """Give each lead the fields beside it; those that have them already are left alone.

    A lead that moved since it was read is changed all the same, unless one of those fields moved. Raises no
    `ApiError`: what is refused is in the answer.
    """
    wanted = [(lead, fields) for lead, fields in edits if patch_of(fields_of(lead.wire()), fields)]
    done: list[Lead] = []
    back: list[tuple[Lead, Json]] = []
    lost: list[Lead] = []

    async def one(edit: tuple[Lead, Fields]) -> None:
        lead, after = edit
        before = fields_of(lead.wire())
        now = await _changed(leads, lead, before, after)
        done.append(now)
        if unwritable(fields_of(now.wire()), before):
            lost.append(now)
        else:
            names = [name for name in dict.fromkeys([*before, *after]) if not same(before, after, name)]
            back.append((now, patch_of(_only(fields_of(now.wire()), names), _only(before, names))))

    try:
        refused = await for_each(wanted, lambda edit: edit[0].id, one)
    finally:
        if lost:
            undo.note(f"{title} of {whom(lost)}", "a value was null, which no change can write")
        if back:
            of = [lead for lead, _ in back]
            undo.add(Act(f"{title} of {whom(of)}", lambda: _set_back(leads, back)))
    return LeadOutcome(tuple(done), refused)


async def _changed(leads: Leads, lead: Lead, before: Fields, after: Fields) -> Lead:
    """Raises `Stale` when a field that is changed was changed elsewhere."""
    changes = patch_of(before, after)
    try:
        return await leads.change(lead, changes)
    except Stale as error:
        current = error.details.get("current")
        if not isinstance(current, dict) or current.get("id") != lead.id:
            raise
        there = leads.parse(current)
        await leads.keep(there)
        now = fields_of(there.wire())
        if any(
            not same(before, after, name) and not same(before, now, name) for name in {*before, *after, *now}
        ):
            raise
        return await leads.change(there, changes)


async def _set_back(leads: Leads, back: Sequence[tuple[Lead, Json]]) -> str:
    done: list[Lead] = []

    async def one(each: tuple[Lead, Json]) -> None:
        lead, changes = each
        try:
            done.append(await leads.change(lead, changes))
        except Stale as error:
            current = error.details.get("current")
            if isinstance(current, dict) and current.get("id") == lead.id:
                await leads.keep(leads.parse(current))
        except NotOffered:
            raise
        except NotFound:
            pass

    refused = await for_each(back, lambda each: each[0].id, one)
    return told_back("As they were", LeadOutcome(tuple(done), refused), len(back))


def _only(fields: Fields, names: Iterable[str]) -> Fields:
    return {name: fields[name] for name in names if name in fields}
