"""The terminal gets the server's networks: they say more of themselves, and compute the same."""

from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter  # type: ignore[import-untyped]
from numpy.typing import NDArray

from imaging.networks import LANDMARKS, SEGMENTATION
from tests.conftest import missing
from web.flatbuffer import (
    Bytes,
    Kept,
    Numbers,
    References,
    Table,
    Word,
    field,
    in_front,
    members,
    referred,
    word,
)
from web.network_metadata import NotANetwork, with_metadata
from web.settings import Settings
from web.terminal_files import EXTRACTION_FILES, NOTICE, extraction_address

NETWORKS = {
    "person.tflite": SEGMENTATION,
    "body.tflite": LANDMARKS,
}


@pytest.fixture(scope="module")
def packages() -> Path:
    folder = Settings().networks
    if not (folder / "@mediapipe" / "tasks-vision").is_dir():
        missing(f"no packages of the browser below {folder}: run `make install`")
    return folder


def answers(network: bytes, square: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    interpreter = Interpreter(model_content=network, num_threads=1)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], square)
    interpreter.invoke()
    return [interpreter.get_tensor(each["index"]) for each in interpreter.get_output_details()]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_with_metadata_computes_what_it_did_before(packages: Path, name: str) -> None:
    original = (packages / NETWORKS[name]).read_bytes()
    described = EXTRACTION_FILES[name].content(packages)
    square = np.random.default_rng(7).random((1, 256, 256, 3), np.float32)
    kept = EXTRACTION_FILES[name].outputs
    before, after = answers(original, square)[:kept], answers(described, square)
    assert len(after) == kept
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", NETWORKS)
def test_metadata_stand_in_front_and_come_out_the_same(packages: Path, name: str) -> None:
    original = (packages / NETWORKS[name]).read_bytes()
    described = EXTRACTION_FILES[name].content(packages)
    assert described == EXTRACTION_FILES[name].content(packages)
    assert described.endswith(original)
    assert len(described) - len(original) < 2_500
    assert b"TFLITE_METADATA" in described[: -len(original)]
    # What a network computes with is read in pieces of sixteen bytes.
    assert (len(described) - len(original)) % 16 == 0


@pytest.mark.parametrize("content", [b"", b"\0" * 64, b"\x89PNG\r\n\x1a\n" + b"\0" * 64], ids=len)
def test_what_is_no_network_is_refused(content: bytes) -> None:
    with pytest.raises(NotANetwork):
        with_metadata(content, outputs=1)


def test_a_root_in_front_reads_back() -> None:
    old = in_front(Table({0: "old"}), b"TEST")
    within = referred(old, field(old, word(old, 0), 0) or 0)
    new = in_front(
        Table(
            {
                0: Kept(within),
                1: Word(7),
                3: Numbers([1, 2, 3]),
                4: References([Table({0: Bytes(b"sixteen")}), "name"]),
            }
        ),
        b"TEST",
        old,
    )
    root = word(new, 0)

    def place(number: int) -> int:
        at = field(new, root, number)
        assert at is not None
        return at

    text = referred(new, place(0))
    assert new[text + 4 : text + 8] == b"old\0"
    assert word(new, place(1)) == 7
    assert field(new, root, 2) is None
    assert field(new, root, 9) is None
    numbers = referred(new, place(3))
    assert [word(new, at) for at in members(new, numbers)] == [1, 2, 3]
    table, name = (referred(new, at) for at in members(new, referred(new, place(4))))
    assert new[name + 4 : name + 9] == b"name\0"
    content = referred(new, field(new, table, 0) or 0)
    assert (content + 4) % 16 == 0
    assert new[content + 4 : content + 4 + word(new, content)] == b"sixteen"


def test_the_address_tells_the_content(packages: Path, tmp_path: Path) -> None:
    address = extraction_address(packages)
    assert address == extraction_address(packages)
    for file in EXTRACTION_FILES.values():
        if file.source is not None:
            (tmp_path / file.source).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file.source).write_bytes((packages / file.source).read_bytes())
    other = tmp_path / "@mediapipe" / "tasks-vision" / "vision_bundle.mjs"
    other.write_bytes(other.read_bytes() + b"\n")
    assert extraction_address(tmp_path) != address


def test_the_notice_names_every_file_and_the_licence() -> None:
    assert "Apache License, Version 2.0" in NOTICE
    for name in EXTRACTION_FILES:
        assert name == "NOTICE.txt" or name in NOTICE
