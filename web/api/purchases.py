"""Purchases over HTTP: a confirmed look is bought as a whole (C1c, C1d, C8)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, status
from psycopg import AsyncConnection
from pydantic import BaseModel, Field

from domain.placement import WantedPiece
from domain.purchase import PiecesBack, PurchaseNotFound
from projections import accounts, commodity_index, purchased_commodities, returns
from projections.returns import RecordedRefund
from web.buying import Bought, buy
from web.dependencies import AtLeast, NotYetProjected, Reading, Visiting, Wired
from web.presenting import CommodityView, commodity_view
from web.returning import cancel, refund, take_back
from web.templating import Money

router = APIRouter(tags=["purchases"])


class PieceToBuy(BaseModel):
    commodity_id: UUID
    variant_id: UUID
    quantity: int = Field(default=1, ge=1, le=100)
    price_minor: int = Field(gt=0, description="As the shopper saw it.")


class Order(BaseModel):
    purchase_id: UUID = Field(description="Chosen by the client: sent again, nothing is doubled.")
    coordination_id: UUID
    pieces: list[PieceToBuy] = Field(min_length=1, max_length=20)
    card: str = Field(max_length=200, description="The payment provider's token of a card.")


class LineView(BaseModel):
    commodity_id: UUID
    variant_id: UUID
    quantity: int
    price_minor: int
    returned: int = Field(description="How many of them came back.")


class RefundView(BaseModel):
    refund_id: UUID
    amount: Money
    granted_at: datetime
    paid_at: datetime | None = Field(description="Null: granted, and not paid yet.")


class PieceBack(BaseModel):
    variant_id: UUID
    quantity: int = Field(default=1, ge=1, le=100)


class Returning(BaseModel):
    return_id: UUID = Field(description="Chosen by the client: sent again, nothing is doubled.")
    lines: list[PieceBack] = Field(min_length=1, max_length=20)


class Refunding(BaseModel):
    refund_id: UUID = Field(description="Chosen by the client: sent again, nothing is doubled.")
    amount_minor: int = Field(
        gt=0, le=10**12, description="At most the worth of what came back and is not refunded yet."
    )


class PurchaseView(BaseModel):
    purchase_id: UUID
    state: str = Field(description="`placed`, `captured`, `declined` or `cancelled`.")
    declined_because: str | None
    placed_at: datetime
    total: Money
    position: int
    lines: list[LineView]
    refunds: list[RefundView]


class PurchasePage(BaseModel):
    purchases: list[PurchaseView]
    next: str | None


class WardrobePiece(BaseModel):
    commodity: CommodityView
    variant_id: UUID
    quantity: int
    purchase_id: UUID
    purchased_at: datetime


@router.post("/purchases", status_code=status.HTTP_201_CREATED)
async def purchase_look(
    body: Order, wired: Wired, visitor: Visiting, response: Response
) -> PurchaseView:
    """Purchase the pieces of a confirmed look: all of them or none, then pay."""
    shopper_id = visitor.signed_in
    bought = await buy(
        wired,
        purchase_id=body.purchase_id,
        shopper_id=shopper_id,
        coordination_id=body.coordination_id,
        pieces=[WantedPiece(**piece.model_dump()) for piece in body.pieces],
        card=body.card,
    )
    response.headers["Boutique-Position"] = str(bought.position)
    response.headers["Location"] = f"/api/v1/purchases/{body.purchase_id}"
    if bought.is_untouched:
        return _just_bought(bought)
    if not bought.is_visible:
        raise NotYetProjected(bought.position)  # or "not found" would be kept as the answer
    async with wired.asking.connection() as connection:
        return await _view(connection, body.purchase_id, shopper_id)


@router.get("/purchases")
async def list_purchases(
    reading: Reading,
    visitor: Visiting,
    _: AtLeast,
    after: Annotated[int | None, Query(ge=1)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 24,
) -> PurchasePage:
    """List the visitor's purchases, newest first."""
    shopper_id = visitor.signed_in
    found = await purchased_commodities.purchases(
        reading, shopper_id, before=after, limit=limit + 1
    )
    return PurchasePage(
        purchases=[await _view(reading, x.purchase_id, shopper_id) for x in found[:limit]],
        next=str(found[limit - 1].position) if len(found) > limit else None,
    )


@router.get("/purchases/{purchase_id}")
async def show_purchase(
    purchase_id: UUID, reading: Reading, visitor: Visiting, _: AtLeast
) -> PurchaseView:
    """Show one purchase to whose it is."""
    return await _view(reading, purchase_id, visitor.signed_in)


@router.post("/purchases/{purchase_id}/cancellation")
async def cancel_purchase(
    purchase_id: UUID, wired: Wired, visitor: Visiting, response: Response
) -> PurchaseView:
    """Cancel a purchase that is not paid yet: its pieces go back, and its money is let go."""
    shopper_id = visitor.signed_in
    position = await cancel(wired, purchase_id=purchase_id, shopper_id=shopper_id)
    response.headers["Boutique-Position"] = str(position)
    async with wired.pool.connection() as connection:
        return await _view(connection, purchase_id, shopper_id)


@router.post("/purchases/{purchase_id}/returns", status_code=status.HTTP_201_CREATED)
async def return_pieces(
    purchase_id: UUID, body: Returning, wired: Wired, visitor: Visiting, response: Response
) -> PurchaseView:
    """Return pieces of a paid purchase; their money is refunded when that is granted."""
    shopper_id = visitor.signed_in
    position = await take_back(
        wired,
        return_id=body.return_id,
        purchase_id=purchase_id,
        shopper_id=shopper_id,
        pieces=[PiecesBack(**line.model_dump()) for line in body.lines],
    )
    response.headers["Boutique-Position"] = str(position)
    async with wired.pool.connection() as connection:
        return await _view(connection, purchase_id, shopper_id)


@router.post("/purchases/{purchase_id}/refunds", status_code=status.HTTP_201_CREATED)
async def grant_refund(
    purchase_id: UUID, body: Refunding, wired: Wired, visitor: Visiting, response: Response
) -> RefundView:
    """Grant money back for returned pieces: a seller for her own, an operator for any."""
    position = await refund(wired, visitor, purchase_id=purchase_id, **body.model_dump())
    response.headers["Boutique-Position"] = str(position)
    async with wired.pool.connection() as connection:
        found = await returns.refunds(connection, purchase_id)
    return next(_refund_view(x) for x in found if x.refund_id == body.refund_id)


def _refund_view(found: RecordedRefund) -> RefundView:
    return RefundView(
        refund_id=found.refund_id,
        amount=Money(found.amount_minor, found.currency),
        granted_at=found.granted_at,
        paid_at=found.paid_at,
    )


@router.get("/wardrobe")
async def show_wardrobe(reading: Reading, visitor: Visiting, _: AtLeast) -> list[WardrobePiece]:
    """List what the visitor owns, newest purchase first."""
    owned = await purchased_commodities.purchased_commodities(reading, visitor.signed_in)
    found = await commodity_index.commodities_by_id(reading, [x.commodity_id for x in owned])
    sellers = await accounts.trading_names(reading)
    return [
        WardrobePiece(
            commodity=commodity_view(found[x.commodity_id], sellers, owned=(x.commodity_id,)),
            variant_id=x.variant_id,
            quantity=x.quantity,
            purchase_id=x.purchase_id,
            purchased_at=x.purchased_at,
        )
        for x in owned
        if x.commodity_id in found
    ]


def _just_bought(bought: Bought) -> PurchaseView:
    """Show what the projection is about to show."""
    placed = bought.purchase.placed
    assert placed is not None  # it was bought
    assert bought.placed_at is not None
    lines = dict[UUID, LineView]()
    for line in placed.lines:
        view = lines.setdefault(
            line.variant_id,
            LineView(
                commodity_id=line.commodity_id,
                variant_id=line.variant_id,
                quantity=0,
                price_minor=line.price_minor,
                returned=0,
            ),
        )
        view.quantity += line.quantity  # two lines may be of the same variant
    return PurchaseView(
        purchase_id=placed.purchase_id,
        state="captured",
        declined_because=None,
        placed_at=placed.recorded_at,
        total=Money(placed.total_minor, placed.currency),
        position=bought.placed_at,
        lines=list(lines.values()),
        refunds=[],
    )


async def _view(connection: AsyncConnection, purchase_id: UUID, shopper_id: UUID) -> PurchaseView:
    found = await purchased_commodities.purchase(connection, purchase_id, shopper_id=shopper_id)
    if found is None:
        raise PurchaseNotFound
    return PurchaseView(
        purchase_id=purchase_id,
        state=found.state,
        declined_because=found.declined_because,
        placed_at=found.placed_at,
        total=Money(found.total_minor, found.currency),
        position=found.position,
        lines=[
            LineView(
                commodity_id=line.commodity_id,
                variant_id=line.variant_id,
                quantity=line.quantity,
                price_minor=line.price_minor,
                returned=line.returned,
            )
            for line in await purchased_commodities.lines(connection, purchase_id)
        ],
        refunds=[_refund_view(x) for x in await returns.refunds(connection, purchase_id)],
    )
