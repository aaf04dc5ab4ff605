"""Variables in copy: `{{first_name}}`, `{{first_name|there}}`, `{{custom.plan}}`, `{{spin|Hi|Ho}}`. Pure."""

import re
from collections.abc import Container

_BRACES = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_CUSTOM = re.compile(r"custom\..{1,60}", re.DOTALL)


def copy_fault(copy: str, known: Container[str]) -> str | None:
    """What is wrong with a text's variables, None when nothing is; `known` are the lead's fields."""
    rest = _BRACES.sub("", copy)
    if "{{" in rest or "}}" in rest:
        return "has {{ without }}, or the other way round"
    for inner in _BRACES.findall(copy):
        name, *choices = inner.split("|")
        name = name.strip()
        if name == "spin":
            if len(choices) < 2:
                return "has a spin with fewer than two choices"
        elif name not in known and _CUSTOM.fullmatch(name) is None:
            return f"uses the unknown variable {{{{{name}}}}}"
    return None
