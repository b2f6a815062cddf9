"""The network that sees garments, described once: PyTorch tunes it, and ONNX keeps it."""

# ruff: noqa: ANN401 (neither package ships types that say more)

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from imaging.garment_network import CHANNELS, GRID, SIDE_PX
from imaging.training.backbone import LAYERS, Layer, Weights
from imaging.training.export import Graph

TUNED_FROM = next(n for n, layer in enumerate(LAYERS) if layer.name == "_blocks.5._expand_conv")
"""What sees edges and textures stays as a million pictures made it."""

TUNED_TO = next(n for n, layer in enumerate(LAYERS) if layer.name == "_blocks.15._expand_conv")
"""What comes after tells cats from dogs."""

WIDTHS = (96, 64, 40)
"""Channels on the way back up, at 10, 20 and 40 cells a side."""

HEADS, HEAD_SPREAD = ("heat", "mask", "present"), 0.01
"""What answers starts out undecided."""

MASK_CHANNELS = 4
"""A cell of the heat map has four of the mask."""


class Interpreter(Protocol):
    """Reads the description: computes, or writes down what to compute."""

    def layer(self, number: int, value: Any) -> Any:
        """Run one of ``LAYERS`` without its sum."""

    def convolved(self, name: str, value: Any, channels: int, *, size: int = 1) -> Any: ...

    def rectified(self, value: Any) -> Any: ...

    def added(self, first: Any, second: Any) -> Any: ...

    def doubled(self, value: Any) -> Any:
        """Twice as many rows and columns, in between by straight lines."""

    def averaged(self, value: Any) -> Any:
        """One cell instead of all."""


def _through(reads: Interpreter, first: int, last: int, value: Any) -> Any:
    before = value
    for number in range(first, last):
        if LAYERS[number].is_first_of_block:
            before = value
        value = reads.layer(number, value)
        if LAYERS[number].is_sum:
            value = reads.added(value, before)
    return value


def _start(name: str) -> int:
    return next(n for n, layer in enumerate(LAYERS) if layer.name.startswith(name))


def early(reads: Interpreter, picture: Any) -> tuple[Any, Any]:
    """What is not tuned: answers at a quarter and an eighth of the picture's side."""
    quarter = _through(reads, 0, _start("_blocks.3."), picture)
    return quarter, _through(reads, _start("_blocks.3."), TUNED_FROM, quarter)


def late(reads: Interpreter, quarter: Any, eighth: Any) -> tuple[Any, Any, Any]:
    """Heat maps, mask and presence, before any squashing."""
    deep = _start("_blocks.11.")
    sixteenth = _through(reads, TUNED_FROM, deep, eighth)
    last = _through(reads, deep, TUNED_TO, sixteenth)
    present = reads.convolved("present", reads.averaged(last), len(CHANNELS))
    value = last
    for step, (skip, width) in enumerate(
        zip((sixteenth, eighth, quarter), WIDTHS, strict=True), start=1
    ):
        up = reads.doubled(reads.convolved(f"up_{step}", value, width))
        beside = reads.convolved(f"beside_{step}", skip, width, size=3)
        value = reads.rectified(reads.added(up, beside))
        more = reads.rectified(reads.convolved(f"more_{step}", value, width, size=3))
        value = reads.added(value, more)
    return (
        reads.convolved("heat", value, len(CHANNELS)),
        reads.convolved("mask", value, MASK_CHANNELS),
        present,
    )


class Tuned:
    """Computes with PyTorch; makes what is not pretrained when it is first asked for.

    Parameters
    ----------
    torch : module
        PyTorch.
    backbone : Weights
        Pretrained.
    """

    def __init__(self, torch: Any, backbone: Weights) -> None:
        self._torch, self._functional = torch, torch.nn.functional
        self.backbone: Weights = [list(each) for each in backbone]
        self.added_weights: dict[str, list[Any]] = {}

    def tensors(self) -> list[Any]:
        """What is tuned, of the backbone and then what is added."""
        tuned = [*self.backbone[TUNED_FROM:TUNED_TO], *self.added_weights.values()]
        return [each for pair in tuned for each in pair]

    def copied(self) -> "Tuned":
        """Weights of its own; what is not tuned is shared."""
        other = Tuned(self._torch, self.backbone)
        other.backbone[TUNED_FROM:TUNED_TO] = [
            [each.detach().clone() for each in pair] for pair in self.backbone[TUNED_FROM:TUNED_TO]
        ]
        other.added_weights = {
            name: [each.detach().clone() for each in pair]
            for name, pair in self.added_weights.items()
        }
        return other

    def layer(self, number: int, value: Any) -> Any:
        layer, (kernel, offset) = LAYERS[number], self.backbone[number]
        before, after = layer.padding(value.shape[2])
        value = self._functional.pad(value, (before, after, before, after))
        value = self._functional.conv2d(
            value, kernel, offset, stride=layer.stride, groups=layer.groups
        )
        return self._functional.relu6(value) if layer.is_clipped else value

    def convolved(self, name: str, value: Any, channels: int, *, size: int = 1) -> Any:
        if name not in self.added_weights:
            inputs = value.shape[1]
            spread = HEAD_SPREAD if name in HEADS else (2 / (inputs * size * size)) ** 0.5
            kernel = self._torch.randn(channels, inputs, size, size) * spread
            self.added_weights[name] = [
                kernel.requires_grad_(),
                self._torch.zeros(channels).requires_grad_(),
            ]
        kernel, offset = self.added_weights[name]
        return self._functional.conv2d(value, kernel, offset, padding=size // 2)

    def rectified(self, value: Any) -> Any:
        return self._functional.relu(value)

    def added(self, first: Any, second: Any) -> Any:
        return first + second

    def doubled(self, value: Any) -> Any:
        return self._functional.interpolate(
            value, scale_factor=2, mode="bilinear", align_corners=False
        )

    def averaged(self, value: Any) -> Any:
        return value.mean((2, 3), keepdim=True)


class _Written:
    """Writes the same as ONNX."""

    def __init__(self, onnx: Any, weights: Weights, added: dict[str, list[Any]]) -> None:
        self.graph = Graph(onnx)
        self._backbone, self._added = weights, added
        self._sides = {"image": SIDE_PX}
        self.graph.constant("zero", np.float32(0))
        self.graph.constant("six", np.float32(6))
        self.graph.constant("twice", np.array([1, 1, 2, 2], np.float32))
        self.graph.constant("no_region", np.zeros(0, np.float32))

    def layer(self, number: int, value: str) -> str:
        layer = LAYERS[number]
        written = self._convolution(f"backbone_{number}", value, self._backbone[number], layer)
        if not layer.is_clipped:
            return written
        return self._like(value=written, made=self.graph.node("Clip", written, "zero", "six"))

    def convolved(self, name: str, value: str, channels: int, *, size: int = 1) -> str:
        kernel = self._added[name]
        if kernel[0].shape[0] != channels:
            raise ValueError(f"{name} answers {kernel[0].shape[0]} channels, not {channels}")
        plain = Layer(
            name=name, normalisation="", kernel=size, stride=1, groups=1, is_clipped=False
        )
        return self._convolution(name, value, kernel, plain)

    def rectified(self, value: str) -> str:
        return self._like(value=value, made=self.graph.node("Relu", value))

    def added(self, first: str, second: str) -> str:
        return self._like(value=first, made=self.graph.node("Add", first, second))

    def doubled(self, value: str) -> str:
        made = self.graph.node(
            "Resize",
            value,
            "no_region",
            "twice",
            mode="linear",
            coordinate_transformation_mode="half_pixel",
        )
        self._sides[made] = 2 * self._sides[value]
        return made

    def averaged(self, value: str) -> str:
        made = self.graph.node("GlobalAveragePool", value)
        self._sides[made] = 1
        return made

    def _like(self, *, value: str, made: str) -> str:
        self._sides[made] = self._sides[value]
        return made

    def _convolution(self, name: str, value: str, weights: Sequence[Any], layer: Layer) -> str:
        kernel, offset = (each.detach().numpy() for each in weights)
        before, after = layer.padding(self._sides[value])
        made = self.graph.node(
            "Conv",
            value,
            self.graph.quantised(f"kernel_{name}", kernel),
            self.graph.constant(f"offset_{name}", offset),
            kernel_shape=[layer.kernel] * 2,
            strides=[layer.stride] * 2,
            pads=[before, before, after, after],
            group=layer.groups,
        )
        self._sides[made] = -(-self._sides[value] // layer.stride)
        return made


def as_onnx(onnx: Any, tuned: Tuned) -> bytes:
    """Write the network; its answers are called ``heat``, ``mask`` and ``present``."""
    written = _Written(onnx, tuned.backbone, tuned.added_weights)
    answers = late(written, *early(written, "image"))
    named = {"heat": answers[0], "mask": answers[1], "present": answers[2]}
    for name, value in named.items():
        written.graph.node("Identity", value, into=name)
    cells = {
        "heat": (len(CHANNELS), GRID),
        "mask": (MASK_CHANNELS, GRID),
        "present": (len(CHANNELS), 1),
    }
    return written.graph.model(
        image=(1, 3, SIDE_PX, SIDE_PX),
        answers={name: (1, count, side, side) for name, (count, side) in cells.items()},
    )


def read(torch: Any, onnx: Any, written: bytes) -> Tuned:
    """Read what ``as_onnx`` wrote, to tune it further."""
    model = onnx.load_model_from_string(written)
    kept = {each.name: onnx.numpy_helper.to_array(each) for each in model.graph.initializer}

    def layer(name: str) -> list[Any]:
        levels, scales = kept[f"kernel_{name}_levels"], kept[f"kernel_{name}_scales"]
        kernel = levels.astype(np.float32) * scales[:, None, None, None]
        return [torch.from_numpy(kernel), torch.from_numpy(kept[f"offset_{name}"].copy())]

    prefix = "offset_"
    names = [name.removeprefix(prefix) for name in kept if name.startswith(prefix)]
    tuned = Tuned(torch, [layer(f"backbone_{number}") for number in range(TUNED_TO)])
    added = [name for name in names if not name.startswith("backbone_")]
    tuned.added_weights = {name: layer(name) for name in added}
    return tuned
