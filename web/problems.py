"""Problems: what went wrong and what to do, as RFC 9457 details or as a page."""

import logging
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from domain import (
    account,
    commodity,
    confirmation,
    coordination,
    description,
    payment,
    placement,
    purchase,
    reservation,
    saved_look,
    sharing,
    stock,
    user_image,
)
from domain.event import Refusal
from domain.ports import (
    ConcurrentUpdate,
    ImageNotUsable,
    LogFull,
    LogUnavailable,
    PaymentUnavailable,
)
from domain.request import IdempotencyKeyReused
from web.addresses import way_back
from web.dependencies import NotAllowed, NotYetProjected, SignInNeeded
from web.image_words import image_words
from web.languages import language_of
from web.shield import HEADERS
from web.templating import page
from web.terms import worded
from web.words import gettext, marked, pgettext, speaking

logger = logging.getLogger(__name__)

STATUS_OF: dict[type[Exception], int] = {
    account.EmailAlreadyUsed: 409,
    account.AccountAlreadyOpened: 409,
    commodity.CommodityAlreadyRegistered: 409,
    commodity.CommodityNotFound: 404,
    coordination.CoordinationNotFound: 404,
    coordination.LookEmpty: 409,
    description.TypeSettled: 409,
    confirmation.SizeNotChosen: 409,
    confirmation.TooManyLooksHeld: 409,
    payment.PurchaseSettled: 409,
    payment.RefundNotGranted: 409,
    placement.LookNotConfirmed: 409,
    placement.PriceChanged: 409,
    purchase.PurchaseNotFound: 404,
    purchase.PurchaseNotPaid: 409,
    purchase.PurchasePaid: 409,
    reservation.ReservationNotFound: 404,
    saved_look.SavedLookNotFound: 404,
    saved_look.TooManyLooks: 409,
    sharing.LookNoLongerShared: 410,
    sharing.ShareNotFound: 404,
    sharing.TooManyShares: 409,
    stock.NotTheSeller: 403,
    stock.VariantNotFound: 404,
    user_image.TooManyUserImages: 409,
    user_image.UserImageNotFound: 404,
    SignInNeeded: 401,
    NotAllowed: 403,
    NotYetProjected: 503,
    ConcurrentUpdate: 409,
    LogUnavailable: 503,
    IdempotencyKeyReused: 422,
    PaymentUnavailable: 503,
}
"""Status of each refusal; 400 for those that are not named."""

STATUS_OF_NAME = {
    "look-changed": 409,
    "reservation-ended": 409,
    "sold-out": 409,
    "card-declined": 402,
    "database-away": 503,
    "log-full": 507,
    "purchase-under-way": 503,
    "sign-in-failed": 401,
    "too-busy": 503,
    "too-many-bytes": 413,
}


NAME_OF = {413: "too-many-bytes"}
"""Of what the framework refuses, by status; others are named after the status itself."""

ADVICE = {
    400: marked(
        "What was sent cannot be read. Send it once more, or start again from the page before."
    ),
    404: marked("There is nothing at this address. Look in the shop instead."),
    405: marked("This address is not used in this way. Go back and start again from there."),
}
"""What to do about it; the framework's own words are for those who write programs."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something that went wrong, in words for whoever can do something about it."""

    name: str  # stable, kebab-case
    title: str
    status: int
    detail: str
    more: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {
            "type": f"/problems/{self.name}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }


def problem_of(error: Exception) -> Problem:
    """Return the problem that an exception stands for."""
    match error:
        case ConcurrentUpdate():
            name = "concurrent-update"
            detail = gettext(
                "Many others are buying the same just now. Nothing was changed; try again."
            )
        case PaymentUnavailable():
            name = "payment-unavailable"
            detail = gettext(
                "The payment provider does not answer just now. Your pieces are kept for you, and "
                "the purchase is completed as soon as it does. Do not buy them a second time; "
                "look at your wardrobe in a few minutes."
            )
        case stock.SoldOut():  # also where it names the pieces
            name, detail = "sold-out", worded(error.sentence)
        case psycopg.errors.DiskFull():
            name = "log-full"
            detail = gettext(
                "The boutique's disk is full. Nothing that was recorded is lost; try later."
            )
        case psycopg.OperationalError():  # that no connection was free in time is one, too
            name = "database-away"
            detail = gettext(
                "The boutique's database does not answer just now. Nothing that was recorded is "
                "lost. Try again in a moment: a purchase that went through is not made twice."
            )
        case ImageNotUsable():
            name, detail = error.reason, image_words(str(error))
        case Refusal():
            name, detail = name_of(type(error)), worded(error.sentence)
        case _:
            name, detail = name_of(type(error)), gettext(str(error))
    more: dict[str, Any] = {}
    if isinstance(error, stock.SoldOut):
        more["variant_ids"] = [str(variant_id) for variant_id in error.variant_ids]
    return Problem(
        name=name,
        title=title_of(name),
        status=STATUS_OF_NAME.get(name) or STATUS_OF.get(type(error), 400),
        detail=detail,
        more=more,
    )


def add_problem_handlers(app: FastAPI) -> None:
    app.add_exception_handler(Refusal, _refused)
    for error in (ConcurrentUpdate, LogUnavailable, LogFull, PaymentUnavailable):
        app.add_exception_handler(error, _refused)
    app.add_exception_handler(psycopg.OperationalError, _away)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


async def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, SignInNeeded) and not _is_api(request):
        return RedirectResponse(f"/sign-in?next={quote(way_back(request))}", status_code=303)
    return answer(request, problem_of(error))


async def _away(request: Request, error: Exception) -> Response:
    logger.warning("%s %s waits for the database: %s", request.method, request.url.path, error)
    return answer(request, problem_of(error))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    words = [
        f"{'.'.join(str(part) for part in found['loc'][1:]) or 'body'}: {found['msg']}"
        for found in error.errors()
    ]
    return answer(
        request,
        Problem(
            name="invalid-request",
            title=title_of("invalid-request"),
            status=422,
            detail=gettext("Mend these and send again: %(faults)s", faults="; ".join(words)),
            more={},
        ),
    )


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return answer(request, http_problem(error))


def http_problem(error: HTTPException) -> Problem:
    """Return the problem that the framework's own refusal stands for."""
    phrase = HTTPStatus(error.status_code).phrase
    name = NAME_OF.get(error.status_code) or phrase.lower().replace(" ", "-")
    return Problem(
        name=name,
        title=title_of(name),
        status=error.status_code,
        detail=gettext(ADVICE.get(error.status_code, str(error.detail))),
        more={},
    )


async def _fault(request: Request, error: Exception) -> Response:
    logger.error("fault at %s %s", request.method, request.url.path, exc_info=error)
    # This answer is given outside of the shield, where no language is spoken either.
    language = language_of(request)
    with speaking(language):
        problem = Problem(
            name="fault",
            title=gettext("Something broke on our side"),
            status=500,
            detail=gettext("Nothing you did is lost. Try again in a moment."),
            more={},
        )
        response = answer(request, problem)
    response.headers.update({**HEADERS, "Cache-Control": "no-store", "Content-Language": language})
    return response


def answer(request: Request, problem: Problem) -> Response:
    """Say it as problem details to programs, as a page to people."""
    if _is_api(request):
        return JSONResponse(
            problem.to_json(), problem.status, media_type="application/problem+json"
        )
    context = {"status": problem.status, "title": problem.title, "detail": problem.detail}
    return page(request, "problem.html", context, status=problem.status)


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/") or request.url.path == "/metrics"


def name_of(refusal: type[Exception]) -> str:
    """Return the stable name of a refusal: that of its class, in kebab-case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", refusal.__name__).lower()


def title_of(name: str) -> str:
    """Say what a problem is called."""
    return pgettext("problem", name.replace("-", " ").capitalize())
