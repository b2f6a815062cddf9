"""Keeping looks: what a shopper saved, as pages and programs show it (C3)."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection

from domain.boutique import Outcome
from domain.look import Wearer
from domain.saved_look import (
    DiscardLook,
    DuplicateLook,
    SavedLook,
    SavedLookNotFound,
    SaveLook,
    TakeUpLook,
)
from projections import commodity_index
from projections.saved_looks import saved_looks
from web.bootstrap import Container, Imaging, Worn
from web.looking import begin, current, name_of, worn_by, worn_pieces
from web.presenting import look_in_words, total
from web.templating import Money

NAME_LENGTH_MAX = 60
UNNAMED = "My look"
AGAIN = ", again"


@dataclass(frozen=True, kw_only=True)
class SavedPieceView:
    id: str
    name: str
    type: str
    price: Money


@dataclass(frozen=True, kw_only=True)
class SavedLookView:
    id: str
    name: str
    saved_at: datetime
    pieces: tuple[SavedPieceView, ...]  # those that are still in the boutique
    total: Money
    picture_url: str
    description: str
    shows_shopper: bool  # not a mannequin


async def kept(
    wired: Container, imaging: Imaging, connection: AsyncConnection, shopper_id: UUID
) -> list[SavedLookView]:
    """Return a shopper's looks, newest first."""
    found = await saved_looks(connection, shopper_id)
    names = await wired.look_names.names(shopper_id)
    commodities = await commodity_index.commodities_by_id(
        connection, list({piece.commodity_id for x in found for piece in x.look.pieces})
    )
    wearers = dict[Wearer, Worn]()  # each is read once, however many looks it wore
    views = list[SavedLookView]()
    for x in found:
        if x.look.wearer not in wearers:
            _, wearers[x.look.wearer] = await worn_by(x.look, imaging, shopper_id)
        worn = wearers[x.look.wearer]
        pieces = worn_pieces(x.look, commodities)
        worn_commodities = [piece.commodity for piece in pieces]
        recipe = imaging.coordinator.digest(worn, pieces)
        views.append(
            SavedLookView(
                id=str(x.look_id),
                name=names.get(x.look_id, UNNAMED),
                saved_at=x.saved_at,
                pieces=tuple(
                    SavedPieceView(
                        id=str(piece.commodity_id),
                        name=piece.name,
                        type=piece.type,
                        price=Money(piece.price_minor, piece.currency),
                    )
                    for piece in worn_commodities
                ),
                total=total(worn_commodities),
                picture_url=f"/api/v1/looks/{x.look_id}/picture?recipe={recipe[:32]}",
                description=look_in_words(name_of(worn), pieces),
                shows_shopper=x.look.wearer.is_of_an_image,
            )
        )
    return views


async def picture(wired: Container, imaging: Imaging, look_id: UUID, shopper_id: UUID) -> bytes:
    """Return the picture of a saved look.

    Raises:
        SavedLookNotFound: it is not this shopper's.
    """
    look = (await _own(wired, look_id, shopper_id)).look
    if look is None:
        raise SavedLookNotFound
    _, worn = await worn_by(look, imaging, shopper_id)
    async with wired.pool.connection() as connection:
        commodities = await commodity_index.commodities_by_id(
            connection, [piece.commodity_id for piece in look.pieces]
        )
    return await imaging.coordinator.picture(worn, worn_pieces(look, commodities))


async def save(
    wired: Container, imaging: Imaging, shopper_id: UUID, *, look_id: UUID, name: str
) -> Outcome:
    """Keep the look a shopper works on, under a name."""
    async with wired.pool.connection() as connection:
        coordination = await current(wired, imaging, connection, shopper_id)
    outcome = await wired.boutique.handle(
        SaveLook(
            look_id=look_id, coordination_id=coordination.coordination_id, shopper_id=shopper_id
        )
    )
    await wired.look_names.give(look_id, shopper_id=shopper_id, name=_name(name))
    return outcome


async def duplicate(
    wired: Container, shopper_id: UUID, *, look_id: UUID, of_look_id: UUID
) -> Outcome:
    """Keep a look once more, under its name with a word added."""
    outcome = await wired.boutique.handle(
        DuplicateLook(look_id=look_id, of_look_id=of_look_id, shopper_id=shopper_id)
    )
    name = (await wired.look_names.names(shopper_id)).get(of_look_id, UNNAMED)
    again = name[: NAME_LENGTH_MAX - len(AGAIN)] + AGAIN
    await wired.look_names.give(look_id, shopper_id=shopper_id, name=again)
    return outcome


async def rename(wired: Container, shopper_id: UUID, *, look_id: UUID, name: str) -> None:
    """Give a look another name.

    Raises:
        SavedLookNotFound: it is not this shopper's.
    """
    if (await _own(wired, look_id, shopper_id)).look is None:
        raise SavedLookNotFound
    await wired.look_names.give(look_id, shopper_id=shopper_id, name=_name(name))


async def take_up(
    wired: Container, imaging: Imaging, shopper_id: UUID, *, look_id: UUID
) -> Outcome:
    """Show a saved look on the coordination screen, on whoever wears the look there."""
    async with wired.pool.connection() as connection:
        coordination = await current(wired, imaging, connection, shopper_id)
    await begin(wired, coordination, shopper_id)
    return await wired.boutique.handle(
        TakeUpLook(
            look_id=look_id, coordination_id=coordination.coordination_id, shopper_id=shopper_id
        )
    )


async def discard(wired: Container, shopper_id: UUID, *, look_id: UUID) -> Outcome:
    """Keep a look no longer."""
    outcome = await wired.boutique.handle(DiscardLook(look_id=look_id, shopper_id=shopper_id))
    await wired.look_names.forget(look_id, shopper_id=shopper_id)
    return outcome


async def _own(wired: Container, look_id: UUID, shopper_id: UUID) -> SavedLook:
    found = await wired.boutique.know(SavedLook(look_id=look_id))
    return found if found.shopper_id == shopper_id else replace(found, look=None)


def _name(text: str) -> str:
    return text.strip()[:NAME_LENGTH_MAX] or UNNAMED
