"""Measures on pages: a seller's of her sizes, and a shopper's of herself (C1a, C2a)."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from domain.commodity import CommodityNotFound
from domain.event import Refusal
from domain.measures import (
    MEASURES_OF,
    OF_A_BODY,
    Measure,
    MeasuresNotUsable,
    SizeMeasures,
    in_words,
)
from domain.measuring import MeasureSizes
from projections import accounts
from web.bootstrap import Container, body_measures_of
from web.dependencies import AtLeast, Reading, Visiting, Wired
from web.pages.frame import Frame, Framed, see
from web.presenting import commodity_view
from web.selling import own_commodity

router = APIRouter(include_in_schema=False)

Typed = Mapping[tuple[str, str], str]
"""By variant and name of the measure, as people write them: centimetres, or nothing at all."""


@router.get("/seller/commodities/{commodity_id}/measures")
async def show_sizes(commodity_id: UUID, frame: Framed, wired: Wired, _: AtLeast) -> HTMLResponse:
    return await _show_sizes(frame, wired, commodity_id)


@router.post("/seller/commodities/{commodity_id}/measures")
async def measure_sizes(
    commodity_id: UUID, request: Request, frame: Framed, wired: Wired, visitor: Visiting
) -> Response:
    seller_id = visitor.as_role("seller")
    typed = _typed(await request.form())
    try:
        outcome = await wired.boutique.handle(
            MeasureSizes(commodity_id=commodity_id, seller_id=seller_id, sizes=_sizes(typed))
        )
    except CommodityNotFound:
        raise
    except Refusal as refusal:
        return await _show_sizes(frame, wired, commodity_id, refusal, typed)
    notice = "sizes-measured" if outcome.events else "garment-unchanged"
    return see(f"/seller?notice={notice}&at_least={outcome.position}")


async def _show_sizes(
    frame: Frame,
    wired: Container,
    commodity_id: UUID,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
) -> HTMLResponse:
    async with wired.pool.connection() as connection:
        found = await own_commodity(connection, frame.visitor, commodity_id)
        sellers = await accounts.trading_names(connection)
    known = {
        (str(x.variant_id), name): f"{cm:g}"
        for x in found.variants
        for name, cm in x.measures.items()
    }
    return frame.show(
        "measures.html",
        {
            "commodity": commodity_view(found, sellers),
            "names": MEASURES_OF[found.type],
            "typed": known if typed is None else typed,
        },
        nav="seller",
        refusal=refusal,
    )


def _typed(form: FormData) -> dict[tuple[str, str], str]:
    typed = dict[tuple[str, str], str]()
    for key, value in form.multi_items():
        variant_id, _, name = key.partition(".")
        if name and (text := str(value).strip()):
            typed[variant_id, name] = text
    return typed


def _sizes(typed: Typed) -> tuple[SizeMeasures, ...]:
    try:
        variant_ids = dict.fromkeys(UUID(variant_id) for variant_id, _ in typed)
    except ValueError as error:
        raise CommodityNotFound from error
    return tuple(
        SizeMeasures(
            variant_id=variant_id,
            measures=tuple(
                Measure(name=name, cm=in_cm(text, name))
                for (id_, name), text in typed.items()
                if UUID(id_) == variant_id
            ),
        )
        for variant_id in variant_ids
    )


def in_cm(text: str, name: str) -> float:
    """Read centimetres as people write them: 54, 54.5, 54,5.

    Raises:
        MeasuresNotUsable: it is no number.
    """
    try:
        return float(text.strip().replace(",", "."))
    except ValueError as error:
        raise MeasuresNotUsable(
            "Write the %(measure)s as a number of centimetres, for example 54.5.",
            measure=in_words(name),
        ) from error


@router.get("/account/measures")
async def show_body(frame: Framed, reading: Reading, visitor: Visiting, _: AtLeast) -> HTMLResponse:
    known = await body_measures_of(reading, visitor.signed_in)
    return _show_body(frame, {name: f"{cm:g}" for name, cm in known.items()}, is_kept=bool(known))


@router.post("/account/measures")
async def keep_body(request: Request, frame: Framed, wired: Wired, visitor: Visiting) -> Response:
    shopper_id = visitor.signed_in
    form = await request.form()
    typed = {name: text for name in OF_A_BODY if (text := str(form.get(name, "")).strip())}
    try:
        position = await wired.body_measures.keep(
            shopper_id, {name: in_cm(text, name) for name, text in typed.items()}
        )
    except Refusal as refusal:
        async with wired.pool.connection() as connection:
            known = await body_measures_of(connection, shopper_id)
        return _show_body(frame, typed, is_kept=bool(known), refusal=refusal)
    return see(f"/account/measures?notice=body-measured&at_least={position}")


@router.post("/account/measures/erasure")
async def erase_body(wired: Wired, visitor: Visiting) -> Response:
    outcome = await wired.body_measures.erase(visitor.signed_in)
    return see(f"/account/measures?notice=body-measures-erased&at_least={outcome.position}")


def _show_body(
    frame: Frame, typed: Mapping[str, str], *, is_kept: bool, refusal: Refusal | None = None
) -> HTMLResponse:
    return frame.show(
        "body.html",
        {"names": tuple(OF_A_BODY), "typed": typed, "is_kept": is_kept},
        nav="account",
        refusal=refusal,
    )
