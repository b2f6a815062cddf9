"""Account: somebody who signs in, in one role.

The log holds an id and a keyed commitment to the e-mail address; the address itself and the
password's hash lie beside it. Reading order: events, facts, commands, decisions.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from domain.event import Event, Fact, Known, Refusal, Tag

ROLES = ("shopper", "seller", "auditor", "operator")
TRADING_NAME_LENGTH_MAX = 80

# ---------------------------------------------------------------- events


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountOpened(Event):
    TOPIC: ClassVar[str] = "account-opened"

    account_id: UUID
    role: str
    email_commitment: str  # HMAC-SHA-256 of the normalised address, lower-case hex
    trading_name: str  # what shoppers read; sellers only, otherwise empty

    def tags(self) -> tuple[Tag, ...]:
        return (Tag("account", self.account_id), Tag("email", self.email_commitment))


# ----------------------------------------------------------------- facts


@dataclass(frozen=True, kw_only=True, slots=True)
class EmailUse:
    """Whether an e-mail address has an account."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (AccountOpened,)

    email_commitment: str
    is_used: bool = False

    @property
    def tag(self) -> Tag:
        return Tag("email", self.email_commitment)

    def evolve(self, event: Event) -> Self:
        match event:
            case AccountOpened():
                return replace(self, is_used=True)
            case _:
                return self


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountUse:
    """Whether an account id is taken; a guest's id becomes an account's once."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (AccountOpened,)

    account_id: UUID
    is_used: bool = False

    @property
    def tag(self) -> Tag:
        return Tag("account", self.account_id)

    def evolve(self, event: Event) -> Self:
        match event:
            case AccountOpened():
                return replace(self, is_used=True)
            case _:
                return self


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenAccount:
    account_id: UUID
    role: str
    email_commitment: str
    trading_name: str

    def needs(self) -> tuple[Fact, ...]:
        return (
            EmailUse(email_commitment=self.email_commitment),
            AccountUse(account_id=self.account_id),
        )


# ------------------------------------------------------------- decisions


class EmailAlreadyUsed(Refusal):
    def __init__(self) -> None:
        super().__init__("There is an account with this e-mail address. Sign in instead.")


class AccountAlreadyOpened(Refusal):
    def __init__(self) -> None:
        super().__init__("You have an account already. Sign out first to open another one.")


class RoleUnknown(Refusal): ...


class TradingNameMissing(Refusal): ...


def open_account(command: OpenAccount, known: Known, *, now: datetime) -> tuple[AccountOpened, ...]:
    """Open an account.

    Raises:
        EmailAlreadyUsed, AccountAlreadyOpened: there is one.
        RoleUnknown, TradingNameMissing: it would be of no use.
    """
    if command.role not in ROLES:
        raise RoleUnknown("Choose a role out of: %(roles)s.", roles=ROLES)
    trading_name = command.trading_name.strip()
    is_readable = 1 <= len(trading_name) <= TRADING_NAME_LENGTH_MAX and "\0" not in trading_name
    if command.role == "seller" and not is_readable:
        raise TradingNameMissing(
            "Give a trading name of 1 to %(count)s characters: shoppers read it.",
            count=TRADING_NAME_LENGTH_MAX,
        )
    if known[EmailUse, command.email_commitment].is_used:
        raise EmailAlreadyUsed
    if known[AccountUse, command.account_id].is_used:
        raise AccountAlreadyOpened
    return (
        AccountOpened(
            recorded_at=now,
            account_id=command.account_id,
            role=command.role,
            email_commitment=command.email_commitment,
            trading_name=trading_name if command.role == "seller" else "",
        ),
    )
