"""One boutique for all tests of this folder, and who visits it."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from adapters.embedded_postgres import create_database, drop_database
from imaging.drawing.mannequins import MANNEQUINS, mannequin_as_photograph
from imaging.encoding import to_jpeg
from tests.conftest import TEMPLATE, with_database
from tests.http.visitors import OpenBoutique, Visitor
from web.app import create_app
from web.bootstrap import imaging, meanwhile, opened
from web.settings import Settings


@pytest.fixture(scope="session")
async def boutique(
    postgres: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[OpenBoutique]:
    """The application on a database and a folder of its own, with image workers."""
    name = f"test_http_{os.getpid()}"
    await create_database(postgres, name, template=TEMPLATE)
    settings = Settings(
        folder=tmp_path_factory.mktemp("boutique"),
        database_url=with_database(postgres, name),
        networks=Path(__file__).parents[2] / "web" / "node_modules",
        image_workers=2,
    )
    async with (
        opened(settings) as container,
        imaging(container) as wired,
        # Nothing is settled or expired beside the tests: some of them pay elsewhere.
        meanwhile(container.projections.run(), container.doctor.run()),
        AsyncExitStack() as stack,
    ):
        yield OpenBoutique(
            container=container, imaging=wired, app=create_app(container, wired), stack=stack
        )
    await drop_database(postgres, name)


@pytest.fixture(scope="session")
def photographed() -> NDArray[np.uint8]:
    """A figure in a room; it takes seconds to render."""
    return mannequin_as_photograph(MANNEQUINS[0].slug)


@pytest.fixture(scope="session")
def photo(photographed: NDArray[np.uint8]) -> bytes:
    return to_jpeg(photographed, quality=85)


@pytest.fixture(scope="session")
def another_photo(photographed: NDArray[np.uint8]) -> bytes:
    """The same figure in a mirror."""
    return to_jpeg(np.ascontiguousarray(photographed[:, ::-1]), quality=85)


@pytest.fixture
async def shopper(boutique: OpenBoutique) -> Visitor:
    return await boutique.shopper()


@pytest.fixture(scope="session")
async def seller(boutique: OpenBoutique) -> Visitor:
    return await boutique.seller()


@pytest.fixture(scope="session")
async def auditor(boutique: OpenBoutique) -> Visitor:
    return await boutique.auditor()
