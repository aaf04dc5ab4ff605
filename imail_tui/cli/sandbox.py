"""`imail-tui sandbox`: the imail server of this package, in the foreground."""

import gc
from datetime import datetime
from typing import Annotated, Literal

from cyclopts import Parameter

from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.options import Flag
from imail_tui.model.problem import Problem


def sandbox(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    db: str = ":memory:",
    tier: Literal["surge", "velocity", "apex", "none"] = "surge",
    rate: float | None = None,
    burst: int | None = None,
    seed: int = 1,
    start: datetime | None = None,
    speed: float = 1.0,
    size: Literal["small", "large"] = "small",
    frozen: Flag = False,
    test_key: Annotated[str | None, Parameter(env_var="IMAIL_SANDBOX_TEST_KEY")] = None,
    live_key: Annotated[str | None, Parameter(env_var="IMAIL_SANDBOX_LIVE_KEY")] = None,
    seed_file: str | None = None,
    faults: str | None = None,
    allow_remote_webhooks: Flag = False,
) -> int:
    """Serve a seeded imail workspace of your own, for trying things out and for your CI.

    The first line on standard output is JSON with `url`, `api_key` (test ledger), `live_key` and `pid`.
    `GET /healthz` answers as soon as it serves; SIGTERM and SIGINT end it with exit code 0.

    For example:
      imail-tui sandbox --port 8400 --frozen --seed 7

    Parameters
    ----------
    host
        Address to listen on.
    port
        Port to listen on, 0 = any free one.
    db
        Database file to keep the world in, or `:memory:`.
    tier
        Tier of the workspace; `none` has no API access.
    rate
        Requests per minute, instead of the tier's.
    burst
        Bucket size, instead of the tier's.
    seed
        The same seed and start give the same world.
    start
        World time to begin at (RFC 3339); now by default.
    speed
        World seconds per real second.
    size
        `large` = 1,000,000 leads; give it a --db to keep it.
    frozen
        World time stands still.
    test_key
        Key of the test ledger, `imk_` and letters, digits, _, -; by default one made from the seed.
    live_key
        Key of the live ledger.
    seed_file
        YAML of a small world made by hand, instead of the seeded one.
    faults
        JSON list of faults that are up from the start.
    allow_remote_webhooks
        Deliver webhooks to other machines too; without it only to this one.
    """
    # The server brings FastAPI along; no other command loads it.
    from imail_tui.sandbox.errors import CannotServe
    from imail_tui.sandbox.server import SandboxOptions, serve

    options = SandboxOptions(
        host=host,
        port=port,
        db=db,
        tier=tier,
        per_minute=rate,
        burst=burst,
        seed=seed,
        start=start,
        speed=speed,
        size=size,
        frozen=frozen,
        test_key=test_key,
        live_key=live_key,
        seed_file=seed_file,
        faults_file=faults,
        allow_remote_webhooks=allow_remote_webhooks,
    )
    gc.enable()
    try:
        serve(options)
    except (OSError, CannotServe) as error:
        return tell(Problem(f"The sandbox cannot start: {error}", code="sandbox_failed"))
    return Exit.OK
