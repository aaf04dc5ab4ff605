"""The sandbox as an ASGI application: operations inside, what every request passes around them."""

import dataclasses
import random
from dataclasses import dataclass
from fractions import Fraction

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from imail_tui.sandbox.control.app import control_app
from imail_tui.sandbox.control.guard import CONTROL_ROOT, LoopbackOnly
from imail_tui.sandbox.control.stage import Stage
from imail_tui.sandbox.errors import ApiFault, fault_response
from imail_tui.sandbox.faults.board import FaultBoard
from imail_tui.sandbox.faults.rules import RequestFault, WebhookFault
from imail_tui.sandbox.ids import IdSource
from imail_tui.sandbox.key_ring import KeyRing, bearer
from imail_tui.sandbox.middleware.access import API_ROOT, Access
from imail_tui.sandbox.middleware.claim import release_unfinished
from imail_tui.sandbox.middleware.context import context_of
from imail_tui.sandbox.middleware.envelope import Envelope, internal_error
from imail_tui.sandbox.middleware.faults import Faults, Instead
from imail_tui.sandbox.middleware.idempotency import Idempotency
from imail_tui.sandbox.middleware.pinned_version import PinnedVersion
from imail_tui.sandbox.middleware.whole_body import WholeBody
from imail_tui.sandbox.openapi import describe
from imail_tui.sandbox.refusals import LiteralPaths, PathMethods, refusal
from imail_tui.sandbox.routes import (
    analytics,
    campaign_leads,
    campaigns,
    deliveries,
    events,
    health,
    inboxes,
    leads,
    leads_bulk,
    messages,
    replies,
    suppressions,
    webhooks,
    workspace,
)
from imail_tui.sandbox.routes.document import document_router
from imail_tui.sandbox.routes.metrics import metrics_router
from imail_tui.sandbox.routes.setup_page import setup_router
from imail_tui.sandbox.tiers import LOWEST, NO_ACCESS, TIERS, Tier
from imail_tui.sandbox.validation import validation_fault
from imail_tui.sandbox.webhooks.sender import WebhookSender
from imail_tui.sandbox.worlds import Ledgers

_OPERATIONS = (
    workspace.router,
    campaigns.router,
    campaign_leads.router,
    leads_bulk.router,
    leads.router,
    suppressions.router,
    inboxes.router,
    replies.router,
    messages.router,
    analytics.router,
    webhooks.router,
    deliveries.router,
    events.router,
)


@dataclass(frozen=True)
class ServerOptions:
    """How the server treats its callers. `tier` `none` = below API access; None = the tier's own limits.

    `faults` are up from the start; webhooks go to this machine only, unless remote ones are allowed.
    """

    tier: str = "surge"
    per_minute: Fraction | None = None
    burst: int | None = None
    seed: int = 1
    test_key: str | None = None
    live_key: str | None = None
    faults: tuple[RequestFault | WebhookFault, ...] = ()
    allow_remote_webhooks: bool = False


def keys_of(ledgers: Ledgers, options: ServerOptions) -> tuple[str, str]:
    """The test and the live key."""
    return options.test_key or ledgers.test.api_key, options.live_key or ledgers.live.api_key


def create_app(ledgers: Ledgers, options: ServerOptions) -> "SandboxApp":
    """The whole server over two ledgers. Raises `KeyError` for an unknown tier."""
    tier = _tier(options)
    wall = ledgers.clock.wall_seconds
    keys = KeyRing(ledgers.both, {"test": options.test_key, "live": options.live_key}, tier, wall)
    board = FaultBoard()
    for fault in options.faults:
        board.put(fault)
    for ledger in ledgers.both:
        release_unfinished(ledger)
    sender = WebhookSender(ledgers.both, board, allow_remote=options.allow_remote_webhooks)
    inner = _operations(ledgers, tier, board, remote_webhooks=options.allow_remote_webhooks)
    guarded = Access(
        PinnedVersion(WholeBody(Instead(Idempotency(inner)))), keys, wall, open_tier=options.tier != NO_ACCESS
    )
    ids = IdSource(random.Random(f"{options.seed}/requests"))
    api = Faults(Envelope(guarded, ledgers.clock, ids), board, lambda headers: _mode(keys, headers))
    control = LoopbackOnly(control_app(Stage(ledgers, keys, board, tier.name, sender)))
    return SandboxApp(api, Envelope(control, ledgers.clock, ids), sender)


class SandboxApp:
    """Sends a request to the API, or to the sandbox's own controls; `sender` has to run beside it."""

    def __init__(self, api: ASGIApp, control: ASGIApp, sender: WebhookSender) -> None:
        self._api = api
        self._control = control
        self.sender = sender

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        inside = (scope["path"] + "/").startswith(CONTROL_ROOT + "/")
        await (self._control if inside else self._api)(scope, receive, send)


def _mode(keys: KeyRing, headers: Headers) -> str | None:
    holder = keys.holder(bearer(headers) or "")
    return None if holder is None else holder.ledger.mode


def _tier(options: ServerOptions) -> Tier:
    tier = TIERS[LOWEST if options.tier == NO_ACCESS else options.tier]
    return dataclasses.replace(
        tier,
        per_minute=tier.per_minute if options.per_minute is None else options.per_minute,
        burst=tier.burst if options.burst is None else options.burst,
    )


def _operations(ledgers: Ledgers, tier: Tier, board: FaultBoard, *, remote_webhooks: bool) -> ASGIApp:
    app = FastAPI(
        openapi_url=None, redirect_slashes=False, generate_unique_id_function=lambda route: route.name
    )
    app.state.tier = tier
    app.state.remote_webhooks = remote_webhooks
    paths = PathMethods()
    document = document_router(lambda version: describe(app, version), board.ignores_idempotency)
    mounted = [(API_ROOT, router) for router in (*_OPERATIONS, metrics_router(ledgers))]
    for prefix, router in (*mounted, ("", setup_router(ledgers)), ("", document), ("", health.router)):
        app.include_router(router, prefix=prefix)
        paths.add(prefix, router)
    app.add_exception_handler(ApiFault, _fault)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, lambda request, error: _refused(paths, request, error))
    app.add_exception_handler(Exception, _crashed)
    return LiteralPaths(app, paths)


def _fault(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiFault)
    return fault_response(error, context_of(request.scope).request_id)


def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _fault(request, validation_fault(error))


def _crashed(request: Request, _: Exception) -> Response:
    return _fault(request, internal_error())


def _refused(paths: PathMethods, request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _fault(request, refusal(paths, request, error))
