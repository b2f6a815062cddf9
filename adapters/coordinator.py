"""Coordinator: the picture of a look, rendered by the image workers and remembered (C1b)."""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from adapters.commodity_registration import cutout_key
from adapters.image_store import ImageStore
from adapters.image_worker import ImageJobFailed, ImageWorkers
from adapters.mannequins import StoredMannequin
from adapters.user_image_database import UserImageDatabase
from domain.coordination import RECIPE_VERSION
from domain.look import Wearer
from domain.user_image import UserImageNotFound
from imaging.decoding import ImageRefused
from projections.commodity_index import IndexedCommodity

logger = logging.getLogger(__name__)

PICTURES_REMEMBERED = 128  # about 80 kB each


@dataclass(frozen=True, kw_only=True)
class Worn:
    """The wearer of a look: an extracted person or a mannequin."""

    key: str  # of the picture: another picture has another key
    name: str
    picture: bytes
    joints: Mapping[str, tuple[float, float]]


class Coordinator:
    def __init__(
        self,
        *,
        workers: ImageWorkers,
        images: ImageStore,
        user_images: UserImageDatabase,
        mannequins: Mapping[str, StoredMannequin],
    ) -> None:
        self._workers = workers
        self._images = images
        self._user_images = user_images
        self._mannequins = mannequins
        self._remembered: OrderedDict[str, bytes] = OrderedDict()
        self._rendering: dict[str, asyncio.Lock] = {}

    async def wearer(self, wearer: Wearer, *, shopper_id: UUID | None) -> Worn:
        """Return who wears a look, looked up through the shopper whose image it is.

        Raises:
            UserImageNotFound: it is not there, or not theirs.
        """
        if wearer.kind == "mannequin":
            mannequin = self._mannequins.get(wearer.id)
            if mannequin is None:
                raise UserImageNotFound
            return Worn(
                key=f"mannequin/{mannequin.slug}",
                name=mannequin.name,
                picture=mannequin.picture,
                joints=mannequin.joints,
            )
        if shopper_id is None:
            raise UserImageNotFound
        content = await self._user_images.content(UUID(wearer.id), shopper_id=shopper_id)
        picture = None if content is None else await self._user_images.picture(content)
        if content is None or picture is None:
            raise UserImageNotFound
        return Worn(
            key=content.picture_key, name=content.name, picture=picture, joints=content.joints
        )

    async def picture(self, worn: Worn, commodities: Sequence[IndexedCommodity]) -> bytes:
        """Return the person wearing the commodities as WebP with transparency, body frame."""
        recipe = self.digest(worn, commodities)
        lock = self._rendering.setdefault(recipe, asyncio.Lock())
        async with lock:
            try:
                found = self._remembered.get(recipe)
                if found is None:
                    found = await self._render(worn, commodities)
                    self._remembered[recipe] = found
                self._remembered.move_to_end(recipe)
                while len(self._remembered) > PICTURES_REMEMBERED:
                    self._remembered.popitem(last=False)
                return found
            finally:
                self._rendering.pop(recipe, None)

    @staticmethod
    def digest(worn: Worn, commodities: Sequence[IndexedCommodity]) -> str:
        """Return a digest of all the picture is made of: the same one, the same picture."""
        garments = [f"{c.cutout_digest} {sorted(c.landmarks.items())}" for c in commodities]
        parts = [str(RECIPE_VERSION), worn.key, *garments]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    async def _render(self, worn: Worn, commodities: Sequence[IndexedCommodity]) -> bytes:
        garments = [
            [
                commodity.type,
                await self._images.get(cutout_key(commodity.cutout_digest)),
                commodity.landmarks,
            ]
            for commodity in commodities
        ]
        job = ("coordinate", worn.picture, worn.joints, garments)
        try:
            picture: bytes = await self._workers.run(*job)
        except (ImageRefused, ImageJobFailed) as failed:
            # These are our own pictures: another worker, or a new one, is asked once more.
            logger.warning("a look was not rendered (%s); once more", failed)
            picture = await self._workers.run(*job)
        return picture
