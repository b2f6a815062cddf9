"""What a route may ask for."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Query, Request
from psycopg import AsyncConnection
from pydantic import Field

from domain.event import Refusal
from projections.accounts import Account
from web.bootstrap import Answer, Container, Imaging

SESSION_COOKIE = "boutique-session"

WORDS = r"^[^\x00]*$"
"""Pattern of text that reaches the database, which cannot hold a NUL."""

Filter = Annotated[str, Field(pattern=WORDS, max_length=40)]
"""A type, design or colour that is looked for; one that does not exist finds nothing."""


class SignInNeeded(Refusal):
    def __init__(self) -> None:
        super().__init__("Sign in first: this is kept for you alone.")


class NotAllowed(Refusal):
    def __init__(self, role: str) -> None:
        super().__init__(
            "This is for accounts with the role '%(role)s'. Sign in with one.", role=role
        )


class NotYetProjected(Refusal):
    def __init__(self, position: int) -> None:
        super().__init__(
            "Position %(position)s is not visible yet. Ask again in a moment.", position=position
        )


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Whoever sent the request."""

    account_id: UUID | None = None  # a guest has one too, once they have done something
    account: Account | None = None  # None for guests
    email: str | None = None
    token: str | None = None
    since: datetime | None = None  # when the session was started
    given: Answer | None = None  # to this very request, when it came before

    @property
    def is_guest(self) -> bool:
        return self.account is None

    @property
    def role(self) -> str:
        return "guest" if self.account is None else self.account.role

    @property
    def signed_in(self) -> UUID:
        """The account's id.

        Raises:
            SignInNeeded: nobody is signed in.
        """
        if self.account is None:
            raise SignInNeeded
        return self.account.account_id

    def as_role(self, role: str) -> UUID:
        """The account's id, if it has the role.

        Raises:
            SignInNeeded, NotAllowed: it has not.
        """
        account_id = self.signed_in
        if self.role != role:
            raise NotAllowed(role)
        return account_id


async def _container(request: Request) -> Container:
    return cast("Container", request.app.state.container)


async def _imaging(request: Request) -> Imaging:
    return cast("Imaging", request.app.state.imaging)


Wired = Annotated[Container, Depends(_container)]
WiredImaging = Annotated[Imaging, Depends(_imaging)]


async def _connection(wired: Wired) -> AsyncGenerator[AsyncConnection]:
    async with wired.readers.connection() as connection:
        yield connection


Reading = Annotated[AsyncConnection, Depends(_connection, scope="function")]
"""A connection for queries of projections, held until the answer is made."""


async def visitor_of(request: Request, wired: Wired) -> Visitor:
    """Find out who has sent a request, once."""
    known: Visitor | None = request.scope.get("boutique.visitor")
    return known if known is not None else await keyed_visitor_of(request, wired, key="")


async def keyed_visitor_of(request: Request, wired: Container, *, key: str) -> Visitor:
    """Find out who has sent a request, and what was answered to it before under its key."""
    visitor = request.scope["boutique.visitor"] = await _found(request, wired, key)
    return visitor


async def _found(request: Request, wired: Container, key: str) -> Visitor:
    token = request.cookies.get(SESSION_COOKIE)
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        token = bearer.strip()
    if not token:
        return Visitor()
    visit = await wired.visits.find(token, now=wired.clock(), key=key)
    if visit is None:
        return Visitor()
    return Visitor(
        account_id=visit.account_id,
        account=visit.account,
        email=None if visit.is_guest else visit.email,
        token=token,
        since=visit.created_at,
        given=visit.given,
    )


Visiting = Annotated[Visitor, Depends(visitor_of)]


async def _at_least(
    wired: Wired,
    at_least: Annotated[
        int,
        Query(ge=0, description="Wait until this position of the log is visible, up to a bound."),
    ] = 0,
) -> None:
    if not at_least:
        return
    # What nobody has written is not waited for: it would keep a connection from others.
    is_recorded = at_least <= await wired.log.head()
    if not is_recorded or not await wired.projections.wait_for(
        at_least, timeout_seconds=wired.settings.wait_seconds_max
    ):
        raise NotYetProjected(at_least)


AtLeast = Annotated[None, Depends(_at_least)]
"""Makes a query wait for what its caller has just written."""
