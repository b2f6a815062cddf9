"""``Idempotency-Key``: a request that is sent twice is carried out once, and answered the same.

It holds for everything somebody with a session sends. Whoever has none yet is about to get one,
by signing in or up, which can be done again as it is.
"""

import asyncio
import hashlib
import logging
import re
from collections.abc import Iterable
from uuid import UUID

import psycopg
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.event import Refusal
from domain.request import REQUEST, IdempotencyKeyReused, KeyedRequest
from web.bootstrap import Answer, Answers
from web.dependencies import keyed_visitor_of
from web.problems import answer, http_problem, problem_of
from web.shield import SAFE_METHODS

logger = logging.getLogger(__name__)

HEADER = "idempotency-key"
REPLAYED = "Idempotent-Replayed"
KEY = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_HEADERS = ("content-type", "location", "boutique-position")
BODY_BYTES_MAX = 2**18
"""Of an answer that is kept; a larger one is made again from what its request has caused."""


class IdempotencyKeyUnusable(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "Send an Idempotency-Key of 1 to 255 visible ASCII characters, for example a UUID."
        )


class Once:
    """ASGI middleware, inside the shield, around the routes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._running: dict[tuple[UUID, str], asyncio.Future[None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        key = headers.get(HEADER)
        if key is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        wired = scope["app"].state.container
        try:
            if KEY.fullmatch(key) is None:
                raise IdempotencyKeyUnusable
            visitor = await keyed_visitor_of(request, wired, key=key)
            if visitor.account_id is None:
                await self._app(scope, receive, send)
                return
            body = await request.body()
            keyed = KeyedRequest(
                client_id=visitor.account_id, key=key, fingerprint=_fingerprint(scope, body)
            )
            await self._once(keyed, visitor.given, scope, body, send)
        except (Refusal, psycopg.OperationalError) as error:
            await answer(request, problem_of(error))(scope, receive, send)
        except HTTPException as error:  # the body is too large
            await answer(request, http_problem(error))(scope, receive, send)

    async def _once(
        self, keyed: KeyedRequest, given: Answer | None, scope: Scope, body: bytes, send: Send
    ) -> None:
        answers: Answers = scope["app"].state.container.answers
        mine = keyed.client_id, keyed.key
        while (running := self._running.get(mine)) is not None:
            await asyncio.wait([running])
            given = await answers.given(*mine)
        self._running[mine] = asyncio.get_running_loop().create_future()
        try:
            if given is None:
                await self._carry_out(answers, keyed, scope, body, send)
            else:
                await _replay(send, given, keyed)
        finally:
            self._running.pop(mine).set_result(None)

    async def _carry_out(
        self, answers: Answers, keyed: KeyedRequest, scope: Scope, body: bytes, send: Send
    ) -> None:
        """Answer for the first time, or again after the first answer was lost."""
        messages = list[Message]()

        async def received() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def kept(message: Message) -> None:
            messages.append(message)

        token = REQUEST.set(keyed)
        try:
            await self._app(scope, received, kept)
        finally:
            REQUEST.reset(token)
        start, content = messages[0], b"".join(x.get("body", b"") for x in messages[1:])
        headers = MutableHeaders(scope=start)
        if keyed.has_effects and not keyed.is_fresh:
            headers[REPLAYED] = "true"
        is_done = start["status"] < 400 or (keyed.has_effects and start["status"] < 500)
        is_done = is_done and not keyed.is_cut_short
        if is_done and len(content) <= BODY_BYTES_MAX:
            made = Answer(
                fingerprint=keyed.fingerprint,
                status=start["status"],
                headers={name: headers[name] for name in KEPT_HEADERS if name in headers},
                body=content,
            )
            try:
                kept_first = await answers.keep(keyed.client_id, keyed.key, made)
            except psycopg.OperationalError as error:
                # What was done is done: the answer goes out, and can be made again from the log.
                logger.warning("an answer is not kept: %s", error)
            else:
                if kept_first != made:
                    # Another process was asked at the same time. Both must be told the same.
                    await _replay(send, kept_first, keyed)
                    return
        for message in messages:
            await send(message)


def _fingerprint(scope: Scope, body: bytes) -> str:
    """Name what is asked for; a form's boundary is another one each time it is sent."""
    kind, _, boundary = Headers(scope=scope).get("content-type", "").partition("boundary=")
    boundary = boundary.split(";")[0].strip('" ')
    if kind.startswith("multipart/") and boundary:
        body = body.replace(boundary.encode("latin-1"), b"")
    digest = hashlib.sha256()
    parts: Iterable[bytes] = (
        scope["method"].encode(),
        scope["path"].encode(),
        scope["query_string"],
        kind.encode("latin-1"),
        body,
    )
    for part in parts:
        digest.update(b"%d:" % len(part) + part)
    return digest.hexdigest()[:32]


async def _replay(send: Send, given: Answer, keyed: KeyedRequest) -> None:
    """Give an answer again.

    Raises:
        IdempotencyKeyReused: it was the answer to another request.
    """
    if given.fingerprint != keyed.fingerprint:
        raise IdempotencyKeyReused
    raw = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in {**given.headers, REPLAYED: "true"}.items()
    ]
    raw.append((b"content-length", b"%d" % len(given.body)))
    await send({"type": "http.response.start", "status": given.status, "headers": raw})
    await send({"type": "http.response.body", "body": given.body})
