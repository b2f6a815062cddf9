"""Settlement: what the payment provider is asked next, given how far a purchase has come.

Every call may be repeated: the provider knows purchase and refund by their ids. So a purchase whose
process died, even between a call and its event, is taken on from what the log has.
"""

from domain.event import Command
from domain.payment import (
    AuthorisePayment,
    CapturePayment,
    DeclinePayment,
    GrantRefund,
    RefundPayment,
    VoidPayment,
)
from domain.ports import MoneyTaken, PaymentProvider
from domain.purchase import Purchase, PurchaseNotFound, PurchasePlaced


async def take_on(purchase: Purchase, provider: PaymentProvider) -> Command:
    """Take one step of a purchase that is not settled; return what is to be recorded of it.

    Raises:
        PurchaseNotFound: it was never placed.
        PaymentUnavailable: the provider did not answer; nothing is to be recorded.
    """
    if purchase.placed is None:
        raise PurchaseNotFound
    if purchase.reference is None:
        return await _authorise(purchase, purchase.placed, provider)
    if purchase.is_captured:
        return await _give_back(purchase, purchase.reference, provider)
    purchase_id, reference = purchase.purchase_id, purchase.reference
    if purchase.is_cancelled:
        try:
            await provider.void(purchase_id=purchase_id, reference=reference)
        except MoneyTaken:
            # Taken, and the process died before that was recorded: it goes back by a refund.
            return CapturePayment(purchase_id=purchase_id)
        return VoidPayment(purchase_id=purchase_id)
    await provider.capture(purchase_id=purchase_id, reference=reference)
    return CapturePayment(purchase_id=purchase_id)


async def _authorise(
    purchase: Purchase, placed: PurchasePlaced, provider: PaymentProvider
) -> Command:
    # Of a cancelled purchase too: the process may have died after the money was held. Asked with
    # the same id, the provider tells; what it holds only now is let go in the next step.
    answer = await provider.authorise(
        purchase_id=purchase.purchase_id,
        card=placed.card,
        amount_minor=placed.total_minor,
        currency=placed.currency,
    )
    if answer.reference is not None:
        return AuthorisePayment(purchase_id=purchase.purchase_id, reference=answer.reference)
    if purchase.is_cancelled:
        return VoidPayment(purchase_id=purchase.purchase_id)
    reason = answer.reason or "declined"
    return DeclinePayment(purchase_id=purchase.purchase_id, reason=reason)


async def _give_back(purchase: Purchase, reference: str, provider: PaymentProvider) -> Command:
    due = purchase.refund_due
    if due is None:
        # Money was taken for a cancelled purchase; all of it goes back, once: so its id is fixed.
        return GrantRefund(
            purchase_id=purchase.purchase_id,
            refund_id=purchase.purchase_id,
            amount_minor=purchase.refundable_minor,
            seller_id=None,
        )
    refunded = await provider.refund(
        refund_id=due.refund_id,
        reference=reference,
        amount_minor=due.amount_minor,
        currency=due.currency,
    )
    return RefundPayment(
        purchase_id=purchase.purchase_id, refund_id=due.refund_id, reference=refunded
    )
