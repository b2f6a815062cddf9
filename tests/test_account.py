"""Somebody opens an account."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.account import (
    ROLES,
    TRADING_NAME_LENGTH_MAX,
    AccountAlreadyOpened,
    AccountOpened,
    AccountUse,
    EmailAlreadyUsed,
    EmailUse,
    OpenAccount,
    RoleUnknown,
    TradingNameMissing,
)
from domain.event import Tag, fold
from tests.given_when_then import decided, given
from tests.speaking import EMAIL_COMMITMENT, SELLER, SHOPPER, image_uploaded, shopper_opened

ANOTHER_EMAIL = "d4" * 32

open_shopper = OpenAccount(
    account_id=SHOPPER, role="shopper", email_commitment=EMAIL_COMMITMENT, trading_name=""
)
open_seller = OpenAccount(
    account_id=SELLER, role="seller", email_commitment=ANOTHER_EMAIL, trading_name="Northern Linen"
)


def test_given_nothing_when_opened_then_the_account_is_on_record() -> None:
    given().when(open_shopper).then(shopper_opened)


def test_given_an_address_in_use_when_opened_with_it_then_refused() -> None:
    given(shopper_opened).when(replace(open_shopper, account_id=SELLER)).then_refused(
        EmailAlreadyUsed
    )


def test_given_an_account_when_its_owner_opens_another_then_refused() -> None:
    given(shopper_opened).when(replace(open_shopper, email_commitment=ANOTHER_EMAIL)).then_refused(
        AccountAlreadyOpened
    )


def test_given_somebodys_account_when_somebody_else_opens_one_then_both_are_on_record() -> None:
    [opened] = decided(open_seller, [shopper_opened])
    assert isinstance(opened, AccountOpened)
    assert opened.trading_name == "Northern Linen"


@pytest.mark.parametrize("role", ROLES)
def test_every_role_can_be_opened(role: str) -> None:
    [opened] = decided(replace(open_seller, role=role), ())
    assert isinstance(opened, AccountOpened)
    assert opened.role == role


def test_when_the_role_is_unknown_then_refused() -> None:
    given().when(replace(open_shopper, role="owner")).then_refused(RoleUnknown)


@pytest.mark.parametrize(
    "trading_name", ["", "  ", "Northern\0Linen", "x" * (TRADING_NAME_LENGTH_MAX + 1)]
)
def test_a_seller_without_a_usable_trading_name_is_refused(trading_name: str) -> None:
    given().when(replace(open_seller, trading_name=trading_name)).then_refused(TradingNameMissing)


def test_only_a_seller_has_a_trading_name() -> None:
    given().when(replace(open_shopper, trading_name="Northern Linen")).then(shopper_opened)


def test_uses_are_known_by_the_opened_account_alone() -> None:
    email = EmailUse(email_commitment=EMAIL_COMMITMENT)
    account = AccountUse(account_id=SHOPPER)
    assert not fold(email, [image_uploaded]).is_used
    assert not fold(account, [image_uploaded]).is_used
    assert fold(email, [shopper_opened]).is_used
    assert fold(account, [shopper_opened]).is_used


def test_an_account_is_found_by_its_id_and_by_the_commitment_to_its_address() -> None:
    assert shopper_opened.tags() == (Tag("account", SHOPPER), Tag("email", EMAIL_COMMITMENT))
    assert str(Tag("account", UUID(int=1))) == "account:00000000-0000-0000-0000-000000000001"
