"""The pages: server-rendered, usable without JavaScript. One module per page."""

from web.pages import (
    accounts,
    audit,
    confirmation,
    coordination,
    descriptions,
    garments,
    images,
    languages,
    looks,
    measures,
    purchases,
    reservations,
    seller,
    sharing,
    shop,
    terminal,
)

ROUTERS = (
    shop.router,
    coordination.router,
    images.router,
    looks.router,
    sharing.router,
    confirmation.router,
    reservations.router,
    purchases.router,
    accounts.router,
    seller.router,
    garments.router,
    descriptions.router,
    measures.router,
    audit.router,
    terminal.router,
    languages.router,
)
