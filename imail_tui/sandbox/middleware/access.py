"""Who asks, and whether they may: the bearer key, its token bucket, and the tier's access."""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from imail_tui.sandbox.bucket import TokenBucket
from imail_tui.sandbox.errors import ApiFault
from imail_tui.sandbox.key_ring import KeyRing, bearer
from imail_tui.sandbox.middleware.context import Context, context_of
from imail_tui.sandbox.tiers import LOWEST

API_ROOT = "/v1"
_PUBLIC = frozenset({"/v1/openapi.json", "/v1/metrics"})


class Access:
    """Lets in requests with a known key and a token left; `open_tier` False answers 403 to all of them.

    A refused key costs nothing and says nothing of the bucket; every other request costs a token
    except the one refused for want of one.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: KeyRing,
        wall: Callable[[], float],
        *,
        open_tier: bool,
    ) -> None:
        self._app = app
        self._keys = keys
        self._wall = wall
        self._open_tier = open_tier

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. Raises `ApiFault` 401, 403 or 429."""
        if needs_key(scope["path"]):
            self._admit(Headers(scope=scope), context_of(scope))
        await self._app(scope, receive, send)

    def _admit(self, headers: Headers, context: Context) -> None:
        key = _required_key(headers)
        holder = self._keys.holder(key)
        if holder is None:
            raise _unauthorized("invalid_api_key", "This API key is not valid. Was it rotated?")
        self._charge(holder.bucket, context)
        if not self._open_tier:
            raise ApiFault(
                403,
                "tier_required",
                "This workspace's tier has no API access; it begins with Surge.",
                details={"required_tier": LOWEST},
            )
        context.ledger, context.api_key = holder.ledger, key

    def _charge(self, bucket: TokenBucket, context: Context) -> None:
        taken = bucket.take(self._wall())
        context.headers["X-RateLimit-Limit"] = str(bucket.burst)
        context.headers["X-RateLimit-Remaining"] = str(taken.remaining)
        context.headers["X-RateLimit-Reset"] = str(taken.reset)
        if taken.retry_after is not None:
            raise ApiFault(
                429,
                "rate_limited",
                f"Too many requests. Try again in {taken.retry_after} s.",
                headers={"Retry-After": str(taken.retry_after)},
            )


def needs_key(path: str) -> bool:
    """Whether a path belongs to a workspace."""
    return path.startswith(API_ROOT + "/") and path not in _PUBLIC


def _required_key(headers: Headers) -> str:
    if "authorization" not in headers:
        raise _unauthorized("missing_api_key", "Send your API key as `Authorization: Bearer imk_…`.")
    key = bearer(headers)
    if key is None:
        raise _unauthorized("invalid_api_key", "The Authorization header must be `Bearer imk_…`.")
    return key


def _unauthorized(code: str, message: str) -> ApiFault:
    return ApiFault(401, code, message, headers={"WWW-Authenticate": 'Bearer realm="imail"'})
