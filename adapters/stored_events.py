"""How events are written down: a fixed topic, and JSON bytes an auditor can read with psql.

The bytes are deterministic: ``{"v":<schema version>,<fields in the order they are declared>}``.
"""

import gc
from collections.abc import Generator, Sequence
from contextlib import contextmanager

import msgspec

from domain import account, commodity, coordination, purchase, user_image
from domain.event import Event, Recorded

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

_ENCODE = msgspec.json.Encoder().encode
_DECODE = {kind.TOPIC: msgspec.json.Decoder(kind).decode for kind in RECORDED}


class UnknownTopic(Exception):
    """The log holds an event this version of the boutique does not know."""


def encode(event: Event) -> bytes:
    return b'{"v":%d,' % event.VERSION + _ENCODE(event)[1:]


def decode(topic: str, data: bytes) -> Event:
    """Return the event that was written down.

    Raises:
        UnknownTopic: a newer version of the boutique wrote it.
    """
    decoder = _DECODE.get(topic)
    if decoder is None:
        raise UnknownTopic(f"the log holds '{topic}', which this version does not know: upgrade it")
    return decoder(data)


def decode_page(rows: Sequence[tuple[int, str, bytes]]) -> list[Recorded]:
    """Return a page of the log, of which position, topic and data were read.

    Raises:
        UnknownTopic: a newer version of the boutique wrote one of them.
    """
    with uncollected():
        return [Recorded(position, decode(topic, data)) for position, topic, data in rows]


@contextmanager
def uncollected() -> Generator[None]:
    """Keep the garbage collector out while a page is in memory.

    A page is a hundred thousand small objects and no garbage: looking for some in it again and
    again doubles the time.
    """
    is_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_collecting:
            gc.enable()
