"""Names for what tests speak of: one noon, a few people, a shirt, a skirt, and what befell them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.account import AccountOpened
from domain.body import BodyMeasured, BodyMeasuresErased
from domain.classification import ASPECTS, Classification, ColourShare, Reading
from domain.commodity import (
    CommodityDescribed,
    CommodityRegistered,
    Confidence,
    FoundGarment,
    Landmark,
    Likeness,
    StockReceived,
    Variant,
)
from domain.coordinating import StartCoordination
from domain.coordination import (
    RECIPE_VERSION,
    CommodityCoordinated,
    CoordinationStarted,
    LookConfirmed,
    LookTakenUp,
    PieceAdjusted,
)
from domain.event import Event, Recorded
from domain.garment import GarmentApproved, GarmentCorrected
from domain.look import Look, Piece, Placement, Wearer
from domain.measures import Measure, SizeMeasures, SizesMeasured
from domain.placement import PlacePurchase, WantedPiece
from domain.purchase import (
    PaymentAuthorised,
    PaymentCaptured,
    PaymentDeclined,
    PaymentRefunded,
    PaymentVoided,
    PiecesReturned,
    PurchaseCancelled,
    PurchaseLine,
    PurchasePlaced,
    RefundGranted,
    ReservedLine,
)
from domain.reservation import HELD_FOR, ReservationExpired, ReservationReleased, StockReserved
from domain.saved_look import LookDiscarded, LookSaved
from domain.sharing import LookShared, LookUnshared
from domain.user_image import (
    UserImageCorrected,
    UserImageErased,
    UserImageExtracted,
    UserImageUploaded,
)

NOON = datetime(2030, 6, 1, 12, 0, tzinfo=UTC)

SHOPPER, STRANGER, SELLER, RIVAL = (UUID(int=n) for n in range(0x10, 0x14))
SHIRT, SKIRT, DRESS, UNREGISTERED = (UUID(int=n) for n in range(0x20, 0x24))
SHIRT_S, SHIRT_M, SKIRT_M, DRESS_M = (UUID(int=n) for n in range(0x30, 0x34))
COORDINATION, PURCHASE, IMAGE = (UUID(int=n) for n in range(0x40, 0x43))
RESERVATION, RETURN, REFUND, LOOK = (UUID(int=n) for n in range(0x50, 0x54))

CARD = "demo-card"
EMPTY_CARD = "demo-card-declined"
REFERENCE = f"demo-{PURCHASE}"
EMAIL_COMMITMENT = "e1" * 32
PHOTO_COMMITMENT = "b2" * 32
PICTURE_COMMITMENT = "c3" * 32
MEASURES_COMMITMENT = "d4" * 32

MANNEQUIN = Wearer(kind="mannequin", id="mannequin-1")
HERSELF = Wearer(kind="user-image", id=str(IMAGE))


def recorded(*events: Event) -> list[Recorded]:
    """Return events as the log has them, from position 1 on."""
    return [Recorded(position, event) for position, event in enumerate(events, start=1)]


# ---------------------------------------------------------- in the shop


def registered(  # noqa: PLR0913 (what tests vary)
    commodity_id: UUID,
    *variants: Variant,
    seller_id: UUID = SELLER,
    type: str = "shirt",  # noqa: A002 (the event's own word)
    design: str = "solid",
    colours: tuple[str, ...] = ("white",),
    price_minor: int = 4500,
    currency: str = "EUR",
) -> CommodityRegistered:
    return CommodityRegistered(
        recorded_at=NOON,
        commodity_id=commodity_id,
        seller_id=seller_id,
        name=f"Linen {type}",
        description="Woven in one piece.",
        type=type,
        design=design,
        colours=colours,
        measured_colours=(ColourShare(name=colours[0], share=0.75),),
        price_minor=price_minor,
        currency=currency,
        image_digest="ab" * 32,
        cutout_digest="cd" * 32,
        landmarks=(Landmark(name="neck-left", row=0.125, col=0.375),),
        variants=variants,
        confidences=(),
        doubts=(),
        said=ASPECTS,
        classification=None,
        likeness=None,
    )


def received(
    variant_id: UUID, quantity: int, *, commodity_id: UUID = SHIRT, seller_id: UUID = SELLER
) -> StockReceived:
    return StockReceived(
        recorded_at=NOON,
        variant_id=variant_id,
        commodity_id=commodity_id,
        seller_id=seller_id,
        quantity=quantity,
    )


shirt_registered = registered(
    SHIRT, Variant(variant_id=SHIRT_S, size="S"), Variant(variant_id=SHIRT_M, size="M")
)
skirt_registered = registered(
    SKIRT,
    Variant(variant_id=SKIRT_M, size="M"),
    seller_id=RIVAL,
    type="skirt",
    design="checked",
    colours=("navy", "white"),
    price_minor=8900,
)
dress_registered = registered(
    DRESS, Variant(variant_id=DRESS_M, size="M"), type="dress", colours=("red",), price_minor=12900
)
skirt_doubted = replace(
    skirt_registered,
    confidences=(
        Confidence(name="alpha", value=0.875),
        Confidence(name="hem_left", value=0.25),
        Confidence(name="waist_left", value=0.125),
    ),
    doubts=("waist_left", "hem_left"),
    classification=Classification(
        types=(
            Reading(name="skirt", confidence=0.9375),
            Reading(name="dress", confidence=0.03125),
        ),
        designs=(Reading(name="checked", confidence=0.75),),
        colours=(Reading(name="navy", confidence=0.875),),
    ),
    likeness=Likeness(version=1, fingerprint="0f" * 16, descriptor="7f81"),
)
"""The skirt, of which two landmarks were not found for sure."""

looks_like_shorts = Classification(
    types=(Reading(name="shorts", confidence=0.5), Reading(name="skirt", confidence=0.375)),
    designs=(Reading(name="solid", confidence=0.9375),),
    colours=(Reading(name="navy", confidence=0.9375),),
)
skirt_unsaid = replace(
    skirt_registered,
    type="shorts",
    design="solid",
    colours=("navy",),
    said=(),
    classification=looks_like_shorts,
    doubts=("type", "crotch"),
)
"""The skirt, of which its seller said nothing: it was taken for shorts, unsurely."""

SKIRT_HELD = tuple(
    Landmark(name=name, row=row, col=col)
    for name, row, col in (
        ("hem_centre", 0.96875, 0.5),
        ("hem_left", 0.9375, 0.0625),
        ("hem_right", 0.9375, 0.9375),
        ("hip_left", 0.375, 0.125),
        ("hip_right", 0.375, 0.875),
        ("waist_centre", 0.03125, 0.5),
        ("waist_left", 0.03125, 0.25),
        ("waist_right", 0.03125, 0.75),
    )
)
shirt_measured = SizesMeasured(
    recorded_at=NOON,
    commodity_id=SHIRT,
    seller_id=SELLER,
    sizes=(
        SizeMeasures(
            variant_id=SHIRT_S,
            measures=(Measure(name="chest_width", cm=50.0), Measure(name="length", cm=70.5)),
        ),
        SizeMeasures(variant_id=SHIRT_M, measures=(Measure(name="chest_width", cm=54.0),)),
    ),
)
body_measured = BodyMeasured(recorded_at=NOON, shopper_id=SHOPPER, commitment=MEASURES_COMMITMENT)
body_measures_erased = BodyMeasuresErased(recorded_at=NOON, shopper_id=SHOPPER)
skirt_corrected = GarmentCorrected(
    recorded_at=NOON,
    commodity_id=SKIRT,
    seller_id=RIVAL,
    cutout_digest="ef" * 32,
    landmarks=SKIRT_HELD,
)
skirt_described = CommodityDescribed(
    recorded_at=NOON,
    commodity_id=SKIRT,
    seller_id=RIVAL,
    type="skirt",
    design="checked",
    colours=("navy", "white"),
    said=ASPECTS,
    garment=FoundGarment(
        image_digest="1d" * 32,
        cutout_digest="0e" * 32,
        landmarks=SKIRT_HELD,
        confidences=(Confidence(name="hem_left", value=0.25),),
    ),
    doubts=("hem_left",),
)
skirt_approved = GarmentApproved(recorded_at=NOON, commodity_id=SKIRT, seller_id=RIVAL)
one_shirt = received(SHIRT_M, 1)
one_skirt = received(SKIRT_M, 1, commodity_id=SKIRT, seller_id=RIVAL)
one_dress = received(DRESS_M, 1, commodity_id=DRESS)

# ---------------------------------------------------------- the shopper

shopper_opened = AccountOpened(
    recorded_at=NOON,
    account_id=SHOPPER,
    role="shopper",
    email_commitment=EMAIL_COMMITMENT,
    trading_name="",
)
image_uploaded = UserImageUploaded(
    recorded_at=NOON, user_image_id=IMAGE, shopper_id=SHOPPER, photo_commitment=PHOTO_COMMITMENT
)
image_extracted = UserImageExtracted(
    recorded_at=NOON,
    user_image_id=IMAGE,
    shopper_id=SHOPPER,
    picture_commitment=PICTURE_COMMITMENT,
    score=0.875,
)
image_corrected = UserImageCorrected(
    recorded_at=NOON, user_image_id=IMAGE, shopper_id=SHOPPER, picture_commitment="d5" * 32
)
image_erased = UserImageErased(recorded_at=NOON, user_image_id=IMAGE, shopper_id=SHOPPER)

# -------------------------------------------------------- the coordination

start_coordination = StartCoordination(
    coordination_id=COORDINATION, shopper_id=SHOPPER, wearer=MANNEQUIN
)
coordination_started = CoordinationStarted(
    recorded_at=NOON, coordination_id=COORDINATION, shopper_id=SHOPPER, wearer=MANNEQUIN
)


def coordinated(
    commodity_id: UUID,
    type: str,  # noqa: A002 (the piece's own word)
    variant_id: UUID | None = None,
) -> CommodityCoordinated:
    return CommodityCoordinated(
        recorded_at=NOON,
        coordination_id=COORDINATION,
        shopper_id=SHOPPER,
        piece=Piece(commodity_id=commodity_id, type=type, variant_id=variant_id),
    )


shirt_worn = coordinated(SHIRT, "shirt")
skirt_worn = coordinated(SKIRT, "skirt", SKIRT_M)
dress_worn = coordinated(DRESS, "dress", DRESS_M)
look = Look(wearer=MANNEQUIN, pieces=(shirt_worn.piece, skirt_worn.piece))
shirt_moved = PieceAdjusted(
    recorded_at=NOON,
    coordination_id=COORDINATION,
    shopper_id=SHOPPER,
    commodity_id=SHIRT,
    placement=Placement(down=0.03125, right=-0.0625, scale=1.125, level=-1),
)
look_saved = LookSaved(
    recorded_at=NOON,
    look_id=LOOK,
    shopper_id=SHOPPER,
    look=look.with_placement(SHIRT, shirt_moved.placement),
    recipe_version=RECIPE_VERSION,
)
look_discarded = LookDiscarded(recorded_at=NOON, look_id=LOOK, shopper_id=SHOPPER)
look_shared = LookShared(
    recorded_at=NOON,
    token_digest="5f" * 32,
    look_id=LOOK,
    shopper_id=SHOPPER,
    expires_at=NOON + timedelta(days=7),
    shows_wearer=True,
)
look_unshared = LookUnshared(
    recorded_at=NOON, token_digest=look_shared.token_digest, look_id=LOOK, shopper_id=SHOPPER
)
look_taken_up = LookTakenUp(
    recorded_at=NOON,
    coordination_id=COORDINATION,
    shopper_id=SHOPPER,
    look_id=LOOK,
    look=look_saved.look,
)
look_confirmed = LookConfirmed(
    recorded_at=NOON,
    coordination_id=COORDINATION,
    shopper_id=SHOPPER,
    look=look,
    recipe_version=RECIPE_VERSION,
)
look_ready = (
    shirt_registered,
    skirt_registered,
    one_shirt,
    one_skirt,
    coordination_started,
    shirt_worn,
    skirt_worn,
    look_confirmed,
)
"""All that happens before a look of a shirt and a skirt can be purchased."""

# --------------------------------------------------------- the reservation

reserved_lines = (
    ReservedLine(commodity_id=SHIRT, variant_id=SHIRT_M, seller_id=SELLER, quantity=1),
    ReservedLine(commodity_id=SKIRT, variant_id=SKIRT_M, seller_id=RIVAL, quantity=1),
)
look_reserved = StockReserved(
    recorded_at=NOON,
    reservation_id=RESERVATION,
    shopper_id=SHOPPER,
    coordination_id=COORDINATION,
    lines=reserved_lines,
    expires_at=NOON + HELD_FOR,
)
reservation_released = ReservationReleased(
    recorded_at=NOON,
    reservation_id=RESERVATION,
    shopper_id=SHOPPER,
    coordination_id=COORDINATION,
    lines=reserved_lines,
)
reservation_expired = ReservationExpired(
    recorded_at=NOON + HELD_FOR,
    reservation_id=RESERVATION,
    shopper_id=SHOPPER,
    coordination_id=COORDINATION,
    lines=reserved_lines,
)

# ------------------------------------------------------------ the purchase

wanted_shirt = WantedPiece(commodity_id=SHIRT, variant_id=SHIRT_M, quantity=1, price_minor=4500)
wanted_skirt = WantedPiece(commodity_id=SKIRT, variant_id=SKIRT_M, quantity=1, price_minor=8900)
place_purchase = PlacePurchase(
    purchase_id=PURCHASE,
    shopper_id=SHOPPER,
    coordination_id=COORDINATION,
    pieces=(wanted_shirt, wanted_skirt),
    card=CARD,
)
lines = (
    PurchaseLine(
        commodity_id=SHIRT, variant_id=SHIRT_M, seller_id=SELLER, quantity=1, price_minor=4500
    ),
    PurchaseLine(
        commodity_id=SKIRT, variant_id=SKIRT_M, seller_id=RIVAL, quantity=1, price_minor=8900
    ),
)
purchase_placed = PurchasePlaced(
    recorded_at=NOON,
    purchase_id=PURCHASE,
    shopper_id=SHOPPER,
    lines=lines,
    coordination_id=COORDINATION,
    look=look,
    total_minor=13400,
    currency="EUR",
    card=CARD,
    reservation_id=None,
    from_reservation=(),
)
purchase_from_reservation = replace(
    purchase_placed, reservation_id=RESERVATION, from_reservation=reserved_lines
)
payment_authorised = PaymentAuthorised(
    recorded_at=NOON, purchase_id=PURCHASE, shopper_id=SHOPPER, lines=lines, reference=REFERENCE
)
payment_captured = PaymentCaptured(
    recorded_at=NOON,
    purchase_id=PURCHASE,
    shopper_id=SHOPPER,
    lines=lines,
    reference=REFERENCE,
    total_minor=13400,
    currency="EUR",
)
payment_declined = PaymentDeclined(
    recorded_at=NOON,
    purchase_id=PURCHASE,
    shopper_id=SHOPPER,
    lines=lines,
    reason="The card has insufficient funds.",
)
purchase_cancelled = PurchaseCancelled(
    recorded_at=NOON, purchase_id=PURCHASE, shopper_id=SHOPPER, lines=lines
)
payment_voided = PaymentVoided(
    recorded_at=NOON, purchase_id=PURCHASE, shopper_id=SHOPPER, lines=lines, reference=REFERENCE
)
shirt_returned = PiecesReturned(
    recorded_at=NOON,
    purchase_id=PURCHASE,
    shopper_id=SHOPPER,
    lines=(lines[0],),
    return_id=RETURN,
)
refund_granted = RefundGranted(
    recorded_at=NOON,
    purchase_id=PURCHASE,
    shopper_id=SHOPPER,
    refund_id=REFUND,
    amount_minor=4500,
    currency="EUR",
    seller_id=None,
)
payment_refunded = PaymentRefunded(
    recorded_at=NOON,
    purchase_id=PURCHASE,
    shopper_id=SHOPPER,
    refund_id=REFUND,
    amount_minor=4500,
    currency="EUR",
    reference=f"demo-refund-{REFUND}",
)
