"""Coordinator: the picture of a look, rendered by the image workers and remembered (C1b)."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from adapters.body_measures import BodyMeasures
from adapters.commodity_registration import cutout_key
from adapters.image_store import ImageStore
from adapters.image_worker import DoubleAnswer, ImageJobFailed, ImageWorkers
from adapters.mannequins import StoredMannequin
from adapters.remembered import Remembered
from adapters.user_image_database import Obstacle, UserImageDatabase
from domain.coordination import RECIPE_VERSION
from domain.look import Placement, Wearer
from domain.shown_size import AS_IN_ITS_IMAGE, ShownSize, shown_size
from domain.user_image import UserImageNotFound
from imaging.body import BODY_FRAME_ROWS
from imaging.decoding import ImageRefused
from projections.commodity_index import IndexedCommodity

logger = logging.getLogger(__name__)

PICTURES_REMEMBERED = 128  # about 80 kB each
DOUBLES_REMEMBERED = 16  # about 700 kB each


@dataclass(frozen=True, kw_only=True)
class Worn:
    """The wearer of a look: an extracted person or a mannequin."""

    key: str  # of the picture: another picture has another key
    name: str
    picture: bytes
    joints: Mapping[str, tuple[float, float]]
    head: bytes | None = None  # where it is, of somebody who wears nothing below the neck
    has_own_head: bool = True  # a drawn body may have a drawn one, where the picture shows none
    obstacles: tuple[Obstacle, ...] = ()  # of a photograph, whichever body is shown
    measures: Mapping[str, float] = field(default_factory=dict[str, float])  # hers, as far as told


@dataclass(frozen=True, kw_only=True)
class WornPiece:
    """A commodity of a look, and where the shopper put it."""

    commodity: IndexedCommodity
    placement: Placement
    variant_id: UUID | None  # None: no size is chosen yet

    def shown_size(self, worn: Worn) -> ShownSize:
        """Tell how large its size looks on somebody."""
        commodity = self.commodity
        return shown_size(commodity.type, commodity.sizes, self.variant_id, worn.measures)


class Coordinator:
    def __init__(
        self,
        *,
        workers: ImageWorkers,
        images: ImageStore,
        user_images: UserImageDatabase,
        body_measures: BodyMeasures,
        mannequins: Mapping[str, StoredMannequin],
    ) -> None:
        self._workers = workers
        self._images = images
        self._user_images = user_images
        self._body_measures = body_measures
        self._mannequins = mannequins
        self._pictures = Remembered[bytes](PICTURES_REMEMBERED)
        self._doubles = Remembered[Worn](DOUBLES_REMEMBERED)

    async def wearer(
        self, wearer: Wearer, *, shopper_id: UUID | None, until: int | None = None
    ) -> Worn:
        """Return who wears a look, looked up through the shopper whose image it is.

        With ``until``, her measures are those she had told at that position of the log.

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
        own = Worn(
            key=content.picture_key,
            name=content.name,
            picture=picture,
            joints=content.joints,
            obstacles=content.obstacles,
        )
        if wearer.kind != "user-image":
            double = await self._doubles.get(own.key, lambda: self._double(own))
            own = replace(double, name=own.name)
        return replace(own, measures=await self._body_measures.of(shopper_id, until=until))

    async def _double(self, own: Worn) -> Worn:
        """Return somebody with a drawn body below the own head."""
        found: DoubleAnswer = await self._run("double_body", own.picture, own.joints)
        return replace(
            own,
            key=f"{own.key}/double",
            picture=found["person"],
            joints=found["joints"],
            head=found["head"],
            has_own_head=found["has_own_head"],
        )

    async def picture(self, worn: Worn, pieces: Sequence[WornPiece]) -> bytes:
        """Return the person wearing the pieces as WebP with transparency, body frame."""
        return await self._pictures.get(
            self.digest(worn, pieces), lambda: self._render(worn, pieces)
        )

    @staticmethod
    def digest(worn: Worn, pieces: Sequence[WornPiece]) -> str:
        """Return a digest of all the picture is made of: the same one, the same picture."""
        garments = [
            f"{x.commodity.cutout_digest} {sorted(x.commodity.landmarks.items())} {x.placement}"
            for x in pieces
        ]
        sizes = [x.shown_size(worn) for x in pieces]
        told = [] if set(sizes) <= {AS_IN_ITS_IMAGE} else [str(sizes)]
        parts = [str(RECIPE_VERSION), worn.key, *garments, *told]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    async def _render(self, worn: Worn, pieces: Sequence[WornPiece]) -> bytes:
        garments = await self.garments(worn, pieces)
        picture: bytes = await self._run(
            "coordinate", worn.picture, worn.joints, worn.head, garments
        )
        return picture

    async def garments(self, worn: Worn, pieces: Sequence[WornPiece]) -> list[list[Any]]:
        """Return pieces as image workers want them."""
        return [
            [
                piece.commodity.type,
                await self._images.get(cutout_key(piece.commodity.cutout_digest)),
                piece.commodity.landmarks,
                [
                    piece.placement.down * BODY_FRAME_ROWS,
                    piece.placement.right * BODY_FRAME_ROWS,
                    piece.placement.scale,
                    piece.placement.level,
                    piece.placement.tucked,
                    size.length,
                    size.width,
                ],
            ]
            for piece, size in ((x, x.shown_size(worn)) for x in pieces)
        ]

    async def _run(self, job: str, *arguments: Any) -> Any:  # noqa: ANN401 (each job has its own)
        """Run a job on our own pictures: another worker, or a new one, is asked once more."""
        try:
            return await self._workers.run(job, *arguments)
        except (ImageRefused, ImageJobFailed) as failed:
            logger.warning("%s failed (%s); once more", job, failed)
            return await self._workers.run(job, *arguments)
