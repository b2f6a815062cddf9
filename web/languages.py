"""Languages: in which one a visitor is answered, and how she chooses another (ADR 0038)."""

from fastapi.responses import Response
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.words import LANGUAGES, SOURCE, speaking

COOKIE = "boutique-language"
COOKIE_SECONDS = 365 * 24 * 3600
WORDED = ("text/html", "application/json", "application/problem+json")
"""Media types of answers that have sentences in them."""


def language_of(visit: HTTPConnection) -> str:
    """Return the language to answer in: the one she chose, else her browser's, else English."""
    chosen = visit.cookies.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else preferred(visit.headers.get("accept-language", ""))


def preferred(accepted: str) -> str:
    """Return the language that an ``Accept-Language`` likes best of those there are.

    What cannot be read is passed over: nobody is refused for it.
    """
    weighed = list[tuple[float, str]]()
    for item in accepted.split(","):
        tag, _, weight = item.partition(";")
        name = tag.strip().lower().partition("-")[0]
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if name in LANGUAGES and quality > 0:
            weighed.append((quality, name))
    # Of equals the first: the sort keeps their order.
    return min(weighed, key=lambda x: -x[0])[1] if weighed else SOURCE


def keep_language(response: Response, language: str, *, is_secure: bool) -> None:
    """Remember what was chosen on this browser."""
    response.set_cookie(
        COOKIE,
        language,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=is_secure,
        path="/",
    )


class Languages:
    """ASGI middleware. Everything behind it speaks the visitor's language; answers say which."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        language = language_of(HTTPConnection(scope))
        with speaking(language):
            await self._app(scope, receive, _named(send, language))


def _named(send: Send, language: str) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            media_type = headers.get("content-type", "").partition(";")[0]
            if media_type in WORDED and "content-language" not in headers:
                headers["Content-Language"] = language
                headers.add_vary_header("Accept-Language")
                headers.add_vary_header("Cookie")
        await send(message)

    return sent
