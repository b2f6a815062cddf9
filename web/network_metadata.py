"""The networks as the terminal's library wants them: with a note on what goes in and comes out.

The library refuses a network that does not say how its input is normalised. Nothing that is
computed changes: the network itself follows unchanged behind a new root.
"""

from web.flatbuffer import (
    Byte,
    Bytes,
    Kept,
    Numbers,
    References,
    Table,
    Value,
    Word,
    field,
    in_front,
    members,
    referred,
    word,
)

# Numbers of fields, from the schemas of TensorFlow Lite and of its metadata.
MODEL_VERSION, MODEL_OPERATORS, MODEL_SUBGRAPHS, MODEL_DESCRIPTION = 0, 1, 2, 3
MODEL_BUFFERS, MODEL_METADATA_BUFFER, MODEL_METADATA, MODEL_SIGNATURES = 4, 5, 6, 7
SUBGRAPH_TENSORS, SUBGRAPH_INPUTS, SUBGRAPH_OUTPUTS = 0, 1, 2
SUBGRAPH_OPERATORS, SUBGRAPH_NAME = 3, 4
RGB = Byte(1)
CONTENT_IS_IMAGE, UNIT_IS_NORMALISATION = Byte(2), Byte(1)


class NotANetwork(ValueError):
    """The bytes are not a network of one graph."""


def with_metadata(network: bytes, *, outputs: int) -> bytes:
    """Say that a network takes pixels from 0 to 1, and keep only its first outputs.

    Raises:
        NotANetwork: These bytes are not a TensorFlow Lite model of one graph.
    """
    if network[4:8] != b"TFL3":
        raise NotANetwork("This is not a TensorFlow Lite model.")
    root = word(network, 0)
    buffers = _members(network, root, MODEL_BUFFERS)
    graphs = _members(network, root, MODEL_SUBGRAPHS)
    if len(graphs) != 1:
        raise NotANetwork(f"This model has {len(graphs)} graphs instead of one.")
    fields: dict[int, Byte | Word | Value] = {
        number: Kept(at)
        for number in (MODEL_OPERATORS, MODEL_DESCRIPTION, MODEL_METADATA_BUFFER, MODEL_SIGNATURES)
        if (at := _object(network, root, number)) is not None
    }
    version = field(network, root, MODEL_VERSION)
    fields[MODEL_VERSION] = Word(3 if version is None else word(network, version))
    fields[MODEL_SUBGRAPHS] = References([_graph(network, graphs[0], outputs)])
    fields[MODEL_BUFFERS] = References([*map(Kept, buffers), Table({0: Bytes(_description())})])
    fields[MODEL_METADATA] = References(
        [
            *map(Kept, _members(network, root, MODEL_METADATA)),
            Table({0: "TFLITE_METADATA", 1: Word(len(buffers))}),
        ]
    )
    return in_front(Table(fields), b"TFL3", network)


def _graph(network: bytes, graph: int, outputs: int) -> Table:
    fields: dict[int, Byte | Word | Value] = {
        number: Kept(at)
        for number in (SUBGRAPH_TENSORS, SUBGRAPH_INPUTS, SUBGRAPH_OPERATORS, SUBGRAPH_NAME)
        if (at := _object(network, graph, number)) is not None
    }
    vector = _object(network, graph, SUBGRAPH_OUTPUTS)
    if vector is None:
        raise NotANetwork("This model has no outputs.")
    # Every output is copied for the page, and most of those of the pose network nobody needs.
    kept = [word(network, at) for at in members(network, vector)[:outputs]]
    return Table({**fields, SUBGRAPH_OUTPUTS: Numbers(kept)})


def _description() -> bytes:
    """Describe one graph whose one input is an image in RGB, divided by 255."""
    normalisation = Table({0: Numbers([0.0]), 1: Numbers([255.0])})
    image = Table({0: CONTENT_IS_IMAGE, 1: Table({0: RGB})})
    unit = Table({0: UNIT_IS_NORMALISATION, 1: normalisation})
    picture = Table({0: "image", 3: image, 4: References([unit])})
    return in_front(Table({3: References([Table({2: References([picture])})])}), b"M001")


def _object(network: bytes, table: int, number: int) -> int | None:
    at = field(network, table, number)
    return None if at is None else referred(network, at)


def _members(network: bytes, table: int, number: int) -> list[int]:
    vector = _object(network, table, number)
    return [] if vector is None else [referred(network, at) for at in members(network, vector)]
