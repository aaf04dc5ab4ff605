"""What is known of a request so far, carried in its ASGI scope."""

from dataclasses import dataclass, field

from starlette.types import Scope

from imail_tui.sandbox.ledger import Ledger
from imail_tui.sandbox.middleware.claim import Claim

_KEY = "imail.context"


@dataclass
class Context:
    """Filled in by one middleware after the other; `headers` go onto the answer whatever it will be."""

    request_id: str
    headers: dict[str, str] = field(default_factory=dict)
    ledger: Ledger | None = None
    api_key: str = ""
    version: str = ""
    claim: Claim | None = None


def put_context(scope: Scope, context: Context) -> None:
    """Begin a request's context."""
    scope[_KEY] = context


def context_of(scope: Scope) -> Context:
    """The context of the request a scope belongs to."""
    context = scope[_KEY]
    assert isinstance(context, Context)
    return context
