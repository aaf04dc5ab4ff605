"""JSON for property tests: anything at all, and sound sequences with every feature of the contract."""

from typing import TypeAlias

from hypothesis import strategies as st

Json: TypeAlias = dict[str, object]

KEYS = st.sampled_from(
    [
        *(
            "id",
            "type",
            "next",
            "else",
            "subject",
            "body",
            "weight",
            "variants",
            "active",
            "delay",
            "value",
            "unit",
        ),
        *(
            "business_days",
            "branches",
            "label",
            "when",
            "signal",
            "of_step",
            "within_days",
            "negate",
            "field",
        ),
        *("op", "percent", "all", "any", "timezone", "days", "start", "end", "start_date", "end_date"),
        *("exclude_dates", "custom"),
    ]
)
WORDS = st.sampled_from(
    [
        *("a", "b", "c", "email", "wait", "condition", "end", "pigeon", "opened", "replied", "classified"),
        *(
            "field",
            "random",
            "eq",
            "in",
            "days",
            "mon",
            "09:00",
            "17:00",
            "24:00",
            "2026-05-10",
            "lead",
            "UTC",
        ),
        *("Europe/Berlin", "custom.x", "first_name"),
    ]
)
MAIL_SIGNALS = ("opened", "clicked", "replied", "bounced", "classified")
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 120),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    WORDS,
    st.text(max_size=5),
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=25,
)
"""Any JSON value, with a liking for the words of the contract."""


@st.composite
def sound_sequences(draw: st.DrawFn, *, max_size: int = 10) -> list[Json]:
    """Valid flat lists: acyclic, all reachable, with every kind of step and atom."""
    size = draw(st.integers(1, max_size))
    names = [f"s{number}" for number in range(size)]
    steps: list[Json] = []
    for number, name in enumerate(names):
        kind = (
            "email" if number == 0 else draw(st.sampled_from(["email", "email", "wait", "condition", "end"]))
        )
        if number < size - 1 and kind == "end":
            kind = "wait"
        mails = [str(step["id"]) for step in steps if step["type"] == "email"]
        # Every entry leads to the following one, so that all are reachable; branches may jump ahead.
        step = _step(draw, name, kind, mails, names[number + 1 :])
        steps.append(step)
    return steps


def _step(draw: st.DrawFn, name: str, kind: str, mails: list[str], later: list[str]) -> Json:
    step: Json = {"id": name, "type": kind}
    if kind == "email":
        step |= {"body": draw(st.sampled_from(["Hi {{first_name|there}}", "Bye"])), "subject": "Hello"}
        shares = draw(st.lists(st.integers(0, 30), max_size=3))
        active = [draw(st.booleans()) for _ in shares]
        step["variants"] = [
            {"id": f"v{index}", "weight": share, "active": active[index]}
            for index, share in enumerate(shares)
        ]
        if draw(st.booleans()):
            step["weight"] = 100 - sum(share for share, used in zip(shares, active, strict=True) if used)
    elif kind == "wait":
        unit = draw(st.sampled_from(["minutes", "hours", "days"]))
        step["delay"] = {"value": draw(st.integers(1, 5)), "unit": unit}
        step["business_days"] = unit == "days" and draw(st.booleans())
    elif kind == "condition":
        targets: list[str | None] = [None, *later]
        step["branches"] = [
            {"when": draw(whens(mails)), "next": draw(st.sampled_from(targets))}
            for _ in range(draw(st.integers(1, 3)))
        ]
        step["else"] = later[0] if later else None
    if kind in ("email", "wait") and later and draw(st.booleans()):
        step["next"] = later[0]
    return step


@st.composite
def atoms(draw: st.DrawFn, mails: list[str]) -> Json:
    """Any valid atom; `mails` are the emails it may name."""
    signal = draw(st.sampled_from([*MAIL_SIGNALS, "field", "random"]))
    atom: Json = {"signal": signal}
    if draw(st.booleans()):
        atom["negate"] = draw(st.booleans())
    if signal == "random":
        return atom | {"percent": draw(st.integers(1, 99))}
    if signal == "field":
        op = draw(st.sampled_from(["eq", "ne", "contains", "exists", "gt", "lt", "in"]))
        single: list[object] = ["ann", "Bob", 3, None]
        value = ["Ann", 3] if op == "in" else draw(st.sampled_from(single))
        return atom | {
            "field": draw(st.sampled_from(["first_name", "custom.seats"])),
            "op": op,
            "value": value,
        }
    if draw(st.booleans()) and mails:
        atom["of_step"] = draw(st.sampled_from(mails))
    if draw(st.integers(0, 2)):
        atom["within_days"] = draw(st.integers(1, 4))
    if signal == "classified" and draw(st.booleans()):
        atom["label"] = draw(st.sampled_from(["interested", "not_now"]))
    return atom


def whens(mails: list[str]) -> st.SearchStrategy[Json]:
    """Any valid condition."""
    groups = st.lists(atoms(mails), min_size=1, max_size=3)
    return st.one_of(
        atoms(mails), groups.map(lambda group: {"all": group}), groups.map(lambda group: {"any": group})
    )
