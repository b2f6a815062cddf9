"""Commodities over HTTP: sellers register them, everybody looks them up (C2a, C2b, C8, C9)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, File, Form, Query, Response, UploadFile, status
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError

from domain.classification import Words
from domain.commodity import CommodityNotFound
from domain.stock import ReceiveStock
from projections import accounts, commodities_of_sellers, commodity_index, facets
from projections.commodity_index import Wanted
from web.bootstrap import Offered, OfferedSize
from web.dependencies import AtLeast, Filter, Reading, Visiting, Wired, WiredImaging
from web.presenting import CommodityView, commodity_view

router = APIRouter(tags=["commodities"])

Fraction = Annotated[float, Field(ge=0, le=1)]
MeasureName = Annotated[str, Field(pattern="^[a-z_]{1,40}$")]
Centimetres = Annotated[float, Field(gt=0, le=300)]
LandmarkName = Annotated[str, Field(pattern="^[a-z_]{1,40}$")]


class SizeAndPieces(BaseModel):
    size: str = Field(min_length=1, max_length=20, examples=["M"])
    pieces: int = Field(ge=0, le=100_000, description="First stock.", examples=[12])
    measures: dict[MeasureName, Centimetres] = Field(
        default_factory=dict,
        max_length=20,
        description="Of the garment laid flat, in centimetres.",
        examples=[{"chest_width": 54, "length": 72}],
    )


class Registration(BaseModel):
    name: str = Field(min_length=1, max_length=120, examples=["Linen camp shirt"])
    description: str = Field(default="", max_length=2000)
    type: str | None = Field(
        default=None,
        min_length=1,
        max_length=40,
        examples=["shirt"],
        description="Read from the image if left out.",
    )
    design: str | None = Field(
        default=None, min_length=1, max_length=40, examples=["solid"], description="Likewise."
    )
    colours: list[str] | None = Field(
        default=None,
        min_length=1,
        max_length=3,
        examples=[["orange"]],
        description="Main colour first. Likewise.",
    )
    price_minor: int = Field(gt=0, le=10_000_000_00, examples=[11000])
    currency: str = Field(pattern="^[A-Z]{3}$", examples=["EUR"])
    sizes: list[SizeAndPieces] = Field(min_length=1, max_length=100)
    landmarks: dict[LandmarkName, tuple[Fraction, Fraction]] | None = Field(
        default=None,
        max_length=40,
        description="Of the cut-out: row and column as fractions of height and width. "
        "Without them they are found.",
    )

    def offered(self) -> Offered:
        return Offered(
            name=self.name,
            description=self.description,
            words=Words(type=self.type, design=self.design, colours=tuple(self.colours or ())),
            price_minor=self.price_minor,
            currency=self.currency,
            sizes=tuple(
                OfferedSize(name=x.size, pieces=x.pieces, measures=x.measures) for x in self.sizes
            ),
        )


class RegisteredCommodity(BaseModel):
    commodity_id: UUID
    awaits_review: bool = Field(description="Not on offer until its seller has looked at it.")
    doubts: tuple[str, ...] = Field(
        description="At what: its type, design or colours, the outline (alpha), or landmarks."
    )


class StockReceipt(BaseModel):
    pieces: int = Field(ge=1, le=100_000)


class CommodityPage(BaseModel):
    commodities: list[CommodityView]
    next: str | None = Field(description="Cursor of the next page; none on the last one.")


class FacetCounts(BaseModel):
    types: dict[str, int]
    designs: dict[str, int]
    colours: dict[str, int]
    total: int


async def _wanted(
    types: Annotated[list[Filter] | None, Query(alias="type")] = None,
    designs: Annotated[list[Filter] | None, Query(alias="design")] = None,
    colours: Annotated[list[Filter] | None, Query(alias="colour")] = None,
) -> Wanted:
    return Wanted(
        types=tuple(types or ()), designs=tuple(designs or ()), colours=tuple(colours or ())
    )


WantedHere = Annotated[Wanted, Depends(_wanted)]
Cursor = Annotated[int | None, Query(ge=1, description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=100)]


@router.post(
    "/commodities",
    status_code=status.HTTP_201_CREATED,
    responses={400: {"description": "The image or a word of the registration cannot be used."}},
)
async def register_commodity(
    wired_imaging: WiredImaging,
    visitor: Visiting,
    response: Response,
    image: Annotated[UploadFile, File(description="JPEG, PNG, WebP, AVIF or HEIC.")],
    commodity: Annotated[str, Form(description="A `Registration` as JSON.")],
    cutout: Annotated[
        UploadFile | None, File(description="The same as it is worn, without background.")
    ] = None,
) -> RegisteredCommodity:
    """Register a commodity with its image, its sizes and their first stock."""
    seller_id = visitor.as_role("seller")
    registration = _registration(commodity)
    registered = await wired_imaging.commodities.register(
        registration.offered(),
        await image.read(),
        seller_id=seller_id,
        cutout=None if cutout is None else await cutout.read(),
        landmarks=registration.landmarks,
    )
    response.headers["Location"] = f"/api/v1/commodities/{registered.commodity_id}"
    response.headers["Boutique-Position"] = str(registered.outcome.position)
    return RegisteredCommodity(
        commodity_id=registered.commodity_id,
        awaits_review=bool(registered.doubts),
        doubts=registered.doubts,
    )


def _registration(text: str) -> Registration:
    try:
        return Registration.model_validate_json(text)
    except ValidationError as error:
        raise RequestValidationError(
            [{**found, "loc": ("body", "commodity", *found["loc"])} for found in error.errors()]
        ) from error


@router.get("/commodities")
async def list_commodities(
    reading: Reading, _: AtLeast, wanted: WantedHere, after: Cursor = None, limit: Limit = 24
) -> CommodityPage:
    """List the classified commodity index, newest first."""
    found = await commodity_index.commodities(reading, wanted, before=after, limit=limit + 1)
    sellers = await accounts.trading_names(reading)
    return CommodityPage(
        commodities=[commodity_view(commodity, sellers) for commodity in found[:limit]],
        next=str(found[limit - 1].position) if len(found) > limit else None,
    )


@router.get("/facets")
async def count_facets(reading: Reading, _: AtLeast, wanted: WantedHere) -> FacetCounts:
    """Count the index by type, design and colour, each facet under what the others choose."""
    counted = await facets.count_facets(reading, wanted)
    return FacetCounts(
        types=counted.types, designs=counted.designs, colours=counted.colours, total=counted.total
    )


@router.get("/commodities/{commodity_id}")
async def show_commodity(
    commodity_id: UUID, reading: Reading, visitor: Visiting, _: AtLeast
) -> CommodityView:
    """Show one commodity; one that waits for its seller's look is shown to her alone."""
    offered = await commodity_index.commodities_by_id(reading, [commodity_id])
    found = offered.get(commodity_id)
    if found is None and visitor.role == "seller":
        found = await commodities_of_sellers.commodity_of_seller(
            reading, visitor.signed_in, commodity_id
        )
    if found is None:
        raise CommodityNotFound
    return commodity_view(found, await accounts.trading_names(reading))


@router.post(
    "/commodities/{commodity_id}/variants/{variant_id}/stock", status_code=status.HTTP_201_CREATED
)
async def receive_stock(
    commodity_id: UUID,
    variant_id: UUID,
    body: StockReceipt,
    wired: Wired,
    visitor: Visiting,
    response: Response,
) -> StockReceipt:
    """Receive pieces of one size into the stock."""
    outcome = await wired.boutique.handle(
        ReceiveStock(
            seller_id=visitor.as_role("seller"),
            commodity_id=commodity_id,
            variant_id=variant_id,
            quantity=body.pieces,
        )
    )
    response.headers["Boutique-Position"] = str(outcome.position)
    return body
