"""What stands before every request: size of bodies, whose page sent it, and strict headers."""

from fastapi.responses import JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.words import gettext, pgettext

BODY_BYTES_MAX = 33 * 2**20
"""Of any request: two commodity images of 15 MB with their form."""

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types boutique"
)

WORKER_POLICY = CONTENT_SECURITY_POLICY.replace(
    "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
)
"""Of scripts that run the networks: WebAssembly may be compiled, strings still may not."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
"""On every response."""


class BodyTooLarge(HTTPException):
    """A request's body went over the limit.

    Raised while a route reads its body: only an ``HTTPException`` passes through there as it is.
    """

    def __init__(self) -> None:
        super().__init__(
            413,
            gettext(
                "This upload is too large. Send a picture of at most 15 MB, "
                "for example by saving it as JPEG."
            ),
        )


class Shield:
    """ASGI middleware. It holds back what no route should have to think of."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answering = _with_headers(send)
        if _is_from_elsewhere(scope):
            await _refuse(
                "cross-origin-request",
                403,
                gettext(
                    "This was sent from another site's page. Send it from a page of the boutique."
                ),
            )(scope, receive, answering)
            return
        await self._app(scope, _limited(receive), answering)


def _is_from_elsewhere(scope: Scope) -> bool:
    """Tell whether another site's page makes a visitor's browser act here.

    Programs send neither header; browsers send at least one with everything that changes anything.
    """
    if scope["method"] in SAFE_METHODS:
        return False
    headers = Headers(scope=scope)
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    # Browsers write it as scheme and host, so nothing needs parsing that a stranger may spoil.
    return origin is not None and origin.partition("://")[2] != headers.get("host")


def _limited(receive: Receive) -> Receive:
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > BODY_BYTES_MAX:
            raise BodyTooLarge
        return message

    return counted


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if "cache-control" not in headers:
                headers["Cache-Control"] = "no-store"
        await send(message)

    return sent


def _refuse(name: str, status: int, detail: str) -> JSONResponse:
    return JSONResponse(
        {
            "type": f"/problems/{name}",
            "title": pgettext("problem", name.replace("-", " ").capitalize()),
            "status": status,
            "detail": detail,
        },
        status,
        media_type="application/problem+json",
    )
