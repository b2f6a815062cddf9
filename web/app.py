"""The ASGI application."""

from fastapi import APIRouter, FastAPI

from web import api, files, metrics, pages
from web.bootstrap import Container, Imaging
from web.languages import Languages
from web.once import Once
from web.problems import add_problem_handlers
from web.shield import Shield
from web.terminal_program import CoordinationProgram


def create_app(container: Container, imaging: Imaging) -> FastAPI:
    """Return the application over an opened boutique."""
    app = FastAPI(
        title="Boutique",
        version="1",
        summary="An internet boutique that sells commodities in total coordination.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere, which the policy forbids
        redoc_url=None,
    )
    app.state.container = container
    app.state.imaging = imaging
    app.state.program = CoordinationProgram(app, container.signer, container.settings.networks)
    router = APIRouter(prefix="/api/v1")
    for resource in api.ROUTERS:
        router.include_router(resource)
    for part in (router, files.router, metrics.router, *pages.ROUTERS):
        app.include_router(part)
    add_problem_handlers(app)
    app.add_middleware(Once)
    app.add_middleware(Shield)
    app.add_middleware(Languages)  # the outermost, added last: the shield speaks, too
    return app
