"""A boutique as its users start it, and a browser in front of it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from imaging.drawing.mannequins import mannequin_as_photograph
from imaging.encoding import to_jpeg

START_SECONDS_MAX = 60
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
WIDTHS = {"desktop": (1440, 900), "phone": (390, 844)}


@dataclass(frozen=True)
class Served:
    """A boutique that runs as a process of its own."""

    address: str
    environment: dict[str, str]

    def command(self, *arguments: str) -> str:
        """Run ``boutique`` on the same data; return what it prints."""
        done = subprocess.run(  # noqa: S603 (our own command)
            [sys.executable, "-m", "web", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout

    def open_account(self, role: str, name: str = "") -> str:
        """Open an account and return its e-mail address."""
        email = f"{role}@example.com"
        words = ("--role", role, "--email", email, "--password", PASSWORD, "--name", name)
        self.command("account", "create", *words)
        return email


@pytest.fixture
def served(tmp_path: Path, database_url: str) -> Iterator[Served]:
    environment = {
        **os.environ,
        "BOUTIQUE_DATABASE_URL": database_url,
        "BOUTIQUE_FOLDER": str(tmp_path),
        "BOUTIQUE_PORT": "0",
        "BOUTIQUE_IMAGE_WORKERS": "1",
        "PYTHONUNBUFFERED": "1",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "web", "serve"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        assert server.stdout is not None
        said = list[str]()
        for line in server.stdout:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                break
        else:
            pytest.fail("the boutique did not open:\n" + "".join(said))
        yield Served(found[0].replace("127.0.0.1", "localhost"), environment)
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) == 0, "Ctrl-C must close the boutique cleanly"


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
    opened = Visits(browser, served.address)
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
