"""A payment provider for demonstrations: deterministic, and it takes no money."""

from dataclasses import dataclass
from uuid import UUID

from domain.ports import Authorisation


@dataclass(frozen=True, kw_only=True)
class DemoCard:
    token: str
    label: str
    hint: str
    declined_because: str | None = None


DEMO_CARDS = (
    DemoCard(token="demo-card", label="Demo card", hint="Always pays"),  # noqa: S106 (no secret)
    DemoCard(
        token="demo-card-declined",  # noqa: S106 (no secret)
        label="Empty card",
        hint="Always declines",
        declined_because="The card has insufficient funds. Nothing was charged; use another card.",
    ),
)
_BY_TOKEN = {card.token: card for card in DEMO_CARDS}


class DemoPaymentProvider:
    async def authorise(
        self, *, purchase_id: UUID, card: str, amount_minor: int, currency: str
    ) -> Authorisation:
        del amount_minor, currency
        known = _BY_TOKEN.get(card)
        if known is None:
            return Authorisation(None, "This card is not known. Choose one of the cards offered.")
        if known.declined_because is not None:
            return Authorisation(None, known.declined_because)
        return Authorisation(f"demo-{purchase_id}")

    async def capture(self, *, purchase_id: UUID, reference: str) -> None:
        assert reference == f"demo-{purchase_id}"

    async def void(self, *, purchase_id: UUID, reference: str) -> None:
        assert reference == f"demo-{purchase_id}"

    async def refund(
        self, *, refund_id: UUID, reference: str, amount_minor: int, currency: str
    ) -> str:
        del reference, amount_minor, currency
        return f"demo-refund-{refund_id}"
