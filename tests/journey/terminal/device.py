"""Terminal mode as its shopper handles it, and the program as tests alter it."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import BrowserContext, Page, async_playwright, expect

from tests.conftest import PROJECT
from tests.journey.conftest import CHROMIUM, WIDTHS

ALLOWING = "--use-fake-ui-for-media-stream"
PASSCODE = "three quiet words"
PHOTO_NAME = "Me, on a meadow in May"
KEPT_SECONDS_MAX = 60  # on a machine with other things to do
DRAWN_MS_MAX = 120_000  # there, too


def program_copy(folder: Path) -> Path:
    """Copy the web, so that its program can be altered."""
    nothing = shutil.ignore_patterns("node_modules", "__pycache__")
    shutil.copytree(PROJECT / "web", folder / "web", ignore=nothing)
    return folder


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """A device: a browser with a profile that outlives it."""

    context: BrowserContext
    troubles: list[str]

    async def page(self) -> Page:
        """Open the program's page."""
        page = await self.context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        await page.goto("/terminal")
        return page


@asynccontextmanager
async def terminal(  # noqa: PLR0913 (what a device may be like)
    chromium: Path,
    profile: Path,
    address: str,
    *,
    proxy: str | None = None,
    width: str = "desktop",
    refuses: bool = False,
) -> AsyncIterator[Terminal]:
    """Open a browser; one that refuses allows no page what it asks for, as a camera."""
    columns, rows = WIDTHS[width]
    flags = {*CHROMIUM, *(["--no-sandbox"] if os.geteuid() == 0 else [])}
    if refuses:
        flags = flags - {ALLOWING} | {"--deny-permission-prompts"}
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chromium,
            args=sorted(flags),
            base_url=address.replace("127.0.0.1", "localhost"),
            viewport={"width": columns, "height": rows},
            proxy=None if proxy is None else {"server": proxy},
        )
        context.set_default_timeout(60_000)
        expect.set_options(timeout=30_000)  # on a machine with other things to do
        opened = Terminal(context=context, troubles=[])
        yield opened
        await context.close()
        assert opened.troubles == []


async def kept(page: Page) -> None:
    """Wait until the whole program is on the device."""
    controlled = page.evaluate(
        "new Promise((done) => { const { serviceWorker } = navigator;"
        " if (serviceWorker.controller) done();"
        " serviceWorker.addEventListener('controllerchange', () => done()); })"
    )
    await asyncio.wait_for(controlled, KEPT_SECONDS_MAX)


async def set_up(page: Page, photo: Path, *, name: str = PHOTO_NAME) -> None:
    """Choose a passcode, and keep a photograph."""
    await page.locator("#f-passcode").fill(PASSCODE)
    await page.locator("#f-again").fill(PASSCODE)
    await page.get_by_role("button", name="Keep my photo on this device").click()
    await page.locator("[data-scene=photo]").wait_for()
    await page.locator("[data-photo]").last.set_input_files(photo)
    await page.locator("[data-extracted] input").fill(name, timeout=120_000)
    await page.get_by_role("button", name="Keep this one").click()
    await shown(page)


async def unlocked(device: Terminal) -> Page:
    """Open the program's page on a device that has a vault, with the person in the second view."""
    page = await device.page()
    await unlock(page)
    await shown(page)
    return page


async def unlock(page: Page, passcode: str = PASSCODE) -> None:
    await page.locator("[data-scene=unlock] input[name=key]").fill(passcode)
    await page.get_by_role("button", name="Unlock", exact=True).click()


async def shown(page: Page) -> None:
    """Wait until the person stands in the second view, and both columns are there."""
    drawn = page.locator("[data-stage] canvas[role=img]:not([aria-label=You])")
    await drawn.wait_for()
    for side in ("left", "right"):
        await page.locator(f".rail.{side} .item").first.wait_for()


async def put_on(page: Page, side: str, name: str) -> None:
    await page.locator(f".rail.{side} .item", has_text=name).click()
    await expect(page.locator("[data-stage] canvas[role=img]")).to_have_attribute(
        "aria-label", re.compile(re.escape(name)), timeout=DRAWN_MS_MAX
    )


async def menu(page: Page, name: str) -> None:
    await page.locator("details.menu > summary").click()
    await page.locator("details.menu").get_by_role("button", name=name).click()


async def tell_measures(page: Page, **cm: float) -> None:
    """Tell the device how large one is; whatever is not said is taken back."""
    await menu(page, "My measures")
    dialog = page.locator("dialog[data-panel=measures]")
    for field in await dialog.locator("input").all():
        name = await field.get_attribute("name")
        await field.fill(str(cm.get(name or "", "")))
    await dialog.get_by_role("button", name="Save").click()
    await dialog.wait_for(state="hidden")
    await drawn(page)


async def drawn(page: Page) -> None:
    """Wait until all that was done is seen."""
    await page.wait_for_timeout(200)  # what takes that long is marked as under way
    await expect(page.locator("boutique-terminal")).not_to_have_class(re.compile("is-busy"))


async def sign_up(page: Page, email: str, password: str) -> None:
    """Open an account at the boutique, in the same browser."""
    # By the page itself: it may be behind a proxy that hears only what browsers send.
    is_open = await page.evaluate(
        """async (account) => {
            const headers = { "Content-Type": "application/json" };
            const body = JSON.stringify(account);
            return (await fetch("/api/v1/accounts", { method: "POST", headers, body })).ok;
        }""",
        {"email": email, "password": password},
    )
    assert is_open
