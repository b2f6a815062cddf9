"""With these files a terminal cuts persons out of photographs by itself: a library, two networks.

They are the networks the server runs, too, out of the same packages. Pages name the folder
(`extraction_address`); the coordination program lists its files (`EXTRACTION_FILES`).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from web.network_metadata import with_metadata

NOTICE = """\
Of MediaPipe, https://github.com/google-ai-edge/mediapipe, Copyright The MediaPipe Authors,
licensed under the Apache License, Version 2.0, https://www.apache.org/licenses/LICENSE-2.0:

- vision_bundle.mjs, vision_wasm_module_internal.js, vision_wasm_module_internal.wasm:
  unchanged, from the npm package @mediapipe/tasks-vision.
- person.tflite: selfie_segmentation.tflite of @mediapipe/selfie_segmentation. Metadata added.
- body.tflite: pose_landmark_full.tflite of @mediapipe/pose. Metadata added; of its five outputs
  the first three are kept.

Distributed on an "AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND.
"""


@dataclass(frozen=True, kw_only=True)
class ExtractionFile:
    """One file, as it is found among the packages, and what is done to it."""

    source: str | None  # below the folder of packages; None for our own notice
    media_type: str
    outputs: int | None = None  # of a network: how many of them are kept

    def content(self, packages: Path) -> bytes:
        if self.source is None:
            return NOTICE.encode()
        content = (packages / self.source).read_bytes()
        return content if self.outputs is None else with_metadata(content, outputs=self.outputs)


_LIBRARY, _SCRIPT, _NETWORK = (
    "@mediapipe/tasks-vision",
    "text/javascript",
    "application/octet-stream",
)

EXTRACTION_FILES: Mapping[str, ExtractionFile] = MappingProxyType(
    {
        "vision_bundle.mjs": ExtractionFile(
            source=f"{_LIBRARY}/vision_bundle.mjs", media_type=_SCRIPT
        ),
        "vision_wasm_module_internal.js": ExtractionFile(
            source=f"{_LIBRARY}/wasm/vision_wasm_module_internal.js", media_type=_SCRIPT
        ),
        "vision_wasm_module_internal.wasm": ExtractionFile(
            source=f"{_LIBRARY}/wasm/vision_wasm_module_internal.wasm",
            media_type="application/wasm",
        ),
        "person.tflite": ExtractionFile(
            source="@mediapipe/selfie_segmentation/selfie_segmentation.tflite",
            media_type=_NETWORK,
            outputs=1,
        ),
        "body.tflite": ExtractionFile(
            source="@mediapipe/pose/pose_landmark_full.tflite", media_type=_NETWORK, outputs=3
        ),
        "NOTICE.txt": ExtractionFile(source=None, media_type="text/plain"),
    }
)
"""By name below `extraction_address`: all of them are needed offline."""


@cache
def extraction_address(packages: Path) -> str:
    """Return the address of the folder of these files, with a slash; other contents, another one.

    Raises:
        FileNotFoundError: The packages are not installed.
    """
    digest = hashlib.sha256()
    for name, file in EXTRACTION_FILES.items():
        digest.update(name.encode() + b"\0")
        digest.update(hashlib.sha256(file.content(packages)).digest())
    return f"/static/extraction/{digest.hexdigest()[:12]}/"
