"""What a commodity is: proposed to its seller from an image, and told by her (C2a, C2b)."""

import asyncio
from dataclasses import dataclass, replace
from uuid import UUID

from adapters.commodity_reading import classification_of, garment_of, measured_colours_of
from adapters.commodity_registration import SIDE_PX_MIN, cutout_key, keep_pictures, photo_key
from adapters.image_store import ImageStore
from adapters.image_worker import FoundAgainAnswer, ImageWorkers, ReadAnswer
from domain.boutique import Boutique, Outcome
from domain.classification import (
    Classification,
    Classified,
    ColourShare,
    Words,
    are_alike,
    classify,
)
from domain.commodity import CommodityNotFound, FoundGarment
from domain.description import DescribeCommodity, Description
from domain.garment import Garment
from domain.ports import ImageNotUsable
from imaging.decoding import ImageRefused

PROPOSALS_AT_ONCE = 1  # sellers who try pictures must not keep shoppers waiting


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What a commodity would be taken for, if its seller said nothing."""

    classification: Classification
    measured_colours: tuple[ColourShare, ...]

    @property
    def classified(self) -> Classified:
        return classify(Words(), self.classification, self.measured_colours)


class CommodityClassification:
    def __init__(self, *, boutique: Boutique, workers: ImageWorkers, images: ImageStore) -> None:
        self._boutique = boutique
        self._workers = workers
        self._images = images
        self._proposing = asyncio.Semaphore(PROPOSALS_AT_ONCE)

    async def propose(self, image: bytes) -> Proposal:
        """Read what an image shows; nothing is kept.

        Raises:
            ImageNotUsable: the image was refused; the message says what to do.
        """
        async with self._proposing:
            try:
                opened = await self._workers.open(image, side_px_min=SIDE_PX_MIN)
                read: ReadAnswer = await self._workers.run("classify_commodity", opened)
            except ImageRefused as refused:
                raise ImageNotUsable(refused.reason, str(refused)) from refused
        return Proposal(
            classification=classification_of(read), measured_colours=measured_colours_of(read)
        )

    async def describe(
        self, commodity_id: UUID, words: Words, *, seller_id: UUID
    ) -> tuple[Outcome, Description]:
        """Record what the seller says a commodity is; return what it is then.

        Where that is worn otherwise than what it was taken for, it is found again how.

        Raises:
            CommodityNotFound: it is not this seller's.
            CommodityNotPresentable, TypeSettled: it cannot be this; the message says what to do.
            ImageNotUsable: its image does not show that; the message says what to do.
        """
        command = DescribeCommodity(
            commodity_id=commodity_id, seller_id=seller_id, words=words, garment=None
        )
        await self._boutique.check(command)
        garment = await self._boutique.know(Garment(commodity_id=commodity_id))
        if words.type is not None and not are_alike(words.type, garment.type):
            found = await self._found_as(words.type, garment.cutout_digest)
            command = replace(command, garment=found)
        return await self._boutique.handle_and_know(command, Description(commodity_id=commodity_id))

    async def _found_as(self, type_: str, cutout_digest: str) -> FoundGarment:
        cutout = await self._images.get(cutout_key(cutout_digest))
        if cutout is None:
            raise CommodityNotFound
        photo = await self._images.get(photo_key(cutout_digest))
        try:
            found: FoundAgainAnswer = await self._workers.run("find_garment", cutout, photo, type_)
        except ImageRefused as refused:
            raise ImageNotUsable(refused.reason, str(refused)) from refused
        pictures = found["pictures"]
        image_digest = None if pictures is None else await keep_pictures(self._images, pictures)
        garment = garment_of(found, image_digest=image_digest)
        if photo is not None:
            await self._images.put(photo_key(garment.cutout_digest), photo)
        await self._images.put(cutout_key(garment.cutout_digest), found["cutout"])
        return garment
