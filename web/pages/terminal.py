"""Terminal mode: the program's page, its files, its service worker and its manifest (C10, C17)."""

from dataclasses import asdict
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from domain.look import LAYERS, LEVEL_MAX, MAKES_ROOM, SCALE_MAX, SCALE_MIN, SHIFT_MAX
from web.dependencies import Wired
from web.files import show_file
from web.looking import CHANGES
from web.pages.coordination import LEFT, RIGHT
from web.presenting import CALLOUTS, LABELS
from web.shield import CONTENT_SECURITY_POLICY
from web.static_files import sent, static, static_files
from web.templating import rendered
from web.terminal_files import extraction_address
from web.terminal_program import (
    PAGE,
    SERVICE_WORKER,
    WEB_MANIFEST,
    CoordinationProgram,
    own_address,
)

router = APIRouter(include_in_schema=False)

ASKED_EACH_TIME = {"Cache-Control": "no-cache"}
POLICY = CONTENT_SECURITY_POLICY.replace("connect-src 'self'", "connect-src 'self' blob:")
"""Pictures that are kept encrypted are read from memory, under addresses that begin so."""


def _program(request: Request) -> CoordinationProgram:
    return cast("CoordinationProgram", request.app.state.program)


Program = Annotated[CoordinationProgram, Depends(_program)]


@router.get("/coordination-program")
async def show_program(program: Program) -> Response:
    """Say what the coordination program consists of, signed."""
    return JSONResponse(asdict(await program.manifest()), headers=ASKED_EACH_TIME)


@router.get(PAGE)
async def show_terminal(request: Request, wired: Wired) -> Response:
    """Show the program's page: the same bytes to everybody, for it is kept and verified."""
    facts = {
        "labels": LABELS,
        "layers": LAYERS,
        "makes_room": MAKES_ROOM,
        "callouts": CALLOUTS,
        "changes": {name: by and asdict(by) for name, by in CHANGES.items()},
        "bounds": {
            "shift_max": SHIFT_MAX,
            "scale_min": SCALE_MIN,
            "scale_max": SCALE_MAX,
            "level_max": LEVEL_MAX,
        },
        "columns": {"left": LEFT, "right": RIGHT},
        "extraction_base": extraction_address(wired.settings.networks),
    }
    context = {"facts": facts, "cards": wired.till.cards, "till_note": wired.till.note}
    text = rendered("terminal.html", context)
    digest = _digest()
    return sent(
        request,
        text.replace(f"/static/{digest}/", own_address(f"/static/{digest}/")).encode(),
        media_type="text/html",
        headers={**ASKED_EACH_TIME, "Content-Security-Policy": POLICY},
    )


@router.get(f"{PAGE}/service-worker.js")
async def show_service_worker(program: Program) -> Response:
    """Send the program's service worker, which names the program that it keeps."""
    manifest = await program.manifest()
    script = static_files()[static(SERVICE_WORKER)].content.decode()
    return Response(
        f'const PROGRAM = "{manifest.digest}";\n{script}',
        media_type="text/javascript",
        headers={**ASKED_EACH_TIME, "Service-Worker-Allowed": PAGE},
    )


@router.get(WEB_MANIFEST)
async def show_web_manifest() -> Response:
    """Say how the program looks once it is installed."""
    icons = [
        {
            "src": own_address(static(f"icons/{name}.png")),
            "sizes": f"{side}x{side}",
            "type": "image/png",
            "purpose": purpose,
        }
        for name, side, purpose in (
            ("terminal-192", 192, "any"),
            ("terminal-512", 512, "any"),
            ("terminal-maskable-512", 512, "maskable"),
        )
    ]
    said = {
        "id": PAGE,
        "name": "Boutique",
        "short_name": "Boutique",
        "description": "See the whole look on yourself. Your photo stays on this device.",
        "start_url": PAGE,
        "scope": PAGE,
        "display": "standalone",
        "background_color": "#f4efe6",
        "theme_color": "#f4efe6",
        "icons": icons,
    }
    return JSONResponse(said, media_type="application/manifest+json", headers=ASKED_EACH_TIME)


@router.get(f"{PAGE}/{{digest}}/{{path:path}}")
async def show_program_file(digest: str, path: str, request: Request) -> Response:
    """Send a static file at its address within the program."""
    return await show_file(digest, path, request)


def _digest() -> str:
    return next(iter(static_files())).split("/")[2]
