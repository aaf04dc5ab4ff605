"""Random step lists for property tests: valid ones, and ones with faults."""

from hypothesis import strategies as st

from imail_tui.model.record import Json
from imail_tui.model.steps import Step


@st.composite
def step_lists(draw: st.DrawFn, *, max_size: int = 20) -> list[Step]:
    """Acyclic lists of 1–20 steps: every target stands later in the list or is null."""
    size = draw(st.integers(1, max_size))
    names = [f"s{number}" for number in range(size)]
    steps = []
    for number, name in enumerate(names):
        later: list[str | None] = [None, *names[number + 1 :]]
        target = st.sampled_from(later)
        kind = draw(st.sampled_from(["email", "wait", "condition", "end", "pigeon"]))
        body: Json = {"id": name, "type": kind}
        if kind == "condition":
            count = draw(st.integers(1, 4))
            body["branches"] = [{"when": {"signal": "opened"}, "next": draw(target)} for _ in range(count)]
            body["else"] = draw(target)
        elif kind != "end" and draw(st.booleans()):
            body["next"] = draw(target)
        steps.append(Step.model_validate(body))
    return steps


@st.composite
def faulty_lists(draw: st.DrawFn) -> list[Step]:
    """Lists whose targets are anything: cycles, unknown ids, unreachable steps."""
    steps = draw(step_lists(max_size=8))
    names = st.sampled_from([*(step.id for step in steps), "nowhere"])
    return [Step.model_validate({**step.wire(), "next": draw(names)}) for step in steps]
