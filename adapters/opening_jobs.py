"""What a process that opens strangers' files can do. Imported there only, without OpenCV."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from adapters.pixels import Pixels, pixels_of
from imaging.decoding import decode, load_decoders


def prepare(models: Path | None) -> None:
    """Load every decoder: there are no files to load one from when the first picture comes."""
    del models
    load_decoders()


def open_image(data: bytes, side_px_min: int) -> Pixels:
    """Decode a file of unknown origin."""
    return pixels_of(decode(data, side_px_min=side_px_min))


JOBS: Mapping[str, Callable[..., Any]] = {"open_image": open_image}
