"""User images: which images a shopper keeps (claims C1a, C7, C11, C12).

Fed by: UserImageUploaded, UserImageExtracted, UserImageErased. Shown by: My images, the wearers
of the coordination screen. Pictures, names and joints lie in the user image database, not here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from domain.event import Recorded
from domain.user_image import UserImageErased, UserImageExtracted, UserImageUploaded
from projections.projection import Connection, Projection

TABLES = """
CREATE TABLE IF NOT EXISTS kept_user_image (
    user_image_id uuid PRIMARY KEY,
    shopper_id uuid NOT NULL,
    position bigint NOT NULL,
    uploaded_at timestamptz NOT NULL,
    score double precision NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS kept_user_image_by_shopper ON kept_user_image (shopper_id, position);
"""

# ---------------------------------------------------------------- events


async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
    for found in page:
        match found.event:
            case UserImageUploaded() as event:
                await connection.execute(
                    "INSERT INTO kept_user_image (user_image_id, shopper_id, position, uploaded_at)"
                    " VALUES (%s, %s, %s, %s) ON CONFLICT (user_image_id) DO UPDATE"
                    " SET uploaded_at = excluded.uploaded_at, position = excluded.position",
                    (event.user_image_id, event.shopper_id, found.position, event.recorded_at),
                )
            case UserImageExtracted() as event:
                await connection.execute(
                    "UPDATE kept_user_image SET score = %s WHERE user_image_id = %s",
                    (event.score, event.user_image_id),
                )
            case UserImageErased() as event:
                await connection.execute(
                    "DELETE FROM kept_user_image WHERE user_image_id = %s", (event.user_image_id,)
                )
            case _:
                pass


PROJECTION = Projection(
    name="user_images", tables=TABLES, table_names=("kept_user_image",), apply=apply
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
