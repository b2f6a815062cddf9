"""Reviews: what sellers say of their commodities, as it changes the commodity index.

Fed by: CommodityDescribed, GarmentCorrected, GarmentApproved, SizesMeasured, as a part of
``commodity_index``.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from uuid import UUID

from domain.classification import ASPECTS
from domain.commodity import CommodityDescribed, FoundGarment, Landmark, of_class
from domain.event import Event, Recorded
from domain.garment import GarmentApproved, GarmentCorrected
from domain.measures import SizesMeasured
from projections.projection import Connection
from projections.writing import Table, array, arrays, insert

GARMENT = Table(
    name="corrected_garment",
    columns={
        "commodity_id": "uuid",
        "position": "bigint",
        "cutout_digest": "text",
        "landmarks": "jsonb",
    },
)
MEASURED = Table(
    name="measured_sizes",
    columns={"commodity_id": "uuid", "position": "bigint", "sizes": "jsonb"},
)


@dataclass(kw_only=True)
class Reviews:
    """All of a page of events, folded."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (
        CommodityDescribed,
        GarmentCorrected,
        GarmentApproved,
        SizesMeasured,
    )

    described: dict[UUID, CommodityDescribed] = field(
        default_factory=dict[UUID, CommodityDescribed]
    )
    garments: list[tuple[Any, ...]] = field(default_factory=list[tuple[Any, ...]])
    measured: list[tuple[Any, ...]] = field(default_factory=list[tuple[Any, ...]])
    doubts: dict[UUID, tuple[str, ...] | None] = field(
        default_factory=dict[UUID, tuple[str, ...] | None]
    )
    """What is left of them; None: of what there was before, the doubts about what it is."""

    def take_in(self, found: Recorded) -> None:
        match found.event:
            case CommodityDescribed() as event:
                if event.garment is not None:
                    self._worn(found.position, event.commodity_id, event.garment)
                before = self.described.get(event.commodity_id)
                if before is not None:
                    said = (*before.said, *event.said)
                    event = replace(event, said=said, garment=event.garment or before.garment)
                self.described[event.commodity_id] = event
                self.doubts[event.commodity_id] = event.doubts
            case GarmentCorrected() as event:
                self._worn(found.position, event.commodity_id, event)
                self._looked_at(event.commodity_id)
            case GarmentApproved() as event:
                self._looked_at(event.commodity_id)
            case SizesMeasured() as event:
                self.measured.append((event.commodity_id, found.position, _in_cm(event)))
            case _:
                pass

    def _worn(self, position: int, id_: UUID, garment: GarmentCorrected | FoundGarment) -> None:
        self.garments.append((id_, position, garment.cutout_digest, places(garment.landmarks)))

    def _looked_at(self, commodity_id: UUID) -> None:
        before = self.doubts.get(commodity_id)
        self.doubts[commodity_id] = None if before is None else of_class(before)

    async def write(self, connection: Connection) -> None:
        """Change the index, to which what was registered in the page has been added."""
        await insert(connection, GARMENT, self.garments)
        await insert(connection, MEASURED, self.measured)
        if self.described:
            await self._describe(connection)
        if self.doubts:
            await self._settle(connection)

    async def _describe(self, connection: Connection) -> None:
        await connection.execute(
            "UPDATE indexed_commodity c SET type = d.type, design = d.design,"
            " colours = d.colours::text[],"
            " image_digest = coalesce(d.image_digest, c.image_digest),"
            " said = ARRAY(SELECT x FROM unnest(%s::text[]) AS x"
            "  WHERE x = ANY (c.said) OR x = ANY (d.said::text[]))"
            " FROM unnest("
            "  %s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])"
            "  AS d (commodity_id, type, design, colours, said, image_digest)"
            " WHERE c.commodity_id = d.commodity_id",
            (
                array(ASPECTS),
                *arrays(
                    (
                        x.commodity_id,
                        x.type,
                        x.design,
                        array(x.colours),
                        array(x.said),
                        x.garment and x.garment.image_digest,
                    )
                    for x in self.described.values()
                ),
            ),
            prepare=True,
        )

    async def _settle(self, connection: Connection) -> None:
        await connection.execute(
            "UPDATE indexed_commodity c SET doubts = coalesce(d.doubts::text[], ARRAY("
            "  SELECT x FROM unnest(c.doubts) WITH ORDINALITY AS x (x, n)"
            "  WHERE x = ANY (%s::text[]) ORDER BY n))"
            " FROM unnest(%s::uuid[], %s::text[]) AS d (commodity_id, doubts)"
            " WHERE c.commodity_id = d.commodity_id",
            (
                array(ASPECTS),
                *arrays(
                    (commodity_id, None if left is None else array(left))
                    for commodity_id, left in self.doubts.items()
                ),
            ),
            prepare=True,
        )


def places(landmarks: Sequence[Landmark]) -> str:
    return json.dumps({x.name: [x.row, x.col] for x in landmarks})


def _in_cm(event: SizesMeasured) -> str:
    sizes = {str(x.variant_id): {m.name: m.cm for m in x.measures} for x in event.sizes}
    return json.dumps(sizes)
