"""The boutique as its visitors meet it: shoppers, sellers and programs, each with a client."""

import itertools
import json
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI
from httpx2 import ASGITransport, AsyncClient, Response

from imaging.drawing.catalogue import CATALOGUE, draw
from imaging.encoding import from_png, to_png
from web.bootstrap import Container, Imaging

ADDRESS = "http://127.0.0.1:8000"
PASSWORD = "correct horse battery"  # noqa: S105 (of nobody)
CARD, EMPTY_CARD = "demo-card", "demo-card-declined"
DRAWN_PX = 200

_numbers = itertools.count(1)


@cache
def drawn(type_: str, place: int = 0) -> bytes:
    """Return the image of a commodity of this type, as a seller would upload it."""
    sketch = [sketch for sketch in CATALOGUE if sketch.type == type_][place]
    return to_png(draw(sketch, height_px=DRAWN_PX).rgba)


def torn(type_: str) -> bytes:
    """Return the image of a commodity of which a corner is missing: its sides do not match."""
    rgba = from_png(drawn(type_)).copy()
    rows, cols = rgba.shape[:2]
    rgba[rows // 2 :, : cols // 2, 3] = 0
    return to_png(rgba)


def fresh_email() -> str:
    return f"somebody-{next(_numbers)}@example.com"


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Somebody with a client of their own; its cookies are theirs."""

    http: AsyncClient
    account_id: UUID | None = None  # None: a guest
    email: str = ""

    async def get(self, path: str, **query: Any) -> Any:  # noqa: ANN401 (JSON)
        """Return what the API answers, which must be a success."""
        return succeeded(await self.http.get(f"/api/v1{path}", params=query)).json()

    async def post(self, path: str, body: Any) -> Any:  # noqa: ANN401 (JSON)
        """Return what the API answers, once everybody can see what was done."""
        answer = succeeded(await self.http.post(f"/api/v1{path}", json=body))
        if "boutique-position" in answer.headers:
            await self.get("/facets", at_least=answer.headers["boutique-position"])
        return answer.json()

    async def step(self, **step: Any) -> Any:  # noqa: ANN401 (JSON)
        return await self.post("/coordinations/current/steps", step)

    async def dress_in(self, *goods: "Goods") -> Any:  # noqa: ANN401 (JSON)
        """Put commodities on, each in its first size; return the coordination."""
        coordination = None
        for one in goods:
            await self.step(put_on=str(one.commodity_id))
            coordination = await self.step(size=f"{one.commodity_id}:{one.variant_ids[0]}")
        return coordination

    async def confirm(self, *goods: "Goods") -> dict[str, Any]:
        """Put commodities on and confirm the look, holding nothing; return an order for all."""
        coordination = await self.dress_in(*goods)
        await self.post(f"/coordinations/{coordination['id']}/confirmation", {"reserve": []})
        return order(coordination["id"], *goods)

    async def hold(self, *goods: "Goods") -> dict[str, Any]:
        """Put commodities on and confirm the look; return the reservation of all of it."""
        coordination = await self.dress_in(*goods)
        address = f"/coordinations/{coordination['id']}/confirmation"
        held: dict[str, Any] = (await self.post(address, None))["reservation"]
        return held


@dataclass(frozen=True, kw_only=True)
class Goods:
    """A registered commodity."""

    commodity_id: UUID
    variant_ids: tuple[UUID, ...]
    price_minor: int


def order(
    coordination_id: str, *goods: Goods, card: str = CARD, quantity: int = 1
) -> dict[str, Any]:
    return {
        "purchase_id": str(uuid4()),
        "coordination_id": coordination_id,
        "pieces": [
            {
                "commodity_id": str(one.commodity_id),
                "variant_id": str(one.variant_ids[0]),
                "quantity": quantity,
                "price_minor": one.price_minor,
            }
            for one in goods
        ],
        "card": card,
    }


@dataclass(frozen=True, kw_only=True)
class OpenBoutique:
    """The application, opened."""

    container: Container
    imaging: Imaging
    app: FastAPI
    stack: AsyncExitStack  # clients are closed with it

    async def client(self, app: FastAPI | None = None) -> AsyncClient:
        """Return a client without cookies, as a program has."""
        transport = ASGITransport(app=app or self.app, raise_app_exceptions=False)
        return await self.stack.enter_async_context(
            AsyncClient(transport=transport, base_url=ADDRESS, timeout=60)
        )

    async def guest(self) -> Visitor:
        return Visitor(http=await self.client())

    async def shopper(self) -> Visitor:
        """Sign somebody up."""
        http, email = await self.client(), fresh_email()
        body = {"email": email, "password": PASSWORD}
        signed_up = succeeded(await http.post("/api/v1/accounts", json=body)).json()
        return Visitor(http=http, account_id=UUID(signed_up["account_id"]), email=email)

    async def seller(self, trading_name: str = "Atelier Nord") -> Visitor:
        return await self._opened("seller", trading_name)

    async def auditor(self) -> Visitor:
        return await self._opened("auditor", "")

    async def operator(self) -> Visitor:
        return await self._opened("operator", "")

    async def _opened(self, role: str, trading_name: str) -> Visitor:
        """Open an account as an operator does, and sign in to it."""
        account_id, email = uuid4(), fresh_email()
        outcome = await self.container.accounts.open(
            account_id=account_id,
            role=role,
            email=email,
            password=PASSWORD,
            trading_name=trading_name,
        )
        await self.container.projections.wait_for(outcome.position, timeout_seconds=10)
        http = await self.client()
        body = {"email": email, "password": PASSWORD}
        succeeded(await http.post("/api/v1/sessions", json=body))
        return Visitor(http=http, account_id=account_id, email=email)

    async def stored(self) -> frozenset[str]:
        """Return the keys of all pictures there are."""
        return frozenset([key async for key in self.container.images.keys("")])

    async def left(self, goods: Goods) -> int:
        """Return how many pieces the shop shows of the first size."""
        shown = await (await self.guest()).get(
            f"/commodities/{goods.commodity_id}", at_least=await self.container.log.head()
        )
        return int(shown["variants"][0]["left"])


def registration(type_: str = "shirt", **differently: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    """Return what a seller says of a commodity."""
    return {
        "name": f"Plain {type_}",
        "description": "Cotton, washed.",
        "type": type_,
        "design": "solid",
        "colours": ["blue"],
        "price_minor": 4900,
        "currency": "EUR",
        "sizes": [{"size": "M", "pieces": 5}, {"size": "L", "pieces": 1}],
        **differently,
    }


async def registering(
    seller: Visitor,
    said: Mapping[str, Any] | str,
    image: bytes,
    *,
    named: str = "commodity.png",
    media_type: str = "image/png",
) -> Response:
    """Send a registration; return whatever the answer is."""
    text = said if isinstance(said, str) else json.dumps(said)
    return await seller.http.post(
        "/api/v1/commodities",
        data={"commodity": text},
        files={"image": (named, image, media_type)},
    )


async def registered(seller: Visitor, type_: str = "shirt", **differently: Any) -> Goods:  # noqa: ANN401 (JSON)
    """Register a commodity with a drawn image; everybody can see it afterwards."""
    said = registration(type_, **differently)
    answer = succeeded(await registering(seller, said, drawn(type_)))
    commodity_id = answer.json()["commodity_id"]
    shown = await seller.get(
        f"/commodities/{commodity_id}", at_least=answer.headers["boutique-position"]
    )
    return Goods(
        commodity_id=UUID(commodity_id),
        variant_ids=tuple(UUID(variant["id"]) for variant in shown["variants"]),
        price_minor=said["price_minor"],
    )


async def doubtful(seller: Visitor, type_: str = "skirt") -> Goods:
    """Register a commodity of which something was hardly found."""
    answer = succeeded(await registering(seller, registration(type_), torn(type_)))
    id_ = answer.json()["commodity_id"]
    position = answer.headers["boutique-position"]
    shown = await seller.get(f"/commodities/{id_}", at_least=position)
    return Goods(
        commodity_id=UUID(id_),
        variant_ids=tuple(UUID(variant["id"]) for variant in shown["variants"]),
        price_minor=shown["price"]["minor"],
    )


async def uploading(
    shopper: Visitor, photo: bytes, *, name: str = "Me", named: str = "photo.jpg"
) -> Response:
    """Send a photo; return whatever the answer is."""
    return await shopper.http.post(
        "/api/v1/user-images", data={"name": name}, files={"photo": (named, photo, "image/jpeg")}
    )


async def uploaded(shopper: Visitor, photo: bytes, *, name: str = "Me") -> dict[str, Any]:
    """Upload a photo of a person; it is listed afterwards."""
    answer = succeeded(await uploading(shopper, photo, name=name))
    await shopper.get("/facets", at_least=answer.headers["boutique-position"])
    body: dict[str, Any] = answer.json()
    return body


def succeeded(answer: Response) -> Response:
    assert answer.is_success, f"{answer.request.url}: {answer.status_code} {answer.text[:500]}"
    return answer


def refused(answer: Response, status: int, name: str) -> dict[str, Any]:
    """Check that this is a problem of this name, and that it says what to do; return it."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text[:500]
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["type"]) == (status, f"/problems/{name}"), problem
    assert problem["status"] == status
    assert problem["title"]
    detail = problem["detail"]
    assert detail[0].isupper(), detail
    assert len(detail.split()) >= 4, detail  # a sentence, not a code
    assert status == 422 or detail.endswith("."), detail
    return problem
