"""How events are written down: a fixed topic, and JSON bytes an auditor can read with psql.

The bytes are deterministic: ``{"v":<schema version>,<fields in the order they are declared>}``.
"""

import msgspec
from eventsourcing.dcb.api import DCBEvent

from domain import account, commodity, coordination, purchase, user_image
from domain.event import Event, Tag

RECORDED: tuple[type[Event], ...] = (
    account.AccountOpened,
    commodity.CommodityRegistered,
    commodity.StockReceived,
    user_image.UserImageUploaded,
    user_image.UserImageExtracted,
    user_image.UserImageErased,
    coordination.CoordinationStarted,
    coordination.WearerChosen,
    coordination.CommodityCoordinated,
    coordination.CommodityTakenOff,
    coordination.SizeChosen,
    coordination.LookCleared,
    coordination.StepUndone,
    coordination.StepRedone,
    coordination.LookConfirmed,
    purchase.PurchasePlaced,
    purchase.PaymentAuthorised,
    purchase.PaymentCaptured,
    purchase.PaymentDeclined,
)
"""Every event the boutique records. Adding one is a line of the changelog (*Stored events*)."""

_PLAIN = msgspec.to_builtins
_ENCODE = msgspec.json.Encoder().encode
_DECODE = {kind.TOPIC: msgspec.json.Decoder(kind).decode for kind in RECORDED}
_KINDS = {kind.TOPIC: kind for kind in RECORDED}


class UnknownTopic(Exception):
    """The log holds an event this version of the boutique does not know."""


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
        UnknownTopic: a newer version of the boutique wrote it.
    """
    decoder = _DECODE.get(topic)
    if decoder is None:
        raise UnknownTopic(f"the log holds '{topic}', which this version does not know: upgrade it")
    return decoder(data)
