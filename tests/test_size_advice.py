"""Which size fits is said with its reason; what is not known is said, too."""

from collections.abc import Mapping
from uuid import UUID

import pytest

from domain.classification import TYPES
from domain.size_advice import EASE_OF, Size, SizeAdvice, Tried, advise

S, M, L = (UUID(int=n) for n in (1, 2, 3))
CHEST_96 = {"chest": 96.0}


def sizes(**widths: float) -> list[Size]:
    """Return sizes of a shirt by the width of their chest, laid flat."""
    ids = {"S": S, "M": M, "L": L}
    return [
        Size(variant_id=ids[name], name=name, measures={"chest_width": cm})
        for name, cm in widths.items()
    ]


SHIRTS = sizes(S=50, M=54, L=58)


def kept(size: str, cm: float | None, *, name: str = "Poplin") -> Tried:
    measures = {} if cm is None else {"chest_width": cm}
    return Tried(name=name, size=size, measures=measures, is_kept=True)


def returned(size: str, cm: float, *, name: str = "Flannel") -> Tried:
    return Tried(name=name, size=size, measures={"chest_width": cm}, is_kept=False)


def advised(
    *tried: Tried,
    body: Mapping[str, float] = CHEST_96,
    of: list[Size] = SHIRTS,
    type_: str = "shirt",
) -> SizeAdvice:
    found = advise(type_, of, body, tried)
    assert found is not None
    return found


def why(found: SizeAdvice) -> list[str]:
    return list(map(str, found.why))


def beside(found: SizeAdvice) -> list[str]:
    return list(map(str, found.beside))


# ------------------------------------------------------------ by the body


def test_the_size_with_the_ease_of_its_type_fits_best_and_the_next_ones_are_told() -> None:
    found = advised()
    assert (found.variant_id, found.because, found.missing) == (M, "measures", ())
    assert why(found) == ["M fits best by your measures: chest."]
    assert beside(found) == [
        "S: 2 cm tight at the chest.",
        "L fits too, with 8 cm more at the chest.",
    ]
    assert [(x.size, dict(x.beyond), x.fits) for x in found.sittings] == [
        ("S", {"chest": -2}, False),
        ("M", {"chest": 0}, True),
        ("L", {"chest": 0}, True),
    ]


@pytest.mark.parametrize(("chest", "size"), [(80, S), (88, S), (95, M), (104, L), (140, L)])
def test_a_larger_body_is_told_a_larger_size(chest: float, size: UUID) -> None:
    assert advised(body={"chest": chest}).variant_id == size


def test_where_none_fits_the_nearest_is_named_and_by_how_much_it_does_not() -> None:
    found = advised(body={"chest": 120})
    assert found.variant_id == L
    assert why(found) == ["L comes nearest to your measures.", "L: 10 cm tight at the chest."]
    found = advised(body={"chest": 70.5})
    assert why(found) == ["S comes nearest to your measures.", "S: 9.5 cm loose at the chest."]


def test_the_order_in_which_sizes_are_offered_does_not_matter() -> None:
    assert advised(of=SHIRTS[::-1]) == advised()


def test_of_two_sizes_that_are_as_large_the_first_is_told_and_nothing_of_the_other() -> None:
    found = advised(of=sizes(M=54, L=54))
    assert found.variant_id == M
    assert beside(found) == []


def test_a_size_that_is_not_measured_is_passed_over() -> None:
    found = advised(of=[*SHIRTS[:2], Size(variant_id=L, name="L", measures={})])
    assert [x.size for x in found.sittings] == ["S", "M"]


def test_only_what_all_sizes_have_is_compared() -> None:
    dresses = [
        Size(variant_id=S, name="S", measures={"chest_width": 46, "waist_width": 38}),
        Size(variant_id=M, name="M", measures={"chest_width": 50}),
    ]
    found = advised(of=dresses, type_="dress", body={"chest": 92, "waist": 70})
    assert found.variant_id == M
    assert all(set(x.beyond) == {"chest"} for x in found.sittings)


def test_every_measure_that_is_known_counts_and_the_others_are_asked_for() -> None:
    trousers = [
        Size(
            variant_id=id_,
            name=name,
            measures={"waist_width": waist, "hip_width": hip, "inseam": inseam},
        )
        for id_, name, waist, hip, inseam in ((S, "36", 35, 50, 74), (M, "38", 37, 52, 81))
    ]
    body = {"waist": 70.0, "inseam": 78.0}
    found = advised(of=trousers, type_="trousers", body=body)
    assert found.variant_id == S
    assert found.missing == ("hip",)
    assert beside(found) == ["38: 2 cm long in the leg."]
    with_hip = advised(of=trousers, type_="trousers", body={**body, "hip": 99.0})
    assert with_hip.missing == ()
    assert [dict(x.beyond)["hip"] for x in with_hip.sittings] == [-1, 0]


def test_shoes_are_longer_inside_than_the_foot() -> None:
    shoes = [
        Size(variant_id=id_, name=name, measures={"inside_length": cm})
        for id_, name, cm in ((S, "38", 24.7), (M, "39", 25.3), (L, "40", 26.0))
    ]
    found = advised(of=shoes, type_="shoes", body={"foot": 24.3})
    assert found.variant_id == M
    assert beside(found)[1] == "40: 0.1 cm loose at the foot."


# --------------------------------------------------- by what was kept, too


def test_without_a_body_the_size_of_what_was_kept_is_told() -> None:
    found = advised(kept("38", 57.5), kept("39", 57, name="Oxford"), body={})
    assert (found.variant_id, found.because, found.missing) == (L, "kept", ("chest",))
    assert why(found) == ["L is closest to what you kept: Poplin in 38."]
    assert beside(found) == ["M: 2.5 cm tight at the chest."]


def test_the_ease_that_was_kept_is_looked_for_where_it_fits() -> None:
    found = advised(kept("L", 58))
    assert found.variant_id == L
    assert why(found) == [
        "L fits best by your measures: chest.",
        "What you kept is 20 cm larger than you at the chest: we look for that.",
    ]
    assert advised(kept("XXL", 70)).variant_id == M, "a present is no preference"


def test_what_was_returned_comes_after_what_fits_as_well() -> None:
    assert advised(body={"chest": 98}).variant_id == M
    found = advised(returned("M", 54), body={"chest": 98})
    assert found.variant_id == L
    assert "You returned Flannel in M, which is as large as M." in beside(found)
    both = advised(returned("M", 54), kept("M", 54), body={"chest": 98})
    assert both.variant_id == M, "it was not the size"
    assert not any("returned" in words for words in beside(both))


def test_without_any_measures_the_name_of_what_was_kept_is_all_there_is() -> None:
    unmeasured = [Size(variant_id=x.variant_id, name=x.name, measures={}) for x in SHIRTS]
    found = advised(kept("M", None), body={}, of=unmeasured)
    assert (found.variant_id, found.because, found.sittings) == (M, "kept-size", ())
    assert why(found)[0].startswith("You kept Poplin in M.")
    unclear = advised(kept("M", None), kept("L", None), body={}, of=unmeasured)
    assert (unclear.variant_id, unclear.because) == (None, "unknown")


# ---------------------------------------------------------------- unknown


def test_what_is_not_known_is_said_with_what_would_help() -> None:
    found = advised(body={})
    assert (found.variant_id, found.because, found.missing) == (None, "unknown", ("chest",))
    assert why(found) == ["Give your measures (chest) and we say which size fits."]
    unmeasured = [Size(variant_id=x.variant_id, name=x.name, measures={}) for x in SHIRTS]
    found = advised(of=unmeasured)
    assert (found.variant_id, found.missing) == (None, ())
    assert why(found) == ["How large the sizes are, the seller has not told yet."]


def test_where_there_is_nothing_to_choose_nothing_is_said() -> None:
    assert advise("shirt", SHIRTS[:1], CHEST_96, ()) is None
    assert advise("shirt", [], CHEST_96, ()) is None
    for type_ in set(TYPES) - set(EASE_OF):
        assert advise(type_, SHIRTS, CHEST_96, ()) is None
