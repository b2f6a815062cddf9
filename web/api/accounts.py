"""Accounts and sessions over HTTP (claim C13)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response, status
from pydantic import BaseModel, Field

from web.dependencies import Visiting, Wired
from web.visits import end_visit, set_cookie, sign_up

router = APIRouter(tags=["accounts"])

Email = Annotated[str, Field(max_length=254, examples=["ada@example.com"])]
Password = Annotated[str, Field(max_length=256, examples=["a long pass phrase"])]


class Credentials(BaseModel):
    email: Email
    password: Password


class SignedIn(BaseModel):
    account_id: UUID
    role: str
    token: str = Field(description="Send it as `Authorization: Bearer <token>`.")


class Me(BaseModel):
    account_id: UUID
    role: str
    email: str | None
    trading_name: str


@router.post("/accounts", status_code=status.HTTP_201_CREATED)
async def open_shopper_account(
    body: Credentials, wired: Wired, visitor: Visiting, response: Response
) -> SignedIn:
    """Open a shopper's account. What a guest has done so far becomes the shopper's."""
    account_id, token, position = await sign_up(
        visitor, wired, email=body.email, password=body.password
    )
    set_cookie(response, token, wired)
    response.headers["Boutique-Position"] = str(position)
    return SignedIn(account_id=account_id, role="shopper", token=token)


@router.post("/sessions", status_code=status.HTTP_201_CREATED)
async def sign_in(
    body: Credentials, wired: Wired, visitor: Visiting, response: Response
) -> SignedIn:
    """Start a session."""
    token, account = await wired.accounts.sign_in(
        email=body.email, password=body.password, now=wired.clock()
    )
    if visitor.token is not None:
        await wired.vault.end_session(visitor.token)
    set_cookie(response, token, wired)
    return SignedIn(account_id=account.account_id, role=account.role, token=token)


@router.delete("/sessions/current", status_code=status.HTTP_204_NO_CONTENT)
async def sign_out(visitor: Visiting, wired: Wired, response: Response) -> None:
    """End the session; its token is of no use afterwards."""
    await end_visit(visitor, wired, response)


@router.get("/accounts/me")
async def me(visitor: Visiting) -> Me:
    """Tell who is signed in."""
    account_id = visitor.signed_in
    assert visitor.account is not None  # signed_in has refused guests
    return Me(
        account_id=account_id,
        role=visitor.role,
        email=visitor.email,
        trading_name=visitor.account.trading_name,
    )
