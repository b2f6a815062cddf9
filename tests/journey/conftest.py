"""A boutique as its users start it, and a browser in front of it."""

import itertools
import json
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from adapters.embedded_postgres import create_database, drop_database
from imaging.drawing.catalogue import draw
from imaging.drawing.mannequins import mannequin_as_photograph
from imaging.drawing.sketch import Sketch
from imaging.encoding import to_jpeg, to_png
from tests.conftest import TEMPLATE, with_database
from tests.served import Served, serving

PASSWORD = "a long pass phrase"  # noqa: S105 (of test accounts)
CHROMIUM = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)
_numbers = itertools.count(1)
WIDTHS = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}


@pytest.fixture(scope="module")
async def served(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """One boutique for all tests of a file: everybody is somebody new there."""
    name = f"test_journey_{os.getpid()}_{next(_numbers)}"
    await create_database(postgres, name, template=TEMPLATE)
    with serving(
        BOUTIQUE_DATABASE_URL=with_database(postgres, name),
        BOUTIQUE_FOLDER=str(tmp_path_factory.mktemp("boutique")),
    ) as opened:
        yield opened
    await drop_database(postgres, name)


def open_account(served: Served, role: str, name: str = "") -> str:
    """Open an account in any role and return its e-mail address."""
    email = f"{role}-{next(_numbers)}@example.com"
    words = ("--role", role, "--email", email, "--password", PASSWORD, "--name", name)
    served.command("account", "create", *words)
    return email


def stock(
    served: Served,
    *sketches: Sketch,
    pieces: Mapping[str, int] | None = None,
    measures: Mapping[str, Mapping[str, Mapping[str, float]]] | None = None,
) -> str:
    """Register drawn commodities over HTTP, each in two sizes; return their seller's e-mail.

    Of each size there is one piece, or as many as are said for the commodity's slug; sizes are
    measured where that is said for it.
    """
    email = open_account(served, "seller", "Atelier Probe")
    with httpx2.Client(base_url=f"{served.address}/api/v1", timeout=60) as seller:
        seller.post("/sessions", json={"email": email, "password": PASSWORD}).raise_for_status()
        for sketch in sketches:
            count = (pieces or {}).get(sketch.slug, 1)
            measured = (measures or {}).get(sketch.slug, {})
            words = {
                "name": sketch.name,
                "type": sketch.type,
                "design": sketch.design,
                "colours": list(sketch.colours)[:3],
                "price_minor": sketch.price_minor,
                "currency": sketch.currency,
                "sizes": [
                    {"size": size, "pieces": count, "measures": measured.get(size, {})}
                    for size in ("M", "L")
                ],
            }
            seller.post(
                "/commodities",
                data={"commodity": json.dumps(words)},
                files={"image": to_png(draw(sketch, height_px=500, worn=True).rgba)},
            ).raise_for_status()
    return email


@pytest.fixture(scope="session")
async def browser(chromium_path: Path) -> AsyncIterator[Browser]:
    flags = [*CHROMIUM, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium_path, args=flags)
        yield running
        await running.close()


class Visits:
    """Opens browsers of several people; all are watched for errors of scripts and policy."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._contexts = list[BrowserContext]()
        self.troubles = list[str]()

    async def open(self, width: str = "desktop", **options: Any) -> Page:  # noqa: ANN401 (Playwright's)
        columns, rows = WIDTHS[width]
        context = await self._browser.new_context(
            base_url=self._address, viewport={"width": columns, "height": rows}, **options
        )
        context.set_default_timeout(20_000)
        self._contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                self.troubles.append(f"{page.url}: {message.text}")
                if message.type == "error"
                else None
            ),
        )
        return page

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()


@pytest.fixture
async def visits(browser: Browser, served: Served) -> AsyncIterator[Visits]:
    # Pages are at localhost, as browsers want it for what needs a secure context.
    opened = Visits(browser, served.address.replace("127.0.0.1", "localhost"))
    yield opened
    await opened.close()
    assert opened.troubles == []


@pytest.fixture(scope="session")
def photograph(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real photograph where there is one, otherwise a mannequin photographed in a room."""
    try:
        folder: Path = request.getfixturevalue("sample_data")
    except pytest.skip.Exception:
        path = tmp_path_factory.mktemp("photograph") / "mannequin.jpg"
        path.write_bytes(to_jpeg(mannequin_as_photograph("bruno"), quality=92))
        return path
    return min((folder / "people" / "ccp").glob("*.jpg"))
