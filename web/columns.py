"""The pair of columns of the coordination screen: what each shows, and under which address (C5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from psycopg import AsyncConnection

from domain.classification import TYPES
from projections import commodity_index
from projections.commodity_index import IndexedCommodity, Wanted
from web.looking import Looking
from web.presenting import CommodityView, commodity_view
from web.terms import type_heading
from web.words import gettext

PAGE = 12
LEFT, RIGHT = "knitwear", "trousers"
"""What the two columns show before the shopper chooses: different types."""

SIDES = ("left", "right")


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What the shopper wants to see: a type on each side, and on which sides only her own."""

    left: str
    right: str
    yours: frozenset[str] = frozenset()

    @classmethod
    def of(cls, left: str | None, right: str | None, yours: str | None) -> Self:
        """Read an address: the types are always two different ones (C5)."""
        chosen_left = left if left in TYPES else LEFT
        chosen_right = right if right in TYPES else RIGHT
        if chosen_left == chosen_right:
            # The side that was not asked for gives way.
            if left is None:
                chosen_left = LEFT if chosen_right != LEFT else RIGHT
            else:
                chosen_right = RIGHT if chosen_left != RIGHT else LEFT
        sides = frozenset(SIDES if yours == "both" else (yours,) if yours in SIDES else ())
        return cls(left=chosen_left, right=chosen_right, yours=sides)

    def type_of(self, side: str) -> str:
        return self.left if side == "left" else self.right

    def turned(self, side: str, type_: str) -> Self:
        """Show a type on a side; if the other side had it, both trade places."""
        left, right = self.left, self.right
        if side == "left":
            left, right = type_, left if type_ == right else right
        else:
            left, right = right if type_ == left else left, type_
        return replace(self, left=left, right=right)

    def showing(self, side: str, *, is_own: bool) -> Self:
        """Show on a side what the shop offers, or what the shopper owns."""
        return replace(self, yours=self.yours | {side} if is_own else self.yours - {side})

    def query(self, **further: object) -> str:
        told: dict[str, object] = {"left": self.left, "right": self.right}
        if self.yours:
            told["yours"] = "both" if len(self.yours) == len(SIDES) else next(iter(self.yours))
        return urlencode({**told, **further})


@dataclass(frozen=True, kw_only=True)
class Column:
    """One portion of the first view."""

    type: str
    label: str
    types: Sequence[Mapping[str, Any]]
    origins: Sequence[Mapping[str, Any]]  # nothing to choose where she owns nothing
    items: Sequence[CommodityView]
    is_own: bool
    next_url: str | None


async def column(  # noqa: PLR0913 (a side of a look, of what there is, from somewhere on)
    connection: AsyncConnection,
    looking: Looking,
    chosen: Chosen,
    side: str,
    *,
    counts: Mapping[str, int],
    after: int | None,
) -> Column:
    type_, is_own = chosen.type_of(side), side in chosen.yours
    if is_own:
        found = await _owned(connection, looking, type_, before=after)
    else:
        found = await commodity_index.commodities(
            connection, Wanted(types=(type_,)), before=after, limit=PAGE + 1
        )
    worn = [piece.commodity_id for piece in looking.look.pieces]
    next_url = None
    if len(found) > PAGE:
        further = chosen.query(side=side, after=found[PAGE - 1].position)
        next_url = f"/coordination/column?{further}"
    return Column(
        type=type_,
        label=type_heading(type_),
        types=[
            {
                "name": name,
                "label": type_heading(name),
                "count": counts[name],
                "url": f"/coordination?{chosen.turned(side, name).query()}",
            }
            for name in TYPES
            if counts.get(name)
        ],
        origins=_origins(chosen, side) if looking.owned else (),
        items=[
            commodity_view(commodity, looking.sellers, worn=worn, owned=looking.owned)
            for commodity in found[:PAGE]
        ],
        is_own=is_own,
        next_url=next_url,
    )


async def _owned(
    connection: AsyncConnection, looking: Looking, type_: str, *, before: int | None
) -> list[IndexedCommodity]:
    """Return what a shopper owns of a type, the newest of the boutique first."""
    owned = await commodity_index.commodities_by_id(connection, list(looking.owned))
    found = [
        commodity
        for commodity in owned.values()
        if commodity.type == type_ and (before is None or commodity.position < before)
    ]
    return sorted(found, key=lambda commodity: -commodity.position)


def _origins(chosen: Chosen, side: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": f"/coordination?{chosen.showing(side, is_own=is_own).query()}",
            "is_shown": is_own == (side in chosen.yours),
        }
        for label, is_own in ((gettext("Shop"), False), (gettext("Yours"), True))
    ]
