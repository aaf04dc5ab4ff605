"""Campaigns as files: what applying a file would do, doing it, and reading a campaign into a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from imail_tui.api.errors import NotFound, NotOffered
from imail_tui.domain.budget import Priority
from imail_tui.domain.campaign_files.fields import content, for_server
from imail_tui.domain.campaign_files.managing import managed, merge_patch, pulled, wanted
from imail_tui.domain.sequence.diff import Change, differences
from imail_tui.domain.sequence.lint.finding import Finding, Surroundings
from imail_tui.domain.sequence.lint.findings import lint
from imail_tui.domain.sequence.violations import Raw
from imail_tui.model.campaigns import Campaign
from imail_tui.model.inboxes import Inbox
from imail_tui.model.lead_fields import LEAD_FIELDS
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json
from imail_tui.services import naming
from imail_tui.services.campaign_code.files import FileProblem
from imail_tui.services.campaign_code.surroundings import SAMPLE, audience, senders
from imail_tui.services.refused import Refused
from imail_tui.services.session import Session

_JSON: TypeAdapter[Json] = TypeAdapter(Json)


@dataclass(frozen=True, slots=True)
class Affected:
    """Leads that stand at a step which a change takes away or leads elsewhere."""

    step_id: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a file would do.

    `campaign` None: it is created. `body` is what is sent: the whole campaign, or a merge patch. `base`: the
    `updated_at` of the campaign that was looked at. `errors` are those of the findings that the server's
    campaign does not have already: they have to be corrected first.
    `forbidden` says why the server would refuse it now.
    """

    name: str
    campaign: Campaign | None
    body: Json
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    errors: tuple[Finding, ...]
    affected: tuple[Affected, ...]
    live: bool
    base: str | None = None
    forbidden: Problem | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the server says already what the file says."""
        return self.campaign is not None and not self.body


async def make_plan(session: Session, file: Raw, which: str | None = None) -> Plan:
    """Compare a file's campaign with the server's.

    `which` is the campaign's id or name; without it the campaign of the file's own name. Raises `ApiError`,
    `FileProblem` where inboxes or the campaign cannot be told.
    """
    inboxes = [inbox async for inbox in session.client.inboxes.list()]
    file = with_inbox_ids(file, inboxes)
    found = await find_campaign(session, which or str(file.get("name") or ""), required=which is not None)
    around = await _surroundings(session, inboxes, found)
    findings = tuple(lint(file, LEAD_FIELDS, around, heed_silence=False))
    errors = [item for item in findings if item.severity == "error"]
    live = session.status.mode == "live"
    name = str(file.get("name") or "")
    if found is None:
        body = for_server({key: value for key, value in file.items() if value is not None})
        return Plan(name, None, _JSON.validate_python(body), (), findings, tuple(errors), (), live)
    server = found.wire()
    before, after = managed(file, server), wanted(file)
    changes = tuple(differences(before, after))
    body = merge_patch(before, after) if changes else {}
    affected = await _affected(session, found, changes) if changes else ()
    # What was wrong before does not keep anybody from correcting something else.
    known = {(item.code, item.message) for item in lint(server, LEAD_FIELDS, around, heed_silence=False)}
    return Plan(
        name=name,
        campaign=found,
        body=_JSON.validate_python(body),
        changes=changes,
        findings=findings,
        errors=tuple(item for item in errors if (item.code, item.message) not in known),
        affected=affected,
        live=live,
        base=_base(server),
        forbidden=_forbidden(found, changes),
    )


async def apply_plan(session: Session, plan: Plan) -> Campaign:
    """Carry a plan out; one that changes nothing sends nothing.

    Raises:
        ApiError: the server refused it; `Stale` when the campaign changed since the plan was made.
        FileProblem: the plan has errors, or what it changes is locked.
    """
    if plan.errors:
        first = plan.errors[0]
        what = f"{len(plan.errors)} error(s) have to be corrected first: {first.place}: {first.message}."
        raise FileProblem(Problem(what, first.remedy, code="invalid_campaign"))
    if plan.forbidden is not None:
        raise FileProblem(plan.forbidden)
    if plan.campaign is None:
        return await session.client.campaigns.create(plan.body)
    if plan.is_empty:
        return plan.campaign
    return await session.client.campaigns.patch(plan.campaign.id, plan.body, if_match=plan.base)


async def pull(session: Session, which: str, file: Raw | None = None) -> tuple[Campaign, dict[str, object]]:
    """A campaign and what its file says: a new file has all fields, an old one those it had.

    Raises `ApiError`, and `FileProblem` when there is no such campaign or more than one of that name.
    """
    found = await find_campaign(session, which, required=True)
    assert found is not None
    server = found.wire()
    if file is None:
        return found, {key: value for key, value in content(server).items() if value is not None}
    inboxes = [inbox async for inbox in session.client.inboxes.list()]
    now = pulled(with_inbox_ids(file, inboxes), server)
    if now.get("inbox_ids") == with_inbox_ids(file, inboxes).get("inbox_ids"):
        # The same inboxes, in the words of the file.
        now["inbox_ids"] = file.get("inbox_ids")
    return found, now


async def find_campaign(session: Session, which: str, *, required: bool) -> Campaign | None:
    """The whole campaign of an id or a name.

    Raises `ApiError`, `FileProblem` when several have the name, or none has and it is `required`.
    """
    try:
        return await naming.find_campaign(session.client, which)
    except NotFound as error:
        if required or isinstance(error, NotOffered):
            raise
    except Refused as error:
        if required or error.problem.code != "not_found":
            raise FileProblem(error.problem) from None
    return None


def with_inbox_ids(file: Raw, inboxes: Sequence[Inbox]) -> dict[str, object]:
    """The file with ids where it had addresses. Raises `FileProblem` for an address that no inbox has."""
    named = file.get("inbox_ids")
    if not isinstance(named, list):
        return dict(file)
    ids = {inbox.email.casefold(): inbox.id for inbox in inboxes}
    found: list[object] = []
    for item in named:
        address = item.casefold() if isinstance(item, str) and "@" in item else None
        if address is not None and address not in ids:
            problem = Problem(f"There is no inbox {item}.", "See `imail-tui inboxes list`.", code="not_found")
            raise FileProblem(problem)
        found.append(item if address is None else ids[address])
    return {**file, "inbox_ids": found}


async def _surroundings(
    session: Session, inboxes: Sequence[Inbox], campaign: Campaign | None
) -> Surroundings:
    known = senders(inboxes, session.now())
    if campaign is None:
        return Surroundings(known)
    pages = session.client.at(Priority.BACKGROUND).leads.list(campaign_id=campaign.id)
    leads = []
    async for lead in pages:
        leads.append(lead)
        if len(leads) >= SAMPLE:
            break
    active: Mapping[str, object] = {
        row.id: row async for row in session.client.campaigns.list(status="active") if row.id != campaign.id
    }
    return Surroundings(known, audience(leads, active, campaign.id, campaign.lead_counts.queued))


async def _affected(session: Session, campaign: Campaign, changes: Sequence[Change]) -> tuple[Affected, ...]:
    """Leads at steps that are removed or lead elsewhere."""
    steps = {change.step_id for change in changes if change.structural and change.kind != "added"}
    if not steps:
        return ()
    progress = await session.client.campaigns.progress(campaign.id)
    return tuple(
        Affected(row.step_id, row.waiting) for row in progress if row.step_id in steps and row.waiting
    )


def _forbidden(campaign: Campaign, changes: Sequence[Change]) -> Problem | None:
    locked = next((change for change in changes if change.structural), None)
    if campaign.status != "active" or locked is None:
        return None
    what = (
        f"{campaign.name} is active, and its structure is locked: {locked.step_id or 'steps'}: {locked.what}."
    )
    return Problem(what, "Pause it, apply, and launch it again.", code="structure_locked")


def _base(server: Json) -> str | None:
    moment = server.get("updated_at")
    return moment if isinstance(moment, str) else None
