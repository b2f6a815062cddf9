"""One boutique, a device that is set up, and a photograph of somebody, for all tests here.

To set a device up takes longest: it is done once, and every test that needs one gets a copy. So
nothing that a test does to its device is seen by another, and what tests buy there is plenty of.
"""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adapters.embedded_postgres import create_database, drop_database
from imaging.drawing.catalogue import CATALOGUE
from imaging.drawing.mannequins import mannequin_as_photograph
from imaging.encoding import to_jpeg
from tests.conftest import PROJECT, TEMPLATE, with_database
from tests.journey.conftest import stock
from tests.journey.terminal.device import kept, program_copy, set_up, terminal
from tests.served import Served, serving_from

KNIT, LAST, TROUSERS = (
    next(sketch for sketch in CATALOGUE if sketch.slug == slug)
    for slug in ("moss-crew-knit", "oat-cable-knit", "straight-jeans")
)
PLENTY = {KNIT.slug: 50, TROUSERS.slug: 50}
"""Of ``LAST`` there is one piece of each size."""
MEASURED = {KNIT.slug: {"M": {"chest_width": 50.0}, "L": {"chest_width": 56.0}}}


@dataclass(kw_only=True)
class Shop:
    """A boutique that can be away for a while, and comes back at the same address."""

    folder: Path  # of the copy of its web
    settings: dict[str, str]
    served: Served = field(init=False)
    _opened: ExitStack = field(default_factory=ExitStack)

    @property
    def address(self) -> str:
        return self.served.address

    def open(self) -> None:
        self.served = self._opened.enter_context(serving_from(self.folder, **self.settings))
        self.settings["BOUTIQUE_PORT"] = str(urlsplit(self.address).port)

    def close(self) -> None:
        self._opened.close()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Kill it, and open it again in the end."""
        self.served.process.kill()
        self.served.process.wait()
        self.close()
        try:
            yield
        finally:
            self.open()


@pytest.fixture(scope="session")
async def shop(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    name = f"test_terminal_{os.getpid()}"
    await create_database(postgres, name, template=TEMPLATE)
    folder = tmp_path_factory.mktemp("shop")
    opened = Shop(
        folder=program_copy(folder / "copy"),
        settings={
            "BOUTIQUE_DATABASE_URL": with_database(postgres, name),
            "BOUTIQUE_FOLDER": str(folder / "boutique"),
            "BOUTIQUE_NETWORKS": str(PROJECT / "web" / "node_modules"),
        },
    )
    opened.open()
    stock(opened.served, KNIT, TROUSERS, LAST, pieces=PLENTY, measures=MEASURED)
    yield opened
    opened.close()
    await drop_database(postgres, name)


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("terminal") / "me.jpg"
    path.write_bytes(to_jpeg(mannequin_as_photograph("bruno"), quality=92))
    return path


@pytest.fixture(scope="session")
async def set_up_once(
    shop: Shop, chromium_path: Path, photo: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The profile of a browser that keeps the program, and in its vault a photograph."""
    profile = tmp_path_factory.mktemp("device") / "profile"
    async with terminal(chromium_path, profile, shop.address) as device:
        page = await device.page()
        await kept(page)
        await set_up(page, photo)
        await page.wait_for_load_state("networkidle")  # what is seen is kept for later
    return profile


@pytest.fixture
def profile(set_up_once: Path, tmp_path: Path) -> Path:
    """A device of the test's own that is set up."""
    return shutil.copytree(set_up_once, tmp_path / "set-up", symlinks=True)


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    """A device that has not seen the boutique yet."""
    return tmp_path / "blank"
