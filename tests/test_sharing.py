"""A shopper shares a kept look by a link that ends."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain.event import fold
from domain.saved_look import SavedLookNotFound
from domain.sharing import (
    DAYS_MAX,
    OPEN_SHARES_MAX,
    LookNoLongerShared,
    ShareDaysNotOffered,
    SharedLook,
    ShareLook,
    ShareNotFound,
    SharesOfShopper,
    TooManyShares,
    UnshareLook,
    open_to_all,
)
from tests.given_when_then import given
from tests.speaking import (
    LOOK,
    NOON,
    SHOPPER,
    STRANGER,
    look_discarded,
    look_saved,
    look_shared,
    look_unshared,
)

share = ShareLook(
    token_digest=look_shared.token_digest,
    look_id=LOOK,
    shopper_id=SHOPPER,
    days=7,
    shows_wearer=True,
)
unshare = UnshareLook(token_digest=look_shared.token_digest, shopper_id=SHOPPER)
blank = SharedLook(token_digest=look_shared.token_digest)


def test_given_a_saved_look_when_shared_then_its_link_ends_some_day() -> None:
    given(look_saved).when(share).then(look_shared)
    given(look_saved, look_shared).when(share).then_nothing()


def test_given_no_look_of_hers_when_shared_then_there_is_none() -> None:
    given().when(share).then_refused(SavedLookNotFound)
    given(look_saved, look_discarded).when(share).then_refused(SavedLookNotFound)
    given(look_saved).when(replace(share, shopper_id=STRANGER)).then_refused(SavedLookNotFound)


def test_given_a_link_to_another_look_when_shared_by_it_then_there_is_no_such_link() -> None:
    elsewhere = replace(look_shared, look_id=UUID(int=7))
    given(look_saved, elsewhere).when(share).then_refused(ShareNotFound)


@pytest.mark.parametrize("days", [-1, 0, DAYS_MAX + 1])
def test_given_a_saved_look_when_shared_for_ever_or_never_then_refused(days: int) -> None:
    given(look_saved).when(replace(share, days=days)).then_refused(ShareDaysNotOffered)


def test_given_as_many_links_as_one_may_have_when_shared_then_one_must_end_first() -> None:
    others = [replace(look_shared, token_digest=f"{n:064}") for n in range(OPEN_SHARES_MAX)]
    given(look_saved, *others).when(share).then_refused(TooManyShares)
    ended = replace(look_unshared, token_digest=others[0].token_digest)
    given(look_saved, *others, ended).when(share).then(look_shared)
    later = NOON + timedelta(days=8)
    shared_later = replace(look_shared, recorded_at=later, expires_at=later + timedelta(days=7))
    given(look_saved, *others).when(share, at=later).then(shared_later)


def test_given_a_link_when_ended_then_it_is_ended_once() -> None:
    given(look_shared).when(unshare).then(look_unshared)
    given(look_shared, look_unshared).when(unshare).then_nothing()


def test_given_a_link_of_somebody_else_when_ended_then_there_is_no_such_link() -> None:
    given(look_shared).when(replace(unshare, shopper_id=STRANGER)).then_refused(ShareNotFound)
    given().when(unshare).then_refused(ShareNotFound)


def test_a_link_leads_to_its_look_until_it_ends_or_is_ended() -> None:
    shared = fold(blank, [look_shared])

    assert open_to_all(shared, now=look_shared.expires_at - timedelta(seconds=1)) == look_shared
    with pytest.raises(LookNoLongerShared):
        open_to_all(shared, now=look_shared.expires_at)
    with pytest.raises(LookNoLongerShared):
        open_to_all(fold(shared, [look_unshared]), now=NOON)
    with pytest.raises(ShareNotFound):
        open_to_all(blank, now=NOON)


def test_links_of_a_shopper_are_those_that_lead_somewhere_still() -> None:
    later = replace(look_shared, recorded_at=NOON + timedelta(days=30), token_digest="6e" * 32)
    shares = fold(SharesOfShopper(shopper_id=SHOPPER), [look_saved, look_shared])

    assert shares.good_at(NOON) == (look_shared,)
    assert shares.good_at(look_shared.expires_at) == ()
    assert fold(shares, [later]).made == (later,)
    assert fold(shares, [look_discarded]).made == ()
    assert fold(shares, [look_unshared]).made == ()
