"""The sequence drawn with box characters: one lane for each path that is still open.

    ● hello      quick question, {{first_name|there}}
    │
    ◆ fork       2 branches and else
    ├─╮          not_now
    ├─■          replied
    │ │          else
    │ ● later    in a few months?
    ● │ bump     (same thread)

A path that ends shows ■. Paths that meet again join with ╯. Lanes are two cells wide, so nested branches
of a 20-step sequence stay readable in 80 columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from imail_tui.domain.sequence.graph import edges, reading_order, summary
from imail_tui.domain.sequence.ways import Slot, main_slot
from imail_tui.model.steps import Step

GLYPHS = {"email": "●", "wait": "○", "condition": "◆", "end": "■"}
UNKNOWN_GLYPH = "?"
END_GLYPH = "■"


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """One line: the lanes, then for a step its id, kind and summary, or for an edge its label.

    `step_id` names the step the line belongs to, `slot` the way out that an edge's line is about; a line
    where paths join has neither. `title` and `note` are foreign text as it came.
    """

    lanes: str
    step_id: str
    title: str = ""
    note: str = ""
    is_step: bool = False
    slot: Slot | None = None


class _Lanes:
    """Open paths, left to right; each holds the step it waits for, None = a free column."""

    def __init__(self) -> None:
        self.targets: list[str | None] = []

    def open(self, target: str, *, right_of: int) -> int:
        """A lane for a new path, in the first free column to the right."""
        for column in range(right_of + 1, len(self.targets)):
            if self.targets[column] is None:
                self.targets[column] = target
                return column
        self.targets.append(target)
        return len(self.targets) - 1

    def leading_to(self, step_id: str) -> list[int]:
        """Columns of all paths that lead to a step, the leftmost first; a new lane when there is none."""
        columns = [column for column, target in enumerate(self.targets) if target == step_id]
        return columns or [self.open(step_id, right_of=-1)]

    def draw(self, marks: dict[int, str] | None = None, *, bar: tuple[int, int] | None = None) -> str:
        """One line of lanes; `marks` replaces glyphs, `bar` draws a horizontal line between two columns."""
        marks = marks or {}
        left, right = bar or (0, -1)
        cells: list[str] = []
        for column in range(max([len(self.targets), right + 1, *(mark + 1 for mark in marks)])):
            target = self.targets[column] if column < len(self.targets) else None
            inside = left < column < right
            plain = ("┼" if inside else "│") if target is not None else ("─" if inside else " ")
            cells.append(marks.get(column, plain) + ("─" if left <= column < right else " "))
        return "".join(cells).rstrip()


def draw(steps: Sequence[Step]) -> list[DrawnLine]:
    """The whole sequence, top to bottom. Works on faulty graphs too: nothing is left out."""
    ways = edges(steps)
    known = {step.id for step in steps}
    lanes = _Lanes()
    lines: list[DrawnLine] = []
    for step in reading_order(steps):
        here, *others = lanes.leading_to(step.id)
        for column in reversed(others):
            joined = lanes.draw({here: "├", column: "╯"}, bar=(here, column))
            lanes.targets[column] = None
            lines.append(DrawnLine(joined, ""))
        glyph = GLYPHS.get(step.type, UNKNOWN_GLYPH)
        lines.append(DrawnLine(lanes.draw({here: glyph}), step.id, step.id, summary(step), is_step=True))
        outs = [(edge.target if edge.target in known else None, edge.label) for edge in ways[step.id]]
        lines.extend(_way_lines(lanes, step.id, here, outs, main_slot(step.type)))
    return lines


def _way_lines(
    lanes: _Lanes, step_id: str, here: int, outs: Sequence[tuple[str | None, str]], main: Slot | None
) -> list[DrawnLine]:
    """Lines below a step: a fork for every branch, then the last way out on the step's own lane."""
    if not outs:
        lanes.targets[here] = None
        return []
    # While branches fork off, the step's own lane goes on below.
    lanes.targets[here] = step_id
    lines = []
    for number, (target, label) in enumerate(outs[:-1]):
        column = lanes.open(target or step_id, right_of=here)
        drawn = lanes.draw({here: "├", column: "╮" if target else END_GLYPH}, bar=(here, column))
        if target is None:
            lanes.targets[column] = None
        lines.append(DrawnLine(drawn, step_id, note=label, slot=number))
    target, label = outs[-1]
    lanes.targets[here] = target
    if target is None:
        lines.append(DrawnLine(lanes.draw({here: END_GLYPH}), step_id, note=label or "end", slot=main))
    elif label:
        lines.append(DrawnLine(lanes.draw(), step_id, note=label, slot=main))
    return lines
