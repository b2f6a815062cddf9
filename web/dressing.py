"""What programs see that draw looks themselves: cloths and drawing lists, with addresses."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from domain.look import SCALE_MAX, SCALE_MIN, SHIFT_MAX

Place = tuple[float, float]


class StationView(BaseModel):
    share: float = Field(description="Of the way from the root of a sleeve to its cuff.")
    edges: tuple[Place, Place] = Field(description="Away from the body, and towards it.")


class PartView(BaseModel):
    name: str
    url: str = Field(description="WebP with one transparent pixel all round.")
    top: int = Field(description="Of the picture in the cloth, px.")
    left: int
    width: int
    height: int
    sources: list[StationView]
    edges: list[tuple[int, int]] | None = Field(
        description="First and last column of each row of the cloth, -1 where there is none."
    )


class ClothView(BaseModel):
    """A commodity taken apart, whoever will wear it."""

    commodity_id: UUID
    type: str
    width: int
    height: int
    landmarks: dict[str, Place] = Field(description="Fractions of the cloth's height and width.")
    rim: float | None = Field(description="Row where a turtleneck's tube ends.")
    column: Place | None = Field(description="Rows of a hat between which a head enters it.")
    extent: tuple[float, float, float] | None = Field(
        description="Middle row, first and last column of glasses."
    )
    parts: list[PartView]


class LayerView(BaseModel):
    """A part warped by points and kept between columns, or a picture that lies where it lies."""

    part: str
    box: dict[Literal["top", "left", "bottom", "right"], int]
    url: str | None = None
    garment: int | None = None
    sources: list[Place] = []
    targets: list[Place] = []
    share: float = 1.0
    kept: list[tuple[int, int]] | None = None


class StepView(BaseModel):
    """Layers that cast a shadow, or a layer, or a mask of what comes forward."""

    shadow: list[int] | None = None
    reach: float | None = None
    layer: int | None = None
    forward: str | None = None


class PlacementView(BaseModel):
    """Where a piece was put after it was fitted."""

    move: Place = Field(description="Rows and columns of the body frame, px.")
    scale: float = Field(description="About the middle of the garment.")
    level: int = Field(description="By how many pieces it lies further out than its type does.")
    tucked: bool = Field(description="Whether the hem of a top goes into the bottoms.")
    opened: bool = Field(description="Whether its fronts are turned aside.")
    size: tuple[float, float] = Field(
        description="Length and width of what is no sleeve, relative to how it is fitted."
    )


class BoundsView(BaseModel):
    """How far a piece can be moved and scaled; beyond that it stays there."""

    shift: float = Field(description="In heights of the body frame, each way.")
    scale_min: float
    scale_max: float


BOUNDS = BoundsView(shift=SHIFT_MAX, scale_min=SCALE_MIN, scale_max=SCALE_MAX)


class DrawingView(BaseModel):
    """All that is needed to draw a look in the body frame, and to draw it with pieces moved."""

    version: int
    width: int
    height: int
    person: str
    base: str
    masks: dict[str, str]
    joints: dict[str, Place] = Field(description="Of the person: row and column, px.")
    garments: list[ClothView]
    placements: list[PlacementView] = Field(description="Of each of the garments.")
    bounds: BoundsView = BOUNDS
    layers: list[LayerView]
    steps: list[StepView]


def cloth_view(cloth: Mapping[str, Any], commodity_id: UUID) -> ClothView:
    """Return a cloth with the addresses of its pictures."""
    parts = [{**part, "url": f"/pictures/cloth/{part['picture']}.webp"} for part in cloth["parts"]]
    return ClothView.model_validate({**cloth, "commodity_id": commodity_id, "parts": parts})


def drawing_view(
    drawing: Mapping[str, Any], *, version: int, pictures: str, commodity_ids: list[UUID]
) -> DrawingView:
    """Return a drawing list with the addresses of its pictures, which lie below ``pictures``."""

    def address(digest: str) -> str:
        return f"{pictures}/{digest}.png"

    return DrawingView.model_validate(
        {
            **drawing,
            "version": version,
            "person": address(drawing["person"]),
            "base": address(drawing["base"]),
            "masks": {name: address(digest) for name, digest in drawing["masks"].items()},
            "garments": [
                cloth_view(cloth, commodity_id)
                for cloth, commodity_id in zip(drawing["garments"], commodity_ids, strict=True)
            ],
            "layers": [
                {**layer, "url": address(layer["picture"])} if "picture" in layer else layer
                for layer in drawing["layers"]
            ],
        }
    )
