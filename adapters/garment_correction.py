"""Correcting a garment: what a seller moved or brushed, seen on mannequins, and recorded (C2a)."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from adapters.commodity_reading import PLACE_DIGITS
from adapters.commodity_registration import cutout_key, photo_key
from adapters.image_store import ImageStore
from adapters.image_worker import ImageJobFailed, ImageWorkers
from adapters.mannequins import StoredMannequin
from domain.boutique import Boutique, Outcome
from domain.commodity import CommodityNotFound, Landmark
from domain.garment import ApproveGarment, CorrectGarment, Garment, GarmentNotWearable
from domain.ports import ImageNotUsable
from domain.user_image import UserImageNotFound
from imaging.decoding import ImageRefused

PREVIEW_ROWS = 768  # half of the body frame: an editor shows three of them side by side
PREVIEWS_AT_ONCE = 1  # sellers who drag must not keep shoppers waiting

Places = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A garment as its seller wants it."""

    landmarks: Places  # row and column as fractions of the cut-out's height and width
    brushed: bytes | None = None  # a picture whose alpha is the new outline; None: as it was

    def placed(self) -> tuple[Landmark, ...]:
        """Return its landmarks as events have them; where they may be is the domain's to say."""
        return tuple(
            Landmark(name=name, row=round(row, PLACE_DIGITS), col=round(col, PLACE_DIGITS))
            for name, (row, col) in sorted(self.landmarks.items())
        )


class GarmentCorrection:
    def __init__(
        self,
        *,
        boutique: Boutique,
        workers: ImageWorkers,
        images: ImageStore,
        mannequins: Mapping[str, StoredMannequin],
    ) -> None:
        self._boutique = boutique
        self._workers = workers
        self._images = images
        self._mannequins = mannequins
        self._previewing = asyncio.Semaphore(PREVIEWS_AT_ONCE)
        self._brushed_last: tuple[str, bytes] = ("", b"")

    async def correct(
        self, commodity_id: UUID, correction: Correction, *, seller_id: UUID
    ) -> Outcome:
        """Record how new looks wear a commodity from now on.

        It is tried on first: what is recorded can be worn. Pictures are stored before the log
        knows of them, under their digests: one that is stored for nothing does no harm.

        Raises:
            CommodityNotFound: it is not this seller's.
            GarmentNotWearable: it could not be worn by these landmarks.
            ImageNotUsable: the outline was refused; the message says what to do.
        """
        garment = await self._own(commodity_id, seller_id)
        landmarks = correction.placed()
        command = CorrectGarment(
            commodity_id=commodity_id,
            seller_id=seller_id,
            landmarks=landmarks,
            cutout_digest=None,
        )
        await self._boutique.check(command)
        cutout = await self._cutout(garment, correction.brushed)
        await self._worn(garment.type, cutout, landmarks, next(iter(self._mannequins.values())))
        digest = hashlib.sha256(cutout).hexdigest()
        if digest != garment.cutout_digest:
            photo = await self._images.get(photo_key(garment.cutout_digest))
            if photo is not None:
                await self._images.put(photo_key(digest), photo)
            await self._images.put(cutout_key(digest), cutout)
        return await self._boutique.handle(replace(command, cutout_digest=digest))

    async def approve(self, commodity_id: UUID, *, seller_id: UUID) -> Outcome:
        """Record that what was doubtful is right.

        Raises:
            CommodityNotFound: it is not this seller's.
        """
        return await self._boutique.handle(
            ApproveGarment(commodity_id=commodity_id, seller_id=seller_id)
        )

    async def preview(
        self, commodity_id: UUID, mannequin: str, correction: Correction | None, *, seller_id: UUID
    ) -> bytes:
        """Show a mannequin wearing the garment as it would be, as WebP; nothing is recorded.

        Without a correction it is shown as it is.

        Raises:
            CommodityNotFound: it is not this seller's.
            UserImageNotFound: there is no such mannequin.
            GarmentNotWearable, ImageNotUsable: see ``correct``.
        """
        garment = await self._own(commodity_id, seller_id)
        if mannequin not in self._mannequins:
            raise UserImageNotFound
        async with self._previewing:
            brushed, landmarks = None, garment.landmarks
            if correction is not None:
                brushed, landmarks = correction.brushed, correction.placed()
            cutout = await self._cutout(garment, brushed)
            return await self._worn(garment.type, cutout, landmarks, self._mannequins[mannequin])

    async def cutout(self, commodity_id: UUID, *, seller_id: UUID) -> bytes:
        """Return the garment as new looks wear it, as PNG.

        Raises:
            CommodityNotFound: it is not this seller's.
        """
        return await self._cutout(await self._own(commodity_id, seller_id), None)

    async def ground(self, commodity_id: UUID, *, seller_id: UUID) -> bytes:
        """Return what a brush may bring back, as WebP: the photo, or colours spread from the edge.

        Raises:
            CommodityNotFound: it is not this seller's.
        """
        garment = await self._own(commodity_id, seller_id)
        photo = await self._images.get(photo_key(garment.cutout_digest))
        ground: bytes = await self._workers.run(
            "ground_of_cutout", await self._cutout(garment, None), photo
        )
        return ground

    async def _own(self, commodity_id: UUID, seller_id: UUID) -> Garment:
        """Return a garment as the log has it, looked up through its seller."""
        garment = await self._boutique.know(Garment(commodity_id=commodity_id))
        if garment.seller_id != seller_id:
            raise CommodityNotFound
        return garment

    async def _cutout(self, garment: Garment, brushed: bytes | None) -> bytes:
        cutout = await self._images.get(cutout_key(garment.cutout_digest))
        if cutout is None:
            raise CommodityNotFound
        if brushed is None:
            return cutout
        # Three mannequins in turn wear what was brushed once.
        key = garment.cutout_digest + hashlib.sha256(brushed).hexdigest()
        if self._brushed_last[0] != key:
            photo = await self._images.get(photo_key(garment.cutout_digest))
            try:
                opened = await self._workers.open(brushed, side_px_min=1)
                corrected = await self._workers.run("correct_cutout", cutout, photo, opened)
            except ImageRefused as refused:
                raise ImageNotUsable(refused.reason, str(refused)) from refused
            self._brushed_last = (key, corrected)
            return bytes(corrected)
        return self._brushed_last[1]

    async def _worn(
        self,
        type_: str,
        cutout: bytes,
        landmarks: tuple[Landmark, ...],
        mannequin: StoredMannequin,
    ) -> bytes:
        places = {x.name: (x.row, x.col) for x in landmarks}
        garment = (type_, cutout, places)
        job = ("preview_garment", mannequin.picture, mannequin.joints, garment, PREVIEW_ROWS)
        try:
            picture: bytes = await self._workers.run(*job)
        except (ImageJobFailed, ImageRefused) as failed:
            raise GarmentNotWearable(
                "The piece cannot be worn like this: two of its landmarks lie in each other's "
                "way. Move the last one back, or undo."
            ) from failed
        return picture
