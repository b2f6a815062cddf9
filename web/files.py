"""Files: what the pages are made of, fonts, and the pictures of commodities."""

from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from fastapi.responses import FileResponse, Response
from starlette.exceptions import HTTPException

from web.dependencies import Wired
from web.shield import WORKER_POLICY
from web.static_files import STATIC, sent, static_files
from web.terminal_files import EXTRACTION_FILES, extraction_address

router = APIRouter(include_in_schema=False)

FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
A_DAY = {"Cache-Control": "public, max-age=86400"}
WORKERS = {"js/terminal/extraction-worker.js"}
"""Scripts that run WebAssembly beside the page."""

FONTS = {
    "fraunces.woff2": "fraunces/files/fraunces-latin-opsz-normal.woff2",
    "fraunces-italic.woff2": "fraunces/files/fraunces-latin-opsz-italic.woff2",
    "instrument-sans.woff2": "instrument-sans/files/instrument-sans-latin-wght-normal.woff2",
}


@router.get("/static/fonts/{name}")
async def show_font(name: str, wired: Wired) -> Response:
    if name not in FONTS:
        raise HTTPException(404)
    path = wired.settings.networks / "@fontsource-variable" / FONTS[name]
    return FileResponse(path, media_type="font/woff2", headers=A_DAY)


@router.get("/static/icons/chevron.svg")
async def show_chevron() -> Response:
    """Show what a style sheet names, which knows no digests."""
    return FileResponse(STATIC / "icons" / "chevron.svg", headers=A_DAY)


@router.get("/static/extraction/{digest}/{name}")
async def show_extraction_file(digest: str, name: str, wired: Wired) -> Response:
    packages = wired.settings.networks
    file = EXTRACTION_FILES.get(name)
    address = await to_thread(extraction_address, packages)
    if file is None or address != f"/static/extraction/{digest}/":
        raise HTTPException(404)
    content = await to_thread(file.content, packages)
    return Response(content, media_type=file.media_type, headers=FOR_EVER)


@router.get("/static/{digest}/{path:path}")
async def show_file(digest: str, path: str, request: Request) -> Response:
    found = static_files().get(f"/static/{digest}/{path}")
    if found is None:
        raise HTTPException(404)
    headers = FOR_EVER
    if path in WORKERS:  # a page's policy does not hold in its workers, but that of their script
        headers = {**FOR_EVER, "Content-Security-Policy": WORKER_POLICY}
    return sent(request, found.content, media_type=found.media_type, headers=headers)


@router.get("/pictures/commodities/{name}")
async def show_commodity_picture(
    name: Annotated[str, PathParameter(pattern=r"^[0-9a-f]{64}-(small|large)\.webp$")],
    wired: Wired,
) -> Response:
    picture = await wired.images.get(f"commodity/{name}")
    if picture is None:
        raise HTTPException(404)
    return Response(picture, media_type="image/webp", headers=FOR_EVER)


@router.get("/pictures/cloth/{name}")
async def show_picture_of_part(
    name: Annotated[str, PathParameter(pattern=r"^[0-9a-f]{64}\.webp$")], wired: Wired
) -> Response:
    picture = await wired.images.get(f"cloth/{name}")
    if picture is None:
        raise HTTPException(404)
    return Response(picture, media_type="image/webp", headers=FOR_EVER)


@router.get("/favicon.ico")
async def show_icon() -> Response:
    return FileResponse(STATIC / "icons" / "favicon.svg", headers=A_DAY)


@router.get("/health")
async def show_health() -> dict[str, str]:
    """Tell that the server answers."""
    return {"status": "ok"}
