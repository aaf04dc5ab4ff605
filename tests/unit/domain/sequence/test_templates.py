"""Braces in copy: what is read, and what is wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.sequence.templates import MAX_DEPTH, Spin, Variable, copy_findings, read_template

COPY = st.lists(
    st.sampled_from(
        ["{{", "}}", "|", "\\", "{", "}", "spin", "first_name", "custom.x", " ", "Hi", "\n", "é"]
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("Hi there", ("Hi there",)),
        ("Hi {{first_name}}!", ("Hi ", Variable("first_name"), "!")),
        ("{{ first_name }}", (Variable("first_name"),)),
        ("{{first_name|you there}}", (Variable("first_name", ("you there",)),)),
        ("{{first_name|}}", (Variable("first_name", ()),)),
        ("{{first_name|a|b}}", (Variable("first_name", ("a", "|", "b")),)),
        ("{{custom.my plan}}", (Variable("custom.my plan"),)),
        ("{{spin|Hi|Hello}}", (Spin(0, (("Hi",), ("Hello",))),)),
        ("{{spin|a|}} {{spin|b|c}}", (Spin(0, (("a",), ())), " ", Spin(1, (("b",), ("c",))))),
        ("{{spin|Hi {{first_name}}|Yo}}", (Spin(0, (("Hi ", Variable("first_name")), ("Yo",))),)),
        ("{{first_name|{{company|you}}}}", (Variable("first_name", (Variable("company", ("you",)),)),)),
        (r"\{{name\}} a|b \| c\d", ("{{", "name", "}}", " a", "|", "b ", r"\|", r" c\d")),
        (r"{{spin|a\|b|c}}", (Spin(0, (("a", "|", "b"), ("c",))),)),
        ("a {b} c", ("a {b} c",)),
    ],
)
def test_sound_copy(text: str, parts: tuple[object, ...]) -> None:
    template = read_template(text)
    assert template.parts == parts
    assert template.findings == ()


@pytest.mark.parametrize(
    ("text", "code", "position", "parts"),
    [
        ("Hi {{name", "braces", 3, ("Hi ", "{{", "name")),
        ("Hi name}} x", "braces", 7, ("Hi name", "}}", " x")),
        ("{{first_name|{{x}}", "braces", 0, ("{{", "first_name", "|", Variable("x"))),
        ("a {{spin|one}}", "spin", 2, ("a ", Spin(0, (("one",),)))),
        ("a {{spin}}", "spin", 2, ("a ", Spin(0, ((),)))),
        ("{{a{{b}}c}}", "name", 0, ("{{", "a", Variable("b"), "c", "}}")),
    ],
)
def test_faulty_copy_is_found_and_stays_text(
    text: str, code: str, position: int, parts: tuple[object, ...]
) -> None:
    template = read_template(text)
    assert [(finding.code, finding.position) for finding in template.findings] == [(code, position)]
    assert template.parts == parts


def test_unknown_variables_are_named() -> None:
    text = "{{first_name}} {{custom.plan}} {{frist_name|x}} {{spin|{{custom.}}|b}} {{}}"
    found = [(finding.position, finding.message) for finding in copy_findings(text, {"first_name"})]
    assert found == [
        (text.index("{{frist"), "uses the unknown variable {{frist_name}}"),
        (text.index("{{custom.}}"), "uses the unknown variable {{custom.}}"),
        (text.index("{{}}"), "uses the unknown variable {{}}"),
    ]


def test_all_variables_are_listed() -> None:
    text = "{{a}} {{spin|{{b}}|{{c|{{d}}}}}} {{a|x}}"
    assert [variable.name for variable in read_template(text).variables()] == ["a", "b", "c", "d", "a"]


@given(COPY | st.text())
def test_no_copy_is_too_odd(text: str) -> None:
    template = read_template(text)
    assert list(template.findings) == sorted(template.findings, key=lambda finding: finding.position)
    assert all(0 <= finding.position < max(1, len(text)) for finding in copy_findings(text, ()))


@given(COPY | st.text())
def test_copy_in_which_nothing_is_read_is_kept_to_the_letter(text: str) -> None:
    plain = text.replace("\\", "")
    parts = read_template(plain).parts
    words = [part for part in parts if isinstance(part, str)]
    if len(words) == len(parts):
        assert "".join(words) == plain


def test_braces_without_end_are_read_in_linear_time() -> None:
    for text in ("{{" * 50_000, "{{a|" * 50_000, "}}" * 50_000, "{{spin|" * 20_000 + "}}" * 20_000):
        assert read_template(text).findings


def test_braces_nest_so_deep_and_no_deeper() -> None:
    def nested(depth: int) -> str:
        return "{{spin|a|" * depth + "b" + "}}" * depth

    assert read_template(nested(MAX_DEPTH)).findings == ()
    assert {finding.code for finding in read_template(nested(MAX_DEPTH + 1)).findings} == {"deep", "braces"}
