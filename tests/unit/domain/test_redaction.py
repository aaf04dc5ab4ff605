import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.redaction import without_addresses, without_keys

BODY = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-", min_size=12, max_size=60)


@given(BODY, st.sampled_from(["imk_live_", "imk_test_", "whsec_"]))
def test_no_more_than_the_last_four_characters_remain(body: str, kind: str) -> None:
    shown = without_keys(f"Bearer {kind}{body}'")
    assert shown == f"Bearer {kind}…{body[-4:]}'"


@pytest.mark.parametrize("key", ["imk_live_short", "imk_x"])
def test_a_short_key_shows_nothing(key: str) -> None:
    assert key not in without_keys(f"key={key}")
    assert without_keys(f"key={key}").endswith("…")


def test_other_text_stays() -> None:
    assert without_keys("milk_live and imk without a tail") == "milk_live and imk without a tail"


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/inboxes/inb_01HZ/history", "/inboxes/inb_01HZ/history"),
        ("/suppressions", "/suppressions"),
        ("/suppressions/ada%40example.com", "/suppressions/…"),
        ("/suppressions/example.com", "/suppressions/…"),
        ("/leads/ada@example.com", "/leads/…"),
        ("/leads/ada%2540example.com", "/leads/ada%2540example.com"),
        ("/leads/imk_live_0123456789abcdef", "/leads/imk_live_…cdef"),
    ],
)
def test_a_path_keeps_ids_and_no_address(path: str, kept: str) -> None:
    assert without_addresses(path) == kept
