"""Signing up, in and out; the account page (C13)."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, Response

from domain.event import Refusal
from web import visits
from web.addresses import local
from web.dependencies import Visiting, Wired
from web.exporting import exported
from web.pages.frame import Framed, see

router = APIRouter(include_in_schema=False)

Email = Annotated[str, Form(max_length=254)]
Password = Annotated[str, Form(max_length=256)]
Next = Annotated[str, Form(max_length=2000)]
HOME = "/coordination"


@router.get("/sign-in")
async def show_sign_in(frame: Framed, next: str = "") -> HTMLResponse:  # noqa: A002 (the address says so)
    return frame.show("sign_in.html", {"next": local(next)}, nav="account")


@router.post("/sign-in")
async def sign_in(
    frame: Framed,
    wired: Wired,
    visitor: Visiting,
    email: Email,
    password: Password,
    next: Next = "",  # noqa: A002 (the form says so)
) -> Response:
    try:
        token, _ = await wired.accounts.sign_in(email=email, password=password, now=wired.clock())
    except Refusal as refusal:
        return frame.show(
            "sign_in.html", {"next": local(next), "email": email}, nav="account", refusal=refusal
        )
    response = see(local(next) or HOME)
    if visitor.token is not None:
        await wired.vault.end_session(visitor.token)
    visits.set_cookie(response, token, wired)
    return response


@router.get("/sign-up")
async def show_sign_up(frame: Framed, next: str = "") -> HTMLResponse:  # noqa: A002 (the address says so)
    return frame.show("sign_up.html", {"next": local(next)}, nav="account")


@router.post("/sign-up")
async def sign_up(
    frame: Framed,
    wired: Wired,
    visitor: Visiting,
    email: Email,
    password: Password,
    next: Next = "",  # noqa: A002 (the form says so)
) -> Response:
    try:
        _, token, _ = await visits.sign_up(visitor, wired, email=email, password=password)
    except Refusal as refusal:
        return frame.show(
            "sign_up.html", {"next": local(next), "email": email}, nav="account", refusal=refusal
        )
    response = see(local(next) or HOME)
    visits.set_cookie(response, token, wired)
    return response


@router.post("/sign-out")
async def sign_out(visitor: Visiting, wired: Wired) -> Response:
    response = see("/shop?notice=signed-out")
    await visits.end_visit(visitor, wired, response)
    return response


@router.get("/account/everything.zip")
async def export_everything(wired: Wired, visitor: Visiting) -> Response:
    content = await exported(wired, visitor)
    return Response(
        content,
        media_type="application/zip",
        headers={
            "Content-Disposition": 'attachment; filename="boutique-everything.zip"',
            "Cache-Control": "private, no-store",
        },
    )


@router.get("/account")
async def show_account(frame: Framed, visitor: Visiting) -> HTMLResponse:
    visitor.signed_in  # noqa: B018 (whoever is not, is sent to sign in)
    return frame.show("account.html", {"signed_in_since": visitor.since}, nav="account")
