"""Confirming a look, paying for it, the receipt, and the wardrobe (C1c, C1d)."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from domain.confirmation import ConfirmLook
from domain.coordination import Coordination, LookEmpty
from domain.event import Refusal
from domain.placement import WantedPiece
from domain.purchase import Purchase, PurchaseNotFound
from projections import accounts, commodity_index, purchased_commodities
from web.bootstrap import Container, Imaging
from web.buying import CardDeclined, buy
from web.dependencies import AtLeast, Reading, Visiting, Wired, WiredImaging
from web.looking import Looking, Step, current, look_at, shown
from web.pages.frame import Frame, Framed, see
from web.presenting import commodity_view
from web.templating import Money

router = APIRouter(include_in_schema=False)


class LookChanged(Refusal):
    def __init__(self) -> None:
        super().__init__("The look has changed since you saw it. Look at it again, then buy it.")


class SizeMissing(Refusal):
    def __init__(self) -> None:
        super().__init__("Choose a size for every piece, then buy the look.")


@router.get("/coordination/confirmation")
async def show_confirmation(
    frame: Framed, wired: Wired, imaging: WiredImaging, visitor: Visiting
) -> Response:
    shopper_id = visitor.signed_in
    async with wired.pool.connection() as connection:
        found = await current(wired, imaging, connection, shopper_id)
    if not found.look.pieces:
        return see("/coordination")
    return await _show(frame, wired, imaging, found)


async def _show(
    frame: Frame,
    wired: Container,
    imaging: Imaging,
    found: Coordination,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    shopper_id = frame.visitor.signed_in
    async with wired.pool.connection() as connection:
        looking = await look_at(found, found.look, connection, shopper_id)
    view = await shown(looking, imaging, shopper_id)
    lines = [
        {
            "commodity": piece.commodity,
            "size": next((v.size for v in piece.variants if v.id == piece.variant_id), None),
            "variants": piece.variants,
            "price": piece.commodity.price,
            "is_owned": piece.is_owned,
        }
        for piece in view.pieces
    ]
    return frame.show(
        "purchase.html",
        {
            "coordination": {"id": str(found.coordination_id), "lines": lines},
            "total": view.total,
            "picture_url": view.picture_url,
            "description": view.description,
            "purchase_id": str(uuid4()),
            "seen": _seen(looking),
            "cards": wired.till.cards,
            "till_note": wired.till.note,
        },
        nav="coordination",
        refusal=refusal,
    )


@router.post("/purchases")
async def purchase_look(
    request: Request,
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    visitor: Visiting,
    purchase_id: Annotated[UUID, Form()],
    coordination_id: Annotated[UUID, Form()],
    card: Annotated[str, Form(max_length=200)],
    seen: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Confirm the look with the sizes chosen last, and purchase what is not owned yet.

    ``seen`` is what the shopper was shown: nothing else is charged.
    """
    shopper_id = visitor.signed_in
    form = await request.form()
    sizes = {
        name.removeprefix("size-"): value
        for name, value in form.items()
        if name.startswith("size-") and isinstance(value, str)
    }
    pieces = list[WantedPiece]()
    try:
        # A button pressed twice leads to the same receipt: nothing is chosen or confirmed again.
        if (await wired.boutique.know(Purchase(purchase_id=purchase_id))).placed is None:
            await _choose_sizes(wired, coordination_id, shopper_id, sizes)
            pieces = _pieces(await _confirmed(wired, coordination_id, shopper_id, seen=seen))
        await buy(
            wired,
            purchase_id=purchase_id,
            shopper_id=shopper_id,
            coordination_id=coordination_id,
            pieces=pieces,
            card=card,
        )
    except CardDeclined:
        pass  # the receipt says so
    except Refusal as refusal:
        found = await wired.boutique.know(Coordination(coordination_id=coordination_id))
        if found.shopper_id != shopper_id:
            raise
        return await _show(frame, wired, imaging, found, refusal)
    return see(f"/purchases/{purchase_id}?at_least={await wired.log.head()}")


async def _choose_sizes(
    wired: Container, coordination_id: UUID, shopper_id: UUID, sizes: Mapping[str, str]
) -> None:
    try:
        for commodity_id, variant_id in sizes.items():
            step = Step(size=f"{commodity_id}:{variant_id}")
            await wired.boutique.handle(step.command(coordination_id, shopper_id))
    except ValueError as error:
        raise SizeMissing from error


async def _confirmed(
    wired: Container, coordination_id: UUID, shopper_id: UUID, *, seen: str
) -> Looking:
    """Confirm the look, if it is the one that was shown.

    Raises:
        LookChanged: another tab has changed it since, or a price is another.
    """
    found = await wired.boutique.know(Coordination(coordination_id=coordination_id))
    if found.shopper_id == shopper_id:
        async with wired.pool.connection() as connection:
            if _seen(await look_at(found, found.look, connection, shopper_id)) != seen:
                raise LookChanged
    await wired.boutique.handle(ConfirmLook(coordination_id=coordination_id, shopper_id=shopper_id))
    found = await wired.boutique.know(Coordination(coordination_id=coordination_id))
    async with wired.pool.connection() as connection:
        return await look_at(found, found.confirmed or found.look, connection, shopper_id)


def _seen(looking: Looking) -> str:
    """Write down what is about to be bought, and for how much."""
    return " ".join(sorted(f"{x.commodity_id}:{x.price_minor}" for x in looking.to_buy))


def _pieces(looking: Looking) -> list[WantedPiece]:
    """Return what is to be bought of a look.

    Raises:
        LookEmpty: the shopper owns all of it.
        SizeMissing: a piece has no size yet.
    """
    wanted = list[WantedPiece]()
    for piece in looking.look.pieces:
        commodity = looking.commodities.get(piece.commodity_id)
        if commodity is None or piece.commodity_id in looking.owned:
            continue
        if piece.variant_id is None:
            raise SizeMissing
        wanted.append(
            WantedPiece(
                commodity_id=piece.commodity_id,
                variant_id=piece.variant_id,
                quantity=1,
                price_minor=commodity.price_minor,
            )
        )
    if not wanted:
        raise LookEmpty
    return wanted


@router.get("/purchases/{purchase_id}")
async def show_receipt(
    purchase_id: UUID,
    frame: Framed,
    wired: Wired,
    imaging: WiredImaging,
    reading: Reading,
    visitor: Visiting,
    _: AtLeast,
) -> HTMLResponse:
    shopper_id = visitor.signed_in
    found = await purchased_commodities.purchase(reading, purchase_id, shopper_id=shopper_id)
    if found is None:
        raise PurchaseNotFound
    bought = await purchased_commodities.lines(reading, purchase_id)
    commodities = await commodity_index.commodities_by_id(reading, [x.commodity_id for x in bought])
    sellers = await accounts.trading_names(reading)
    coordination = await wired.boutique.know(Coordination(coordination_id=found.coordination_id))
    placed = (await wired.boutique.know(Purchase(purchase_id=purchase_id))).placed
    assert placed is not None  # the projection has it from the log
    looking = await look_at(coordination, placed.look, reading, shopper_id)
    view = await shown(looking, imaging, shopper_id)
    lines = [
        {
            "commodity": commodity_view(commodities[line.commodity_id], sellers),
            "size": _size(commodities[line.commodity_id], line.variant_id),
            "price": Money(line.price_minor * line.quantity, found.currency),
            "is_owned": False,
        }
        for line in bought
        if line.commodity_id in commodities
    ]
    return frame.show(
        "receipt.html",
        {
            "purchase": {
                "id": str(purchase_id),
                "placed_at": found.placed_at,
                "state": found.state,
                "declined_because": found.declined_because,
                "lines": lines,
                "total": Money(found.total_minor, found.currency),
                "picture_url": view.picture_url,
                "position": found.position,
            }
        },
        nav="wardrobe",
    )


def _size(commodity: commodity_index.IndexedCommodity, variant_id: UUID) -> str:
    return next((v.size for v in commodity.variants if v.variant_id == variant_id), "")


@router.get("/wardrobe")
async def show_wardrobe(
    frame: Framed, reading: Reading, visitor: Visiting, _: AtLeast
) -> HTMLResponse:
    owned = await purchased_commodities.purchased_commodities(reading, visitor.signed_in)
    commodities = await commodity_index.commodities_by_id(reading, [x.commodity_id for x in owned])
    sellers = await accounts.trading_names(reading)
    purchased: list[dict[str, Any]] = [
        {
            "commodity": commodity_view(
                commodities[x.commodity_id], sellers, owned=(x.commodity_id,)
            ),
            "size": _size(commodities[x.commodity_id], x.variant_id),
            "price": Money(x.price_minor, x.currency),
            "purchased_at": x.purchased_at,
            "purchase_id": str(x.purchase_id),
        }
        for x in owned
        if x.commodity_id in commodities
    ]
    return frame.show("wardrobe.html", {"purchased": purchased}, nav="wardrobe")
