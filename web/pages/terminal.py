"""Terminal mode: the program's page, its files, its service worker and its manifest (C10, C17)."""

from dataclasses import asdict
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from domain.look import (
    LAYERS,
    LEVEL_MAX,
    MAKES_ROOM,
    OPENABLE,
    SCALE_MAX,
    SCALE_MIN,
    SHIFT_MAX,
    TUCKABLE,
)
from domain.measures import OF_A_BODY
from domain.shown_size import AS_IT_STANDS, LENGTH_LEAST, LENGTH_MOST, WIDTH_LEAST, WIDTH_MOST
from domain.size_advice import ALIKE_WITHIN, EASE_OF, TAKEN_AT
from web.addresses import terminal_page
from web.adjusting import CHANGES
from web.bootstrap import Container
from web.columns import LEFT, RIGHT
from web.dependencies import Wired
from web.files import show_file
from web.languages import keep_language, language_of
from web.presenting import CALLOUTS
from web.shield import CONTENT_SECURITY_POLICY
from web.static_files import sent, static, static_files
from web.templating import rendered
from web.terminal_files import extraction_address
from web.terminal_program import (
    PAGE,
    SERVICE_WORKER,
    CoordinationProgram,
    own_address,
    web_manifest,
)
from web.terms import measure_word, type_headings
from web.words import LANGUAGES, SOURCE, gettext, speaking

router = APIRouter(include_in_schema=False)

ASKED_EACH_TIME = {"Cache-Control": "no-cache"}
POLICY = CONTENT_SECURITY_POLICY.replace("connect-src 'self'", "connect-src 'self' blob:")
"""Pictures that are kept encrypted are read from memory, under addresses that begin so."""


async def _program(request: Request) -> CoordinationProgram:
    return cast("CoordinationProgram", request.app.state.program)


Program = Annotated[CoordinationProgram, Depends(_program)]
Chosen = Annotated[str | None, Query(max_length=20)]


async def _spoken(spoken: str) -> str:
    if spoken not in LANGUAGES or spoken == SOURCE:
        raise HTTPException(404)
    return spoken


Spoken = Annotated[str, Depends(_spoken)]
"""The language in the address of a page; that of the code has none."""


@router.get("/coordination-program")
async def show_program(program: Program) -> Response:
    """Say what the coordination program consists of, signed."""
    return JSONResponse(asdict(await program.manifest()), headers=ASKED_EACH_TIME)


@router.get(PAGE)
async def show_terminal(
    request: Request,
    wired: Wired,
    language: Chosen = None,
    mode: Annotated[str, Header(alias="Sec-Fetch-Mode")] = "",
) -> Response:
    """Show the program's page; whoever comes without having chosen a language, in hers."""
    hers = language_of(request)
    # Whoever keeps the program asks for this very page.
    if language is None and mode == "navigate" and hers != SOURCE:
        return RedirectResponse(terminal_page(hers), status_code=303)
    return _page(request, wired, SOURCE, language)


def _page(request: Request, wired: Container, spoken: str, chosen: str | None) -> Response:
    """Return the page of a language: the same bytes to everybody, for it is kept and verified."""
    with speaking(spoken):
        facts = {
            "labels": type_headings(),
            "layers": LAYERS,
            "makes_room": MAKES_ROOM,
            "callouts": CALLOUTS,
            "tuckable": TUCKABLE,
            "openable": OPENABLE,
            "changes": {name: by and asdict(by) for name, by in CHANGES.items()},
            "bounds": {
                "shift_max": SHIFT_MAX,
                "scale_min": SCALE_MIN,
                "scale_max": SCALE_MAX,
                "level_max": LEVEL_MAX,
            },
            "sizes": size_rules(),
            "body": {name: measure_word(name) for name in OF_A_BODY},
            "columns": {"left": LEFT, "right": RIGHT},
            "extraction_base": extraction_address(wired.settings.networks),
        }
        context = {
            "facts": facts,
            "body_measures": OF_A_BODY,
            "cards": wired.till.cards,
            "till_note": wired.till.note,
            "manifest_url": web_manifest(terminal_page(spoken)),
            "terminal_pages": {name: terminal_page(name) for name in LANGUAGES},
        }
        text = rendered("terminal.html", context)
    digest = _digest()
    response = sent(
        request,
        text.replace(f"/static/{digest}/", own_address(f"/static/{digest}/")).encode(),
        media_type="text/html",
        headers={
            **ASKED_EACH_TIME,
            "Content-Security-Policy": POLICY,
            "Content-Language": spoken,
        },
    )
    if chosen is not None and chosen in LANGUAGES:
        keep_language(response, chosen, is_secure=wired.settings.secure_cookies)
    return response


def size_rules() -> dict[str, Any]:
    """Return what ``terminal/sizing.js`` goes by: the rules of the domain."""
    return {
        "ease_of": {
            type_: [(at, asdict(ease)) for at, ease in eases.items()]
            for type_, eases in EASE_OF.items()
        },
        "taken_at": TAKEN_AT,
        "alike_within": ALIKE_WITHIN,
        "width": (WIDTH_LEAST, WIDTH_MOST),
        "length": (LENGTH_LEAST, LENGTH_MOST),
        "as_it_stands": AS_IT_STANDS,
    }


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


@router.get(web_manifest(PAGE))
async def show_web_manifest() -> Response:
    """Say how the program looks once it is installed."""
    return _web_manifest(SOURCE)


@router.get(f"{PAGE}/{{spoken}}")
async def show_terminal_in(
    request: Request, spoken: Spoken, wired: Wired, language: Chosen = None
) -> Response:
    """Show the program's page in another language."""
    return _page(request, wired, spoken, language)


@router.get(web_manifest(f"{PAGE}/{{spoken}}"))
async def show_web_manifest_in(spoken: Spoken) -> Response:
    """Say the same in another language."""
    return _web_manifest(spoken)


def _web_manifest(spoken: str) -> Response:
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
    with speaking(spoken):
        description = gettext("See the whole look on yourself. Your photo stays on this device.")
    said = {
        "id": PAGE,
        "name": "Boutique",
        "short_name": "Boutique",
        "description": description,
        "lang": spoken,
        "start_url": terminal_page(spoken),
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
