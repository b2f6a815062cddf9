"""Looking at a coordination: its state from the log, its commodities from the index."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4, uuid5

from psycopg import AsyncConnection

from domain.boutique import Outcome
from domain.coordinating import (
    AdjustPiece,
    ChooseSize,
    ChooseWearer,
    ClearLook,
    CoordinateCommodity,
    RedoStep,
    StartCoordination,
    TakeOffCommodity,
    UndoStep,
)
from domain.coordination import Coordination, CoordinationNotFound
from domain.event import Command
from domain.look import Look, Wearer
from domain.purchase import ReservedLine
from domain.user_image import UserImageNotFound
from projections import (
    accounts,
    commodity_index,
    coordinations,
    purchased_commodities,
    reservations,
)
from projections.commodity_index import IndexedCommodity
from web.adjusting import change_of
from web.advising import Figure, figure_of, size_advice
from web.bootstrap import (
    Container,
    Imaging,
    UserImageContent,
    Worn,
    WornPiece,
    body_changes,
)
from web.image_words import image_words
from web.matching import suits
from web.presenting import BodyView, CoordinationView, look_in_words, piece_view, to_buy, total
from web.words import gettext

CURRENT = "current"
"""Stands for the coordination a visitor works on, in addresses and in what they are sent."""

RESERVATIONS_MAX = 100


@dataclass(frozen=True, kw_only=True)
class Step:
    """One act on the coordination screen; exactly one of its parts is set."""

    put_on: UUID | None = None
    take_off: UUID | None = None
    size: str | None = None  # "<commodity id>:<variant id>"
    adjust: str | None = None  # "<commodity id>:<change>"
    wearer: str | None = None  # "<kind>:<id>"
    undo: bool = False
    redo: bool = False
    clear: bool = False

    def command(self, coordination_id: UUID, shopper_id: UUID) -> Command:
        """Return what the act asks of the boutique.

        Raises:
            ValueError: none or several parts are set, or one cannot be read.
        """
        parts = [self.put_on, self.take_off, self.size, self.adjust, self.wearer]
        if sum(part is not None for part in parts) + self.undo + self.redo + self.clear != 1:
            raise ValueError(
                "Send exactly one of put_on, take_off, size, adjust, wearer, undo, redo, clear."
            )
        ids = {"coordination_id": coordination_id, "shopper_id": shopper_id}
        if self.put_on is not None:
            return CoordinateCommodity(**ids, commodity_id=self.put_on)
        if self.take_off is not None:
            return TakeOffCommodity(**ids, commodity_id=self.take_off)
        if self.size is not None or self.adjust is not None:
            return self._of_a_piece(ids)
        if self.wearer is not None:
            return ChooseWearer(**ids, wearer=wearer_of(self.wearer))
        if self.clear:
            return ClearLook(**ids)
        return UndoStep(**ids) if self.undo else RedoStep(**ids)

    def _of_a_piece(self, ids: Mapping[str, UUID]) -> Command:
        commodity_id, _, change = (self.size or self.adjust or "").partition(":")
        if self.size is not None:
            return ChooseSize(**ids, commodity_id=UUID(commodity_id), variant_id=UUID(change))
        return AdjustPiece(**ids, commodity_id=UUID(commodity_id), by=change_of(change))


def wearer_of(text: str) -> Wearer:
    """Read ``<kind>:<id>``.

    Raises:
        ValueError: it is neither a mannequin nor a user image.
    """
    kind, _, id_ = text.partition(":")
    wearer = Wearer(kind=kind, id=id_)
    if not id_ or not (kind == "mannequin" or wearer.is_of_an_image):
        raise ValueError(
            "Send a wearer as mannequin:<name>, user-image:<id> or body-double:<id of the image>."
        )
    return replace(wearer, id=str(UUID(id_))) if wearer.is_of_an_image else wearer


def best_wearer(content: UserImageContent) -> Wearer:
    """Return how an image is best shown: on its own body, unless clothes cannot be shown there."""
    kind = "body-double" if content.obstacles else "user-image"
    return Wearer(kind=kind, id=str(content.user_image_id))


@dataclass(frozen=True, kw_only=True)
class Looking:
    """A coordination with everything that is needed to show it."""

    coordination: Coordination
    look: Look
    commodities: dict[UUID, IndexedCommodity]
    sellers: dict[UUID, str]
    owned: frozenset[UUID]
    figure: Figure
    until: int | None  # as of which position of the log; None: now

    @property
    def pieces(self) -> list[WornPiece]:
        return worn_pieces(self.look, self.commodities)

    @property
    def worn(self) -> Sequence[IndexedCommodity]:
        return [piece.commodity for piece in self.pieces]

    @property
    def to_buy(self) -> list[IndexedCommodity]:
        return to_buy(self.look, self.commodities, self.owned)


def worn_pieces(look: Look, commodities: Mapping[UUID, IndexedCommodity]) -> list[WornPiece]:
    """Return the pieces of a look whose commodities are known, in their order."""
    return [
        WornPiece(
            commodity=commodities[piece.commodity_id],
            placement=piece.placement,
            variant_id=piece.variant_id,
        )
        for piece in look.pieces
        if piece.commodity_id in commodities
    ]


async def current(
    wired: Container, imaging: Imaging, connection: AsyncConnection, shopper_id: UUID | None
) -> Coordination:
    """Return the coordination a visitor works on; one that was never recorded if there is none."""
    look = Look(wearer=Wearer(kind="mannequin", id=next(iter(imaging.mannequins))))
    if shopper_id is None:
        return Coordination(coordination_id=uuid4(), looks=(look,))
    # The first one's id follows from the shopper's: started twice at once, it is one all the same.
    coordination_id = await coordinations.current_coordination(connection, shopper_id)
    blank = Coordination(coordination_id=coordination_id or uuid5(shopper_id, "coordination"))
    found = await wired.boutique.know(blank)
    return found if found.looks else replace(blank, looks=(look,))


async def take(wired: Container, imaging: Imaging, shopper_id: UUID, step: Step) -> Outcome:
    """Carry out a step on the shopper's current coordination, starting one where there is none."""
    async with wired.pool.connection() as connection:
        coordination = await current(wired, imaging, connection, shopper_id)
    command = step.command(coordination.coordination_id, shopper_id)
    if isinstance(command, ChooseWearer) and command.wearer.kind == "mannequin":
        _check_mannequin(command.wearer, imaging)
    await begin(wired, coordination, shopper_id)
    return await wired.boutique.handle(command)


async def begin(wired: Container, coordination: Coordination, shopper_id: UUID) -> None:
    """Record a coordination that was only shown as yet."""
    if coordination.shopper_id is None:
        await wired.boutique.handle(
            StartCoordination(
                coordination_id=coordination.coordination_id,
                shopper_id=shopper_id,
                wearer=coordination.look.wearer,
            )
        )


async def start(
    wired: Container,
    imaging: Imaging,
    shopper_id: UUID,
    coordination_id: UUID,
    pieces: Mapping[UUID, UUID],
) -> Outcome:
    """Start a coordination of its own with these pieces, by commodity each in its size.

    A mannequin wears it: whoever wore it where it was made is not known here. All of it may be
    repeated.
    """
    ids = {"coordination_id": coordination_id, "shopper_id": shopper_id}
    wearer = Wearer(kind="mannequin", id=next(iter(imaging.mannequins)))
    outcome = await wired.boutique.handle(StartCoordination(**ids, wearer=wearer))
    for commodity_id in pieces:
        await wired.boutique.handle(CoordinateCommodity(**ids, commodity_id=commodity_id))
    for commodity_id, variant_id in pieces.items():
        command = ChooseSize(**ids, commodity_id=commodity_id, variant_id=variant_id)
        outcome = await wired.boutique.handle(command)
    return outcome


def _check_mannequin(wearer: Wearer, imaging: Imaging) -> None:
    if wearer.id not in imaging.mannequins:
        raise UserImageNotFound


async def look_at(  # noqa: PLR0913 (a look, whose it is, and as of when)
    coordination: Coordination,
    look: Look,
    connection: AsyncConnection,
    shopper_id: UUID | None,
    *,
    also: Sequence[ReservedLine] = (),
    until: int | None = None,
) -> Looking:
    """Return a look with all that is known of its pieces, and of what is ``also`` asked for.

    With ``until``, its pieces are worn as they were at that position of the log.
    """
    found = await commodity_index.commodities_by_id(
        connection,
        [*(piece.commodity_id for piece in look.pieces), *(line.commodity_id for line in also)],
        until=until,
    )
    owned = frozenset[UUID]()
    if shopper_id is not None:
        found = await _with_what_is_held(found, connection, shopper_id)
        owned = frozenset(
            purchased.commodity_id
            for purchased in await purchased_commodities.purchased_commodities(
                connection, shopper_id
            )
        )
    return Looking(
        coordination=coordination,
        look=look,
        commodities=found,
        sellers=await accounts.trading_names(connection),
        owned=owned,
        figure=await figure_of(connection, shopper_id, list(found.values()), until=until),
        until=until,
    )


async def _with_what_is_held(
    found: dict[UUID, IndexedCommodity], connection: AsyncConnection, shopper_id: UUID
) -> dict[UUID, IndexedCommodity]:
    """Count what is held for the shopper as left: it is, for her."""
    held = Counter[UUID]()
    for x in await reservations.open_reservations(connection, shopper_id, limit=RESERVATIONS_MAX):
        for line in x.lines:
            held[line.variant_id] += line.quantity
    return {
        commodity_id: replace(
            commodity,
            variants=tuple(
                replace(x, left=x.left + held[x.variant_id]) for x in commodity.variants
            ),
        )
        for commodity_id, commodity in found.items()
    }


async def worn_over_time(
    connection: AsyncConnection, looks: Sequence[Look], shopper_id: UUID | None
) -> list[tuple[int | None, dict[UUID, IndexedCommodity]]]:
    """Return the pieces of looks as they are worn now, then as they were before each change.

    Each with the position of the log: garments are corrected, sizes measured, and so are bodies.
    """
    ids = list({piece.commodity_id for look in looks for piece in look.pieces})
    changed = set(await commodity_index.corrections(connection, ids))
    if shopper_id is not None:
        changed |= set(await body_changes(connection, shopper_id))
    return [
        (until, await commodity_index.commodities_by_id(connection, ids, until=until))
        for until in (None, *(position - 1 for position in sorted(changed, reverse=True)))
    ]


async def own(
    wired: Container,
    imaging: Imaging,
    connection: AsyncConnection,
    coordination_id: str,
    shopper_id: UUID | None,
) -> Coordination:
    """Return a visitor's coordination by id, or the current one.

    Raises:
        CoordinationNotFound: it is not theirs.
    """
    if coordination_id == CURRENT:
        return await current(wired, imaging, connection, shopper_id)
    try:
        blank = Coordination(coordination_id=UUID(coordination_id))
    except ValueError as error:
        raise CoordinationNotFound from error
    found = await wired.boutique.know(blank)
    if shopper_id is None or found.shopper_id != shopper_id:
        raise CoordinationNotFound
    return found


async def worn_by(
    look: Look, imaging: Imaging, shopper_id: UUID | None, *, until: int | None = None
) -> tuple[Look, Worn]:
    """Return a look and who wears it, as large as she said ``until`` a position.

    An image that was erased since is replaced by a mannequin: the look goes on.
    """
    try:
        wearer = imaging.coordinator.wearer(look.wearer, shopper_id=shopper_id, until=until)
        return look, await wearer
    except UserImageNotFound:
        look = replace(look, wearer=Wearer(kind="mannequin", id=next(iter(imaging.mannequins))))
        return look, await imaging.coordinator.wearer(look.wearer, shopper_id=shopper_id)


def name_of(worn: Worn) -> str:
    """Say who wears a look, for whoever cannot see it."""
    if worn.head is None:
        return worn.name
    if worn.has_own_head:
        return gettext("The head of %(name)s on a drawn body,", name=worn.name)
    return gettext("A mannequin of the complexion of %(name)s,", name=worn.name)


async def shown(looking: Looking, imaging: Imaging, shopper_id: UUID | None) -> CoordinationView:
    """Return a coordination as the screen shows it."""
    look, worn = await worn_by(looking.look, imaging, shopper_id, until=looking.until)
    digest = imaging.coordinator.digest(worn, looking.pieces)
    coordination = looking.coordination
    pieces = [p for p in look.pieces if p.commodity_id in looking.commodities]
    return CoordinationView(
        id=str(coordination.coordination_id) if coordination.shopper_id else CURRENT,
        step=coordination.step,
        can_undo=coordination.can_undo,
        can_redo=coordination.can_redo,
        wearer={"kind": look.wearer.kind, "id": look.wearer.id, "name": worn.name},
        body=_body(look.wearer, worn),
        pieces=tuple(
            piece_view(
                piece,
                looking.commodities[piece.commodity_id],
                looking.sellers,
                owned=looking.owned,
                joints=worn.joints,
                suits=suits(looking.commodities[piece.commodity_id], looking.worn),
                advice=size_advice(looking.commodities[piece.commodity_id], looking.figure),
            )
            for piece in pieces
        ),
        total=total(looking.to_buy),
        picture_url=_picture_url(coordination, look, digest),
        description=look_in_words(name_of(worn), looking.worn),
    )


def _body(wearer: Wearer, worn: Worn) -> BodyView | None:
    if not wearer.is_of_an_image:
        return None
    return BodyView(
        is_own=wearer.kind == "user-image",
        note=_body_note(worn),
        own=f"user-image:{wearer.id}",
        drawn=f"body-double:{wearer.id}",
        advice=tuple(image_words(obstacle.advice) for obstacle in worn.obstacles),
    )


def _body_note(worn: Worn) -> str:
    if worn.head is None:
        return ""
    if worn.has_own_head:
        return gettext("Your head on a drawn body")
    return gettext("A mannequin of your complexion")


def _picture_url(coordination: Coordination, look: Look, digest: str) -> str:
    if coordination.shopper_id is None:
        return f"/api/v1/mannequins/{look.wearer.id}/picture"
    return f"/api/v1/coordinations/{coordination.coordination_id}/picture?recipe={digest[:32]}"
