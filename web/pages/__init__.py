"""The pages: server-rendered, usable without JavaScript. One module per page."""

from web.pages import accounts, audit, coordination, images, purchases, seller, shop

ROUTERS = (
    shop.router,
    coordination.router,
    images.router,
    purchases.router,
    accounts.router,
    seller.router,
    audit.router,
)
