"""User images: which images a shopper keeps (claims C1a, C7, C11, C12).

Fed by: UserImageUploaded, UserImageExtracted, UserImageErased. Shown by: My images, the wearers
of the coordination screen. Pictures, names and joints lie in the user image database, not here.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from domain.event import Recorded
from domain.user_image import UserImageErased, UserImageExtracted, UserImageUploaded
from projections.projection import Connection, Projection
from projections.writing import Table, arrays, insert

TABLES = """
CREATE TABLE IF NOT EXISTS kept_user_image (
    user_image_id uuid PRIMARY KEY,
    shopper_id uuid NOT NULL,
    position bigint NOT NULL,
    uploaded_at timestamptz NOT NULL,
    score double precision NOT NULL DEFAULT 0
);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS kept_user_image_by_shopper ON kept_user_image (shopper_id, position);
"""

# ---------------------------------------------------------------- events


KEPT = Table(
    name="kept_user_image",
    columns={
        "user_image_id": "uuid",
        "shopper_id": "uuid",
        "position": "bigint",
        "uploaded_at": "timestamptz",
    },
)


@dataclass
class _Changed:
    """What a page of events does to one image, in this order."""

    is_erased: bool = False
    score_before: float | None = None  # of the image that was there
    uploaded: tuple[int, UserImageUploaded] | None = None
    score: float | None = None

    def see(self, found: Recorded) -> None:
        match found.event:
            case UserImageUploaded() as event:
                if self.uploaded is None:
                    self.score_before, self.score = self.score, None
                self.uploaded = (found.position, event)
            case UserImageExtracted() as event:
                self.score = event.score
            case _:
                self.is_erased = True
                self.score_before = self.uploaded = self.score = None


async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
    changed = defaultdict[UUID, _Changed](_Changed)
    for found in page:
        if isinstance(found.event, UserImageUploaded | UserImageExtracted | UserImageErased):
            changed[found.event.user_image_id].see(found)
    erased = [id_ for id_, image in changed.items() if image.is_erased]
    if erased:
        await connection.execute(
            "DELETE FROM kept_user_image WHERE user_image_id = ANY(%s)", (erased,), prepare=True
        )
    await _score(connection, {id_: image.score_before for id_, image in changed.items()})
    await insert(
        connection,
        KEPT,
        [_row(*image.uploaded) for image in changed.values() if image.uploaded],
        on_conflict="ON CONFLICT (user_image_id) DO UPDATE"
        " SET uploaded_at = excluded.uploaded_at, position = excluded.position",
    )
    await _score(connection, {id_: image.score for id_, image in changed.items()})


async def _score(connection: Connection, scores: dict[UUID, float | None]) -> None:
    known = [(id_, score) for id_, score in scores.items() if score is not None]
    if known:
        await connection.execute(
            "UPDATE kept_user_image kept SET score = new.score"
            " FROM unnest(%s::uuid[], %s::double precision[]) AS new (user_image_id, score)"
            " WHERE kept.user_image_id = new.user_image_id",
            arrays(known),
            prepare=True,
        )


def _row(position: int, event: UserImageUploaded) -> tuple[Any, ...]:
    return event.user_image_id, event.shopper_id, position, event.recorded_at


PROJECTION = Projection(
    name="user_images",
    fed_by=(UserImageUploaded, UserImageExtracted, UserImageErased),
    tables=TABLES,
    indexes=INDEXES,
    table_names=("kept_user_image",),
    apply=apply,
)

# --------------------------------------------------------------- queries


@dataclass(frozen=True, kw_only=True)
class KeptUserImage:
    user_image_id: UUID
    uploaded_at: datetime
    score: float


async def user_images(connection: Connection, shopper_id: UUID) -> list[KeptUserImage]:
    """Return the images of one shopper, newest first."""
    cursor = connection.cursor(row_factory=class_row(KeptUserImage))
    await cursor.execute(
        "SELECT user_image_id, uploaded_at, score FROM kept_user_image"
        " WHERE shopper_id = %s ORDER BY position DESC",
        (shopper_id,),
    )
    return await cursor.fetchall()
