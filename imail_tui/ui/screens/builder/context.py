"""What the form of a step knows of the rest of the campaign."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from imail_tui.domain.sequence.violations import Raw
from imail_tui.domain.sequence.ways import RawStep, Way, id_of, main_slot, ways_out, written_out
from imail_tui.model.lead_fields import LEAD_FIELDS


@dataclass(frozen=True, slots=True)
class StepContext:
    """`mails` are those a path leads over to the step, the latest first; `targets` all other steps.

    `fields` are the lead's fields that conditions and copy may name.
    """

    number: int
    mails: tuple[str, ...]
    targets: tuple[str, ...]
    fields: tuple[str, ...]

    @property
    def end_word(self) -> str:
        """What stands for the end of the path where a step is named; blank where a step has that name."""
        return "" if "end" in self.targets else "end"


def context_of(steps: Sequence[Raw], step_id: str, columns: Sequence[str]) -> StepContext:
    """The context of a step; `columns` are the custom fields that leads have (`custom.x`)."""
    full, _ = written_out(steps)
    before = _before(full, step_id)
    mails = [id_of(step) for step in full if step.get("type") == "email" and id_of(step) in before]
    number = next((place for place, step in enumerate(full, 1) if id_of(step) == step_id), 0)
    others = tuple(id_of(step) for step in full if id_of(step) != step_id)
    return StepContext(number, tuple(reversed(mails)), others, (*LEAD_FIELDS, *sorted(columns)))


def ways_of(steps: Sequence[Raw], step_id: str) -> Iterator[tuple[Way, str | None]]:
    """The ways out of a step and where they lead."""
    for step in written_out(steps)[0]:
        if id_of(step) == step_id:
            yield from ((Way(step_id, slot), target) for slot, target in ways_out(step))


def way_at(step: RawStep, slot: int | str | None) -> Way | None:
    """The way that a place in the graph stands for: of a step the one that goes on; None for an `end`."""
    if slot is not None:
        return Way(id_of(step), slot if isinstance(slot, int) else "else" if slot == "else" else "next")
    main = main_slot(step.get("type"))
    return None if main is None else Way(id_of(step), main)


def _before(full: Sequence[RawStep], step_id: str) -> set[str]:
    """The ids of all steps that a path leads over to a step."""
    leading: dict[str, set[str]] = {}
    for step in full:
        for _, target in ways_out(step):
            if target is not None:
                leading.setdefault(target, set()).add(id_of(step))
    found: set[str] = set()
    waiting = [step_id]
    while waiting:
        for name in leading.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found
