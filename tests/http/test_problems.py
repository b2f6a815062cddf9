"""Problems and the description of the API: names that programs rely on."""

import re
from dataclasses import replace
from typing import Any, NoReturn

import psycopg
import pytest
from fastapi.routing import APIRoute
from psycopg_pool import PoolTimeout

from adapters import accounts as vault_accounts
from adapters.vault import Vault
from adapters.visits import Visits
from domain import (
    account,
    classification,
    commodity,
    confirmation,
    coordination,
    description,
    garment,
    measures,
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
from tests.conftest import PROJECT
from tests.http.visitors import OpenBoutique, Visitor, refused, succeeded
from web import api, buying, confirming, dependencies
from web.app import create_app
from web.once import IdempotencyKeyUnusable
from web.pages import coordination as coordination_page
from web.problems import problem_of

STABLE = {
    "card-number-sent": 400,
    "look-changed": 409,
    "account-already-opened": 409,
    "animated": 400,
    "card-declined": 402,
    "commodity-already-registered": 409,
    "commodity-not-found": 404,
    "commodity-not-presentable": 400,
    "commodity-not-worn": 400,
    "concurrent-update": 409,
    "coordination-not-found": 404,
    "currencies-mixed": 400,
    "database-away": 503,
    "email-already-used": 409,
    "email-not-usable": 400,
    "empty-file": 400,
    "garment-not-wearable": 400,
    "idempotency-key-reused": 422,
    "idempotency-key-unusable": 400,
    "log-full": 507,
    "log-unavailable": 503,
    "look-empty": 409,
    "look-no-longer-shared": 410,
    "look-not-confirmed": 409,
    "mask-does-not-fit": 400,
    "measures-not-usable": 400,
    "no-commodity-found": 400,
    "no-person-found": 400,
    "not-allowed": 403,
    "not-an-image": 400,
    "not-the-seller": 403,
    "nothing-to-open": 400,
    "nothing-to-tuck-in": 400,
    "not-yet-projected": 503,
    "nothing-left": 400,
    "password-too-short": 400,
    "payment-unavailable": 503,
    "price-changed": 409,
    "purchase-not-found": 404,
    "purchase-not-paid": 409,
    "purchase-paid": 409,
    "purchase-settled": 409,
    "purchase-under-way": 503,
    "quantity-not-purchasable": 400,
    "quantity-not-returnable": 400,
    "quantity-out-of-range": 400,
    "refund-not-granted": 409,
    "refund-out-of-range": 400,
    "reservation-ended": 409,
    "reservation-not-found": 404,
    "saved-look-not-found": 404,
    "too-many-looks": 409,
    "role-unknown": 400,
    "share-days-not-offered": 400,
    "share-not-found": 404,
    "sign-in-failed": 401,
    "sign-in-needed": 401,
    "size-missing": 400,
    "size-not-chosen": 409,
    "sold-out": 409,
    "too-many-looks-held": 409,
    "too-many-shares": 409,
    "step-not-understood": 400,
    "too-busy": 503,
    "too-many-bytes": 413,
    "too-many-pixels": 400,
    "too-much-memory": 400,
    "too-narrow": 400,
    "too-many-user-images": 409,
    "too-small": 400,
    "type-settled": 409,
    "took-too-long": 400,
    "trading-name-missing": 400,
    "truncated": 400,
    "unreadable": 400,
    "user-image-not-found": 404,
    "variant-not-found": 404,
}
"""What a client may have been written against: names are added, never changed or taken away."""

IMAGE_REASONS = {
    "animated",
    "empty-file",
    "mask-does-not-fit",
    "no-commodity-found",
    "no-person-found",
    "not-an-image",
    "nothing-left",
    "too-busy",
    "too-many-bytes",
    "too-many-pixels",
    "too-much-memory",
    "too-narrow",
    "too-small",
    "took-too-long",
    "truncated",
    "unreadable",
}
"""Of pictures; the image workers send them, without a class for each."""

REFUSALS: tuple[Exception, ...] = (
    *(ImageNotUsable(reason, "") for reason in sorted(IMAGE_REASONS)),
    account.AccountAlreadyOpened(),
    account.EmailAlreadyUsed(),
    account.RoleUnknown(),
    account.TradingNameMissing(),
    buying.CardDeclined(),
    buying.PurchaseUnderWay(),
    psycopg.OperationalError("the connection is lost"),
    commodity.CommodityAlreadyRegistered(),
    commodity.CommodityNotFound(),
    classification.CommodityNotPresentable(),
    coordination.CommodityNotWorn(),
    coordination.NothingToOpen(),
    coordination.NothingToTuckIn(),
    coordination.CoordinationNotFound(),
    coordination.LookEmpty(),
    saved_look.SavedLookNotFound(),
    saved_look.TooManyLooks(),
    sharing.LookNoLongerShared(),
    sharing.ShareDaysNotOffered(),
    sharing.ShareNotFound(),
    sharing.TooManyShares(),
    description.TypeSettled("shirt"),
    garment.GarmentNotWearable(),
    measures.MeasuresNotUsable(),
    ConcurrentUpdate(),
    IdempotencyKeyReused(),
    IdempotencyKeyUnusable(),
    LogFull("The disk is full."),
    LogUnavailable("The log is away."),
    dependencies.NotAllowed("seller"),
    dependencies.NotYetProjected(1),
    dependencies.SignInNeeded(),
    coordination_page.StepNotUnderstood(),
    confirmation.SizeNotChosen(),
    confirmation.TooManyLooksHeld(),
    PaymentUnavailable(),
    payment.PurchaseSettled(),
    payment.RefundNotGranted(),
    payment.RefundOutOfRange(1),
    placement.CardNumberSent(),
    placement.CurrenciesMixed(),
    placement.LookNotConfirmed(),
    placement.PriceChanged(),
    placement.QuantityNotPurchasable(),
    purchase.PurchaseNotFound(),
    purchase.PurchaseNotPaid(),
    purchase.PurchasePaid(),
    purchase.QuantityNotReturnable(),
    reservation.ReservationNotFound(),
    stock.SoldOut(()),
    confirming.LookChanged(),
    confirming.PiecesSoldOut((), ["A hat in M"]),
    confirming.ReservationEnded(),
    confirming.SizeMissing(),
    stock.NotTheSeller(),
    stock.QuantityOutOfRange(),
    stock.VariantNotFound(),
    user_image.TooManyUserImages(),
    user_image.UserImageNotFound(),
    vault_accounts.EmailNotUsable(),
    vault_accounts.PasswordTooShort(),
    vault_accounts.SignInFailed(),
)


def _classes(of: type[Refusal] = Refusal) -> set[type[Refusal]]:
    return {found for kind in of.__subclasses__() for found in (kind, *_classes(kind))}


def test_names_and_statuses_of_problems_are_stable() -> None:
    problems = [problem_of(error) for error in REFUSALS]
    assert {problem.name: problem.status for problem in problems} == STABLE


def test_every_refusal_of_the_boutique_is_listed_here() -> None:
    own = {kind for kind in _classes() if not kind.__module__.startswith("tests.")}
    assert own - {type(error) for error in REFUSALS} == set()


def test_every_reason_to_refuse_a_picture_is_listed_here() -> None:
    """The workers send reasons as text; they are found where they are written."""
    written = set[str]()
    for folder in ("imaging", "adapters"):
        for path in (PROJECT / folder).rglob("*.py"):
            written |= set(
                re.findall(r"ImageRefused\(\s*(?:#[^\n]*\n\s*)?\"([a-z-]+)\"", path.read_text())
            )
    assert written
    assert written <= IMAGE_REASONS


class Away:
    """A pool whose database is away."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def connection(self) -> NoReturn:
        raise self._error


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (psycopg.OperationalError("the connection is lost"), 503, "database-away"),
        (psycopg.errors.AdminShutdown("terminating connection"), 503, "database-away"),
        (PoolTimeout("couldn't get a connection after 10.00 sec"), 503, "database-away"),
        (psycopg.errors.DiskFull("could not extend file"), 507, "log-full"),
    ],
)
async def test_given_the_database_is_away_when_asked_then_the_problem_says_to_try_again(
    boutique: OpenBoutique, shopper: Visitor, error: Exception, status: int, name: str
) -> None:
    pool: Any = Away(error)
    vault, visits = Vault(pool), Visits(pool)
    container = replace(
        boutique.container, pool=pool, readers=pool, asking=pool, vault=vault, visits=visits
    )
    http = await boutique.client(create_app(container, boutique.imaging))
    http.cookies = shopper.http.cookies
    steps = "/api/v1/coordinations/current/steps"
    for answer in (
        await http.get("/api/v1/facets"),
        await http.get("/api/v1/wardrobe"),
        await http.post(steps, json={"undo": True}),
        await http.post(steps, json={"undo": True}, headers={"Idempotency-Key": "once"}),
    ):
        refused(answer, status, name)
    page = await http.get("/wardrobe")
    assert page.status_code == status
    assert "lost" in page.text


async def test_the_description_of_the_api_names_every_address(boutique: OpenBoutique) -> None:
    http = await boutique.client()
    described = succeeded(await http.get("/api/v1/openapi.json")).json()
    assert described["openapi"].startswith("3.")
    routed = {
        (route.path, method.lower())
        for resource in api.ROUTERS
        for route in resource.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    named = {(path, method) for path, methods in described["paths"].items() for method in methods}
    assert named == {(f"/api/v1{path}", method) for path, method in routed}
    assert len(named) >= 25


async def test_every_operation_is_described_and_has_a_name_of_its_own(
    boutique: OpenBoutique,
) -> None:
    http = await boutique.client()
    described = succeeded(await http.get("/api/v1/openapi.json")).json()
    operations = [found for path in described["paths"].values() for found in path.values()]
    assert all(found["description"].endswith((".", "?")) for found in operations)
    names = [found["operationId"] for found in operations]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("address", ["/docs", "/redoc", "/openapi.json"])
async def test_no_page_of_the_framework_is_shown(boutique: OpenBoutique, address: str) -> None:
    assert (await (await boutique.client()).get(address)).status_code == 404
