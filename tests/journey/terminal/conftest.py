"""A boutique whose program tests may alter, and a photograph of somebody."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from imaging.drawing.catalogue import CATALOGUE
from imaging.drawing.mannequins import mannequin_as_photograph
from imaging.encoding import to_jpeg
from tests.conftest import PROJECT
from tests.journey.conftest import stock
from tests.journey.terminal.device import program_copy
from tests.served import Served, serving_from

KNIT, TROUSERS = (
    next(sketch for sketch in CATALOGUE if sketch.type == type_)
    for type_ in ("knitwear", "trousers")
)


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A boutique that can be closed and opened again at the same address."""

    folder: Path  # of the copy of its web
    settings: dict[str, str]
    served: Served

    def kill(self) -> None:
        self.served.process.kill()
        self.served.process.wait()

    def again(self) -> Any:  # noqa: ANN401 (a context manager)
        settings = {**self.settings, "BOUTIQUE_PORT": str(urlsplit(self.served.address).port)}
        return serving_from(self.folder, **settings)


@pytest.fixture
def shop(tmp_path: Path, database_url: str) -> Iterator[Shop]:
    folder = program_copy(tmp_path / "copy")
    settings = {
        "BOUTIQUE_DATABASE_URL": database_url,
        "BOUTIQUE_FOLDER": str(tmp_path / "boutique"),
        "BOUTIQUE_NETWORKS": str(PROJECT / "web" / "node_modules"),
    }
    with serving_from(folder, **settings) as served:
        stock(served, KNIT, TROUSERS)
        yield Shop(folder=folder, settings=settings, served=served)


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("terminal") / "me.jpg"
    path.write_bytes(to_jpeg(mannequin_as_photograph("bruno"), quality=92))
    return path
