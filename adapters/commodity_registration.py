"""Registering a commodity: from a seller's image to an offer in the boutique (C2a)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from adapters.commodity_reading import (
    classification_of,
    garment_of,
    likeness_of,
    measured_colours_of,
)
from adapters.image_store import ImageStore
from adapters.image_worker import CommodityAnswer, ImageWorkers, PicturesAnswer
from domain.boutique import Boutique, Outcome
from domain.classification import COLOURS, DESIGNS, TYPES, CommodityNotPresentable, Words
from domain.commodity import CommodityRegistered, RegisterCommodity, Variant
from domain.measures import Measure, MeasuresNotUsable, SizeMeasures
from domain.ports import ImageNotUsable
from domain.request import new_id
from imaging.decoding import ImageRefused

SIDE_PX_MIN = 64


@dataclass(frozen=True, kw_only=True)
class OfferedSize:
    name: str
    pieces: int  # first stock
    measures: Mapping[str, float]  # of the garment, cm; nothing where they are not known


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What the seller says of a commodity."""

    name: str
    description: str
    words: Words  # what they leave out is read from the image
    price_minor: int
    currency: str
    sizes: tuple[OfferedSize, ...]


@dataclass(frozen=True, kw_only=True)
class Registered:
    commodity_id: UUID
    outcome: Outcome

    @property
    def doubts(self) -> tuple[str, ...]:
        """What the seller must look at before it is offered."""
        return next(
            (x.doubts for x in self.outcome.events if isinstance(x, CommodityRegistered)), ()
        )


def picture_key(digest: str, size: str) -> str:
    return f"commodity/{digest}-{size}.webp"


def cutout_key(digest: str) -> str:
    return f"commodity/{digest}.png"


def photo_key(cutout_digest: str) -> str:
    """Return where that lies of which a cut-out was cut out; not every one has it."""
    return f"commodity/{cutout_digest}-photo.webp"


async def keep_pictures(images: ImageStore, pictures: PicturesAnswer) -> str:
    """Store how the shop shows a commodity; return the digest that names it."""
    digest = hashlib.sha256(pictures["large"]).hexdigest()
    await images.put(picture_key(digest, "small"), pictures["small"])
    await images.put(picture_key(digest, "large"), pictures["large"])
    return digest


class CommodityRegistration:
    def __init__(self, *, boutique: Boutique, workers: ImageWorkers, images: ImageStore) -> None:
        self._boutique = boutique
        self._workers = workers
        self._images = images

    async def register(
        self,
        offered: Offered,
        image: bytes,
        *,
        seller_id: UUID,
        cutout: bytes | None = None,
        landmarks: Mapping[str, tuple[float, float]] | None = None,
    ) -> Registered:
        """Register a commodity and receive its first stock.

        ``cutout`` is the commodity as it is worn, on a transparent background; without it, the
        commodity is cut out of its image. ``landmarks`` are those of the cut-out, as fractions of
        its height and width; without them they are found.

        Raises:
            ImageNotUsable: the image was refused; the message says what to do.
            Refusal: something of the offer cannot be shown to a shopper.
        """
        if landmarks and offered.words.type is None:
            raise CommodityNotPresentable("Say the type too: it tells what its landmarks are.")
        if offered.words.type is None and any(size.measures for size in offered.sizes):
            raise MeasuresNotUsable("Say the type too: it tells which measures it has.")
        command = _command(offered, seller_id=seller_id, commodity_id=new_id("commodity"))
        await self._boutique.check(_as_if_read(command))
        try:
            opened = await self._workers.open(image, side_px_min=SIDE_PX_MIN)
            worn = cutout and await self._workers.open(cutout, side_px_min=SIDE_PX_MIN)
            prepared: CommodityAnswer = await self._workers.run(
                "prepare_commodity", opened, worn, offered.words.type, landmarks
            )
        except ImageRefused as refused:
            raise ImageNotUsable(refused.reason, str(refused)) from refused
        return await self._keep(command, prepared)

    async def register_drawn(
        self, offered: Offered, slug: str, *, commodity_id: UUID, seller_id: UUID
    ) -> Registered:
        """Register a commodity of the demo catalogue, which our own code draws.

        Raises:
            CommodityAlreadyRegistered: this was done before.
        """
        command = _command(offered, seller_id=seller_id, commodity_id=commodity_id)
        await self._boutique.check(_as_if_read(command))
        return await self._keep(command, await self._workers.run("draw_commodity", slug))

    async def _keep(self, command: RegisterCommodity, prepared: CommodityAnswer) -> Registered:
        """Store the pictures, then record the commodity.

        Keys are digests: a picture that is stored twice, or for nothing, does no harm.
        """
        digest = await keep_pictures(self._images, prepared)
        garment = garment_of(prepared, image_digest=digest)
        await self._images.put(cutout_key(garment.cutout_digest), prepared["cutout"])
        if prepared["photo"] is not None:
            await self._images.put(photo_key(garment.cutout_digest), prepared["photo"])
        outcome = await self._boutique.handle(
            replace(
                command,
                classification=classification_of(prepared),
                measured_colours=measured_colours_of(prepared),
                image_digest=digest,
                cutout_digest=garment.cutout_digest,
                landmarks=garment.landmarks,
                confidences=garment.confidences,
                likeness=likeness_of(prepared),
            )
        )
        return Registered(commodity_id=command.commodity_id, outcome=outcome)


def _as_if_read(command: RegisterCommodity) -> RegisterCommodity:
    """Return a command of which all but the image can be checked: whatever that says, will do."""
    words = command.words
    return replace(
        command,
        words=Words(
            type=words.type or TYPES[0],
            design=words.design or DESIGNS[0],
            colours=words.colours or COLOURS[:1],
        ),
    )


def _command(offered: Offered, *, seller_id: UUID, commodity_id: UUID) -> RegisterCommodity:
    """Return what the seller wants, as far as it is known before the image was looked at."""
    variants = tuple(Variant(variant_id=new_id("variant"), size=x.name) for x in offered.sizes)
    return RegisterCommodity(
        commodity_id=commodity_id,
        seller_id=seller_id,
        name=offered.name,
        description=offered.description,
        words=offered.words,
        classification=None,
        measured_colours=(),
        price_minor=offered.price_minor,
        currency=offered.currency,
        image_digest="",
        cutout_digest="",
        landmarks=(),
        variants=variants,
        confidences=(),
        likeness=None,
        pieces=tuple(size.pieces for size in offered.sizes),
        measures=tuple(
            SizeMeasures(variant_id=variant.variant_id, measures=_measures(size))
            for variant, size in zip(variants, offered.sizes, strict=True)
            if size.measures
        ),
    )


def _measures(size: OfferedSize) -> tuple[Measure, ...]:
    return tuple(Measure(name=name, cm=cm) for name, cm in size.measures.items())
