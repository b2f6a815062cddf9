"""User image database: extracted persons, with their names and joints, beside the log (C11, C12).

Everything is looked up through the shopper whose it is. Nothing of the uploaded photo is kept but
the extracted person, re-encoded.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from adapters.event_store import SETUP_LOCK
from adapters.image_store import ImageStore

TABLES = """
CREATE TABLE IF NOT EXISTS user_image_content (
    user_image_id uuid PRIMARY KEY,
    shopper_id uuid NOT NULL,
    name text NOT NULL,
    picture_key text NOT NULL,
    thumbnail_key text NOT NULL,
    joints jsonb NOT NULL,
    advice jsonb NOT NULL
);
ALTER TABLE user_image_content ADD COLUMN IF NOT EXISTS obstacles jsonb NOT NULL DEFAULT '[]';
CREATE INDEX IF NOT EXISTS user_image_content_by_shopper ON user_image_content (shopper_id);
"""


HIDING_THE_HEAD = frozenset({"head-not-in-picture", "hand-before-face"})


class Obstacle(NamedTuple):
    """Why clothes cannot be shown on the body of a photograph, and what to do about it."""

    reason: str
    advice: str

    @property
    def hides_head(self) -> bool:
        """Whether a drawn body has a drawn head as well."""
        return self.reason in HIDING_THE_HEAD


@dataclass(frozen=True, kw_only=True)
class ExtractedPerson:
    """What the image worker made of a photo."""

    picture: bytes  # PNG, RGBA, in the body frame
    thumbnail: bytes  # WebP
    joints: Mapping[str, tuple[float, float]]  # row, col in pixels of the picture
    score: float
    advice: tuple[str, ...]
    obstacles: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UserImageContent:
    user_image_id: UUID
    name: str
    picture_key: str
    thumbnail_key: str
    joints: Mapping[str, tuple[float, float]]
    advice: tuple[str, ...]
    obstacles: tuple[Obstacle, ...] = ()  # with any, the head is better shown on a drawn body


def commitment(data: bytes) -> str:
    """Return a salted digest that proves nothing to whoever lacks the salt, which is dropped."""
    return hashlib.sha256(secrets.token_bytes(32) + data).hexdigest()


class UserImageDatabase:
    def __init__(self, pool: AsyncConnectionPool[AsyncConnection], images: ImageStore) -> None:
        self._pool = pool
        self._images = images

    async def set_up(self) -> None:
        async with self._pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_xact_lock(%s)", (SETUP_LOCK,))
            await connection.execute(TABLES)

    async def store(
        self, person: ExtractedPerson, *, user_image_id: UUID, shopper_id: UUID, name: str
    ) -> UserImageContent:
        """Store the pictures under new keys, without naming them in the database yet."""
        folder = f"user/{shopper_id}/{uuid4()}"
        content = UserImageContent(
            user_image_id=user_image_id,
            name=name,
            picture_key=f"{folder}.png",
            thumbnail_key=f"{folder}.webp",
            joints=dict(person.joints),
            advice=person.advice,
            obstacles=person.obstacles,
        )
        await self._images.put(content.picture_key, person.picture)
        await self._images.put(content.thumbnail_key, person.thumbnail)
        return content

    async def keep(self, content: UserImageContent, *, shopper_id: UUID) -> None:
        """Make stored pictures the content of the user image, and drop what it had before."""
        async with self._pool.connection() as connection:
            # Locked until the new keys stand there: of two replacements each drops the one before.
            cursor = await connection.execute(
                "SELECT picture_key, thumbnail_key FROM user_image_content"
                " WHERE user_image_id = %s AND shopper_id = %s FOR UPDATE",
                (content.user_image_id, shopper_id),
            )
            old = await cursor.fetchone()
            await connection.execute(
                "INSERT INTO user_image_content VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
                " ON CONFLICT (user_image_id) DO UPDATE SET name = excluded.name,"
                " picture_key = excluded.picture_key, thumbnail_key = excluded.thumbnail_key,"
                " joints = excluded.joints, advice = excluded.advice,"
                " obstacles = excluded.obstacles",
                (
                    content.user_image_id,
                    shopper_id,
                    content.name,
                    content.picture_key,
                    content.thumbnail_key,
                    Jsonb(content.joints),
                    Jsonb(content.advice),
                    Jsonb(content.obstacles),
                ),
            )
        for key in old or ():
            await self._images.delete(key)

    async def discard(self, content: UserImageContent) -> None:
        """Delete the pictures of a content that is not, or no longer, kept."""
        await self._images.delete(content.picture_key)
        await self._images.delete(content.thumbnail_key)

    async def erase(self, user_image_id: UUID, *, shopper_id: UUID) -> None:
        content = await self.content(user_image_id, shopper_id=shopper_id)
        if content is None:
            return
        await self.discard(content)
        async with self._pool.connection() as connection:
            await connection.execute(
                "DELETE FROM user_image_content WHERE user_image_id = %s", (user_image_id,)
            )

    async def rename(self, user_image_id: UUID, *, shopper_id: UUID, name: str) -> bool:
        """Give an image another name; return whether the shopper has it."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(
                "UPDATE user_image_content SET name = %s"
                " WHERE user_image_id = %s AND shopper_id = %s",
                (name, user_image_id, shopper_id),
            )
        return cursor.rowcount == 1

    async def content(self, user_image_id: UUID, *, shopper_id: UUID) -> UserImageContent | None:
        found = await self._contents(
            "WHERE user_image_id = %s AND shopper_id = %s", (user_image_id, shopper_id)
        )
        return found[0] if found else None

    async def contents(self, shopper_id: UUID) -> dict[UUID, UserImageContent]:
        found = await self._contents("WHERE shopper_id = %s", (shopper_id,))
        return {content.user_image_id: content for content in found}

    async def picture(self, content: UserImageContent) -> bytes | None:
        return await self._images.get(content.picture_key)

    async def thumbnail(self, content: UserImageContent) -> bytes | None:
        return await self._images.get(content.thumbnail_key)

    async def _contents(self, where: str, parameters: tuple[Any, ...]) -> list[UserImageContent]:
        async with self._pool.connection() as connection:
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(
                f"SELECT * FROM user_image_content {where}".encode(),  # noqa: S608 (constants only)
                parameters,
            )
            rows = await cursor.fetchall()
        return [
            UserImageContent(
                user_image_id=row["user_image_id"],
                name=row["name"],
                picture_key=row["picture_key"],
                thumbnail_key=row["thumbnail_key"],
                joints={name: (point[0], point[1]) for name, point in row["joints"].items()},
                advice=tuple(row["advice"]),
                obstacles=tuple(Obstacle(*found) for found in row["obstacles"]),
            )
            for row in rows
        ]
