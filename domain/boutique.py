"""Everything the boutique can do, and who decides it; and purchases, taken through payment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from domain import (
    account,
    body,
    commodity,
    confirmation,
    coordinating,
    description,
    garment,
    measuring,
    payment,
    placement,
    purchase,
    reservation,
    saved_look,
    sharing,
    stock,
    user_image,
)
from domain.event import Command, Event, Fact, Known
from domain.ports import PaymentProvider
from domain.purchase import Purchase
from domain.request import unkeyed
from domain.settlement import take_on


class Decision(Protocol):
    # Each decision takes its own kind of command: DECISIONS pairs them.
    def __call__(self, command: Any, known: Known, /, *, now: datetime) -> Sequence[Event]: ...  # noqa: ANN401


DECISIONS: Mapping[type[Any], Decision] = {
    account.OpenAccount: account.open_account,
    commodity.RegisterCommodity: commodity.register,
    description.DescribeCommodity: description.describe,
    measuring.MeasureSizes: measuring.measure,
    stock.ReceiveStock: stock.receive,
    garment.CorrectGarment: garment.correct,
    garment.ApproveGarment: garment.approve,
    user_image.KeepUserImage: user_image.keep,
    user_image.CorrectUserImage: user_image.correct,
    user_image.EraseUserImage: user_image.erase,
    body.KeepBodyMeasures: body.keep,
    body.EraseBodyMeasures: body.erase,
    coordinating.StartCoordination: coordinating.start,
    coordinating.ChooseWearer: coordinating.choose_wearer,
    coordinating.CoordinateCommodity: coordinating.coordinate,
    coordinating.TakeOffCommodity: coordinating.take_off,
    coordinating.ChooseSize: coordinating.choose_size,
    coordinating.AdjustPiece: coordinating.adjust,
    coordinating.ClearLook: coordinating.clear,
    coordinating.UndoStep: coordinating.undo,
    coordinating.RedoStep: coordinating.redo,
    confirmation.ConfirmLook: confirmation.confirm,
    saved_look.SaveLook: saved_look.save,
    saved_look.DuplicateLook: saved_look.duplicate,
    saved_look.DiscardLook: saved_look.discard,
    saved_look.TakeUpLook: saved_look.take_up,
    sharing.ShareLook: sharing.share,
    sharing.UnshareLook: sharing.unshare,
    reservation.ReleaseReservation: reservation.release,
    reservation.ExpireReservation: reservation.expire,
    placement.PlacePurchase: placement.place,
    purchase.CancelPurchase: purchase.cancel,
    purchase.ReturnPieces: purchase.return_pieces,
    payment.AuthorisePayment: payment.authorise,
    payment.CapturePayment: payment.capture,
    payment.DeclinePayment: payment.decline,
    payment.VoidPayment: payment.void,
    payment.GrantRefund: payment.grant_refund,
    payment.RefundPayment: payment.refund,
}
"""Everything the boutique can do."""

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True)
class Outcome:
    """What a command caused, and the position up to which it is recorded."""

    events: Sequence[Event]
    position: int
    is_repeated: bool = False  # recorded before, under the same idempotency key


class Decider(Protocol):
    """Where commands meet the event log: facts are read, decisions made, events appended."""

    async def handle(self, command: Command) -> Outcome:
        """Carry out a command.

        Raises:
            Refusal: a rule of the boutique said no.
            ConcurrentUpdate: others were faster, again and again.
            LogUnavailable, LogFull: the log did not take it.
        """
        ...

    async def check(self, command: Command) -> None:
        """Refuse now what would be refused anyway, before costly effects are prepared for it.

        Raises:
            Refusal: a rule of the boutique says no.
        """
        ...

    async def handle_and_know(self, command: Command, blank: F) -> tuple[Outcome, F]:
        """Carry out a command; return one of the facts it needs, too, as the log has it then.

        Raises:
            Refusal, ConcurrentUpdate, LogUnavailable, LogFull: as ``handle``.
        """
        ...

    async def know(self, blank: F) -> F:
        """Return a fact as the log has it now."""
        ...


class Boutique:
    def __init__(self, *, decider: Decider, payment: PaymentProvider) -> None:
        self._payment = payment
        self.handle = decider.handle
        self.handle_and_know = decider.handle_and_know
        self.check = decider.check
        self.know = decider.know

    async def settle(self, purchase_id: UUID) -> Purchase:
        """Take a purchase through its payment, from wherever it was left, to where nothing is due.

        Every step may be repeated: the provider knows the purchase by its id, and what is
        recorded already is not recorded again. So a purchase whose process died is completed by
        calling this once more; and so is one that was cancelled, or for which money goes back.

        Raises:
            PurchaseNotFound: it was never placed.
            PaymentUnavailable: the provider did not answer; settle it again later.
        """
        return await self.settle_from(await self.know(Purchase(purchase_id=purchase_id)))

    async def settle_from(self, state: Purchase) -> Purchase:
        """Settle a purchase that is known already; the log has the last word all the same.

        Raises:
            PurchaseNotFound, PaymentUnavailable: as ``settle``.
        """
        blank = Purchase(purchase_id=state.purchase_id)
        while not (before := state).is_settled:
            command = await take_on(before, self._payment)
            try:
                with unkeyed():
                    # The log tells how far it is then: it may have been cancelled while the
                    # provider thought.
                    _, state = await self.handle_and_know(command, blank)
            except payment.PurchaseSettled:
                # Somebody else was faster, by cancelling it for one: go on from where it is now.
                if (state := await self.know(blank)) == before:
                    raise
        return state
