"""Dressing: what a program needs to draw looks itself (C10, C17).

A cloth belongs to a commodity and is kept under the digest of what it is made of. A drawing list
shows a person: it and its pictures are remembered in memory only, and answered to their owner.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.commodity_registration import cutout_key
from adapters.coordinator import Coordinator, Worn, WornPiece
from adapters.image_store import ImageStore
from adapters.image_worker import ClothAnswer, DrawingAnswer, ImageWorkers
from adapters.remembered import OneAtATime, Remembered
from projections.commodity_index import IndexedCommodity

CLOTH_VERSION = 1
"""Of how garments are taken apart: another version is another address."""

DRAWINGS_REMEMBERED = 12  # about 3 MB each


def part_key(digest: str) -> str:
    """Return where the picture of a part lies."""
    return f"cloth/{digest}.webp"


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A drawing list, and the pictures it names by their digests (PNG)."""

    drawing: Mapping[str, Any]
    pictures: Mapping[str, bytes]


class Dressing:
    def __init__(
        self, *, workers: ImageWorkers, images: ImageStore, coordinator: Coordinator
    ) -> None:
        self._workers = workers
        self._images = images
        self._coordinator = coordinator
        self._drawings = Remembered[Drawing](DRAWINGS_REMEMBERED)
        self._taking_apart = OneAtATime()

    @staticmethod
    def cloth_digest(commodity: IndexedCommodity) -> str:
        """Return a digest of all a cloth is made of: the same one, the same cloth."""
        made_of = (
            CLOTH_VERSION,
            commodity.type,
            commodity.cutout_digest,
            sorted(commodity.landmarks.items()),
        )
        return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()

    async def cloth(self, commodity: IndexedCommodity) -> dict[str, Any]:
        """Return a commodity taken apart; of each part's picture its digest."""
        digest = self.cloth_digest(commodity)
        key = f"cloth/{digest}.json"
        async with self._taking_apart.alone(digest):
            kept = await self._images.get(key)
            if kept is None:
                kept = json.dumps(await self._take_apart(commodity)).encode()
                await self._images.put(key, kept)  # last: whoever finds it finds the pictures
        found: dict[str, Any] = json.loads(kept)
        return found

    async def _take_apart(self, commodity: IndexedCommodity) -> dict[str, Any]:
        cutout = await self._images.get(cutout_key(commodity.cutout_digest))
        answer: ClothAnswer = await self._workers.run(
            "take_garment_apart", commodity.type, cutout, commodity.landmarks
        )
        for part in answer["cloth"]["parts"]:
            picture = answer["pictures"][part["name"]]
            part["picture"] = hashlib.sha256(picture).hexdigest()
            await self._images.put(part_key(part["picture"]), picture)
        return answer["cloth"]

    async def drawing(self, worn: Worn, pieces: Sequence[WornPiece]) -> Drawing:
        """Return what a picture of the person wearing the pieces is drawn of."""
        recipe = self._coordinator.digest(worn, pieces)
        return await self._drawings.get(recipe, lambda: self._list(worn, pieces))

    async def _list(self, worn: Worn, pieces: Sequence[WornPiece]) -> Drawing:
        garments = await self._coordinator.garments(worn, pieces)
        answer: DrawingAnswer = await self._workers.run(
            "list_drawing", worn.picture, worn.joints, worn.head, garments
        )
        named = {"person": worn.picture, **answer["pictures"]}
        digests = {name: hashlib.sha256(picture).hexdigest() for name, picture in named.items()}
        listed = answer["drawing"]
        for layer in listed["layers"]:
            if "picture" in layer:
                layer["picture"] = digests[layer["picture"]]
        return Drawing(
            drawing={
                **listed,
                "person": digests["person"],
                "base": digests["base"],
                "masks": {name: digests[name] for name in listed["masks"]},
                "joints": worn.joints,
                "placements": [
                    {
                        "move": [down, right],
                        "scale": scale,
                        "level": level,
                        "tucked": tucked,
                        "opened": opened,
                        "size": [length, width],
                    }
                    for *_, how in garments
                    for down, right, scale, level, tucked, opened, length, width in [how]
                ],
                "garments": [await self.cloth(piece.commodity) for piece in pieces],
            },
            pictures={digests[name]: picture for name, picture in named.items()},
        )
