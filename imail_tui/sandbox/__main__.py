"""`python -m imail_tui.sandbox`: the sandbox by itself, with the options of `imail-tui sandbox`.

Keys of your choice also come from the environment, IMAIL_SANDBOX_TEST_KEY and IMAIL_SANDBOX_LIVE_KEY.
"""

import argparse
import datetime as dt
import os
import sys

from imail_tui.sandbox.errors import CannotServe
from imail_tui.sandbox.server import SandboxOptions, serve
from imail_tui.sandbox.tiers import NO_ACCESS, TIERS


def main() -> int:
    """Serve until told to stop; 0 = stopped as asked, 1 = could not start, 2 = wrong arguments."""
    arguments = _parser().parse_args()
    options = SandboxOptions(
        host=arguments.host,
        port=arguments.port,
        db=arguments.db,
        tier=arguments.tier,
        per_minute=arguments.rate,
        burst=arguments.burst,
        seed=arguments.seed,
        start=arguments.start,
        speed=arguments.speed,
        size=arguments.size,
        frozen=arguments.frozen,
        test_key=arguments.test_key,
        live_key=arguments.live_key,
        seed_file=arguments.seed_file,
        faults_file=arguments.faults,
        allow_remote_webhooks=arguments.allow_remote_webhooks,
        watch_stdin=arguments.watch_stdin,
    )
    try:
        serve(options)
    except (OSError, CannotServe) as error:
        sys.stderr.write(f"The sandbox cannot start: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m imail_tui.sandbox", description="Serve a seeded workspace."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port to listen on, 0 = any free one")
    parser.add_argument("--db", default=":memory:", help="database file, or :memory:")
    parser.add_argument("--tier", choices=(*TIERS, NO_ACCESS), default="surge")
    parser.add_argument("--rate", type=float, help="requests per minute, instead of the tier's")
    parser.add_argument("--burst", type=int, help="bucket size, instead of the tier's")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=dt.datetime.fromisoformat, help="world time to begin at (RFC 3339)")
    parser.add_argument("--speed", type=float, default=1.0, help="world seconds per second")
    parser.add_argument("--size", choices=("small", "large"), default="small")
    parser.add_argument("--frozen", action="store_true", help="world time stands still")
    parser.add_argument("--test-key", default=os.environ.get("IMAIL_SANDBOX_TEST_KEY"))
    parser.add_argument("--live-key", default=os.environ.get("IMAIL_SANDBOX_LIVE_KEY"))
    parser.add_argument("--seed-file", help="YAML of a world made by hand, instead of the seeded one")
    parser.add_argument("--faults", help="JSON list of faults that are up from the start")
    parser.add_argument(
        "--allow-remote-webhooks", action="store_true", help="deliver webhooks to other machines too"
    )
    parser.add_argument("--watch-stdin", action="store_true", help="end when standard input closes")
    return parser


if __name__ == "__main__":
    sys.exit(main())
