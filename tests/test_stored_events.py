"""What is written down stays readable: golden files, and every event there and back again."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from adapters import stored_events
from adapters.stored_events import (
    RECORDED,
    UPCASTS,
    UnknownTopic,
    UnknownVersion,
    decode,
    encode,
    text_of,
)
from domain.commodity import CommodityRegistered
from domain.coordination import (
    CommodityCoordinated,
    CommodityTakenOff,
    LookCleared,
    LookConfirmed,
    LookTakenUp,
    PieceAdjusted,
    SizeChosen,
    StepRedone,
    StepUndone,
    WearerChosen,
)
from domain.event import Event, Tag
from domain.purchase import PurchasePlaced, RefundGranted
from domain.saved_look import LookSaved
from tests.speaking import (
    COORDINATION,
    HERSELF,
    NOON,
    SELLER,
    SHIRT,
    SHIRT_M,
    SHOPPER,
    body_measured,
    body_measures_erased,
    coordination_started,
    image_corrected,
    image_erased,
    image_extracted,
    image_uploaded,
    look_confirmed,
    look_discarded,
    look_reserved,
    look_saved,
    look_shared,
    look_taken_up,
    look_unshared,
    payment_authorised,
    payment_captured,
    payment_declined,
    payment_refunded,
    payment_voided,
    purchase_cancelled,
    purchase_from_reservation,
    purchase_placed,
    received,
    refund_granted,
    reservation_expired,
    reservation_released,
    shirt_measured,
    shirt_moved,
    shirt_returned,
    shirt_worn,
    shopper_opened,
    skirt_approved,
    skirt_corrected,
    skirt_described,
    skirt_doubted,
    skirt_registered,
)

GOLDEN = Path(__file__).parent / "golden" / "events"

EXAMPLES: tuple[Event, ...] = (
    shopper_opened,
    skirt_doubted,
    skirt_described,
    shirt_measured,
    received(SHIRT_M, 7),
    skirt_corrected,
    skirt_approved,
    image_uploaded,
    image_extracted,
    image_corrected,
    image_erased,
    body_measured,
    body_measures_erased,
    coordination_started,
    WearerChosen(
        recorded_at=NOON, coordination_id=COORDINATION, shopper_id=SHOPPER, wearer=HERSELF
    ),
    shirt_worn,
    CommodityTakenOff(
        recorded_at=NOON, coordination_id=COORDINATION, shopper_id=SHOPPER, commodity_id=SHIRT
    ),
    SizeChosen(
        recorded_at=NOON,
        coordination_id=COORDINATION,
        shopper_id=SHOPPER,
        commodity_id=SHIRT,
        variant_id=SHIRT_M,
    ),
    shirt_moved,
    look_taken_up,
    LookCleared(recorded_at=NOON, coordination_id=COORDINATION, shopper_id=SHOPPER),
    StepUndone(recorded_at=NOON, coordination_id=COORDINATION, shopper_id=SHOPPER),
    StepRedone(recorded_at=NOON, coordination_id=COORDINATION, shopper_id=SHOPPER),
    replace(look_confirmed, recipe_version=1),
    replace(look_saved, recipe_version=2),
    look_discarded,
    look_shared,
    look_unshared,
    look_reserved,
    reservation_released,
    reservation_expired,
    purchase_from_reservation,
    payment_authorised,
    payment_captured,
    payment_declined,
    purchase_cancelled,
    payment_voided,
    shirt_returned,
    replace(refund_granted, seller_id=SELLER),
    payment_refunded,
)
"""One of every kind. Their golden files were written by the version that introduced them."""

LIFTED: tuple[tuple[str, int, Event], ...] = (
    (CommodityRegistered.TOPIC, 1, skirt_registered),
    (CommodityCoordinated.TOPIC, 1, shirt_worn),
    (CommodityCoordinated.TOPIC, 2, shirt_worn),
    (PieceAdjusted.TOPIC, 1, shirt_moved),
    (LookTakenUp.TOPIC, 1, look_taken_up),
    (LookConfirmed.TOPIC, 1, replace(look_confirmed, recipe_version=1)),
    (LookConfirmed.TOPIC, 2, replace(look_confirmed, recipe_version=1)),
    (LookSaved.TOPIC, 1, replace(look_saved, recipe_version=2)),
    (PurchasePlaced.TOPIC, 1, purchase_placed),
    (PurchasePlaced.TOPIC, 2, purchase_from_reservation),
    (PurchasePlaced.TOPIC, 3, purchase_from_reservation),
    (RefundGranted.TOPIC, 1, refund_granted),
)
"""Topics at older versions, and what their golden files say to today's boutique."""


def golden_file(kind: type[Event]) -> Path:
    return GOLDEN / f"{kind.TOPIC}.v{kind.VERSION}.json"


def topic_of(event: Event) -> str:
    return event.TOPIC


def events_of(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Return any event of a kind, out of what its fields say they hold."""
    strategy: st.SearchStrategy[Event] = _any(kind)
    return strategy


PLAIN: dict[type, Callable[[], st.SearchStrategy[Any]]] = {
    UUID: st.uuids,
    str: st.text,
    bool: st.booleans,
    int: lambda: st.integers(-(2**63), 2**63 - 1),
    float: lambda: st.floats(allow_nan=False, allow_infinity=False),
    datetime: lambda: st.datetimes(timezones=st.just(UTC)),
}


def _any(kind: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 (a type as annotations hold it)
    if kind in PLAIN:
        return PLAIN[kind]()
    if get_origin(kind) is tuple:
        [item, rest] = get_args(kind)
        assert rest is ..., kind
        return st.lists(_any(item), max_size=4).map(tuple)
    if get_origin(kind) in {Union, UnionType}:
        return st.one_of(*(_any(x) for x in get_args(kind) if x is not NoneType), st.none())
    assert isinstance(kind, type), kind
    assert is_dataclass(kind), f"teach this test how to make a {kind}"
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: _any(hints[field.name]) for field in fields(kind)})


def leaves(kind: type[Event]) -> set[type[Event]]:
    """Return the kinds of event that have no kinds of their own."""
    # ``slots=True`` makes a class out of another one, which is not gone yet and has none.
    kinds = [x for x in kind.__subclasses__() if "__slots__" in vars(x)]
    return set[type[Event]]().union(*(leaves(x) for x in kinds)) if kinds else {kind}


def parts(value: object) -> Iterator[object]:
    """Return what an event is made of, itself first."""
    if is_dataclass(value):
        yield value
        for field in fields(value):
            yield from parts(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from parts(item)


# ---------------------------------------------------------- golden files


@pytest.mark.parametrize("event", EXAMPLES, ids=topic_of)
def test_an_event_is_written_down_as_it_always_was(event: Event) -> None:
    assert encode(event) + b"\n" == golden_file(type(event)).read_bytes()


@pytest.mark.parametrize("event", EXAMPLES, ids=topic_of)
def test_what_was_written_down_once_is_still_understood(event: Event) -> None:
    assert decode(event.TOPIC, golden_file(type(event)).read_bytes()) == event


def test_every_kind_of_event_has_a_golden_file_and_every_golden_file_a_kind() -> None:
    found = {path.name for path in GOLDEN.iterdir()}
    # Files of older versions stay for ever: they show that what was recorded is still understood.
    wanted = {
        f"{kind.TOPIC}.v{version}.json"
        for kind in RECORDED
        for version in range(1, kind.VERSION + 1)
    }
    assert found == wanted


@pytest.mark.parametrize(
    ("topic", "version", "expected"), LIFTED, ids=[f"{topic}.v{v}" for topic, v, _ in LIFTED]
)
def test_what_an_older_version_wrote_is_lifted_to_today(
    topic: str, version: int, expected: Event
) -> None:
    assert decode(topic, (GOLDEN / f"{topic}.v{version}.json").read_bytes()) == expected


def test_every_version_has_an_upcast_to_the_next_and_an_example_of_what_becomes_of_it() -> None:
    older = {(kind.TOPIC, version) for kind in RECORDED for version in range(1, kind.VERSION)}
    assert set(UPCASTS) == older
    assert {(topic, version) for topic, version, _ in LIFTED} == older


@pytest.mark.parametrize("event", EXAMPLES, ids=topic_of)
def test_an_example_shows_the_whole_shape_so_no_part_of_it_can_change_unseen(event: Event) -> None:
    # With the test of the bytes: whoever changes a shape must give it a new version.
    assert b"[]" not in golden_file(type(event)).read_bytes()


@pytest.mark.parametrize("event", EXAMPLES, ids=topic_of)
def test_all_that_an_event_is_made_of_has_slots(event: Event) -> None:
    assert not [type(part) for part in parts(event) if hasattr(part, "__dict__")]


def test_every_kind_of_event_has_an_example() -> None:
    assert {type(event) for event in EXAMPLES} == set(RECORDED)


def test_every_kind_of_event_of_the_domain_is_recorded_under_a_topic_of_its_own() -> None:
    ours = {kind for kind in leaves(Event) if kind.__module__.startswith("domain.")}
    assert ours == set(RECORDED)
    assert len({kind.TOPIC for kind in RECORDED}) == len(RECORDED)


# ----------------------------------------------------------------- bytes


@pytest.mark.parametrize("event", EXAMPLES, ids=topic_of)
def test_the_bytes_are_json_that_names_its_version_first_and_its_fields_in_order(
    event: Event,
) -> None:
    data = json.loads(encode(event))
    assert list(data) == ["v", *(field.name for field in fields(event))]
    assert data["v"] == event.VERSION


@pytest.mark.parametrize("kind", RECORDED, ids=lambda kind: kind.TOPIC)
@settings(max_examples=30, deadline=None)  # of each kind; a busy machine is no failure
@for_all(data=st.data())
def test_whatever_an_event_holds_it_is_read_as_it_was_written(
    kind: type[Event], data: st.DataObject
) -> None:
    event = data.draw(events_of(kind))
    written = encode(event)
    read = decode(kind.TOPIC, written)
    assert read == event
    assert type(read) is kind
    assert encode(read) == written


def test_a_topic_of_a_newer_version_is_named_and_the_remedy_too() -> None:
    with pytest.raises(UnknownTopic, match=r"'look-dreamt'.*upgrade"):
        decode("look-dreamt", b'{"v":1}')


@pytest.mark.parametrize("version", ["0", "5", "20", "x", '"1"'])
def test_a_version_nobody_knows_is_named_and_the_remedy_too(version: str) -> None:
    [event] = (x for x in EXAMPLES if isinstance(x, PurchasePlaced))
    data = encode(event).replace(b'{"v":4', b'{"v":' + version.encode())
    with pytest.raises(UnknownVersion, match=r"'purchase-placed'.*version 4: upgrade"):
        decode(event.TOPIC, data)


def test_an_event_without_its_version_is_not_guessed_at() -> None:
    for event in EXAMPLES:
        with pytest.raises(UnknownVersion):
            decode(event.TOPIC, re.sub(rb'"v":\d+,', b"", encode(event)))


def test_only_what_an_older_version_wrote_is_lifted(monkeypatch: pytest.MonkeyPatch) -> None:
    lifted = list[str]()

    def lift(topic: str, _: bytes) -> Event:
        lifted.append(topic)
        return purchase_placed

    monkeypatch.setattr(stored_events, "_lifted", lift)
    for event in EXAMPLES:
        assert decode(event.TOPIC, encode(event)) == event
    assert lifted == []
    decode(PurchasePlaced.TOPIC, (GOLDEN / "purchase-placed.v1.json").read_bytes())
    assert lifted == [PurchasePlaced.TOPIC]


def test_an_event_says_itself_what_it_is_about() -> None:
    with pytest.raises(NotImplementedError):
        Event(recorded_at=NOON).tags()
    for event in EXAMPLES:
        assert len(set(event.tags())) == len(event.tags())
        assert str(event.tags()[0]).partition(":")[2]


@pytest.mark.parametrize("tag", [Tag("variant", SHIRT_M), Tag("idempotency", "once-more")])
def test_a_tag_is_written_as_it_says_itself(tag: Tag) -> None:
    assert text_of(tag) == str(tag)
