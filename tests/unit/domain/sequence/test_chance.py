"""Draws that can be repeated."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from imail_tui.domain.sequence.chance import atom_chance, draw, pick_variant, variant_chance
from imail_tui.domain.sequence.steps import Email, Variant


@given(st.lists(st.text() | st.integers(), max_size=4))
def test_a_draw_is_below_a_hundred_and_the_same_every_time(parts: list[str | int]) -> None:
    assert 0 <= draw(*parts) < 100
    assert draw(*parts) == draw(*parts)


def test_draws_are_spread_evenly() -> None:
    tenths = Counter(int(draw("lead", number) // 10) for number in range(5_000))
    assert len(tenths) == 10
    assert all(400 < count < 600 for count in tenths.values())  # 4.7 standard deviations


def test_draws_of_different_questions_have_nothing_in_common() -> None:
    leads = [f"led_{number}" for number in range(2_000)]
    both = sum(atom_chance(lead, "f", 0, 0) < 50 and atom_chance(lead, "f", 0, 1) < 50 for lead in leads)
    assert 400 < both < 600
    both = sum(atom_chance(lead, "f", 0, 0) < 50 and variant_chance(lead, "f") < 50 for lead in leads)
    assert 400 < both < 600


def _variant(number: int, weight: int, *, active: bool = True) -> Variant:
    return Variant(f"v{number}", weight, "", "", active)


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=5), st.booleans())
def test_variants_share_the_hundred_by_weight(shares: list[tuple[int, bool]], told: bool) -> None:
    variants = tuple(_variant(number, *share[:1], active=share[1]) for number, share in enumerate(shares))
    own = 100 - sum(weight for weight, active in shares if active)
    email = Email("e", weight=own if told else None, variants=variants)
    picked = Counter(pick_variant(email, percent + 0.5) for percent in range(100))
    expected = Counter({variant.id: variant.weight for variant in variants if variant.active})
    assert picked == expected + Counter({None: own})


def test_the_step_s_own_wording_comes_first_then_the_list_s_order() -> None:
    email = Email("e", weight=50, variants=(_variant(1, 30), _variant(2, 20)))
    drawn = [0.0, 49.999, 50.0, 79.999, 80.0, 99.999]
    assert [pick_variant(email, number) for number in drawn] == [None, None, "v1", "v1", "v2", "v2"]
