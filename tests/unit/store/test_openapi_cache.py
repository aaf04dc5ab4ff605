"""What a server offered, kept on disk: it comes back as it was, or not at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.openapi import Offer
from imail_tui.store.openapi_cache import KeptOffers, read_offers_file, write_offers_file
from imail_tui.store.paths import Paths

# Text that UTF-8 can hold, as everything from JSON that orjson took.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
offers = st.builds(Offer, st.booleans(), st.none() | st.frozensets(texts, max_size=3), st.booleans())
kept_offers = st.builds(
    KeptOffers, st.dictionaries(texts, offers, max_size=5), st.none() | texts, st.booleans()
)


@given(kept=kept_offers)
def test_it_comes_back_as_it_was(kept: KeptOffers, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("servers") / "one.json"
    write_offers_file(file, kept)
    assert read_offers_file(file) == kept
    write_offers_file(file, None)
    assert read_offers_file(file) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format":2}', b'{"format":1,"offers":{}}', b"\xff"])
def test_anything_else_is_nothing(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_bytes(content)
    assert read_offers_file(file) is None


def test_a_broken_entry_promises_nothing(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_bytes(b'{"format":1,"etag":null,"at_root":true,"offers":{"POST /leads":{"keyed":"yes"}}}')
    kept = read_offers_file(file)
    assert kept is not None
    assert kept.offers == {"POST /leads": Offer(keyed=False, query=None)}


def test_a_place_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "servers").write_text("a file where the directory belongs")
    write_offers_file(tmp_path / "servers" / "one.json", KeptOffers({}, None, True))


def test_servers_and_versions_are_kept_apart(tmp_path: Path) -> None:
    paths = Paths.find({"IMAIL_TUI_HOME": str(tmp_path)})
    files = {
        paths.openapi_file(url, version)
        for url in ("https://a/v1", "https://b/v1")
        for version in (None, "2026-03-10", "../../x")
    }
    assert len(files) == 6
    assert {file.parent for file in files} == {tmp_path / "state" / "servers"}
    assert paths.openapi_file("https://a/v1/", None) in files
