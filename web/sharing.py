"""Sharing kept looks by links that end: who shares, and what whoever has the link sees (C3)."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection

from domain.boutique import Outcome
from domain.look import Look, Wearer
from domain.saved_look import SavedLook
from domain.sharing import (
    LookNoLongerShared,
    LookShared,
    SharedLook,
    ShareLook,
    SharesOfShopper,
    UnshareLook,
    open_to_all,
)
from projections import accounts, commodity_index
from web.bootstrap import Container, Imaging, Worn, WornPiece
from web.looking import worn_by, worn_pieces
from web.presenting import CommodityView, commodity_view, look_in_words, total
from web.templating import Money
from web.words import gettext

TOKEN_BYTES = 32
DAYS = (1, 7, 30)
"""For how long a look can be shared, as pages offer it."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A link that was just made; only a digest of its token is kept."""

    url: str
    expires_at: datetime
    position: int


@dataclass(frozen=True, kw_only=True)
class ShareView:
    """A link that leads somewhere still, as its shopper sees it."""

    id: str  # a digest: it does not open what is shared
    look_id: str
    shared_at: datetime
    expires_at: datetime
    shows_wearer: bool


@dataclass(frozen=True, kw_only=True)
class SharedLookView:
    """A shared look, as whoever has the link sees it."""

    pieces: tuple[CommodityView, ...]
    total: Money
    expires_at: datetime
    description: str


async def share(
    wired: Container, shopper_id: UUID, look_id: UUID, *, days: int, shows_wearer: bool
) -> Link:
    """Make a link to a kept look."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    command = ShareLook(
        token_digest=_digest(token),
        look_id=look_id,
        shopper_id=shopper_id,
        days=days,
        shows_wearer=shows_wearer,
    )
    outcome, shared = await wired.boutique.handle_and_know(
        command, SharedLook(token_digest=command.token_digest)
    )
    made = open_to_all(shared, now=wired.clock())
    return Link(
        url=f"{wired.settings.address}/shared/{token}",
        expires_at=made.expires_at,
        position=outcome.position,
    )


async def unshare(wired: Container, shopper_id: UUID, token_digest: str) -> Outcome:
    """Let a link lead nowhere from now on."""
    return await wired.boutique.handle(
        UnshareLook(token_digest=token_digest, shopper_id=shopper_id)
    )


async def shares(wired: Container, shopper_id: UUID) -> list[ShareView]:
    """Return the links of a shopper that lead somewhere still, the newest first."""
    found = await wired.boutique.know(SharesOfShopper(shopper_id=shopper_id))
    return [_view(made) for made in reversed(found.good_at(wired.clock()))]


def _view(made: LookShared) -> ShareView:
    return ShareView(
        id=made.token_digest,
        look_id=str(made.look_id),
        shared_at=made.recorded_at,
        expires_at=made.expires_at,
        shows_wearer=made.shows_wearer,
    )


async def shown_to_all(
    wired: Container, imaging: Imaging, connection: AsyncConnection, token: str
) -> SharedLookView:
    """Return what a link leads to.

    Raises:
        ShareNotFound, LookNoLongerShared: nothing.
    """
    made, look = await _open(wired, imaging, token)
    worn, pieces = await _worn(imaging, connection, made, look)
    sellers = await accounts.trading_names(connection)
    commodities = [piece.commodity for piece in pieces]
    # What a shopper calls her image is her own; a mannequin's name is everybody's.
    name = worn.name if look.wearer.kind == "mannequin" else gettext("Somebody")
    return SharedLookView(
        pieces=tuple(commodity_view(commodity, sellers) for commodity in commodities),
        total=total(commodities),
        expires_at=made.expires_at,
        description=look_in_words(name, pieces),
    )


async def picture(wired: Container, imaging: Imaging, token: str) -> bytes:
    """Return the picture of what a link leads to.

    Raises:
        ShareNotFound, LookNoLongerShared: there is none.
    """
    made, look = await _open(wired, imaging, token)
    async with wired.pool.connection() as connection:
        worn, pieces = await _worn(imaging, connection, made, look)
    return await imaging.coordinator.picture(worn, pieces)


async def _open(wired: Container, imaging: Imaging, token: str) -> tuple[LookShared, Look]:
    shared = await wired.boutique.know(SharedLook(token_digest=_digest(token)))
    made = open_to_all(shared, now=wired.clock())
    look = (await wired.boutique.know(SavedLook(look_id=made.look_id))).look
    if look is None:
        raise LookNoLongerShared
    if look.wearer.is_of_an_image and not made.shows_wearer:
        look = replace(look, wearer=Wearer(kind="mannequin", id=next(iter(imaging.mannequins))))
    return made, look


async def _worn(
    imaging: Imaging, connection: AsyncConnection, made: LookShared, look: Look
) -> tuple[Worn, list[WornPiece]]:
    _, worn = await worn_by(look, imaging, made.shopper_id)
    commodities = await commodity_index.commodities_by_id(
        connection, [piece.commodity_id for piece in look.pieces]
    )
    return worn, worn_pieces(look, commodities)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
