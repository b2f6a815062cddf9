"""What image workers do for programs that draw looks themselves: cloths and drawing lists."""

from collections.abc import Mapping, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from adapters.commodity_jobs import WornPiece, garment_of, person_of, pieces_of
from imaging.drawing_list import DrawingList, ListedLayer, drawing_list
from imaging.encoding import to_exact_webp, to_png
from imaging.portable import PortableCloth, PortablePart, portable

SEAM_RIM_PX = 1

Landmarks = Mapping[str, tuple[float, float]]


def take_garment_apart(type_: str, cutout: bytes, landmarks: Landmarks) -> dict[str, Any]:
    """Take a garment apart for programs that fit it themselves."""
    cloth = portable(garment_of(type_, cutout, landmarks))
    return {
        "cloth": _cloth(cloth, landmarks),
        "pictures": {part.name: to_exact_webp(part.rgba) for part in cloth.parts},
    }


def _cloth(cloth: PortableCloth, landmarks: Landmarks) -> dict[str, Any]:
    return {
        "type": cloth.type,
        "width": cloth.width,
        "height": cloth.height,
        "landmarks": {name: list(place) for name, place in landmarks.items()},
        "rim": cloth.rim,
        "column": cloth.column,
        "extent": cloth.extent,
        "parts": [_part(part) for part in cloth.parts],
    }


def _part(part: PortablePart) -> dict[str, Any]:
    return {
        "name": part.name,
        "top": part.top,
        "left": part.left,
        "height": part.rgba.shape[0],
        "width": part.rgba.shape[1],
        "edges": None if part.edges is None else part.edges.tolist(),
        "sources": [
            {"share": station.share, "edges": [edge.tolist() for edge in station.edges]}
            for station in part.stations
        ],
    }


def list_drawing(
    person: bytes, joints: Landmarks, head: bytes | None, pieces: Sequence[WornPiece]
) -> dict[str, Any]:
    """List what the picture of a look is drawn of."""
    listed = drawing_list(person_of(person, joints, head), pieces_of(pieces))
    pictures = {"base": to_png(listed.base)}
    pictures |= {name: _mask(mask) for name, mask in listed.masks.items()}
    height, width = listed.base.shape[:2]
    drawing = {
        "width": width,
        "height": height,
        "masks": list(listed.masks),
        "layers": [_layer(index, each, pictures) for index, each in enumerate(listed.layers)],
        "steps": _steps(listed),
    }
    return {"drawing": drawing, "pictures": pictures}


def _mask(mask: NDArray[np.uint8]) -> bytes:
    return to_png(np.dstack([np.full((*mask.shape, 3), 255, np.uint8), mask]))


def _layer(index: int, listed: ListedLayer, pictures: dict[str, bytes]) -> dict[str, Any]:
    layer = listed.layer
    box = {"top": layer.box.top, "left": layer.box.left}
    if layer.part is None:
        # What closes seams is opaque or nothing, so that straight and premultiplied are the same.
        left, top, width, height = cv2.boundingRect(cv2.extractChannel(layer.pixels, 3))
        rim = SEAM_RIM_PX
        shown = layer.pixels[top : top + height, left : left + width]
        pictures[f"layer-{index}"] = to_png(np.pad(shown, ((rim, rim), (rim, rim), (0, 0))))
        place = {"top": box["top"] + top - rim, "left": box["left"] + left - rim}
        return {"part": layer.name, "picture": f"layer-{index}", "box": place}
    return {
        "garment": listed.piece,
        "part": layer.name,
        "box": {**box, "bottom": layer.box.bottom, "right": layer.box.right},
        "sources": layer.part.sources.tolist(),
        "targets": layer.part.targets.tolist(),
        "share": layer.relaxation,
        "kept": None if layer.kept is None else layer.kept.tolist(),
    }


def _steps(listed: DrawingList) -> list[dict[str, Any]]:
    return [
        {"shadow": list(step.shadow), "reach": step.reach_px}
        if step.shadow is not None
        else {"forward": step.forward}
        if step.forward is not None
        else {"layer": step.layer}
        for step in listed.steps
    ]
