"""The vault keeps e-mail addresses, passwords and sessions; sign-in tells nothing it need not."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier
from psycopg_pool import AsyncConnectionPool

from adapters.accounts import (
    EMAIL_LENGTH_MAX,
    PASSWORD_LENGTH_MAX,
    PASSWORD_LENGTH_MIN,
    Accounts,
    EmailNotUsable,
    PasswordTooShort,
    SignInFailed,
)
from adapters.answers import Answers
from adapters.demo_payment import DemoPaymentProvider
from adapters.projection_runner import ProjectionRunner
from adapters.vault import SESSION_DAYS, Vault, normalised
from adapters.visits import Visit, Visits
from domain.account import AccountAlreadyOpened, AccountOpened, EmailAlreadyUsed, RoleUnknown
from domain.boutique import Boutique
from projections import accounts
from tests.real_log import RealLog, opened_log
from tests.speaking import NOON, SELLER, SHOPPER, STRANGER

EMAIL = "ada@example.com"
PASSWORD = "a long pass phrase"  # noqa: S105 (of nobody)
ANOTHER_PASSWORD = "another pass phrase"  # noqa: S105 (of nobody)


@dataclass(frozen=True, kw_only=True)
class Reception:
    """Where accounts are opened and people sign in."""

    real: RealLog
    vault: Vault
    visits: Visits
    accounts: Accounts
    projections: ProjectionRunner

    async def open(self, account_id: UUID = SHOPPER, *, email: str = EMAIL) -> None:
        await self.accounts.open(
            account_id=account_id, role="shopper", email=email, password=PASSWORD
        )
        await self.projections.catch_up()

    async def stored(self, table: str) -> str:
        """Return all that a table holds, as one text."""
        async with self.real.pool.connection() as connection:
            cursor = await connection.execute(
                SQL("SELECT t::text FROM {} t").format(Identifier(table))
            )
            return "\n".join([row[0] for row in await cursor.fetchall()])


@pytest.fixture
async def reception(database_url: str) -> AsyncIterator[Reception]:
    async with opened_log(database_url) as real:
        runner = ProjectionRunner(real.dsn, real.pool, (accounts.PROJECTION,))
        await runner.set_up()
        vault = Vault(real.pool)
        await vault.set_up()
        boutique = Boutique(decider=real.decider, payment=DemoPaymentProvider())
        await Answers(real.pool).set_up()
        yield Reception(
            real=real,
            vault=vault,
            visits=Visits(real.pool),
            accounts=Accounts(boutique=boutique, vault=vault, pool=real.pool),
            projections=runner,
        )


# -------------------------------------------------------------- sessions


async def test_a_session_is_known_by_its_token_until_it_is_ended(reception: Reception) -> None:
    vault, visits = reception.vault, reception.visits
    token = await vault.start_session(SHOPPER, is_guest=True, now=NOON)
    another = await vault.start_session(SHOPPER, is_guest=False, now=NOON)
    visit = Visit(account_id=SHOPPER, is_guest=True, created_at=NOON)
    assert await visits.find(token, now=NOON) == visit
    await vault.end_session(token)
    assert await visits.find(token, now=NOON) is None
    assert await visits.find(another, now=NOON) is not None


async def test_a_session_ends_by_itself_after_its_days(reception: Reception) -> None:
    token = await reception.vault.start_session(SHOPPER, is_guest=False, now=NOON)
    end = NOON + timedelta(days=SESSION_DAYS)
    assert await reception.visits.find(token, now=end - timedelta(seconds=1)) is not None
    assert await reception.visits.find(token, now=end) is None
    await reception.vault.start_session(STRANGER, is_guest=True, now=end + timedelta(seconds=1))
    assert str(SHOPPER) not in await reception.stored("vault_session")


async def test_a_token_is_stored_nowhere_and_a_wrong_one_opens_nothing(
    reception: Reception,
) -> None:
    token = await reception.vault.start_session(SHOPPER, is_guest=False, now=NOON)
    stored = await reception.stored("vault_session")
    assert token not in stored
    assert hashlib.sha256(token.encode()).hexdigest() in stored
    assert await reception.visits.find(token[:-1], now=NOON) is None
    assert await reception.visits.find("", now=NOON) is None


# -------------------------------------------------------------- passwords


async def test_a_password_is_stored_as_an_argon2id_hash_with_a_salt(reception: Reception) -> None:
    await reception.vault.add_credential(SHOPPER, email=EMAIL, password=PASSWORD)
    await reception.vault.add_credential(SELLER, email="b@example.com", password=PASSWORD)
    stored = await reception.stored("vault_credential")
    hashes = [line.rpartition('"$')[2] for line in stored.splitlines()]
    assert all(found.startswith("argon2id$v=19$m=65536,t=3,p=4$") for found in hashes)
    assert len(set(hashes)) == 2
    assert PASSWORD not in stored


async def test_only_the_right_password_of_an_account_is_right(reception: Reception) -> None:
    vault = reception.vault
    await vault.add_credential(SHOPPER, email=EMAIL, password=PASSWORD)
    assert await vault.is_password(SHOPPER, PASSWORD, email=EMAIL)
    assert not await vault.is_password(SHOPPER, PASSWORD + " ", email=EMAIL)
    assert not await vault.is_password(STRANGER, PASSWORD, email=EMAIL)
    assert not await vault.is_password(None, PASSWORD, email=EMAIL)
    await vault.drop_credential(SHOPPER, email=EMAIL)
    assert not await vault.is_password(SHOPPER, PASSWORD, email=EMAIL)


async def test_a_hash_that_is_none_is_no_password(reception: Reception) -> None:
    await reception.vault.add_credential(SHOPPER, email=EMAIL, password=PASSWORD)
    async with reception.real.pool.connection() as connection:
        await connection.execute("UPDATE vault_credential SET password_hash = 'plain'")
    assert not await reception.vault.is_password(SHOPPER, "plain", email=EMAIL)


# -------------------------------------------------------------- addresses


async def test_the_commitment_to_an_address_is_keyed_and_lasting(reception: Reception) -> None:
    commitment = reception.vault.email_commitment(EMAIL)
    assert commitment == reception.vault.email_commitment(f"  {EMAIL.upper()} ")
    assert commitment != hashlib.sha256(EMAIL.encode()).hexdigest()
    assert len(commitment) == 64
    assert commitment != hmac.new(b"", EMAIL.encode(), hashlib.sha256).hexdigest()
    restarted = Vault(reception.real.pool)
    await restarted.set_up()
    assert restarted.email_commitment(EMAIL) == commitment


async def test_the_address_lies_in_the_vault_and_not_in_the_log(reception: Reception) -> None:
    await reception.open()
    token = await reception.vault.start_session(SHOPPER, is_guest=False, now=NOON)
    session = await reception.visits.find(token, now=NOON)
    assert session is not None
    assert session.email == EMAIL
    log = await reception.stored("boutique_events_tt_main")
    data = "".join(str(event) for event in await reception.real.events())
    assert EMAIL not in log + data
    assert normalised(" Ada@Example.com ") == EMAIL


# --------------------------------------------------- opening and signing in


async def test_who_opened_an_account_can_sign_in(reception: Reception) -> None:
    await reception.open()
    token, account = await reception.accounts.sign_in(
        email=EMAIL.upper(), password=PASSWORD, now=NOON
    )
    assert (account.account_id, account.role) == (SHOPPER, "shopper")
    visit = Visit(account_id=SHOPPER, is_guest=False, created_at=NOON, email=EMAIL, account=account)
    assert await reception.visits.find(token, now=NOON) == visit


async def test_a_wrong_password_and_an_unknown_address_are_refused_alike(
    reception: Reception,
) -> None:
    await reception.open()
    with pytest.raises(SignInFailed) as wrong_password:
        await reception.accounts.sign_in(email=EMAIL, password=ANOTHER_PASSWORD, now=NOON)
    with pytest.raises(SignInFailed) as unknown:
        await reception.accounts.sign_in(email="b@example.com", password=PASSWORD, now=NOON)
    assert str(wrong_password.value) == str(unknown.value)
    assert await reception.stored("vault_session") == ""


@pytest.mark.parametrize(
    "email",
    ["", "ada", "@example.com", "ada@example", "a da@example.com", "a" * 250 + "@example.com"],
)
async def test_what_is_no_address_is_refused(reception: Reception, email: str) -> None:
    assert EMAIL_LENGTH_MAX < 260
    with pytest.raises(EmailNotUsable):
        await reception.open(email=email)
    assert await reception.real.events() == []


@pytest.mark.parametrize("length", [PASSWORD_LENGTH_MIN - 1, PASSWORD_LENGTH_MAX + 1])
async def test_a_password_that_is_too_short_or_too_long_is_refused(
    reception: Reception, length: int
) -> None:
    with pytest.raises(PasswordTooShort):
        await reception.accounts.open(
            account_id=SHOPPER, role="shopper", email=EMAIL, password="x" * length
        )
    assert await reception.stored("vault_credential") == ""


async def test_a_refused_account_leaves_nothing_in_the_vault(reception: Reception) -> None:
    with pytest.raises(RoleUnknown):
        await reception.accounts.open(
            account_id=SHOPPER, role="owner", email=EMAIL, password=PASSWORD
        )
    await reception.open()
    with pytest.raises(EmailAlreadyUsed):
        await reception.open(STRANGER)
    assert str(STRANGER) not in await reception.stored("vault_credential")
    assert await reception.vault.is_password(SHOPPER, PASSWORD, email=EMAIL)


async def test_when_two_open_accounts_with_one_address_at_once_then_one_can_sign_in(
    reception: Reception,
) -> None:
    answers = await asyncio.gather(
        reception.open(SHOPPER), reception.open(STRANGER), return_exceptions=True
    )
    assert [type(answer) for answer in answers if answer] == [EmailAlreadyUsed]
    [opened] = await reception.real.events()
    assert isinstance(opened, AccountOpened)
    _, account = await reception.accounts.sign_in(email=EMAIL, password=PASSWORD, now=NOON)
    assert account.account_id == opened.account_id
    assert len((await reception.stored("vault_credential")).splitlines()) == 1


async def test_when_one_guest_signs_up_twice_at_once_then_the_winners_password_is_right(
    reception: Reception,
) -> None:
    passwords = {EMAIL: PASSWORD, "b@example.com": ANOTHER_PASSWORD}

    async def sign_up(email: str) -> str | None:
        try:
            await reception.accounts.open(
                account_id=SHOPPER, role="shopper", email=email, password=passwords[email]
            )
        except AccountAlreadyOpened:
            return None
        return email

    winners = [x for x in await asyncio.gather(*map(sign_up, passwords)) if x is not None]
    assert len(winners) == 1
    await reception.projections.catch_up()
    await reception.accounts.sign_in(email=winners[0], password=passwords[winners[0]], now=NOON)
    assert len((await reception.stored("vault_credential")).splitlines()) == 1


async def test_when_a_form_is_sent_twice_at_once_then_its_account_can_be_signed_in_to(
    reception: Reception,
) -> None:
    answers = await asyncio.gather(reception.open(), reception.open(), return_exceptions=True)
    assert [type(answer) for answer in answers if answer] == [EmailAlreadyUsed]
    _, account = await reception.accounts.sign_in(email=EMAIL, password=PASSWORD, now=NOON)
    assert account.account_id == SHOPPER


async def test_many_processes_that_begin_at_once_set_up_the_same_vault(database_url: str) -> None:
    pool = AsyncConnectionPool[AsyncConnection](database_url, min_size=8, max_size=8, open=False)
    async with pool:
        vaults = [Vault(pool) for _ in range(8)]
        await asyncio.gather(*(vault.set_up() for vault in vaults))
    assert len({vault.email_commitment("ada@example.com") for vault in vaults}) == 1
