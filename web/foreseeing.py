"""Foreseeing: what putting a piece on, or taking it off, would make of a look."""

from dataclasses import dataclass
from typing import Self
from uuid import UUID

from domain.commodity import CommodityNotFound
from domain.look import Piece
from projections import commodity_index
from web.bootstrap import Container, Imaging, Worn, WornPiece
from web.looking import own, worn_by, worn_pieces


@dataclass(frozen=True, kw_only=True)
class Reached:
    """What a shopper reaches for; exactly one of both is set."""

    put_on: UUID | None = None
    take_off: UUID | None = None

    @classmethod
    def of(cls, put_on: UUID | None, take_off: UUID | None) -> Self:
        """Return what is reached for.

        Raises:
            ValueError: both are, or nothing is.
        """
        if (put_on is None) == (take_off is None):
            raise ValueError("Send exactly one of put_on and take_off.")
        return cls(put_on=put_on, take_off=take_off)


async def foreseen(
    wired: Container,
    imaging: Imaging,
    coordination_id: str,
    shopper_id: UUID | None,
    reached: Reached,
) -> tuple[Worn, list[WornPiece]]:
    """Return who would wear what; nothing of it is recorded, and no connection is held afterwards.

    Raises:
        CoordinationNotFound: it is not the visitor's.
        CommodityNotFound: there is nothing to put on.
    """
    async with wired.pool.connection() as reading:
        look = (await own(wired, imaging, reading, coordination_id, shopper_id)).look
        asked = [piece.commodity_id for piece in look.pieces]
        if reached.put_on is not None:
            asked.append(reached.put_on)
        commodities = await commodity_index.commodities_by_id(reading, asked)
    if reached.take_off is not None:
        look = look.without(reached.take_off)
    elif reached.put_on is not None and not look.wears(reached.put_on):
        commodity = commodities.get(reached.put_on)
        if commodity is None or not commodity.is_offered:
            raise CommodityNotFound
        piece = Piece(commodity_id=commodity.commodity_id, type=commodity.type)
        look = look.with_piece(piece)
    _, worn = await worn_by(look, imaging, shopper_id)
    return worn, worn_pieces(look, commodities)
