"""Opening accounts and signing in: the log knows ids, the vault knows people."""

from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from adapters.vault import Vault
from domain.account import AccountUse, EmailUse, OpenAccount
from domain.boutique import Boutique, Outcome
from domain.event import Refusal
from projections import accounts

EMAIL_LENGTH_MAX = 254
PASSWORD_LENGTH_MIN = 10
PASSWORD_LENGTH_MAX = 256


class EmailNotUsable(Refusal):
    def __init__(self) -> None:
        super().__init__("This is not an e-mail address. Write it like name@example.com.")


class PasswordTooShort(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "Choose a password of %(least)s to %(most)s characters.",
            least=PASSWORD_LENGTH_MIN,
            most=PASSWORD_LENGTH_MAX,
        )


class SignInFailed(Refusal):
    def __init__(self) -> None:
        super().__init__("E-mail address or password is wrong. Try again, or open an account.")


class Accounts:
    def __init__(
        self, *, boutique: Boutique, vault: Vault, pool: AsyncConnectionPool[AsyncConnection]
    ) -> None:
        self._boutique = boutique
        self._vault = vault
        self._pool = pool

    async def open(
        self, *, account_id: UUID, role: str, email: str, password: str, trading_name: str = ""
    ) -> Outcome:
        """Open an account.

        The credential is written first, so that an account in the log can always be signed in to;
        it is dropped again when the log refuses.

        Raises:
            Refusal: address, password, role or name cannot be used, or the address is in use.
        """
        name, at, domain = email.strip().partition("@")
        is_printable = email.strip().isprintable() and " " not in email
        if not (name and at and "." in domain and is_printable) or len(email) > EMAIL_LENGTH_MAX:
            raise EmailNotUsable
        if not PASSWORD_LENGTH_MIN <= len(password) <= PASSWORD_LENGTH_MAX:
            raise PasswordTooShort
        command = OpenAccount(
            account_id=account_id,
            role=role,
            email_commitment=self._vault.email_commitment(email),
            trading_name=trading_name,
        )
        await self._boutique.check(command)
        await self._vault.add_credential(account_id, email=email, password=password)
        try:
            return await self._boutique.handle(command)
        except Refusal:
            # Sent twice at once, the account is open all the same: its credential must stay.
            if not await self._is_open(account_id, command.email_commitment):
                await self._vault.drop_credential(account_id, email=email)
            raise

    async def _is_open(self, account_id: UUID, email_commitment: str) -> bool:
        opened = await self._boutique.know(AccountUse(account_id=account_id))
        email = await self._boutique.know(EmailUse(email_commitment=email_commitment))
        return opened.is_used and email.is_used

    async def sign_in(
        self, *, email: str, password: str, now: datetime
    ) -> tuple[str, accounts.Account]:
        """Start a session of an account; return its token.

        Raises:
            SignInFailed: which of the two was wrong is not told.
        """
        commitment = self._vault.email_commitment(email)
        async with self._pool.connection() as connection:
            account = await accounts.account_by_email(connection, commitment)
        account_id = None if account is None else account.account_id
        is_right = await self._vault.is_password(
            account_id, password[: PASSWORD_LENGTH_MAX + 1], email=email
        )
        if account is None or not is_right:
            raise SignInFailed
        token = await self._vault.start_session(account.account_id, is_guest=False, now=now)
        return token, account
