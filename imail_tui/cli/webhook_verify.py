"""`imail-tui webhooks verify`: whether a delivery is genuine."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from imail_tui.cli.exits import Exit, tell
from imail_tui.cli.options import Flag, Many
from imail_tui.cli.output import print_json
from imail_tui.domain.signatures import HEADER, TOLERANCE_SECONDS, Refused, Verified, verify
from imail_tui.model.problem import Problem
from imail_tui.model.record import Json


def verify_file(
    file: str,
    /,
    *,
    secret_env: Many,
    header: Many = (),
    at: float | None = None,
    tolerance: float = TOLERANCE_SECONDS,
    json: Flag = False,
) -> int:
    """Say whether a delivery is genuine, and if not which check it failed. Asks no server.

    The file holds a whole request (lines of headers, an empty line, the body)
    or only the raw body, with the signature's headers as options.

    For example:
      imail-tui webhooks verify body.json --secret-env SECRET --header "Imail-Signature: t=1,v1=ab"

    Parameters
    ----------
    file
        File with the delivery, byte for byte as it came.
    secret_env
        Environment variable with a signing secret; may be repeated.
    header
        Header of the delivery, such as `Imail-Signature: t=…,v1=…`; may be repeated.
    at
        Unix time to judge the signature's age by; now by default.
    tolerance
        Seconds it may be old.
    json
        Print one JSON object: `genuine`, `scheme`, `secret` (its variable), `signed_at`, `check`, `bytes`.
    """
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        return tell(Problem(f"The file cannot be read: {error.strerror}.", where=file, code="usage"))
    secrets = [os.environ.get(name, "").strip() for name in secret_env]
    unset = next((name for name, secret in zip(secret_env, secrets, strict=True) if not secret), None)
    if unset is not None:
        return tell(Problem(f"{unset} is not set.", "Set it to the webhook's secret.", unset, code="usage"))
    headers, body = _read_delivery(content, header)
    verdict = verify(body, headers, secrets, time.time() if at is None else at, tolerance)
    if json:
        print_json(_verdict(verdict, secret_env, len(body)))
    elif isinstance(verdict, Verified):
        signed = "" if verdict.signed_at is None else f", signed at {verdict.signed_at}"
        print(f"Genuine: {verdict.scheme}, by the secret in {secret_env[verdict.secret]}{signed}.")
    else:
        scheme = f" ({verdict.scheme})" if verdict.scheme else ""
        print(f"Refused: {verdict.check}{scheme}. The body has {len(body)} bytes.")
    return Exit.OK if isinstance(verdict, Verified) else Exit.FAILED


def _verdict(verdict: Verified | Refused, variables: Sequence[str], size: int) -> Json:
    genuine = isinstance(verdict, Verified)
    return {
        "genuine": genuine,
        "scheme": verdict.scheme or None,
        "secret": variables[verdict.secret] if isinstance(verdict, Verified) else None,
        "signed_at": verdict.signed_at if isinstance(verdict, Verified) else None,
        "check": None if isinstance(verdict, Verified) else verdict.check,
        "bytes": size,
    }


def _read_delivery(
    content: bytes, given: Sequence[str]
) -> tuple[list[tuple[str | bytes, str | bytes]], bytes]:
    """Headers and body of a whole request, or the given headers of a body that is all there is."""
    headers: list[tuple[str | bytes, str | bytes]] = [
        (name.strip(), value.strip()) for name, _, value in (each.partition(":") for each in given)
    ]
    if headers or HEADER.lower().encode() not in content[:16_384].lower():
        return headers, content
    head, _, body = content.partition(b"\r\n\r\n" if b"\r\n\r\n" in content else b"\n\n")
    lines = [line.partition(b":") for line in head.splitlines()]
    return [(name.strip(), value.strip()) for name, colon, value in lines if colon], body
