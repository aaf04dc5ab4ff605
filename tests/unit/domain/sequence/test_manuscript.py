"""A campaign while it is written."""

from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.sequence.edits import delete
from imail_tui.domain.sequence.manuscript import PAUSE, Manuscript
from imail_tui.domain.sequence.ways import RawStep

MAIL: RawStep = {"id": "a", "type": "email", "subject": "Hi", "body": ""}
TEXTS = ("Hello", "Hello you")


def typed(script: Manuscript, text: str, at: float = 0.0, letter_seconds: float = 0.1) -> float:
    """Type into the body letter by letter; when it ends."""
    for end in range(1, len(text) + 1):
        script.write("a", {**MAIL, "body": text[:end]}, "body", at)
        at += letter_seconds
    return at


def body(script: Manuscript) -> object:
    step = script.step("a")
    assert step is not None
    return step["body"]


def test_typing_without_a_rest_is_one_edit_and_a_rest_begins_another() -> None:
    script = Manuscript({"name": "n", "steps": [MAIL]})
    end = typed(script, "Hello")
    script.write("a", {**MAIL, "body": "Hello you"}, "body", end + PAUSE)
    assert script.undo()
    assert body(script) == "Hello"
    assert script.undo()
    assert body(script) == ""
    assert not script.undo()
    assert script.redo()
    assert script.redo()
    assert body(script) == "Hello you"
    assert not script.redo()


def test_another_place_is_another_edit_even_at_once() -> None:
    script = Manuscript({"steps": [MAIL]})
    script.write("a", {**MAIL, "body": "x"}, "body", 0.0)
    script.write("a", {**MAIL, "body": "x", "subject": "y"}, "subject", 0.0)
    script.write("a", {**MAIL, "body": "xz", "subject": "y"}, "body", 0.0)
    script.undo()
    script.undo()
    assert script.step("a") == {**MAIL, "body": "x"}


def test_typing_after_an_undo_is_an_edit_of_its_own() -> None:
    script = Manuscript({"steps": [MAIL]})
    typed(script, "one")
    script.undo()
    script.write("a", {**MAIL, "body": "t"}, "body", 0.1)
    script.undo()
    assert body(script) == ""
    script.redo()
    assert body(script) == "t"


def test_what_changes_nothing_is_no_edit_and_no_new_version() -> None:
    script = Manuscript({"name": "n", "steps": [MAIL]})
    script.write("a", MAIL, "body", 0.0)
    script.set("name", "n")
    script.set("absent", None)
    assert script.version == 0
    assert not script.undo()


def test_settings_stand_before_the_steps_and_leave_again() -> None:
    script = Manuscript({"name": "n", "steps": []})
    script.set("daily_limit", 40)
    assert list(script.campaign) == ["name", "daily_limit", "steps"]
    script.set("daily_limit", 50)
    script.set("name", None)
    assert script.campaign == {"daily_limit": 50, "steps": []}


def test_every_undone_edit_can_be_redone_step_by_step() -> None:
    script = Manuscript({"steps": [MAIL, {**MAIL, "id": "b"}]})
    script.edit(lambda steps: delete(steps, "b"))
    assert [step["id"] for step in script.steps] == ["a"]
    script.undo()
    assert [step["id"] for step in script.steps] == ["a", "b"]


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("type"), st.sampled_from(TEXTS), st.floats(0, 5)),
            st.tuples(st.just("set"), st.sampled_from(TEXTS), st.just(0.0)),
        ),
        max_size=12,
    )
)
def test_undoing_everything_leads_back_and_redoing_everything_forward(
    doings: list[tuple[str, str, float]],
) -> None:
    begin = {"name": "n", "steps": [MAIL]}
    script, now = Manuscript(begin), 0.0
    for kind, text, rest in doings:
        if kind == "set":
            script.set("name", text)
        else:
            now = typed(script, text, now + rest)
    end = script.campaign
    count = 0
    while script.undo():
        count += 1
    assert script.campaign == begin
    for _ in range(count):
        assert script.redo()
    assert script.campaign == end
