"""Scopes in words."""

from collections.abc import Callable

from imail_tui.domain.analytics.scopes import Scope


def scope_words(scope: Scope, name: Callable[[str, str], str]) -> str:
    """A scope in a few words; `name` gives the name of an id of a kind."""
    parts = [
        f"{kind} {name(kind, value)}"
        for kind, value in (
            ("campaign", scope.campaign_id),
            ("inbox", scope.inbox_id),
            ("domain", scope.domain),
            ("provider", scope.provider),
            ("step", scope.step_id),
            ("version", scope.variant_id),
        )
        if value is not None
    ]
    return ", ".join(parts) or "whole workspace"
