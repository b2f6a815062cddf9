"""Confirming a look: what of it is to be held, and who was faster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.boutique import Outcome
from domain.confirmation import ConfirmLook, PieceToReserve, WantedReservation
from domain.coordination import Coordination, LookEmpty
from domain.event import Refusal
from domain.reservation import Reservation, ReservationNotFound, StockReserved
from domain.sentence import Sentence
from domain.stock import SoldOut
from projections import commodity_index
from web.bootstrap import Container
from web.looking import Looking, Step, look_at
from web.words import gettext, listed, ngettext


class LookChanged(Refusal):
    def __init__(self) -> None:
        super().__init__("The look has changed since you saw it. Look at it again, then go on.")


class SizeMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("Choose a size for every piece, then confirm the look.")


class ReservationEnded(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "These pieces are no longer held for you, so nothing was bought and nothing charged. "
            "Hold them again, then pay."
        )


class PiecesSoldOut(SoldOut):
    """The same refusal, naming the pieces to whoever looks at them."""

    def __init__(self, variant_ids: tuple[UUID, ...], names: Sequence[str]) -> None:
        super().__init__(variant_ids)
        words = ngettext(
            "Somebody was faster: %(names)s is sold or held for others, so nothing is held for "
            "you and nothing charged. Choose another size, or take the piece off.",
            "Somebody was faster: %(names)s are sold or held for others, so nothing is held for "
            "you and nothing charged. Choose another size, or take the piece off.",
            len(names),
            names=listed(names),
        )
        self.sentence = Sentence(words)
        self.args = (words,)


@dataclass(frozen=True, kw_only=True)
class HeldPiece:
    commodity_id: UUID
    variant_id: UUID
    quantity: int


@dataclass(frozen=True, kw_only=True)
class ReservationView:
    reservation_id: UUID
    coordination_id: UUID
    expires_at: datetime
    pieces: tuple[HeldPiece, ...]


def reservation_view(made: StockReserved) -> ReservationView:
    return ReservationView(
        reservation_id=made.reservation_id,
        coordination_id=made.coordination_id,
        expires_at=made.expires_at,
        pieces=tuple(
            HeldPiece(commodity_id=x.commodity_id, variant_id=x.variant_id, quantity=x.quantity)
            for x in made.lines
        ),
    )


async def choose_sizes(
    wired: Container, coordination_id: UUID, shopper_id: UUID, sizes: Mapping[str, str]
) -> None:
    """Choose sizes that a form names, by commodity.

    Raises:
        SizeMissing: one cannot be read.
    """
    try:
        for commodity_id, variant_id in sizes.items():
            step = Step(size=f"{commodity_id}:{variant_id}")
            await wired.boutique.handle(step.command(coordination_id, shopper_id))
    except ValueError as error:
        raise SizeMissing from error


async def confirm_as_seen(
    wired: Container,
    *,
    coordination_id: UUID,
    shopper_id: UUID,
    reservation_id: UUID,
    seen: str,
) -> Outcome:
    """Confirm a look and hold all of it that is not owned, if it is the one that was shown.

    Raises:
        LookChanged: another tab has changed it since, or a price is another.
        LookEmpty: the shopper owns all of it.
        SizeMissing: a piece has no size yet.
    """
    found = await wired.boutique.know(Coordination(coordination_id=coordination_id))
    async with wired.pool.connection() as connection:
        looking = await look_at(found, found.look, connection, shopper_id)
    if found.shopper_id == shopper_id:
        if seen_of(looking) != seen:
            raise LookChanged
        if not looking.to_buy:
            raise LookEmpty
        if len(pieces_to_hold(looking)) < len(looking.to_buy):
            raise SizeMissing
    return await confirm(
        wired, looking, shopper_id, reservation_id=reservation_id, pieces=pieces_to_hold(looking)
    )


async def confirm(
    wired: Container,
    looking: Looking,
    shopper_id: UUID,
    *,
    reservation_id: UUID,
    pieces: Sequence[PieceToReserve],
) -> Outcome:
    """Confirm the look as it is now, and hold these pieces of it: all, or none.

    Raises:
        PiecesSoldOut: others were faster; it names the pieces.
        Refusal: a rule of the boutique said no.
    """
    wanted = WantedReservation(reservation_id=reservation_id, pieces=tuple(pieces))
    try:
        return await wired.boutique.handle(
            ConfirmLook(
                coordination_id=looking.coordination.coordination_id,
                shopper_id=shopper_id,
                reservation=wanted,
            )
        )
    except SoldOut as refusal:
        raise PiecesSoldOut(refusal.variant_ids, _names(looking, refusal.variant_ids)) from refusal


def _names(looking: Looking, variant_ids: Sequence[UUID]) -> list[str]:
    return [
        gettext("%(name)s in %(size)s", name=commodity.name, size=variant.size)
        for commodity in looking.commodities.values()
        for variant in commodity.variants
        if variant.variant_id in variant_ids
    ]


def pieces_to_hold(looking: Looking) -> list[PieceToReserve]:
    """Return all pieces with a size that the shopper does not own yet."""
    buying = {commodity.commodity_id for commodity in looking.to_buy}
    return [
        PieceToReserve(commodity_id=piece.commodity_id, variant_id=piece.variant_id)
        for piece in looking.look.pieces
        if piece.variant_id is not None and piece.commodity_id in buying
    ]


def seen_of(looking: Looking) -> str:
    """Write down what is about to be bought, and for how much."""
    return seen({x.commodity_id: x.price_minor for x in looking.to_buy})


def seen(prices: Mapping[UUID, int]) -> str:
    return " ".join(sorted(f"{commodity_id}:{minor}" for commodity_id, minor in prices.items()))


async def reservation_of(
    wired: Container, reservation_id: UUID, shopper_id: UUID
) -> tuple[Reservation, StockReserved]:
    """Return a reservation and how it was made, looked up through its shopper.

    Raises:
        ReservationNotFound: it was never made, or for somebody else.
    """
    found = await wired.boutique.know(Reservation(reservation_id=reservation_id))
    if found.made is None or found.made.shopper_id != shopper_id:
        raise ReservationNotFound
    return found, found.made


async def prices_of(wired: Container, made: StockReserved) -> dict[UUID, int]:
    """Return what the pieces of a reservation cost now, one of each."""
    async with wired.pool.connection() as connection:
        found = await commodity_index.commodities_by_id(
            connection, [line.commodity_id for line in made.lines]
        )
    return {commodity_id: commodity.price_minor for commodity_id, commodity in found.items()}
