"""In the browser a person is cut out of a photograph as on the server, and nothing leaves it."""

import base64
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from time import sleep
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from numpy.typing import NDArray
from playwright.async_api import Browser, Page, Request

from imaging.body import BODY_FRAME_COLS, BODY_FRAME_ROWS, JOINT_NAMES, Person
from imaging.decoding import decode
from imaging.drawing.mannequins import MANNEQUINS, mannequin_as_photograph
from imaging.encoding import to_jpeg
from imaging.extraction import extract, to_body_frame
from imaging.measuring import Body
from imaging.networks import Networks
from imaging.skin import look_at
from imaging.undressing import undress
from tests.journey.conftest import Visits
from web import files
from web.script_words import ADVICE, REFUSED, TERMINAL
from web.settings import Settings
from web.shield import Shield
from web.static_files import static
from web.terminal_files import extraction_address

pytestmark = pytest.mark.browser

IOU_MIN = 0.97
JOINTS_PX_MAX = 4.0
PHOTOGRAPHS_MAX = 6

OPEN = """async ({ script, base }) => {
  const { openExtractor, Refusal } = await import(script);
  self.extractor = await openExtractor({ base });
  const sent = async (data) => {
    const url = await new Promise((resolve) => {
      const reader = new FileReader();
      reader.addEventListener("load", () => resolve(reader.result));
      reader.readAsDataURL(new Blob([data]));
    });
    return url.slice(url.indexOf(",") + 1);
  };
  const pixels = async (source) => {
    if (source instanceof ImageData) return sent(source.data);
    const drawing = new OffscreenCanvas(source.width, source.height).getContext("2d");
    drawing.drawImage(source, 0, 0);
    return sent(drawing.getImageData(0, 0, source.width, source.height).data);
  };
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const told = (error) => {
    const { code = error.name, message } = error;
    return { code, message, isRefusal: error instanceof Refusal };
  };
  Object.assign(self, { pixels, bytes, told });
}"""

EXTRACT = """async (photograph) => {
  self.steps = [];
  try {
    const onProgress = ({ step }) => self.steps.push(step);
    const blob = new Blob([self.bytes(photograph)]);
    const { person, quality } = await self.extractor.extract(blob, { onProgress });
    self.person = person;
    const { width, height, joints } = person, rgba = await self.pixels(person.rgba);
    return { width, height, joints, quality, steps: self.steps, rgba };
  } catch (error) {
    return self.told(error);
  }
}"""

PREPARE = """async ({ rgba, width, height, joints, zones }) => {
  const data = new Uint8ClampedArray(self.bytes(rgba).buffer);
  const person = { width, height, joints, rgba: new ImageData(data, width, height) };
  const prepared = await self.extractor.prepare(person);
  const masks = {};
  for (const [name, mask] of Object.entries(prepared.masks)) masks[name] = await self.pixels(mask);
  return { masks, base: await self.pixels(await prepared.bases(zones)) };
}"""


@dataclass(frozen=True)
class Terminal:
    """A page in which the extractor is open."""

    page: Page

    async def extract(self, photograph: bytes) -> dict[str, Any]:
        found: dict[str, Any] = await self.page.evaluate(EXTRACT, encoded(photograph))
        return found

    async def prepare(self, person: Person, zones: set[str]) -> dict[str, Any]:
        rows, cols = person.rgba.shape[:2]
        given = {"width": cols, "height": rows, "joints": dict(person.joints)}
        given |= {"rgba": encoded(person.rgba.tobytes()), "zones": sorted(zones)}
        found: dict[str, Any] = await self.page.evaluate(PREPARE, given)
        return found


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def picture(content: str) -> NDArray[np.uint8]:
    pixels = np.frombuffer(base64.b64decode(content), np.uint8)
    return pixels.reshape(BODY_FRAME_ROWS, BODY_FRAME_COLS, 4)


def overlap(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    found, wanted = one > 127, other > 127
    either = (found | wanted).sum()
    return float((found & wanted).sum() / either) if either else 1.0  # both say: nothing is there


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A page with nothing on it, our files, and our headers on all of it."""
    app = FastAPI()
    app.include_router(files.router)
    app.add_middleware(Shield)
    app.state.container = SimpleNamespace(settings=Settings())

    @app.get("/")
    async def show_page() -> HTMLResponse:
        return HTMLResponse("<!doctype html><html lang=en><title>Terminal</title>")

    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    serving = Thread(target=server.run)
    serving.start()
    while not server.started:
        sleep(0.01)
    [port] = {each.getsockname()[1] for each in server.servers[0].sockets}
    yield f"http://localhost:{port}"
    server.should_exit = True
    serving.join()


@pytest.fixture(scope="module")
async def terminal(browser: Browser, address: str) -> AsyncIterator[Terminal]:
    visits = Visits(browser, address)
    page = await visits.open()
    page.set_default_timeout(120_000)
    await page.goto("/")
    script, base = static("js/terminal/extraction.js"), extraction_address(Settings().networks)
    await page.evaluate(OPEN, {"script": script, "base": base})
    yield Terminal(page)
    await visits.close()
    assert visits.troubles == []


@pytest.fixture(scope="module")
def networks() -> Networks:
    return Networks(Settings().networks)


@pytest.fixture(scope="module")
def photographs(request: pytest.FixtureRequest) -> list[bytes]:
    """Photographed mannequins, and real people where there are any."""
    drawn = [to_jpeg(mannequin_as_photograph(each.slug), quality=92) for each in MANNEQUINS]
    try:
        folder: Path = request.getfixturevalue("sample_data")
    except pytest.skip.Exception:
        return drawn
    paths = sorted((folder / "people" / "ccp").glob("*.jpg"))[:PHOTOGRAPHS_MAX]
    return [*drawn, *(path.read_bytes() for path in paths)]


def on_the_server(photograph: bytes, networks: Networks) -> tuple[Person, tuple[str, ...]]:
    extraction = extract(np.ascontiguousarray(decode(photograph)[..., :3]), networks)
    return to_body_frame(extraction), extraction.quality.advice


async def test_the_terminal_cuts_out_what_the_server_does(
    terminal: Terminal, networks: Networks, photographs: list[bytes]
) -> None:
    for photograph in photographs:
        wanted, advice = on_the_server(photograph, networks)
        found = await terminal.extract(photograph)
        assert (found["width"], found["height"]) == (BODY_FRAME_COLS, BODY_FRAME_ROWS)
        assert overlap(picture(found["rgba"])[..., 3], wanted.rgba[..., 3]) >= IOU_MIN
        assert set(found["joints"]) == set(JOINT_NAMES)  # and no points of the face
        for name, place in wanted.joints.items():
            apart = float(np.hypot(*np.subtract(found["joints"][name], place)))
            assert apart <= JOINTS_PX_MAX, name
        assert [ADVICE[code] for code in found["quality"]] == list(advice)


async def test_progress_is_told_step_by_step_and_the_networks_are_loaded_once(
    terminal: Terminal,
) -> None:
    await terminal.page.evaluate("() => self.extractor.close()")
    photograph = to_jpeg(mannequin_as_photograph("ada"), quality=92)
    steps = list[list[str]]()
    for _ in range(2):
        found = await terminal.extract(photograph)
        assert all(f"step.{step}" in TERMINAL for step in found["steps"])
        steps.append(found["steps"])
    working = ["opening", "finding", "outlining", "placing"]
    loading = len(steps[0]) - len(working)
    assert loading > 3
    assert steps == [["loading"] * loading + working, working]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty-file"),
        (b"%PDF-1.7 is no picture", "not-an-image"),
        (b"\xff\xd8\xff\xe0 and then nothing of a picture", "unreadable"),
        (b"\x89PNG\r\n\x1a\n and then nothing of a picture", "unreadable"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic-not-here"),
        (b"\xff\xd8\xff" + bytes(15_000_000), "too-many-bytes"),
    ],
    ids=["empty", "pdf", "broken-jpeg", "broken-png", "heic", "huge"],
)
async def test_what_cannot_be_opened_is_refused_with_a_remedy(
    terminal: Terminal, content: bytes, code: str
) -> None:
    refused = await terminal.extract(content)
    assert refused["code"] == code
    assert refused["isRefusal"]
    assert REFUSED[code].endswith(".")
    assert "rgba" in await terminal.extract(to_jpeg(mannequin_as_photograph("ada"), quality=92))


async def test_nobody_is_found_in_an_empty_room_and_nothing_in_a_tiny_picture(
    terminal: Terminal,
) -> None:
    room = mannequin_as_photograph("ada")[:, :120]
    refused = await terminal.extract(
        to_jpeg(np.asarray(cv2.resize(room, (480, 640)), np.uint8), quality=92)
    )
    assert refused["code"] == "no-person-found"
    refused = await terminal.extract(to_jpeg(room, quality=92))
    assert refused["code"] == "too-small"


@pytest.mark.soak
async def test_of_two_persons_the_terminal_takes_whom_the_server_takes(
    terminal: Terminal, networks: Networks
) -> None:
    both = np.hstack([mannequin_as_photograph("ada"), mannequin_as_photograph("bruno", seed=1)])
    photograph = to_jpeg(both, quality=92)
    wanted, advice = on_the_server(photograph, networks)
    found = await terminal.extract(photograph)
    assert overlap(picture(found["rgba"])[..., 3], wanted.rgba[..., 3]) >= IOU_MIN
    assert [ADVICE[code] for code in found["quality"]] == list(advice)


async def test_a_cancelled_extraction_ends_at_once_and_the_next_one_works(
    terminal: Terminal,
) -> None:
    photograph = to_jpeg(mannequin_as_photograph("ada"), quality=92)
    stopped: dict[str, Any] = await terminal.page.evaluate(
        """async (photograph) => {
          const stop = new AbortController(), steps = [];
          const onProgress = ({ step }) => {
            steps.push(step);
            if (step === "finding") stop.abort();
          };
          const blob = new Blob([self.bytes(photograph)]);
          const options = { onProgress, signal: stop.signal };
          const told = await self.extractor.extract(blob, options).catch(self.told);
          return { ...told, steps };
        }""",
        encoded(photograph),
    )
    assert stopped["code"] in {"AbortError", 20}
    assert stopped["steps"] == ["opening", "finding"]
    assert "rgba" in await terminal.extract(photograph)


@pytest.mark.soak
async def test_nothing_leaves_the_terminal_and_no_other_origin_is_asked(
    terminal: Terminal, photographs: list[bytes]
) -> None:
    asked = list[Request]()

    def note(request: Request) -> None:
        asked.append(request)

    terminal.page.context.on("request", note)  # of pages and workers
    # A new worker loads all it needs under the eyes of this test.
    await terminal.page.evaluate("() => self.extractor.close()")
    assert "rgba" in await terminal.extract(photographs[0])
    await terminal.page.wait_for_timeout(30_000)
    assert "rgba" in await terminal.extract(photographs[-1])
    origin = await terminal.page.evaluate("() => location.origin")
    addresses = {request.url for request in asked}
    assert any(address.endswith("vision_wasm_module_internal.wasm") for address in addresses)
    for request in asked:
        assert request.url.startswith((f"{origin}/static/", "blob:", "data:")), request.url
        assert request.post_data is None


async def test_a_brushed_outline_brings_colours_back_and_takes_them_away(
    terminal: Terminal,
) -> None:
    photograph = mannequin_as_photograph("ada")
    found = await terminal.extract(to_jpeg(photograph, quality=92))
    before = picture(found["rgba"])
    corrected: dict[str, Any] = await terminal.page.evaluate(
        """async () => {
          const { width, height, rgba } = self.person;
          const brushed = (change) => {
            const mask = new ImageData(new Uint8ClampedArray(rgba.data), width, height);
            change(mask.data);
            return mask;
          };
          const fill = (top, left, alpha) => (data) => {
            for (let k = 0; k < 1600; k++) {
              const [y, x] = [top + Math.floor(k / 40), left + (k % 40)];
              data[4 * (y * width + x) + 3] = alpha;
            }
          };
          const correct = (mask) => self.extractor.correct(self.person, mask);
          const gone = await correct(brushed(fill(600, 355, 0)));
          const more = await correct(brushed(fill(20, 20, 255)));
          const none = await correct(brushed((data) => data.fill(0))).catch(self.told);
          const small = await correct(new ImageData(9, 9)).catch(self.told);
          const [withLess, withMore] = [await self.pixels(gone.rgba), await self.pixels(more.rgba)];
          return { gone: withLess, more: withMore, none, small };
        }"""
    )
    gone, more = picture(corrected["gone"]), picture(corrected["more"])
    assert before[600:640, 355:395, 3].min() > 200
    assert gone[600:640, 355:395, 3].max() == 0
    assert (gone[..., :3] == before[..., :3]).all()  # what was erased can be painted back
    assert more[20:60, 20:60, 3].min() == 255
    assert more[20:60, 20:60, :3].max() > 0
    outside = np.ones(before.shape[:2], bool)
    outside[20:60, 20:60] = False
    assert (more[outside] == before[outside]).all()
    assert corrected["none"]["code"] == "nothing-left"
    assert corrected["small"]["code"] == "mask-does-not-fit"


@pytest.mark.soak
@pytest.mark.timeout(3600)  # nine persons, each prepared twice
async def test_what_lies_in_front_of_clothes_and_what_is_replaced_is_as_on_the_server(
    terminal: Terminal, networks: Networks, photographs: list[bytes]
) -> None:
    zones = {"upper", "lower"}
    for photograph in photographs:
        person, _ = on_the_server(photograph, networks)
        surface = look_at(person, Body.of(person))
        base, changed = undress(person, Body.of(person), surface, zones=zones)
        found = await terminal.prepare(person, zones)
        for name in ("front", "jaw", "forearms", "hands"):
            assert overlap(picture(found["masks"][name])[..., 3], getattr(surface, name)) > 0.9
        ours = picture(found["base"])
        assert overlap(ours[..., 3], base[..., 3]) > 0.97
        seen = changed & (base[..., 3] > 200) & (ours[..., 3] > 200)
        if seen.any():
            assert float(apart(ours, base)[seen].mean()) < 3
        kept = ~cv2.dilate(changed.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)
        differing = np.abs(ours[kept].astype(int) - person.rgba[kept]).max(axis=1) > 8
        assert float(differing.mean()) < 0.01


def apart(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Distance of colours in CIELAB."""
    labs = [
        cv2.cvtColor(each[..., :3].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
        for each in (np.ascontiguousarray(one), np.ascontiguousarray(other))
    ]
    return np.asarray(np.linalg.norm(labs[0] - labs[1], axis=2), np.float32)
