"""EfficientNet-Lite0 as a list of convolutions: what training tunes and the exported file holds.

Batch normalisation is folded into the weights from the start: with a few thousand pictures its
statistics would only be made worse, and what is tuned is then exactly what runs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STAGES = (
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
)
"""Repeats, kernel, stride, expansion, channels in and out; M. Tan, "EfficientNet-lite", 2020."""

FEATURES = 1280
NORMALISATION_EPSILON = 1e-3

Weights = list[list[Any]]
"""A kernel and an offset for each layer, as tensors."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One convolution.

    Attributes
    ----------
    name, normalisation : str
        Its keys, and those of what is folded into it, in the published file.
    kernel, stride, groups : int
        Of the convolution.
    is_clipped : bool
        Whether its answer is clipped to 0 to 6.
    is_first_of_block : bool
        Whether what comes in is kept, for the sum at the block's end.
    is_sum : bool
        Whether what came into the block is added.
    """

    name: str
    normalisation: str
    kernel: int
    stride: int
    groups: int
    is_clipped: bool
    is_first_of_block: bool = False
    is_sum: bool = False

    def padding(self, side: int) -> tuple[int, int]:
        """Rows before and after, such that a stride of two halves the side.

        Parameters
        ----------
        side : int
            Rows that come in.

        Returns
        -------
        (int, int)
        """
        out = -(-side // self.stride)
        total = max((out - 1) * self.stride + self.kernel - side, 0)
        return total // 2, total - total // 2


def _layers() -> Iterator[Layer]:
    def layer(name: str, normalisation: str, kernel: int = 1, **rest: Any) -> Layer:  # noqa: ANN401
        kept: dict[str, Any] = {"stride": 1, "groups": 1, "is_clipped": True, **rest}
        return Layer(name=name, normalisation=normalisation, kernel=kernel, **kept)

    yield layer("_conv_stem", "_bn0", 3, stride=2)
    block = 0
    for repeats, kernel, first_stride, expansion, before, after in STAGES:
        for repeat in range(repeats):
            inputs, stride = (before, first_stride) if repeat == 0 else (after, 1)
            own = f"_blocks.{block}."
            if expansion > 1:
                yield layer(f"{own}_expand_conv", f"{own}_bn0", is_first_of_block=True)
            yield layer(
                f"{own}_depthwise_conv",
                f"{own}_bn1",
                kernel,
                stride=stride,
                groups=inputs * expansion,
                is_first_of_block=expansion == 1,
            )
            is_sum = stride == 1 and inputs == after
            yield layer(f"{own}_project_conv", f"{own}_bn2", is_clipped=False, is_sum=is_sum)
            block += 1
    yield layer("_conv_head", "_bn1")


LAYERS = tuple(_layers())

TUNED_FROM = next(n for n, layer in enumerate(LAYERS) if layer.name == "_blocks.11._expand_conv")
"""What sees edges and textures stays as a million pictures made it; from here on it is tuned."""

GONE_ON_FROM = next(n for n, layer in enumerate(LAYERS) if layer.name == "_blocks.15._expand_conv")
"""From here on, where an earlier training has tuned what comes before."""


def pretrained(torch: Any, path: Path) -> Weights:  # noqa: ANN401
    """Read the published weights, with the normalisation folded in.

    Parameters
    ----------
    torch : module
        PyTorch.
    path : Path
        Of the published file.

    Returns
    -------
    Weights
    """
    kept = torch.load(path, map_location="cpu", weights_only=True)
    weights: Weights = []
    for layer in LAYERS:
        own = layer.normalisation
        spread = torch.sqrt(kept[f"{own}.running_var"] + NORMALISATION_EPSILON)
        gain = kept[f"{own}.weight"] / spread
        kernel = kept[f"{layer.name}.weight"].float() * gain.view(-1, 1, 1, 1)
        weights.append([kernel, kept[f"{own}.bias"] - kept[f"{own}.running_mean"] * gain])
    return weights


def forward(
    torch: Any,  # noqa: ANN401
    layers: Sequence[Layer],
    weights: Weights,
    values: Any,  # noqa: ANN401
    *,
    dropped: float = 0.0,
) -> Any:  # noqa: ANN401
    """Run some layers.

    Parameters
    ----------
    torch : module
        PyTorch.
    layers : sequence of Layer
        The first of them begins a block or is the very first.
    weights : Weights
        Theirs.
    values : (N, C, H, W) tensor
        What goes in.
    dropped : float
        Share of blocks that are left out at random while training (stochastic depth).

    Returns
    -------
    (N, C', H', W') tensor
    """
    functional = torch.nn.functional
    before = values
    for layer, (kernel, offset) in zip(layers, weights, strict=True):
        if layer.is_first_of_block:
            before = values
        padding = layer.padding(values.shape[2])
        if padding[0] != padding[1]:
            values = functional.pad(values, (*padding, *padding))
            padding = (0, 0)
        values = functional.conv2d(
            values, kernel, offset, stride=layer.stride, padding=padding[0], groups=layer.groups
        )
        if layer.is_clipped:
            values = functional.relu6(values)
        if layer.is_sum:
            if dropped > 0:
                kept = (torch.rand(values.shape[0], 1, 1, 1) >= dropped).float()
                values = values * kept / (1 - dropped)
            values = values + before
    return values
