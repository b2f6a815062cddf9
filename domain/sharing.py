"""Sharing: a kept look is shown to whoever has a link, until it ends (claim C3).

The log holds a digest of the link's token, so whoever reads the log cannot open what is shared.
Reading order: events, facts, commands, decisions.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from domain.event import Event, Fact, Known, Refusal, Tag
from domain.saved_look import LookDiscarded, SavedLook, SavedLookNotFound

DAYS_MAX = 90
"""How long a link is good at most."""

OPEN_SHARES_MAX = 50

# ---------------------------------------------------------------- events


@dataclass(frozen=True, kw_only=True, slots=True)
class SharingEvent(Event):
    token_digest: str  # SHA-256, hexadecimal
    look_id: UUID
    shopper_id: UUID

    def tags(self) -> tuple[Tag, ...]:
        return (
            Tag("share", self.token_digest),
            Tag("look", self.look_id),
            Tag("shopper", self.shopper_id),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class LookShared(SharingEvent):
    TOPIC: ClassVar[str] = "look-shared"

    expires_at: datetime
    shows_wearer: bool  # as the shopper wore it; otherwise a mannequin wears it


@dataclass(frozen=True, kw_only=True, slots=True)
class LookUnshared(SharingEvent):
    TOPIC: ClassVar[str] = "look-unshared"


# ----------------------------------------------------------------- facts


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedLook:
    """What a link leads to."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (LookShared, LookUnshared)

    token_digest: str
    made: LookShared | None = None  # None: never shared
    is_taken_back: bool = False

    @property
    def tag(self) -> Tag:
        return Tag("share", self.token_digest)

    def evolve(self, event: Event) -> Self:
        match event:
            case LookShared():
                return replace(self, made=event)
            case LookUnshared():
                return replace(self, is_taken_back=True)
            case _:
                return self


@dataclass(frozen=True, kw_only=True, slots=True)
class SharesOfShopper:
    """Which links a shopper gave away and did not take back."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (LookShared, LookUnshared, LookDiscarded)

    shopper_id: UUID
    made: tuple[LookShared, ...] = ()

    @property
    def tag(self) -> Tag:
        return Tag("shopper", self.shopper_id)

    def evolve(self, event: Event) -> Self:
        match event:
            case LookShared():
                # Those that ended before need not be remembered for ever.
                still = (x for x in self.made if x.expires_at > event.recorded_at)
                return replace(self, made=(*still, event))
            case LookUnshared():
                left = (x for x in self.made if x.token_digest != event.token_digest)
                return replace(self, made=tuple(left))
            case LookDiscarded():
                left = (x for x in self.made if x.look_id != event.look_id)
                return replace(self, made=tuple(left))
            case _:
                return self

    def good_at(self, now: datetime) -> tuple[LookShared, ...]:
        """Return those that lead somewhere still."""
        return tuple(x for x in self.made if x.expires_at > now)


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class ShareLook:
    token_digest: str
    look_id: UUID
    shopper_id: UUID
    days: int
    shows_wearer: bool

    def needs(self) -> tuple[Fact, ...]:
        return (
            SharedLook(token_digest=self.token_digest),
            SavedLook(look_id=self.look_id),
            SharesOfShopper(shopper_id=self.shopper_id),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class UnshareLook:
    token_digest: str
    shopper_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (SharedLook(token_digest=self.token_digest),)


# ------------------------------------------------------------- decisions


class ShareNotFound(Refusal):
    def __init__(self) -> None:
        super().__init__("No look is shared by this link. Ask who sent it for the whole address.")


class LookNoLongerShared(Refusal):
    def __init__(self) -> None:
        super().__init__("This look is no longer shared. Ask who sent it for a new link.")


class ShareDaysNotOffered(Refusal):
    def __init__(self) -> None:
        super().__init__("A look is shared for 1 to %(days)s days. Choose how long.", days=DAYS_MAX)


class TooManyShares(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "You share looks by %(links)s links already. End one of them first.",
            links=OPEN_SHARES_MAX,
        )


def share(command: ShareLook, known: Known, *, now: datetime) -> tuple[LookShared, ...]:
    """Show a kept look to whoever has the link; sharing it by the same link again changes nothing.

    Raises:
        SavedLookNotFound: it is not this shopper's.
        ShareNotFound: the link leads to another look.
        ShareDaysNotOffered: it would never end, or has ended already.
        TooManyShares: others must end first.
    """
    saved = known[SavedLook, command.look_id]
    if saved.look is None or saved.shopper_id != command.shopper_id:
        raise SavedLookNotFound
    made = known[SharedLook, command.token_digest].made
    if made is not None:
        if made.look_id != command.look_id:
            raise ShareNotFound
        return ()
    if not 1 <= command.days <= DAYS_MAX:
        raise ShareDaysNotOffered
    if len(known[SharesOfShopper, command.shopper_id].good_at(now)) >= OPEN_SHARES_MAX:
        raise TooManyShares
    return (
        LookShared(
            recorded_at=now,
            token_digest=command.token_digest,
            look_id=command.look_id,
            shopper_id=command.shopper_id,
            expires_at=now + timedelta(days=command.days),
            shows_wearer=command.shows_wearer,
        ),
    )


def unshare(command: UnshareLook, known: Known, *, now: datetime) -> tuple[LookUnshared, ...]:
    """Let a link lead nowhere from now on; doing it again changes nothing.

    Raises:
        ShareNotFound: it is not this shopper's.
    """
    shared = known[SharedLook, command.token_digest]
    if shared.made is None or shared.made.shopper_id != command.shopper_id:
        raise ShareNotFound
    if shared.is_taken_back:
        return ()
    return (
        LookUnshared(
            recorded_at=now,
            token_digest=command.token_digest,
            look_id=shared.made.look_id,
            shopper_id=command.shopper_id,
        ),
    )


def open_to_all(shared: SharedLook, *, now: datetime) -> LookShared:
    """Return what a link leads to.

    Raises:
        ShareNotFound: it never led anywhere.
        LookNoLongerShared: it does not any more.
    """
    if shared.made is None:
        raise ShareNotFound
    if shared.is_taken_back or shared.made.expires_at <= now:
        raise LookNoLongerShared
    return shared.made
