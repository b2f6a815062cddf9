"""Mannequins: wearers for whoever has no user image yet, drawn once and stored."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from adapters.image_store import ImageStore
from imaging.drawing.mannequins import MANNEQUINS, draw_mannequin
from imaging.encoding import to_png, to_webp

ENDINGS = ("png", "webp", "json")
DRAWING_VERSION = 1  # raised when mannequins are drawn anew: looks follow the pictures


@dataclass(frozen=True, kw_only=True)
class StoredMannequin:
    slug: str
    name: str
    description: str
    picture: bytes  # PNG, RGBA, in the body frame
    webp: bytes
    joints: Mapping[str, tuple[float, float]]


async def stored_mannequins(images: ImageStore) -> dict[str, StoredMannequin]:
    """Return all mannequins, drawing those that were never drawn before."""
    found = dict[str, StoredMannequin]()
    for mannequin in MANNEQUINS:
        key = f"mannequin/{mannequin.slug}-{DRAWING_VERSION}"
        drawn = await _stored(images, key)
        if drawn is None:
            drawn = await asyncio.to_thread(_draw, mannequin.slug)
            for ending, content in zip(ENDINGS, drawn, strict=True):
                await images.put(f"{key}.{ending}", content)
        picture, webp, joints = drawn
        found[mannequin.slug] = StoredMannequin(
            slug=mannequin.slug,
            name=mannequin.name,
            description=mannequin.description,
            picture=picture,
            webp=webp,
            joints=msgspec.json.decode(joints, type=dict[str, tuple[float, float]]),
        )
    return found


async def _stored(images: ImageStore, key: str) -> tuple[bytes, bytes, bytes] | None:
    picture, webp, joints = [await images.get(f"{key}.{ending}") for ending in ENDINGS]
    if picture is None or webp is None or joints is None:
        return None
    return picture, webp, joints


def _draw(slug: str) -> tuple[bytes, bytes, bytes]:
    person = draw_mannequin(slug)
    joints = json.dumps(dict(person.joints), sort_keys=True).encode()
    return to_png(person.rgba), to_webp(person.rgba, quality=88), joints
