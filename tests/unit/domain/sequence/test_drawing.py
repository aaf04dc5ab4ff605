from itertools import pairwise

from hypothesis import given

from imail_tui.domain.sequence.drawing import GLYPHS, UNKNOWN_GLYPH, draw
from imail_tui.domain.sequence.graph import edges, reading_order
from imail_tui.model.steps import Step

from .graphs import faulty_lists, step_lists

BRANCHING = [
    {"id": "hello", "type": "email", "subject": "quick question"},
    {"id": "w1", "type": "wait", "delay": {"value": 3, "unit": "days"}, "business_days": True},
    {
        "id": "fork",
        "type": "condition",
        "branches": [
            {"when": {"signal": "classified", "label": "not_now"}, "next": "later"},
            {"when": {"signal": "replied"}, "next": None},
        ],
        "else": "bump",
    },
    {"id": "bump", "type": "email", "subject": "", "next": "bye"},
    {"id": "later", "type": "email", "subject": "in a few months?"},
    {"id": "bye", "type": "email", "subject": "last one", "next": None},
]


def test_branches_are_lanes_that_end_or_join() -> None:
    steps = [Step.model_validate(body) for body in BRANCHING]
    drawn = [f"{line.lanes:<6}{line.title:<6}{line.note}".rstrip() for line in draw(steps)]
    assert drawn == [
        "●     hello quick question",
        "○     w1    3 business days",
        "◆     fork  2 branches and else",
        "├─╮         is classified not_now",
        "├─┼─■       replied",
        "│ │         else",
        "│ ●   later in a few months?",
        "● │   bump  (same thread)",
        "├─╯",
        "●     bye   last one",
        "■           end",
    ]


@given(step_lists())
def test_every_step_is_drawn_once_after_all_that_lead_to_it(steps: list[Step]) -> None:
    order = [step.id for step in reading_order(steps)]
    assert sorted(order) == sorted(step.id for step in steps)
    reached = {steps[0].id}
    ways = edges(steps)
    for step_id in order:
        if step_id in reached:
            reached |= {edge.target for edge in ways[step_id] if edge.target}
    place = {step_id: number for number, step_id in enumerate(order)}
    for step_id in order:
        for edge in ways[step_id]:
            if edge.target and {step_id, edge.target} <= reached:
                assert place[step_id] < place[edge.target]


@given(step_lists())
def test_each_step_line_holds_exactly_its_own_glyph(steps: list[Step]) -> None:
    kinds = {step.id: step.type for step in steps}
    lines = [line for line in draw(steps) if line.is_step]
    assert sorted(line.step_id for line in lines) == sorted(kinds)
    for line in lines:
        glyphs = [char for char in line.lanes if char not in "│ "]
        assert glyphs == [GLYPHS.get(kinds[line.step_id], UNKNOWN_GLYPH)]


@given(step_lists())
def test_an_open_lane_is_never_interrupted(steps: list[Step]) -> None:
    below = set("│├┼●○◆■?")
    lines = draw(steps)
    for above, line in pairwise(lines):
        for column, char in enumerate(above.lanes):
            if char in "│┼╮":
                assert line.lanes[column : column + 1] in {*below, "╯"}


@given(faulty_lists())
def test_a_faulty_sequence_is_shown_whole(steps: list[Step]) -> None:
    shown = [line.step_id for line in draw(steps) if line.is_step]
    assert sorted(shown) == sorted(step.id for step in steps)
