"""What pages and routes for sellers begin with: a commodity that is the visitor's own."""

from uuid import UUID

from psycopg import AsyncConnection

from domain.commodity import CommodityNotFound
from projections.commodities_of_sellers import commodity_of_seller
from projections.commodity_index import IndexedCommodity
from web.dependencies import Visitor


async def own_commodity(
    connection: AsyncConnection, visitor: Visitor, commodity_id: UUID
) -> IndexedCommodity:
    """Return a commodity to its seller, on offer or not.

    Raises:
        NotAllowed, SignInNeeded: the visitor sells nothing.
        CommodityNotFound: it is not this seller's.
    """
    found = await commodity_of_seller(connection, visitor.as_role("seller"), commodity_id)
    if found is None:
        raise CommodityNotFound
    return found
