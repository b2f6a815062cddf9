"""What pages and programs see of commodities and looks: projections in the words of a view."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from domain.commodity import of_garment
from domain.garment import HELD_BY
from domain.look import AS_IT_FALLS, TUCKABLE, Look, Piece, Placement
from projections.commodity_index import IndexedCommodity
from web.advising import SizeAdviceView
from web.classifying import QuestionView, questions
from web.templating import Money
from web.terms import colour_words, landmark_word, type_word
from web.words import gettext, listed, ngettext

COLOUR_HEX = {
    "black": "#1d1c1b",
    "white": "#f7f5f0",
    "grey": "#8f9092",
    "beige": "#d8c7a9",
    "brown": "#6f4a2f",
    "red": "#b3261e",
    "orange": "#d9692b",
    "yellow": "#e4b93a",
    "green": "#4d6b4a",
    "turquoise": "#3d9c9a",
    "blue": "#3f6fb0",
    "navy": "#26324f",
    "purple": "#6f4d86",
    "pink": "#dd9aa6",
}
"""How the name of a colour is shown, e.g. in a facet."""

CALLOUTS: Mapping[str, tuple[str, str, float]] = {
    "t-shirt": ("shoulder_left", "hip_left", 0.35),
    "longsleeve": ("shoulder_left", "hip_left", 0.35),
    "shirt": ("shoulder_left", "hip_left", 0.35),
    "top": ("shoulder_left", "hip_left", 0.35),
    "knitwear": ("shoulder_right", "hip_right", 0.45),
    "outerwear": ("shoulder_right", "hip_right", 0.7),
    "dress": ("shoulder_left", "hip_left", 0.8),
    "skirt": ("hip_right", "knee_right", 0.4),
    "trousers": ("hip_right", "knee_right", 0.5),
    "shorts": ("hip_right", "knee_right", 0.4),
    "shoes": ("ankle_right", "toe_right", 0.5),
    "hat": ("crown", "neck", 0.15),
    "bag": ("wrist_right", "hand_right", 1.2),
    "scarf": ("neck", "shoulder_right", 0.3),
    "glasses": ("crown", "neck", 0.5),
}
"""Where a call-out points: between two joints of the wearer, so far from the first one."""

DOUBTS_SAID = 3

_BODY_FRAME_ROWS, _BODY_FRAME_COLS = 1536, 750


@dataclass(frozen=True, kw_only=True)
class ColourView:
    name: str
    hex: str
    share: float | None = None


@dataclass(frozen=True, kw_only=True)
class VariantView:
    id: str
    size: str
    left: int
    measures: Mapping[str, float]  # of the garment laid flat, cm; empty where they are not known


@dataclass(frozen=True, kw_only=True)
class CommodityView:
    id: str
    name: str
    description: str
    type: str
    design: str
    colours: tuple[ColourView, ...]  # the seller's word, main colour first
    measured_colours: tuple[ColourView, ...]
    price: Money
    image_url: str
    image_url_small: str
    seller_id: str
    seller_name: str
    is_sold_out: bool
    is_offered: bool  # what waits for its seller's look is not
    variants: tuple[VariantView, ...]
    is_worn: bool = False
    is_owned: bool = False


@dataclass(frozen=True, kw_only=True)
class PieceView:
    commodity: CommodityView
    variant_id: str | None
    variants: tuple[VariantView, ...]
    is_owned: bool
    callout: Mapping[str, float] | None
    placement: Placement
    is_adjusted: bool  # it is worn otherwise than it falls by itself
    can_be_tucked: bool
    suits: str  # why it suits the rest of the look; nothing where there is no more to say
    size_advice: SizeAdviceView | None  # None: there is nothing to choose


@dataclass(frozen=True, kw_only=True)
class BodyView:
    """Whether a user image is shown on the own body or on a drawn one, and how to change that."""

    is_own: bool
    note: str  # below the picture; nothing where it is the own body
    own: str  # what a step says as its wearer
    drawn: str
    advice: tuple[str, ...]  # why clothes do not look right on the body of the photograph


@dataclass(frozen=True, kw_only=True)
class CoordinationView:
    """A coordination as the screen shows it."""

    id: str
    step: int
    can_undo: bool
    can_redo: bool
    wearer: Mapping[str, str]
    body: BodyView | None  # None: a mannequin
    pieces: tuple[PieceView, ...]
    total: Money
    picture_url: str
    description: str = field(default="")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class DoubtView:
    name: str  # of a landmark, or "alpha"
    words: str


@dataclass(frozen=True, kw_only=True)
class GarmentView:
    """How a commodity is worn, as its seller sees it."""

    commodity_id: str
    name: str
    type: str
    landmarks: Mapping[str, tuple[float, float]]  # row and column as fractions of the cut-out
    needed: tuple[str, ...]  # landmarks without which it cannot be worn
    further: tuple[str, ...]  # those it may have, such as of sleeves
    doubts: tuple[DoubtView, ...]  # what waits for the seller's look, the most doubtful first
    questions: tuple[QuestionView, ...]  # what she should say of it first: what it is
    awaits_review: bool
    cutout_url: str
    ground_url: str


def garment_view(commodity: IndexedCommodity) -> GarmentView:
    held = HELD_BY[commodity.type]
    address = f"/api/v1/commodities/{commodity.commodity_id}/garment"
    return GarmentView(
        commodity_id=str(commodity.commodity_id),
        name=commodity.name,
        type=commodity.type,
        landmarks=commodity.landmarks,
        needed=held.needed,
        further=held.further,
        doubts=tuple(
            DoubtView(name=x, words=doubt_in_words(x)) for x in of_garment(commodity.doubts)
        ),
        questions=questions(commodity),
        awaits_review=not commodity.is_offered,
        cutout_url=f"{address}/cutout",
        ground_url=f"{address}/ground",
    )


def doubt_in_words(name: str) -> str:
    if name == "alpha":
        return gettext("the outline")
    return gettext("the %(landmark)s", landmark=landmark_word(name))


def doubts_in_words(names: Sequence[str]) -> str:
    """Say briefly what is doubtful: a few of it, and pairs at once."""
    words = dict[str, None]()
    for name in of_garment(tuple(names)):
        part, _, side = name.rpartition("_")
        other = {"left": f"{part}_right", "right": f"{part}_left"}.get(side)
        words[_pair_in_words(part) if other in names else doubt_in_words(name)] = None
    told = list(words)
    if len(told) > DOUBTS_SAID + 1:
        more = len(told) - DOUBTS_SAID
        told = [*told[:DOUBTS_SAID], ngettext("%(count)s more", "%(count)s more", more)]
    return listed(told)


def _pair_in_words(part: str) -> str:
    return gettext("both %(landmark)ss", landmark=landmark_word(part))


def commodity_view(
    commodity: IndexedCommodity,
    sellers: Mapping[UUID, str],
    *,
    worn: Collection[UUID] = (),
    owned: Collection[UUID] = (),
) -> CommodityView:
    return CommodityView(
        id=str(commodity.commodity_id),
        name=commodity.name,
        description=commodity.description,
        type=commodity.type,
        design=commodity.design,
        colours=colour_views((name, None) for name in commodity.colours),
        measured_colours=colour_views(commodity.measured_colours),
        price=Money(commodity.price_minor, commodity.currency),
        image_url=f"/pictures/commodities/{commodity.image_digest}-large.webp",
        image_url_small=f"/pictures/commodities/{commodity.image_digest}-small.webp",
        seller_id=str(commodity.seller_id),
        seller_name=sellers.get(commodity.seller_id, ""),
        is_sold_out=commodity.is_sold_out,
        is_offered=commodity.is_offered,
        variants=tuple(
            VariantView(id=str(v.variant_id), size=v.size, left=max(v.left, 0), measures=v.measures)
            for v in commodity.variants
        ),
        is_worn=commodity.commodity_id in worn,
        is_owned=commodity.commodity_id in owned,
    )


def colour_views(named: Iterable[tuple[str, float | None]]) -> tuple[ColourView, ...]:
    return tuple(ColourView(name=x, hex=COLOUR_HEX[x], share=share) for x, share in named)


def piece_view(  # noqa: PLR0913 (what it is shown with)
    piece: Piece,
    commodity: IndexedCommodity,
    sellers: Mapping[UUID, str],
    *,
    owned: Collection[UUID],
    joints: Mapping[str, tuple[float, float]],
    suits: str,
    advice: SizeAdviceView | None,
) -> PieceView:
    view = commodity_view(commodity, sellers, worn=(piece.commodity_id,), owned=owned)
    return PieceView(
        commodity=view,
        variant_id=None if piece.variant_id is None else str(piece.variant_id),
        variants=view.variants,
        is_owned=view.is_owned,
        callout=callout(piece.type, joints),
        placement=piece.placement,
        is_adjusted=piece.placement != AS_IT_FALLS,
        can_be_tucked=piece.type in TUCKABLE,
        suits=suits,
        size_advice=None if view.is_owned else advice,
    )


def callout(type_: str, joints: Mapping[str, tuple[float, float]]) -> dict[str, float] | None:
    """Return where a call-out points, as fractions of the picture; None for an unknown type."""
    if type_ not in CALLOUTS:
        return None
    start, end, share = CALLOUTS[type_]
    row = joints[start][0] * (1 - share) + joints[end][0] * share
    col = joints[start][1] * (1 - share) + joints[end][1] * share
    return {
        "row": round(min(max(row / _BODY_FRAME_ROWS, 0.02), 0.98), 4),
        "col": round(min(max(col / _BODY_FRAME_COLS, 0.02), 0.98), 4),
    }


def to_buy(
    look: Look, commodities: Mapping[UUID, IndexedCommodity], owned: Collection[UUID]
) -> list[IndexedCommodity]:
    """Return the pieces of a look that its shopper does not own yet."""
    return [
        commodities[piece.commodity_id]
        for piece in look.pieces
        if piece.commodity_id in commodities and piece.commodity_id not in owned
    ]


def total(commodities: Iterable[IndexedCommodity]) -> Money:
    """Add up prices; a look of several currencies shows the sum of the first one's pieces."""
    prices = [(c.price_minor, c.currency) for c in commodities]
    if not prices:
        return Money(0, "EUR")
    currency = prices[0][1]
    return Money(sum(minor for minor, of in prices if of == currency), currency)


def look_in_words(wearer_name: str, commodities: Sequence[IndexedCommodity]) -> str:
    """Describe a look for whoever cannot see it."""
    if not commodities:
        return gettext("%(name)s, without any piece of the boutique.", name=wearer_name)
    pieces = listed([_in_words(commodity) for commodity in commodities])
    return gettext("%(name)s wearing %(pieces)s.", name=wearer_name, pieces=pieces)


def _in_words(commodity: IndexedCommodity) -> str:
    return gettext(
        "%(name)s (%(colours)s %(type)s)",
        name=commodity.name,
        colours=colour_words(commodity.colours),
        type=type_word(commodity.type),
    )
