"""Looks that were made on a terminal, as they are taken over here (C10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.boutique import Outcome
from domain.coordinating import ChooseSize, CoordinateCommodity, StartCoordination
from domain.look import Placement, Wearer
from web.bootstrap import Container, Imaging


@dataclass(frozen=True, kw_only=True)
class PieceOfTerminal:
    """A piece of a look that was made on a terminal: in its size, and where it was put."""

    commodity_id: UUID
    variant_id: UUID
    placement: Placement


async def start_as_worn(
    wired: Container,
    imaging: Imaging,
    shopper_id: UUID,
    coordination_id: UUID,
    pieces: Sequence[PieceOfTerminal],
) -> Outcome:
    """Start a coordination of its own with these pieces, each in its size and where it was put.

    A mannequin wears it: whoever wore it where it was made is not known here. All of it may be
    repeated.
    """
    ids = {"coordination_id": coordination_id, "shopper_id": shopper_id}
    wearer = Wearer(kind="mannequin", id=next(iter(imaging.mannequins)))
    outcome = await wired.boutique.handle(StartCoordination(**ids, wearer=wearer))
    for piece in pieces:
        of_piece = {**ids, "commodity_id": piece.commodity_id}
        await wired.boutique.handle(CoordinateCommodity(**of_piece, placement=piece.placement))
    for piece in pieces:
        of_piece = {**ids, "commodity_id": piece.commodity_id}
        outcome = await wired.boutique.handle(ChooseSize(**of_piece, variant_id=piece.variant_id))
    return outcome
