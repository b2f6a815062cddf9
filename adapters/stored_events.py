"""How events are written down: a fixed topic, and JSON bytes an auditor can read with psql.

The bytes are deterministic: ``{"v":<schema version>,<fields in the order they are declared>}``.
What an older version wrote is lifted, one version at a time, to what today's classes hold.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from eventsourcing.dcb.api import DCBEvent

from adapters.garbage import uncollected
from domain import (
    account,
    body,
    commodity,
    coordination,
    garment,
    measures,
    purchase,
    reservation,
    saved_look,
    sharing,
    user_image,
)
from domain.event import Event, Recorded, Tag

RECORDED: tuple[type[Event], ...] = (
    account.AccountOpened,
    commodity.CommodityRegistered,
    commodity.CommodityDescribed,
    measures.SizesMeasured,
    commodity.StockReceived,
    garment.GarmentCorrected,
    garment.GarmentApproved,
    user_image.UserImageUploaded,
    user_image.UserImageExtracted,
    user_image.UserImageCorrected,
    user_image.UserImageErased,
    body.BodyMeasured,
    body.BodyMeasuresErased,
    coordination.CoordinationStarted,
    coordination.WearerChosen,
    coordination.CommodityCoordinated,
    coordination.CommodityTakenOff,
    coordination.SizeChosen,
    coordination.PieceAdjusted,
    coordination.LookTakenUp,
    coordination.LookCleared,
    coordination.StepUndone,
    coordination.StepRedone,
    coordination.LookConfirmed,
    saved_look.LookSaved,
    saved_look.LookDiscarded,
    sharing.LookShared,
    sharing.LookUnshared,
    reservation.StockReserved,
    reservation.ReservationReleased,
    reservation.ReservationExpired,
    purchase.PurchasePlaced,
    purchase.PaymentAuthorised,
    purchase.PaymentCaptured,
    purchase.PaymentDeclined,
    purchase.PurchaseCancelled,
    purchase.PaymentVoided,
    purchase.PiecesReturned,
    purchase.RefundGranted,
    purchase.PaymentRefunded,
)
"""Every event the boutique records. Adding one is a line of the changelog (*Stored events*)."""

Stored = dict[str, Any]
"""An event's fields as its JSON has them."""


def _no_reservations_yet(stored: Stored) -> Stored:
    return {**stored, "reservation_id": None, "from_reservation": []}


def _without_doubt(stored: Stored) -> Stored:
    said = ["type", "design", "colours"]  # everything was, then
    unread = {"classification": None, "likeness": None}
    return {**stored, "confidences": [], "doubts": [], "said": said, **unread}


def _piece_as_it_falls(piece: Stored) -> Stored:
    return {**piece, "placement": {"down": 0.0, "right": 0.0, "scale": 1.0, "level": 0}}


def _coordinated_as_it_falls(stored: Stored) -> Stored:
    return {**stored, "piece": _piece_as_it_falls(stored["piece"])}


def _look_as_it_falls(stored: Stored) -> Stored:
    look = stored["look"]
    pieces = [_piece_as_it_falls(piece) for piece in look["pieces"]]
    return {**stored, "look": {**look, "pieces": pieces}}


def _loose(piece: Stored) -> Stored:
    """Lift a piece, or the event that one was adjusted: both hold a placement."""
    return {**piece, "placement": {**piece["placement"], "tucked": False}}


def _coordinated_loose(stored: Stored) -> Stored:
    return {**stored, "piece": _loose(stored["piece"])}


def _look_loose(stored: Stored) -> Stored:
    look = stored["look"]
    return {**stored, "look": {**look, "pieces": [_loose(piece) for piece in look["pieces"]]}}


def _granted_by_somebody(stored: Stored) -> Stored:
    return {**stored, "seller_id": None}


def _closed(piece: Stored) -> Stored:
    """Lift a piece, or the event that one was adjusted: both hold a placement."""
    return {**piece, "placement": {**piece["placement"], "opened": False}}


def _coordinated_closed(stored: Stored) -> Stored:
    return {**stored, "piece": _closed(stored["piece"])}


def _look_closed(stored: Stored) -> Stored:
    look = stored["look"]
    return {**stored, "look": {**look, "pieces": [_closed(piece) for piece in look["pieces"]]}}


UPCASTS: Mapping[tuple[str, int], Callable[[Stored], Stored]] = {
    (commodity.CommodityRegistered.TOPIC, 1): _without_doubt,
    (coordination.CommodityCoordinated.TOPIC, 1): _coordinated_as_it_falls,
    (coordination.CommodityCoordinated.TOPIC, 2): _coordinated_loose,
    (coordination.CommodityCoordinated.TOPIC, 3): _coordinated_closed,
    (coordination.PieceAdjusted.TOPIC, 1): _loose,
    (coordination.PieceAdjusted.TOPIC, 2): _closed,
    (coordination.LookTakenUp.TOPIC, 1): _look_loose,
    (coordination.LookTakenUp.TOPIC, 2): _look_closed,
    (coordination.LookConfirmed.TOPIC, 1): _look_as_it_falls,
    (coordination.LookConfirmed.TOPIC, 2): _look_loose,
    (coordination.LookConfirmed.TOPIC, 3): _look_closed,
    (saved_look.LookSaved.TOPIC, 1): _look_loose,
    (saved_look.LookSaved.TOPIC, 2): _look_closed,
    (purchase.PurchasePlaced.TOPIC, 1): _no_reservations_yet,
    (purchase.PurchasePlaced.TOPIC, 2): _look_as_it_falls,
    (purchase.PurchasePlaced.TOPIC, 3): _look_loose,
    (purchase.PurchasePlaced.TOPIC, 4): _look_closed,
    (purchase.RefundGranted.TOPIC, 1): _granted_by_somebody,
}
"""By topic and version, what lifts it to the next version. They stay as long as the log."""

_PLAIN = msgspec.to_builtins
_ENCODE = msgspec.json.Encoder().encode
_KINDS = {kind.TOPIC: kind for kind in RECORDED}
_DECODE = {
    kind.TOPIC: (b'{"v":%d,' % kind.VERSION, msgspec.json.Decoder(kind).decode) for kind in RECORDED
}
_VERSION = re.compile(rb'{"v":(\d+),')


class UnknownTopic(Exception):
    """The log holds an event this version of the boutique does not know."""


class UnknownVersion(Exception):
    """The log holds an event in a shape this version of the boutique does not know."""


def encode(event: Event) -> bytes:
    return b'{"v":%d,' % event.VERSION + _ENCODE(event)[1:]


def stored(event: Event) -> DCBEvent:
    """Return the event as the log keeps it."""
    return DCBEvent(event.TOPIC, encode(event), [text_of(tag) for tag in event.tags()])


def text_of(tag: Tag) -> str:
    """Return what ``str`` does; a UUID's own takes most of the time of keeping many facts."""
    return f"{tag.kind}:{_PLAIN(tag.id)}"


def kind_of(topic: str) -> type[Event] | None:
    """Return the class of a topic's events; None if this version does not know it."""
    return _KINDS.get(topic)


def decode(topic: str, data: bytes) -> Event:
    """Return the event that was written down.

    Raises:
        UnknownTopic, UnknownVersion: a newer version of the boutique wrote it.
    """
    found = _DECODE.get(topic)
    if found is None:
        raise UnknownTopic(f"the log holds '{topic}', which this version does not know: upgrade it")
    beginning, decoder = found
    # Nearly all events are of today's version: they go straight into their class.
    return decoder(data) if data.startswith(beginning) else _lifted(topic, data)


def _lifted(topic: str, data: bytes) -> Event:
    """Return an event that was written in an older shape."""
    kind = _KINDS[topic]
    version = _VERSION.match(data)
    if version is None or not 1 <= int(version[1]) < kind.VERSION:
        raise UnknownVersion(
            f"the log holds '{topic}' beginning with {data[:16]!r}, and this version knows it up "
            f"to version {kind.VERSION}: upgrade it"
        )
    stored: Stored = msgspec.json.decode(data)
    for older in range(int(version[1]), kind.VERSION):
        stored = UPCASTS[topic, older](stored)
    return msgspec.convert(stored, kind)


def decode_page(rows: Sequence[tuple[int, str, bytes]]) -> list[Recorded]:
    """Return a page of the log, of which position, topic and data were read.

    Raises:
        UnknownTopic: a newer version of the boutique wrote one of them.
    """
    with uncollected():
        return [Recorded(position, decode(topic, data)) for position, topic, data in rows]
