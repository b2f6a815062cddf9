"""The HTTP API under ``/api/v1``: one module per resource."""

from web.api import (
    accounts,
    audit,
    classification,
    commodities,
    coordinations,
    dressing,
    events,
    garments,
    look_alikes,
    looks,
    purchases,
    reservations,
    sharing,
    sizes,
    user_images,
)

ROUTERS = (
    accounts.router,
    commodities.router,
    classification.router,
    look_alikes.router,
    garments.router,
    sizes.router,
    user_images.router,
    coordinations.router,
    dressing.router,
    looks.router,
    sharing.router,
    reservations.router,
    purchases.router,
    events.router,
    audit.router,
)
