"""The HTTP API under ``/api/v1``: one module per resource."""

from web.api import (
    accounts,
    audit,
    commodities,
    coordinations,
    dressing,
    events,
    garments,
    looks,
    purchases,
    reservations,
    user_images,
)

ROUTERS = (
    accounts.router,
    commodities.router,
    garments.router,
    user_images.router,
    coordinations.router,
    dressing.router,
    looks.router,
    reservations.router,
    purchases.router,
    events.router,
    audit.router,
)
