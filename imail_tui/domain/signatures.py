"""Webhook signatures: making imail's own, and checking every scheme a sender may use.

- imail: `Imail-Signature: t=<unix seconds>,v1=<hex>[,v1=<hex>…]`, each HMAC-SHA256 of `<t>.` + the raw
  body, keyed with the UTF-8 bytes of a whole secret (`whsec_…`). Two secrets are valid after a rotation.
- Standard Webhooks (https://www.standardwebhooks.com): `webhook-id`, `webhook-timestamp` and
  `webhook-signature: v1,<base64>[ v1,<base64>…]` over `<id>.<timestamp>.` + body, keyed with the base64 after
  the secret's prefix.
- body only: `Imail-Signature: sha256=<hex>` of the body. It has no time: the event id is its replay guard.

Nothing here raises for what a sender wrote: hostile headers are refused with a reason.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

HEADER = "Imail-Signature"
EVENT_ID_HEADER = "Imail-Event-Id"
TOLERANCE_SECONDS = 300
"""How far the signed time may be from now, before or after it; the Standard Webhooks' own default."""

_PREFIX = "whsec_"
_LONGEST_HEADER = 4_096
_SECONDS = re.compile(rb"[0-9]{1,12}")
_HEX = re.compile(rb"[0-9a-fA-F]{64}")
_SIGNED_TIME = re.compile(rb"[^{]*\.")
_IMAIL_ITEMS = (b"t", b"v1", b"sha256")
_READ = (b"imail-signature", b"webhook-id", b"webhook-timestamp", b"webhook-signature")

Headers = Iterable[tuple[str | bytes, str | bytes]]


class Scheme(StrEnum):
    """How a delivery is signed."""

    IMAIL = "imail"
    STANDARD = "standard-webhooks"
    BODY = "sha256"


class Check(StrEnum):
    """What a refused delivery failed, from the least it got right to the most."""

    UNSIGNED = "no signature header"
    REPEATED = "a signature header is given more than once"
    UNREADABLE = "a signature header cannot be read"
    NO_KEY = "no secret can be used with this scheme"
    MISMATCH = "no signature matches"
    TOO_OLD = "signed too long ago"
    IN_FUTURE = "signed in the future"


@dataclass(frozen=True)
class Verified:
    """A genuine delivery: its scheme, which of the secrets signed it (from 0), the signed Unix second."""

    scheme: Scheme
    secret: int
    signed_at: int | None


@dataclass(frozen=True)
class Refused:
    """A delivery not to be believed. `scheme` is the one it came nearest to, None = not signed at all."""

    check: Check
    scheme: Scheme | None = None


@dataclass(frozen=True)
class _Claim:
    """What a header says: these digests, made with a key made from a secret, of this content."""

    scheme: Scheme
    signed_at: int | None
    content: bytes
    digests: Sequence[bytes]
    key: Callable[[str], bytes | None]


def sign(body: bytes, secrets: Sequence[str], at: int) -> str:
    """The value of `Imail-Signature` for a body signed at a Unix second with every valid secret."""
    content = b"%d." % at + body
    digests = (hmac.new(_whole(secret), content, hashlib.sha256).hexdigest() for secret in secrets)
    return ",".join((f"t={at}", *(f"v1={digest}" for digest in digests)))


def verify(
    body: bytes,
    headers: Headers,
    secrets: Sequence[str],
    now: float,
    tolerance: float = TOLERANCE_SECONDS,
) -> Verified | Refused:
    """Whether a delivery was signed with one of the secrets, by the raw bytes of its body.

    `headers` are the pairs as received, `now` wall time in Unix seconds; `tolerance`, in seconds, holds for
    the past and the future. A delivery signed in several schemes passes when one of them does.
    """
    found: dict[bytes, bytes] = {}
    for name, value in headers:
        name = _bytes(name).lower()
        if name in found:
            return Refused(Check.REPEATED)
        if name in _READ:
            found[name] = _bytes(value)
    verdicts = [
        _judged(claim, secrets, now, tolerance) if isinstance(claim, _Claim) else claim
        for claim in (*_claims_of_imail(found, body), *_claims_of_standard(found, body))
    ]
    for verdict in verdicts:
        if isinstance(verdict, Verified):
            return verdict
    refused = [verdict for verdict in verdicts if isinstance(verdict, Refused)]
    order = list(Check)
    return max(refused, key=lambda verdict: order.index(verdict.check), default=Refused(Check.UNSIGNED))


def _claims_of_imail(found: dict[bytes, bytes], body: bytes) -> Iterable[_Claim | Refused]:
    header = found.get(b"imail-signature")
    if header is None:
        return
    if len(header) > _LONGEST_HEADER:
        yield Refused(Check.UNREADABLE)
        return
    items = [tuple(part.strip() for part in item.partition(b"=")) for item in header.split(b",")]
    values = {wanted: [value for name, _, value in items if name == wanted] for wanted in _IMAIL_ITEMS}
    times, digests, of_body = values[b"t"], values[b"v1"], values[b"sha256"]
    if not (times or digests or of_body):
        yield Refused(Check.UNREADABLE)
    if times or digests:
        readable = len(times) == 1 and _SECONDS.fullmatch(times[0]) and _are_hex(digests)
        if readable:
            content = times[0] + b"." + body
            yield _Claim(Scheme.IMAIL, int(times[0]), content, _from_hex(digests), _whole)
        else:
            yield Refused(Check.UNREADABLE, Scheme.IMAIL)
    # A body that begins like another scheme's content would make that scheme's old signatures good for ever.
    if of_body and _SIGNED_TIME.match(body):
        yield Refused(Check.MISMATCH, Scheme.BODY)
    elif of_body and _are_hex(of_body):
        yield _Claim(Scheme.BODY, None, body, _from_hex(of_body), _whole)
    elif of_body:
        yield Refused(Check.UNREADABLE, Scheme.BODY)


def _claims_of_standard(found: dict[bytes, bytes], body: bytes) -> Iterable[_Claim | Refused]:
    names = (b"webhook-id", b"webhook-timestamp", b"webhook-signature")
    if not any(name in found for name in names):
        return
    message, time, signatures = (found.get(name, b"") for name in names)
    pairs = [item.partition(b",") for item in signatures.split(b" ") if item]
    digests = [_from_base64(value) for version, _, value in pairs if version == b"v1"]
    readable = message and _SECONDS.fullmatch(time) and digests and len(signatures) <= _LONGEST_HEADER
    if not readable or not all(digests):
        yield Refused(Check.UNREADABLE, Scheme.STANDARD)
        return
    content = b".".join((message, time, body))
    yield _Claim(Scheme.STANDARD, int(time), content, [digest or b"" for digest in digests], _after_prefix)


def _judged(claim: _Claim, secrets: Sequence[str], now: float, tolerance: float) -> Verified | Refused:
    keys = [(place, key) for place, key in enumerate(map(claim.key, secrets)) if key]
    if not keys:
        return Refused(Check.NO_KEY, claim.scheme)
    # All are compared, in constant time each: how long it takes tells nothing about which one is near.
    matching = [
        place
        for place, key in keys
        for digest in claim.digests
        if hmac.compare_digest(hmac.digest(key, claim.content, "sha256"), digest)
    ]
    if not matching:
        return Refused(Check.MISMATCH, claim.scheme)
    if claim.signed_at is not None and now - claim.signed_at > tolerance:
        return Refused(Check.TOO_OLD, claim.scheme)
    if claim.signed_at is not None and claim.signed_at - now > tolerance:
        return Refused(Check.IN_FUTURE, claim.scheme)
    return Verified(claim.scheme, matching[0], claim.signed_at)


def _are_hex(digests: Sequence[bytes]) -> bool:
    return bool(digests) and all(_HEX.fullmatch(digest) for digest in digests)


def _from_hex(digests: Sequence[bytes]) -> list[bytes]:
    return [bytes.fromhex(digest.decode("ascii")) for digest in digests]


def _from_base64(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) or None
    except ValueError:
        return None


def _whole(secret: str) -> bytes:
    return secret.encode("utf-8", "surrogatepass")


def _after_prefix(secret: str) -> bytes | None:
    return _from_base64(_whole(secret.removeprefix(_PREFIX)))


def _bytes(value: str | bytes) -> bytes:
    """A header as it was on the wire: servers hand out bytes, or those bytes read as Latin-1."""
    if isinstance(value, bytes):
        return value
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")
