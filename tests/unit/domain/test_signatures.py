"""Signatures: every scheme against `hmac` by hand, and refusals that never raise."""

import base64
import hashlib
import hmac
import secrets as random_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.signatures import Check, Refused, Scheme, Verified, sign, verify

NOW = 1_795_000_000
BODY = b'{"id":"evt_1","type":"reply.received","data":{"name":"Zo\xc3\xab"}}'
SECRET = "whsec_5f1c2d3e4a5b60718293a4b5c6d7e8f90011223344556677"
OTHER = "whsec_" + base64.b64encode(b"another key of thirty-two bytes!").decode()


def by_hand(content: bytes, key: bytes = SECRET.encode()) -> str:
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def imail(*signatures: str, at: object = NOW) -> list[tuple[str, str]]:
    return [("imail-signature", ",".join((f"t={at}", *(f"v1={one}" for one in signatures))))]


def standard(
    body: bytes = BODY, at: object = NOW, key: bytes = b"another key of thirty-two bytes!", id_: str = "evt_1"
) -> list[tuple[str, str]]:
    digest = hmac.new(key, f"{id_}.{at}.".encode() + body, hashlib.sha256).digest()
    signature = (
        f"v1a,ignored v1,{base64.b64encode(bytes(32)).decode()} v1,{base64.b64encode(digest).decode()}"
    )
    return [("Webhook-Id", id_), ("Webhook-Timestamp", str(at)), ("Webhook-Signature", signature)]


def test_what_is_signed_is_what_the_contract_says() -> None:
    first, second = by_hand(b"1795000000." + BODY), by_hand(b"1795000000." + BODY, OTHER.encode())
    assert sign(BODY, [SECRET, OTHER], NOW) == f"t=1795000000,v1={first},v1={second}"


def test_a_known_vector_of_the_standard() -> None:
    """The example of the Standard Webhooks' own specification."""
    headers = [
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ]
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    found = verify(b'{"test": 2432232314}', headers, [secret], 1_614_265_330)
    assert found == Verified(Scheme.STANDARD, 0, 1_614_265_330)


@pytest.mark.parametrize(
    ("headers", "scheme", "secret", "at"),
    [
        (imail(by_hand(b"%d." % NOW + BODY)), Scheme.IMAIL, 1, NOW),
        (imail(by_hand(b"x"), by_hand(b"%d." % NOW + BODY).upper()), Scheme.IMAIL, 1, NOW),
        ([("IMAIL-SIGNATURE", f" v0=z, t={NOW} , v1={by_hand(b'%d.' % NOW + BODY)}")], Scheme.IMAIL, 1, NOW),
        (standard(), Scheme.STANDARD, 0, NOW),
        ([("Imail-Signature", f"sha256={by_hand(BODY)}")], Scheme.BODY, 1, None),
        ([*imail(by_hand(b"x")), *standard()], Scheme.STANDARD, 0, NOW),
    ],
)
def test_every_scheme_passes_and_is_named(
    headers: list[tuple[str, str]], scheme: Scheme, secret: int, at: int | None
) -> None:
    assert verify(BODY, headers, [OTHER, SECRET], NOW) == Verified(scheme, secret, at)
    as_bytes = [(name.encode(), value.encode()) for name, value in headers]
    assert verify(BODY, as_bytes, [OTHER, SECRET], NOW) == Verified(scheme, secret, at)


@pytest.mark.parametrize(
    "make", [lambda at: [("Imail-Signature", sign(BODY, [OTHER], at))], lambda at: standard(at=at)]
)
def test_the_tolerance_holds_both_ways(make: object) -> None:
    assert callable(make)
    for at, check in (
        (NOW - 300, None),
        (NOW + 300, None),
        (NOW - 301, Check.TOO_OLD),
        (NOW + 301, Check.IN_FUTURE),
    ):
        found = verify(BODY, make(at), [OTHER], NOW)
        assert (found.check if isinstance(found, Refused) else None) == check, at
    assert isinstance(verify(BODY, make(NOW - 86_000), [OTHER], NOW, tolerance=86_700), Verified)


@pytest.mark.parametrize(
    ("headers", "check", "scheme"),
    [
        ([], Check.UNSIGNED, None),
        ([("content-type", "x"), ("content-type", "y")], Check.UNSIGNED, None),
        ([*imail(by_hand(b"%d." % NOW + BODY)), *imail("0" * 64)], Check.REPEATED, None),
        (imail("0" * 64), Check.MISMATCH, Scheme.IMAIL),
        (imail("0" * 64, at=NOW - 9_999), Check.MISMATCH, Scheme.IMAIL),
        (imail(by_hand(b"NaN." + BODY), at="NaN"), Check.UNREADABLE, Scheme.IMAIL),
        (imail(by_hand(b"x"), at=10**30), Check.UNREADABLE, Scheme.IMAIL),
        (imail(by_hand(b"x"), at="-1"), Check.UNREADABLE, Scheme.IMAIL),
        (imail(by_hand(b"x"), at="１２３"), Check.UNREADABLE, Scheme.IMAIL),
        (imail(by_hand(b"x"), at=f"{NOW},t={NOW}"), Check.UNREADABLE, Scheme.IMAIL),
        (imail(), Check.UNREADABLE, Scheme.IMAIL),
        (imail("é" * 64), Check.UNREADABLE, Scheme.IMAIL),
        ([("Imail-Signature", f"v1={by_hand(BODY)}")], Check.UNREADABLE, Scheme.IMAIL),
        ([("Imail-Signature", "sha256=abc")], Check.UNREADABLE, Scheme.BODY),
        ([("Imail-Signature", "hello")], Check.UNREADABLE, None),
        (imail(*["0" * 64] * 100), Check.UNREADABLE, None),
        (standard()[:2], Check.UNREADABLE, Scheme.STANDARD),
        ([*standard()[:2], ("webhook-signature", "v1,%%%")], Check.UNREADABLE, Scheme.STANDARD),
        (standard(key=b"stranger"), Check.MISMATCH, Scheme.STANDARD),
    ],
)
def test_what_is_wrong_is_said(headers: list[tuple[str, str]], check: Check, scheme: Scheme | None) -> None:
    assert verify(BODY, headers, [SECRET, OTHER], NOW) == Refused(check, scheme)


def test_without_a_usable_key_nothing_passes() -> None:
    assert verify(BODY, standard(), ["whsec_not base64!"], NOW) == Refused(Check.NO_KEY, Scheme.STANDARD)
    assert verify(BODY, imail("0" * 64), [], NOW) == Refused(Check.NO_KEY, Scheme.IMAIL)
    empty = hmac.new(b"", b"%d." % NOW + BODY, hashlib.sha256).hexdigest()
    assert verify(BODY, imail(empty), [""], NOW) == Refused(Check.NO_KEY, Scheme.IMAIL)


def test_an_old_signature_is_no_signature_of_a_body_without_a_time() -> None:
    """A delivery of 1990 says `t=…,v1=H("<t>.body")`: that `H` must not pass as `sha256` of `<t>.body`."""
    old = 631_152_000
    signature = by_hand(b"%d." % old + BODY)
    forged = [("Imail-Signature", f"sha256={signature}")]
    assert verify(b"%d." % old + BODY, forged, [SECRET], NOW) == Refused(Check.MISMATCH, Scheme.BODY)


def test_one_bit_anywhere_is_enough() -> None:
    header = sign(BODY, [SECRET], NOW)
    for place in range(len(BODY) * 8):
        broken = bytearray(BODY)
        broken[place // 8] ^= 1 << place % 8
        assert isinstance(verify(bytes(broken), [("Imail-Signature", header)], [SECRET], NOW), Refused)
    digest = header.index("v1=") + 3
    for place in range(digest, len(header)):
        other = "0" if header[place] != "0" else "1"
        broken_header = header[:place] + other + header[place + 1 :]
        assert isinstance(verify(BODY, [("Imail-Signature", broken_header)], [SECRET], NOW), Refused)


@given(
    st.binary(max_size=500), st.lists(st.text(min_size=1), min_size=1, max_size=3), st.integers(0, 10**12 - 1)
)
def test_what_is_signed_passes_with_each_of_its_secrets(body: bytes, secrets: list[str], at: int) -> None:
    headers = [("Imail-Signature", sign(body, secrets, at))]
    for secret in secrets:
        assert verify(body, headers, [secret], at) == Verified(Scheme.IMAIL, 0, at)
    stranger = random_bytes.token_hex(16)
    assert isinstance(verify(body, headers, [stranger], at), Refused)


NAMES = st.sampled_from(["Imail-Signature", "webhook-id", "webhook-timestamp", "webhook-signature", "x"])
PIECES = st.sampled_from(
    ["t=", "v1=", "sha256=", "v1,", ",", " ", "=", "1" * 12, "9" * 31, "nan", "a" * 64, "é"]
)
HOSTILE = st.one_of(
    st.text(), st.binary(), st.lists(PIECES, max_size=12).map("".join), st.characters(categories=["Cs"])
)


@given(
    st.binary(max_size=50),
    st.lists(st.tuples(st.one_of(NAMES, st.text(), st.binary()), HOSTILE), max_size=6),
    st.lists(st.one_of(st.text(), st.characters(categories=["Cs"])), max_size=2),
    st.floats(),
)
def test_nothing_a_sender_writes_raises_or_passes(
    body: bytes, headers: list[tuple[str | bytes, str | bytes]], secrets: list[str], now: float
) -> None:
    assert isinstance(verify(body, headers, secrets, now), Refused)
