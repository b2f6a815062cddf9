"""Writes a tuned network as ONNX, its kernels as 8-bit integers with a scale for each channel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imaging.classification import SIDE_PX
from imaging.training.backbone import LAYERS

OPERATORS = 13
"""ONNX operator set; the first that dequantises by channel."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """A network in plain arrays.

    Attributes
    ----------
    layers : sequence of ((O, I, K, K) float32, (O,) float32)
        Kernel and offset of each of ``LAYERS``.
    head : ((Q, 1280) float32, (Q,) float32)
        All questions one under the other.
    """

    layers: Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]]
    head: tuple[NDArray[np.float32], NDArray[np.float32]]


def as_onnx(onnx: Any, trained: Trained) -> bytes:  # noqa: ANN401
    """Write a network.

    Parameters
    ----------
    onnx : module
        The ``onnx`` package.
    trained : Trained
        What is written.

    Returns
    -------
    bytes
        A model from ``image`` (1, 3, 192, 192) to ``scores`` (1, Q); levels go in as
        (level - 127) / 128. The same for the same arrays.
    """
    graph = Graph(onnx)
    graph.constant("zero", np.float32(0))
    graph.constant("six", np.float32(6))
    value, side, before = "image", SIDE_PX, "image"
    for number, (layer, (kernel, offset)) in enumerate(zip(LAYERS, trained.layers, strict=True)):
        if layer.is_first_of_block:
            before = value
        first, last = layer.padding(side)
        side = -(-side // layer.stride)
        value = graph.node(
            "Conv",
            value,
            graph.quantised(f"kernel_{number}", kernel),
            graph.constant(f"offset_{number}", offset),
            kernel_shape=[layer.kernel] * 2,
            strides=[layer.stride] * 2,
            pads=[first, first, last, last],
            group=layer.groups,
        )
        if layer.is_clipped:
            value = graph.node("Clip", value, "zero", "six")
        if layer.is_sum:
            value = graph.node("Add", value, before)
    value = graph.node("Flatten", graph.node("GlobalAveragePool", value))
    weights, offsets = trained.head
    graph.constant("head", weights)
    graph.constant("head_offsets", offsets)
    graph.node("Gemm", value, "head", "head_offsets", into="scores", transB=1)
    return graph.model(image=(1, 3, SIDE_PX, SIDE_PX), answers={"scores": (1, len(offsets))})


def from_onnx(onnx: Any, written: bytes) -> Trained:  # noqa: ANN401
    """Read what ``as_onnx`` wrote; kernels are as exact as their 8-bit integers.

    Parameters
    ----------
    onnx : module
        The ``onnx`` package.
    written : bytes
        A model.

    Returns
    -------
    Trained
    """
    graph = onnx.load_model_from_string(written).graph
    kept = {each.name: onnx.numpy_helper.to_array(each) for each in graph.initializer}
    layers = list[tuple[NDArray[np.float32], NDArray[np.float32]]]()
    for number in range(len(LAYERS)):
        levels, scales = (kept[f"kernel_{number}_{part}"] for part in ("levels", "scales"))
        kernel = levels.astype(np.float32) * scales[:, None, None, None]
        layers.append((kernel, np.array(kept[f"offset_{number}"])))
    return Trained(layers=layers, head=(np.array(kept["head"]), np.array(kept["head_offsets"])))


class Graph:
    """A network being written, node by node.

    Parameters
    ----------
    onnx : module
        The ``onnx`` package.
    """

    def __init__(self, onnx: Any) -> None:  # noqa: ANN401
        self._onnx = onnx
        self._nodes = list[Any]()
        self._constants = list[Any]()

    def constant(self, name: str, values: Any) -> str:  # noqa: ANN401
        """Keep an array under a name.

        Parameters
        ----------
        name : str
            Not taken yet.
        values : array
            Kept as it is.

        Returns
        -------
        str
            The name.
        """
        array = np.ascontiguousarray(values)
        self._constants.append(
            self._onnx.numpy_helper.from_array(array.reshape(np.shape(values)), name)
        )
        return name

    def quantised(self, name: str, kernel: NDArray[np.float32]) -> str:
        """Keep a kernel as 8-bit integers, with a scale for each channel it answers.

        Parameters
        ----------
        name : str
            Not taken yet.
        kernel : (O, I, K, K) float32
            Of a convolution.

        Returns
        -------
        str
            Of the value that is the kernel again.
        """
        scales = np.maximum(np.abs(kernel).max(axis=(1, 2, 3)) / 127, 1e-12).astype(np.float32)
        levels = np.rint(kernel / scales[:, None, None, None]).astype(np.int8)
        parts = (
            self.constant(f"{name}_levels", levels),
            self.constant(f"{name}_scales", scales),
            self.constant(f"{name}_zeros", np.zeros(len(scales), np.int8)),
        )
        return self.node("DequantizeLinear", *parts, axis=0)

    def node(self, operator: str, *inputs: str, into: str | None = None, **attributes: Any) -> str:  # noqa: ANN401
        """Compute a value from others.

        Parameters
        ----------
        operator : str
            Of ONNX.
        *inputs : str
            Names of values and constants.
        into : str, optional
            What the value is called.
        **attributes : Any
            Of the operator.

        Returns
        -------
        str
            Name of the value.
        """
        name = into or f"value_{len(self._nodes)}"
        made = self._onnx.helper.make_node(operator, list(inputs), [name], **attributes)
        self._nodes.append(made)
        return name

    def model(self, *, image: tuple[int, ...], answers: Mapping[str, tuple[int, ...]]) -> bytes:
        """Close the network.

        Parameters
        ----------
        image : tuple of int
            Shape of the value ``image`` that goes in.
        answers : mapping of str to tuple of int
            Names of the values that come out, with their shapes.

        Returns
        -------
        bytes
            The same for the same nodes and arrays.
        """
        helper, kind = self._onnx.helper, self._onnx.TensorProto.FLOAT
        graph = helper.make_graph(
            self._nodes,
            "commodity",
            [helper.make_tensor_value_info("image", kind, image)],
            [helper.make_tensor_value_info(name, kind, shape) for name, shape in answers.items()],
            self._constants,
        )
        versions = [helper.make_opsetid("", OPERATORS)]
        model = helper.make_model(graph, opset_imports=versions, producer_name="boutique")
        model.ir_version = 8
        return bytes(model.SerializeToString(deterministic=True))
