"""A commodity is what its seller says, or else what was read in its image; unsure, she is asked."""

from dataclasses import fields, replace

import pytest

from domain.classification import (
    ALIKE,
    ASPECTS,
    COLOURS,
    COLOURS_MAX,
    CONTRADICTED_FROM,
    NOTABLE_SHARE,
    SURE_FROM,
    TYPES,
    Classification,
    ColourShare,
    CommodityNotPresentable,
    Reading,
    Words,
    are_alike,
    notable,
)
from domain.commodity import (
    CommodityNotFound,
    CommodityRegistered,
    Confidence,
    RegisterCommodity,
    Variant,
)
from domain.coordinating import CoordinateCommodity
from domain.description import DescribeCommodity, Description, TypeSettled
from domain.event import fold
from domain.garment import HELD_BY, ApproveGarment, Garment
from imaging import classification as imaging_classification
from tests.given_when_then import decided, given
from tests.speaking import (
    COORDINATION,
    RIVAL,
    SELLER,
    SHIRT,
    SHIRT_M,
    SHOPPER,
    SKIRT,
    coordination_started,
    one_skirt,
    registered,
    skirt_approved,
    skirt_corrected,
    skirt_described,
    skirt_doubted,
    skirt_registered,
    skirt_unsaid,
    skirt_worn,
)

SURE = Classification(
    types=(Reading(name="bag", confidence=0.99),),
    designs=(Reading(name="dotted", confidence=0.95),),
    colours=(Reading(name="red", confidence=0.9),),
)
MEASURED = (ColourShare(name="red", share=0.7), ColourShare(name="white", share=0.2))
register_bag = RegisterCommodity(
    **{
        field.name: getattr(registered(SHIRT, Variant(variant_id=SHIRT_M, size="M")), field.name)
        for field in fields(RegisterCommodity)
        if field.name not in {"words", "classification", "measured_colours", "pieces", "measures"}
    },
    words=Words(),
    classification=SURE,
    measured_colours=MEASURED,
    pieces=(0,),
    measures=(),
)
describe_skirt = DescribeCommodity(
    commodity_id=SKIRT,
    seller_id=RIVAL,
    words=Words(type="skirt", design="checked", colours=("navy", "white")),
    garment=skirt_described.garment,
)
put_on_skirt = CoordinateCommodity(
    coordination_id=COORDINATION, shopper_id=SHOPPER, commodity_id=SKIRT
)


def registration_of(command: RegisterCommodity) -> CommodityRegistered:
    event, *_ = decided(command, ())
    assert isinstance(event, CommodityRegistered)
    return event


def unsure_of(aspect: str, *, confidence: float) -> Classification:
    name = SURE.readings(aspect)[0].name
    field = {"type": "types", "design": "designs", "colours": "colours"}[aspect]
    return replace(SURE, **{field: (Reading(name=name, confidence=confidence),)})


# -------------------------------------------------------------- register


def test_what_its_seller_does_not_say_is_read_in_the_image() -> None:
    event = registration_of(register_bag)
    assert (event.type, event.design, event.colours) == ("bag", "dotted", ("red", "white"))
    assert (event.said, event.doubts) == ((), ())
    assert event.classification == SURE


def test_her_word_wins_and_is_told_from_what_was_read() -> None:
    words = Words(design="floral", colours=("pink",))
    event = registration_of(replace(register_bag, words=words))
    assert (event.type, event.design, event.colours) == ("bag", "floral", ("pink",))
    assert event.said == ("design", "colours")
    assert event.classification == SURE


@pytest.mark.parametrize("aspect", ASPECTS)
def test_what_was_read_unsurely_waits_unless_she_said_it(aspect: str) -> None:
    sure_enough = unsure_of(aspect, confidence=SURE_FROM[aspect])
    assert registration_of(replace(register_bag, classification=sure_enough)).doubts == ()
    unsure = replace(
        register_bag, classification=unsure_of(aspect, confidence=SURE_FROM[aspect] - 0.01)
    )
    assert registration_of(unsure).doubts == (aspect,)
    said = Words(type="bag", design="dotted", colours=("red",))
    assert registration_of(replace(unsure, words=said)).doubts == ()


def test_what_it_is_stands_before_how_it_is_worn_in_what_is_doubted() -> None:
    unsure = replace(
        register_bag,
        classification=unsure_of("type", confidence=0.2),
        confidences=(Confidence(name="handle", value=0.1),),
    )
    assert registration_of(unsure).doubts == ("type", "handle")


@pytest.mark.parametrize(
    ("said", "read", "confidence", "doubts"),
    [
        ("hat", "bag", CONTRADICTED_FROM, ("type",)),
        ("hat", "bag", CONTRADICTED_FROM - 0.01, ()),
        ("bag", "bag", 1.0, ()),
        ("knitwear", "longsleeve", 1.0, ()),
        ("trousers", "shorts", 1.0, ()),
        ("trousers", "skirt", 1.0, ("type",)),
    ],
)
def test_a_type_is_questioned_only_where_the_image_surely_shows_another_kind(
    said: str, read: str, confidence: float, doubts: tuple[str, ...]
) -> None:
    seen = replace(SURE, types=(Reading(name=read, confidence=confidence),))
    event = registration_of(replace(register_bag, words=Words(type=said), classification=seen))
    assert (event.type, event.doubts) == (said, doubts)


def test_where_neither_says_what_it_is_it_is_refused() -> None:
    given().when(replace(register_bag, classification=None)).then_refused(
        CommodityNotPresentable, saying="Say its type"
    )


def test_a_commodity_is_found_by_its_main_colour_and_others_of_some_size() -> None:
    shares = [0.4, NOTABLE_SHARE, 0.15, NOTABLE_SHARE - 0.01]
    measured = [ColourShare(name=x, share=y) for x, y in zip(COLOURS, shares, strict=False)]
    assert notable(tuple(measured)) == COLOURS[:2]
    assert notable((ColourShare(name="red", share=0.05),)) == ("red",)
    many = tuple(ColourShare(name=name, share=0.25) for name in COLOURS[:4])
    assert notable(many) == COLOURS[:COLOURS_MAX]


def test_types_are_alike_that_are_held_by_the_same_landmarks() -> None:
    for types in ALIKE:
        assert len({HELD_BY[type_] for type_ in types}) == 1
    for one in TYPES:
        for other in TYPES:
            assert are_alike(one, other) == (HELD_BY[one] == HELD_BY[other])


def test_what_the_program_calls_unsure_is_what_is_asked() -> None:
    assert imaging_classification.SURE_FROM == SURE_FROM


# -------------------------------------------------------------- describe


def test_given_a_question_when_answered_then_it_is_what_its_seller_says() -> None:
    given(skirt_unsaid).when(describe_skirt).then(skirt_described)


def test_until_what_it_is_and_how_it_is_worn_is_settled_nobody_can_put_it_on() -> None:
    for before in (
        (skirt_unsaid,),
        (skirt_unsaid, skirt_described),
        (skirt_unsaid, skirt_approved),
    ):
        given(*before, coordination_started).when(put_on_skirt).then_refused(CommodityNotFound)
    settled = (skirt_unsaid, skirt_described, skirt_corrected)
    given(*settled, one_skirt, coordination_started).when(put_on_skirt).then(skirt_worn)


def test_approving_how_it_is_worn_leaves_what_it_is_in_question() -> None:
    approve = ApproveGarment(commodity_id=SKIRT, seller_id=RIVAL)
    given(skirt_unsaid).when(approve).then(skirt_approved)
    garment = fold(Garment(commodity_id=SKIRT), [skirt_unsaid, skirt_approved])
    assert garment.doubts == ("type",)
    given(skirt_unsaid, skirt_approved).when(approve).then_nothing()


def test_a_type_that_is_worn_alike_keeps_what_was_found() -> None:
    [event] = decided(replace(describe_skirt, words=Words(type="trousers")), (skirt_unsaid,))
    assert (event.type, event.design, event.colours) == ("trousers", "solid", ("navy",))  # type: ignore[attr-defined]
    assert event.garment is None  # type: ignore[attr-defined]
    assert event.doubts == ("crotch",)  # type: ignore[attr-defined]


def test_what_was_not_found_as_the_new_type_is_to_be_placed_by_hand() -> None:
    [event] = decided(replace(describe_skirt, garment=None), (skirt_unsaid,))
    assert event.doubts == HELD_BY["skirt"].needed  # type: ignore[attr-defined]


def test_each_answer_settles_its_own_question() -> None:
    doubted = replace(skirt_unsaid, doubts=("type", "design", "colours"))
    [event] = decided(
        replace(describe_skirt, words=Words(design="checked"), garment=None), (doubted,)
    )
    assert event.said == ("design",)  # type: ignore[attr-defined]
    assert event.doubts == ("type", "colours")  # type: ignore[attr-defined]


def test_saying_what_was_read_makes_it_her_word_and_saying_it_again_nothing() -> None:
    surely_read = replace(skirt_unsaid, doubts=())
    words = Words(type="shorts", design="solid", colours=("navy",))
    confirmed = replace(describe_skirt, words=words, garment=None)
    [event] = decided(confirmed, (surely_read,))
    assert event.said == ASPECTS  # type: ignore[attr-defined]
    given(surely_read, event).when(confirmed).then_nothing()
    given(skirt_registered).when(replace(describe_skirt, garment=None)).then_nothing()


def test_given_it_is_offered_then_its_type_stays_and_its_colours_may_change() -> None:
    given(skirt_registered).when(replace(describe_skirt, words=Words(type="shorts"))).then_refused(
        TypeSettled, saying="Register it once more"
    )
    [event] = decided(
        replace(describe_skirt, words=Words(colours=("blue",)), garment=None), (skirt_registered,)
    )
    known = fold(Description(commodity_id=SKIRT), [skirt_registered, event])
    assert (known.colours, known.is_offered) == (("blue",), True)


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        (Words(type="toga"), "type"),
        (Words(design="tartan"), "design"),
        (Words(colours=("mauve",)), "colours"),
        (Words(colours=COLOURS[: COLOURS_MAX + 1]), "colours"),
    ],
)
def test_what_nobody_can_search_by_is_refused(words: Words, saying: str) -> None:
    given(skirt_doubted).when(replace(describe_skirt, words=words)).then_refused(
        CommodityNotPresentable, saying=saying
    )


def test_somebody_elses_commodity_is_not_found() -> None:
    given(skirt_unsaid).when(replace(describe_skirt, seller_id=SELLER)).then_refused(
        CommodityNotFound
    )
    given().when(describe_skirt).then_refused(CommodityNotFound)
