"""All read models, in the order in which they are listed."""

from projections import (
    accounts,
    commodity_index,
    coordinations,
    look_alikes,
    purchased_commodities,
    reservations,
    returns,
    saved_looks,
    user_images,
)

PROJECTIONS = (
    accounts.PROJECTION,
    commodity_index.PROJECTION,
    look_alikes.PROJECTION,
    user_images.PROJECTION,
    coordinations.PROJECTION,
    purchased_commodities.PROJECTION,
    reservations.PROJECTION,
    returns.PROJECTION,
    saved_looks.PROJECTION,
)
