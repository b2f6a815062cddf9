"""Saved looks: which looks a shopper keeps (claim C3).

Fed by: LookSaved, LookDiscarded. Shown by: My looks. Names lie beside the log, not here.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.event import Recorded
from domain.look import Look, Piece, Placement, Wearer
from domain.saved_look import LookDiscarded, LookSaved
from projections.projection import Connection, Projection
from projections.writing import Table, array, insert

TABLES = """
CREATE TABLE IF NOT EXISTS saved_look (
    look_id uuid PRIMARY KEY,
    shopper_id uuid NOT NULL,
    position bigint NOT NULL,
    saved_at timestamptz NOT NULL,
    look jsonb NOT NULL
);
"""
INDEXES = """
CREATE INDEX IF NOT EXISTS saved_look_by_shopper ON saved_look (shopper_id, position);
"""

# ---------------------------------------------------------------- events


SAVED = Table(
    name="saved_look",
    columns={
        "look_id": "uuid",
        "shopper_id": "uuid",
        "position": "bigint",
        "saved_at": "timestamptz",
        "look": "jsonb",
    },
)


async def apply(connection: Connection, page: Sequence[Recorded]) -> None:
    saved = dict[UUID, tuple[Any, ...]]()
    discarded = set[UUID]()  # of those that were saved in an earlier page
    for found in page:
        match found.event:
            case LookSaved() as event:
                saved[event.look_id] = _row(found.position, event)
            case LookDiscarded() as event:
                if saved.pop(event.look_id, None) is None:
                    discarded.add(event.look_id)
            case _:
                pass
    if discarded:
        await connection.execute(
            "DELETE FROM saved_look WHERE look_id = ANY(%s::uuid[])",
            (array(discarded),),
            prepare=True,
        )
    await insert(connection, SAVED, list(saved.values()))


def _row(position: int, event: LookSaved) -> tuple[Any, ...]:
    look = json.dumps(asdict(event.look), default=str)
    return event.look_id, event.shopper_id, position, event.recorded_at, look


PROJECTION = Projection(
    name="saved_looks",
    fed_by=(LookSaved, LookDiscarded),
    tables=TABLES,
    indexes=INDEXES,
    table_names=("saved_look",),
    apply=apply,
)

# --------------------------------------------------------------- queries


@dataclass(frozen=True, kw_only=True)
class KeptLook:
    look_id: UUID
    saved_at: datetime
    look: Look


async def saved_looks(connection: Connection, shopper_id: UUID) -> list[KeptLook]:
    """Return the looks of one shopper, newest first."""
    cursor = await connection.execute(
        "SELECT look_id, saved_at, look FROM saved_look"
        " WHERE shopper_id = %s ORDER BY position DESC",
        (shopper_id,),
    )
    return [
        KeptLook(look_id=look_id, saved_at=saved_at, look=_look(look))
        for look_id, saved_at, look in await cursor.fetchall()
    ]


def _look(stored: dict[str, Any]) -> Look:
    return Look(
        wearer=Wearer(**stored["wearer"]),
        pieces=tuple(
            Piece(
                commodity_id=UUID(piece["commodity_id"]),
                type=piece["type"],
                variant_id=piece["variant_id"] and UUID(piece["variant_id"]),
                placement=Placement(**piece["placement"]),
            )
            for piece in stored["pieces"]
        ),
    )
