"""What every page shows around its content, and how a page shows a problem."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from domain.event import Refusal
from web.dependencies import Visiting, Visitor, Wired, WiredImaging
from web.looking import current
from web.problems import problem_of
from web.templating import page
from web.words import gettext, marked

NOTICES = {
    "image-kept": marked("Your image is ready. Choose it on the coordination screen."),
    "image-renamed": marked("The image has its new name."),
    "image-replaced": marked("The image was replaced; the old one is gone."),
    "image-corrected": marked("Your outline is touched up. New looks are worn like this."),
    "image-unchanged": marked("Nothing was changed."),
    "image-erased": marked("The image was erased."),
    "look-saved": marked("The look is kept."),
    "look-renamed": marked("The look has its new name."),
    "look-duplicated": marked("The look is kept twice now. Take one of them up and change it."),
    "share-ended": marked("The link leads nowhere any more."),
    "look-discarded": marked("The look was discarded."),
    "commodity-registered": marked("Your commodity is in the boutique."),
    "commodity-waits": marked(
        "Your commodity is registered. Look at what we ask, then it is offered."
    ),
    "commodity-described": marked("Saved. Shoppers find it as what you say it is."),
    "sizes-measured": marked("Saved. Shoppers are told which size fits them."),
    "body-measured": marked(
        "Your measures are kept. Wherever you choose a size, we say which fits."
    ),
    "body-measures-erased": marked("Your measures are erased."),
    "garment-next": marked("Thank you. Now look at how it is worn, then it is offered."),
    "garment-corrected": marked("Saved. From now on new looks wear it like this."),
    "garment-approved": marked("Thank you. It is on offer now."),
    "garment-unchanged": marked("Nothing was changed."),
    "stock-received": marked("The pieces are in stock."),
    "pieces-released": marked("The pieces are back in the shop. Your look is still here."),
    "pieces-returned": marked(
        "The pieces are on their way back. Your money follows once it is granted."
    ),
    "refund-granted": marked("The refund is granted."),
    "signed-out": marked("You are signed out."),
}
"""What a page says after a redirect, by the name in its address."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A visit to a page."""

    request: Request
    visitor: Visitor
    bag_count: int

    def show(
        self,
        template: str,
        context: Mapping[str, Any],
        *,
        nav: str,
        refusal: Refusal | None = None,
    ) -> HTMLResponse:
        """Render a page; with a refusal, it says what was wrong and has the refusal's status."""
        problem = None if refusal is None else problem_of(refusal)
        notice = self.request.query_params.get("notice", "")
        visitor = self.visitor
        shopper = None
        if visitor.account_id is not None:
            shopper = {
                "email": visitor.email or "",
                "is_guest": visitor.is_guest,
                "role": visitor.role,
            }
        return page(
            self.request,
            template,
            {
                "shopper": shopper,
                "bag_count": self.bag_count,
                "nav": nav,
                "problem": problem,
                "notice": gettext(NOTICES[notice]) if notice in NOTICES else None,
                **context,
            },
            status=200 if problem is None else problem.status,
        )


async def _frame(request: Request, wired: Wired, imaging: WiredImaging, visitor: Visiting) -> Frame:
    bag_count = 0
    if visitor.account_id is not None:
        # Not held for the whole request: it may be an upload that takes its time.
        async with wired.pool.connection() as reading:
            coordination = await current(wired, imaging, reading, visitor.account_id)
        bag_count = len(coordination.look.pieces)
    return Frame(request=request, visitor=visitor, bag_count=bag_count)


Framed = Annotated[Frame, Depends(_frame)]


def see(address: str) -> RedirectResponse:
    """Send the browser to look at an address after a form was carried out."""
    return RedirectResponse(address, status_code=303)
