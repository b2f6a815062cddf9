"""Whatever shoppers and providers do, in whatever order, stock and money add up.

Decisions are made one after the other on a growing log, and compared with a simple book of the same
shop: how many pieces lie on the shelf, which are put aside for whom, and who has paid what.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from domain.confirmation import ConfirmLook, PieceToReserve, WantedReservation
from domain.event import Command, Event, Known, Refusal
from domain.payment import (
    AuthorisePayment,
    CapturePayment,
    DeclinePayment,
    GrantRefund,
    RefundPayment,
    VoidPayment,
)
from domain.placement import PlacePurchase, WantedPiece
from domain.purchase import (
    CancelPurchase,
    PaymentCaptured,
    PaymentRefunded,
    PiecesBack,
    Purchase,
    PurchasePlaced,
    ReservedLine,
    ReturnPieces,
)
from domain.reservation import (
    HELD_FOR,
    ExpireReservation,
    ReleaseReservation,
    ReservationExpired,
    ReservationReleased,
    StockReserved,
)
from domain.stock import ReceiveStock, Stock
from projections.audit_trail import PurchaseHistory
from tests.given_when_then import decided
from tests.speaking import (
    CARD,
    NOON,
    RIVAL,
    SELLER,
    SHIRT,
    SHIRT_M,
    SHOPPER,
    SKIRT,
    SKIRT_M,
    STRANGER,
    coordinated,
    coordination_started,
    recorded,
    shirt_registered,
    skirt_registered,
    skirt_worn,
)

PRICE_OF = {SHIRT_M: 4500, SKIRT_M: 8900}
COMMODITY_OF = {SHIRT_M: SHIRT, SKIRT_M: SKIRT}
SELLER_OF = {SHIRT_M: SELLER, SKIRT_M: RIVAL}
COORDINATION_OF = {SHOPPER: UUID(int=0x61), STRANGER: UUID(int=0x62)}
NOTHING = Counter[UUID]()

variants = st.sampled_from(sorted(PRICE_OF))
shoppers = st.sampled_from(sorted(COORDINATION_OF))
baskets = st.dictionaries(variants, st.integers(1, 2), min_size=1)


@dataclass
class Booked:
    """What the book says of one purchase."""

    shopper_id: UUID
    pieces: Counter[UUID]
    is_held: bool = False
    is_taken: bool = False
    is_declined: bool = False
    is_cancelled: bool = False
    is_let_go: bool = False
    returned: Counter[UUID] = field(default_factory=Counter[UUID])
    granted: dict[UUID, int] = field(default_factory=dict[UUID, int])

    @property
    def is_back(self) -> bool:
        return self.is_declined or self.is_cancelled

    @property
    def sold(self) -> Counter[UUID]:
        return NOTHING if self.is_back else self.pieces - self.returned

    @property
    def refundable(self) -> int:
        back = self.pieces if self.is_cancelled else self.returned
        return worth(back) - sum(self.granted.values()) if self.is_taken else 0


def worth(pieces: Mapping[UUID, int]) -> int:
    return sum(PRICE_OF[variant_id] * quantity for variant_id, quantity in pieces.items())


def started(shopper_id: UUID) -> list[Event]:
    """Return a shopper's coordination of a shirt and a skirt, with their sizes."""
    worn = (coordination_started, coordinated(SHIRT, "shirt", SHIRT_M), skirt_worn)
    id_ = COORDINATION_OF[shopper_id]
    return [replace(event, coordination_id=id_, shopper_id=shopper_id) for event in worn]


class Shop(RuleBasedStateMachine):
    reservations: Bundle[UUID] = Bundle("reservations")
    purchases: Bundle[UUID] = Bundle("purchases")
    refunds: Bundle[tuple[UUID, UUID]] = Bundle("refunds")

    def __init__(self) -> None:
        super().__init__()
        self.log: list[Event] = [shirt_registered, skirt_registered]
        for shopper_id in COORDINATION_OF:
            self.log += started(shopper_id)
        self.now = NOON
        self.ids = 0x1000
        self.received = Counter[UUID]()
        self.shelf = Counter[UUID]()
        self.aside = dict[UUID, tuple[UUID, Counter[UUID]]]()  # by shopper: reservation, pieces
        self.made_at = dict[UUID, datetime]()
        self.confirmed = set[UUID]()
        self.book = dict[UUID, Booked]()

    def an_id(self) -> UUID:
        self.ids += 1
        return UUID(int=self.ids)

    def does(self, command: Command) -> bool:
        """Decide; return whether it was not refused. Of the same again nothing may come."""
        try:
            events = decided(command, self.log, at=self.now)
        except Refusal:
            return False
        self.log += events
        assert isinstance(command, ReceiveStock) or not decided(command, self.log, at=self.now)
        return True

    def there_for(self, shopper_id: UUID) -> Counter[UUID]:
        return self.shelf + self.held_for(shopper_id)

    def held_for(self, shopper_id: UUID) -> Counter[UUID]:
        return self.aside[shopper_id][1] if shopper_id in self.aside else NOTHING

    def put_back(self, shopper_id: UUID) -> None:
        self.shelf += self.held_for(shopper_id)
        self.aside.pop(shopper_id, None)

    # ---------------------------------------------------------- the shelf

    @initialize()
    def open_with_some_stock(self) -> None:
        for variant_id in PRICE_OF:
            self.receive(variant_id, 2)

    @rule(variant_id=variants, quantity=st.integers(1, 3))
    def receive(self, variant_id: UUID, quantity: int) -> None:
        assert self.does(
            ReceiveStock(
                seller_id=SELLER_OF[variant_id],
                commodity_id=COMMODITY_OF[variant_id],
                variant_id=variant_id,
                quantity=quantity,
            )
        )
        self.received[variant_id] += quantity
        self.shelf[variant_id] += quantity

    @rule(minutes=st.integers(1, 20))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    # ------------------------------------------------------- reservations

    @rule(target=reservations, shopper_id=shoppers, wanted=st.sets(variants))
    def confirm(self, shopper_id: UUID, wanted: set[UUID]) -> UUID | MultipleResults[UUID]:
        id_ = self.an_id()
        pieces = tuple(
            PieceToReserve(commodity_id=COMMODITY_OF[x], variant_id=x) for x in sorted(wanted)
        )
        is_there = Counter(wanted) <= self.there_for(shopper_id)
        command = ConfirmLook(
            coordination_id=COORDINATION_OF[shopper_id],
            shopper_id=shopper_id,
            reservation=WantedReservation(reservation_id=id_, pieces=pieces),
        )
        assert self.does(command) == is_there
        if not is_there:
            return multiple()
        self.confirmed.add(shopper_id)
        self.put_back(shopper_id)
        self.shelf -= Counter(wanted)
        if not wanted:
            return multiple()
        self.made_at[id_] = self.now
        self.aside[shopper_id] = (id_, Counter(wanted))
        return id_

    @rule(reservation_id=reservations, shopper_id=shoppers)
    def release(self, reservation_id: UUID, shopper_id: UUID) -> None:
        self.does(ReleaseReservation(reservation_id=reservation_id, shopper_id=shopper_id))
        if self.aside.get(shopper_id, (None,))[0] == reservation_id:
            self.put_back(shopper_id)

    @rule(reservation_id=reservations)
    def expire(self, reservation_id: UUID) -> None:
        self.does(ExpireReservation(reservation_id=reservation_id))
        for shopper_id, (held_id, _) in list(self.aside.items()):
            if held_id == reservation_id and self.now >= self.made_at[held_id] + HELD_FOR:
                self.put_back(shopper_id)

    # ---------------------------------------------------------- purchases

    @rule(target=purchases, shopper_id=shoppers, basket=baskets)
    def place(self, shopper_id: UUID, basket: dict[UUID, int]) -> UUID | MultipleResults[UUID]:
        id_ = self.an_id()
        command = PlacePurchase(
            purchase_id=id_,
            shopper_id=shopper_id,
            coordination_id=COORDINATION_OF[shopper_id],
            pieces=tuple(
                WantedPiece(
                    commodity_id=COMMODITY_OF[variant_id],
                    variant_id=variant_id,
                    quantity=quantity,
                    price_minor=PRICE_OF[variant_id],
                )
                for variant_id, quantity in basket.items()
            ),
            card=CARD,
        )
        is_there = Counter(basket) <= self.there_for(shopper_id)
        assert self.does(command) == (is_there and shopper_id in self.confirmed)
        if not is_there or shopper_id not in self.confirmed:
            return multiple()
        self.put_back(shopper_id)
        self.shelf -= Counter(basket)
        self.book[id_] = Booked(shopper_id, Counter(basket))
        return id_

    @rule(purchase_id=purchases)
    def authorise(self, purchase_id: UUID) -> None:
        done = self.does(AuthorisePayment(purchase_id=purchase_id, reference=str(purchase_id)))
        booked = self.book[purchase_id]
        assert done == (not booked.is_declined and not booked.is_let_go)
        booked.is_held |= done

    @rule(purchase_id=purchases)
    def capture(self, purchase_id: UUID) -> None:
        done = self.does(CapturePayment(purchase_id=purchase_id))
        booked = self.book[purchase_id]
        assert done == (booked.is_held and not booked.is_declined and not booked.is_let_go)
        booked.is_taken |= done

    @rule(purchase_id=purchases)
    def pay(self, purchase_id: UUID) -> None:
        """Do both, so that much of what is tried happens to paid purchases."""
        self.authorise(purchase_id)
        self.capture(purchase_id)

    @rule(purchase_id=purchases)
    def cancel_too_late(self, purchase_id: UUID) -> None:
        """Cancel while the provider is taking the money."""
        self.authorise(purchase_id)
        self.cancel(purchase_id, self.book[purchase_id].shopper_id)
        self.capture(purchase_id)

    @rule(purchase_id=purchases)
    def return_all_and_refund_some(self, purchase_id: UUID) -> None:
        if pieces := dict(self.book[purchase_id].sold):
            self.return_pieces(purchase_id, pieces)
        for share in (0.3, 1.1, 1.0):
            self.grant_refund(purchase_id, share)

    @rule(purchase_id=purchases)
    def decline(self, purchase_id: UUID) -> None:
        done = self.does(DeclinePayment(purchase_id=purchase_id, reason="no money"))
        booked = self.book[purchase_id]
        assert done == (not booked.is_taken and not booked.is_cancelled)
        if done:
            self.shelf += booked.sold
            booked.is_declined = True

    @rule(purchase_id=purchases, shopper_id=shoppers)
    def cancel(self, purchase_id: UUID, shopper_id: UUID) -> None:
        done = self.does(CancelPurchase(purchase_id=purchase_id, shopper_id=shopper_id))
        booked = self.book[purchase_id]
        is_hers = booked.shopper_id == shopper_id
        assert done == (is_hers and (booked.is_back or not booked.is_taken))
        if done and not booked.is_declined:
            self.shelf += booked.sold
            booked.is_cancelled = True

    @rule(purchase_id=purchases)
    def void(self, purchase_id: UUID) -> None:
        done = self.does(VoidPayment(purchase_id=purchase_id))
        booked = self.book[purchase_id]
        assert done == (booked.is_cancelled and not booked.is_taken)
        booked.is_let_go |= done

    @rule(purchase_id=purchases, pieces=baskets)
    def return_pieces(self, purchase_id: UUID, pieces: dict[UUID, int]) -> None:
        booked = self.book[purchase_id]
        command = ReturnPieces(
            return_id=self.an_id(),
            purchase_id=purchase_id,
            shopper_id=booked.shopper_id,
            pieces=tuple(PiecesBack(variant_id=x, quantity=n) for x, n in pieces.items()),
        )
        done = self.does(command)
        assert done == (booked.is_taken and Counter(pieces) <= booked.sold)
        if done:
            booked.returned += Counter(pieces)
            self.shelf += Counter(pieces)

    @rule(target=refunds, purchase_id=purchases, share=st.sampled_from([0.0, 0.3, 1.0, 1.1]))
    def grant_refund(
        self, purchase_id: UUID, share: float
    ) -> tuple[UUID, UUID] | MultipleResults[tuple[UUID, UUID]]:
        booked, id_ = self.book[purchase_id], self.an_id()
        refundable = booked.refundable
        amount = int(refundable * share)
        command = GrantRefund(
            purchase_id=purchase_id, refund_id=id_, amount_minor=amount, seller_id=None
        )
        done = self.does(command)
        assert done == (1 <= amount <= refundable)
        if not done:
            return multiple()
        booked.granted[id_] = amount
        return purchase_id, id_

    @rule(refund=refunds)
    def refund(self, refund: tuple[UUID, UUID]) -> None:
        purchase_id, id_ = refund
        assert self.does(RefundPayment(purchase_id=purchase_id, refund_id=id_, reference="back"))

    # --------------------------------------------------------- what holds

    @invariant()
    def pieces_add_up(self) -> None:
        history = PurchaseHistory()
        history.replay(recorded(*self.log))
        sold = sum((booked.sold for booked in self.book.values()), NOTHING)
        aside = sum((pieces for _, pieces in self.aside.values()), NOTHING)
        for variant_id in PRICE_OF:
            blank = Stock(variant_id=variant_id)
            stock = Known((blank,), self.log)[Stock, variant_id]
            assert (stock.left, stock.reserved) == (self.shelf[variant_id], aside[variant_id])
            assert stock.left >= 0
            assert stock.reserved >= 0
            there = stock.left + stock.reserved
            assert self.received[variant_id] - there == sold[variant_id]
        assert history.pieces_left == self.shelf.total()
        assert history.pieces_reserved == aside.total()
        assert history.pieces_sold == sold.total()

    @invariant()
    def money_adds_up(self) -> None:
        for purchase_id, booked in self.book.items():
            own = [
                event for event in self.log if Purchase(purchase_id=purchase_id).tag in event.tags()
            ]
            taken = sum(x.total_minor for x in own if isinstance(x, PaymentCaptured))
            given_back = sum(x.amount_minor for x in own if isinstance(x, PaymentRefunded))
            assert taken == (worth(booked.pieces) if booked.is_taken else 0)
            assert 0 <= given_back <= taken
            back = booked.pieces if booked.is_cancelled else booked.returned
            assert given_back <= worth(back)

    @invariant()
    def each_reservation_ends_once(self) -> None:
        made, ended = dict[UUID, Counter[UUID]](), dict[UUID, Counter[UUID]]()
        for event in self.log:
            match event:
                case StockReserved():
                    assert event.reservation_id not in made
                    made[event.reservation_id] = _variants(event.lines)
                case ReservationReleased() | ReservationExpired():
                    ended.setdefault(event.reservation_id, Counter()).update(_variants(event.lines))
                case PurchasePlaced() if event.reservation_id is not None:
                    pieces = _variants(event.from_reservation)
                    ended.setdefault(event.reservation_id, Counter()).update(pieces)
                case _:
                    pass
        still_open = {reservation_id for reservation_id, _ in self.aside.values()}
        for reservation_id, pieces in made.items():
            is_open = reservation_id in still_open
            assert ended.get(reservation_id, NOTHING) == (NOTHING if is_open else pieces)


def _variants(lines: Iterable[ReservedLine]) -> Counter[UUID]:
    return Counter(line.variant_id for line in lines for _ in range(line.quantity))


TestShop = Shop.TestCase
TestShop.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
