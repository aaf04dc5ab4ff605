"""The engine on a case, and how a difference from the slow walker is told."""

from collections.abc import Sequence
from datetime import datetime

from imail_tui.domain.sequence import chance as engine_chance
from imail_tui.domain.sequence import sequence, window_json
from imail_tui.domain.sequence.course import Course
from imail_tui.domain.sequence.lead import Lead
from imail_tui.domain.sequence.standing import Event
from imail_tui.domain.sequence.walk import Walked, walk
from tests.oracle.cases import Case, Trace, chance


def engine_trace(case: Case) -> Sequence[Trace]:
    return engine_walk(case).trace()


def engine_walk(case: Case) -> Walked:
    window, violations = window_json.read_window(case.window)
    assert not violations, violations
    course = Course(
        sequence.load(case.steps),
        window,
        case.stop_on_reply,
        case.workspace_zone,
        engine_chance.Chances(atom=chance, variant=chance),
    )
    lead = Lead(case.lead_id, case.lead_zone, case.fields)
    events = [Event(one.kind, one.at, one.step_id, one.is_auto, one.label) for one in case.events]
    return walk(course, lead, case.entered_at, events, case.until)


def difference(case: Case, engine: Sequence[Trace], oracle: Sequence[Trace]) -> str | None:
    """The case and both traces side by side with the first difference marked; None if they are the same."""
    if list(engine) == list(oracle):
        return None
    rows, marked = [], False
    for number in range(max(len(engine), len(oracle))):
        ours, theirs = _told(engine, number), _told(oracle, number)
        mark = " " if ours == theirs or marked else "→"
        marked = marked or ours != theirs
        rows.append(f"{mark} {theirs:56} {ours}")
    return "\n".join((case.as_text(), f"  {'expected':56} engine", *rows))


def _told(trace: Sequence[Trace], number: int) -> str:
    if number >= len(trace):
        return "-"
    return " ".join(
        f"{part:%a %Y-%m-%d %H:%M}Z" if isinstance(part, datetime) else str(part) for part in trace[number]
    )
