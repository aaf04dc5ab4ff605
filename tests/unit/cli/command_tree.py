"""The command line as a tree."""

from collections.abc import Iterator

from cyclopts import App


def commands(group: App, path: tuple[str, ...] = ()) -> Iterator[tuple[str, App]]:
    """Every command by its words."""
    for name in group:
        inner = group[name]
        if name.startswith("-"):
            continue
        if any(not each.startswith("-") for each in inner):
            yield from commands(inner, (*path, name))
        else:
            yield " ".join((*path, name)), inner
