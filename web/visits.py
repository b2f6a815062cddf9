"""Visits: who is a guest, whose session starts and ends, and the cookie that says so."""

from uuid import UUID, uuid4

from fastapi import Response

from web.bootstrap import Container
from web.dependencies import SESSION_COOKIE, Visitor

COOKIE_SECONDS = 30 * 24 * 3600  # as long as the session itself


async def shopper_of(visitor: Visitor, wired: Container, response: Response) -> UUID:
    """Return the visitor's id; whoever acts for the first time becomes a guest."""
    if visitor.account_id is not None:
        return visitor.account_id
    guest_id = uuid4()
    token = await wired.vault.start_session(guest_id, is_guest=True, now=wired.clock())
    set_cookie(response, token, wired)
    return guest_id


async def sign_up(
    visitor: Visitor, wired: Container, *, email: str, password: str
) -> tuple[UUID, str, int]:
    """Open a shopper's account and start its session; return id, token and log position.

    What the visitor has done as a guest becomes the shopper's.

    Raises:
        Refusal: the account cannot be opened.
    """
    account_id = visitor.account_id or uuid4()
    outcome = await wired.accounts.open(
        account_id=account_id, role="shopper", email=email, password=password
    )
    if visitor.token is not None:
        await wired.vault.end_session(visitor.token)
    token = await wired.vault.start_session(account_id, is_guest=False, now=wired.clock())
    # The next request looks the account up in a projection.
    await wired.projections.wait_for(
        outcome.position, timeout_seconds=wired.settings.wait_seconds_max
    )
    return account_id, token, outcome.position


def set_cookie(response: Response, token: str, wired: Container) -> None:
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=wired.settings.secure_cookies,
        path="/",
    )


async def end_visit(visitor: Visitor, wired: Container, response: Response) -> None:
    if visitor.token is not None:
        await wired.vault.end_session(visitor.token)
    response.delete_cookie(SESSION_COOKIE, path="/")
    # Not "storage": what a terminal keeps is its shopper's, and opens by her passcode only.
    response.headers["Clear-Site-Data"] = '"cache"'
