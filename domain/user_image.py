"""User image: a shopper's own picture, acquired, extracted, replaced, erased (C1a, C7, C11).

The log holds ids and salted commitments, never pixels: an image can be erased without touching
history. Reading order: events, facts, commands, decisions.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Self
from uuid import UUID

from domain.event import Event, Fact, Known, Refusal, Tag

IMAGES_PER_SHOPPER_MAX = 20

# ---------------------------------------------------------------- events


@dataclass(frozen=True, kw_only=True, slots=True)
class UserImageEvent(Event):
    user_image_id: UUID
    shopper_id: UUID

    def tags(self) -> tuple[Tag, ...]:
        return (Tag("user-image", self.user_image_id), Tag("shopper", self.shopper_id))


@dataclass(frozen=True, kw_only=True, slots=True)
class UserImageUploaded(UserImageEvent):
    TOPIC: ClassVar[str] = "user-image-uploaded"

    photo_commitment: str  # SHA-256 of salt and uploaded bytes, lower-case hex


@dataclass(frozen=True, kw_only=True, slots=True)
class UserImageExtracted(UserImageEvent):
    TOPIC: ClassVar[str] = "user-image-extracted"

    picture_commitment: str  # SHA-256 of salt and extracted picture, lower-case hex
    score: float  # how sure the extraction is that this is a person, 0 to 1


@dataclass(frozen=True, kw_only=True, slots=True)
class UserImageCorrected(UserImageEvent):
    """The shopper touched up the outline of her extracted picture; it is another one since."""

    TOPIC: ClassVar[str] = "user-image-corrected"

    picture_commitment: str  # SHA-256 of salt and corrected picture, lower-case hex


@dataclass(frozen=True, kw_only=True, slots=True)
class UserImageErased(UserImageEvent):
    TOPIC: ClassVar[str] = "user-image-erased"


# ----------------------------------------------------------------- facts


@dataclass(frozen=True, kw_only=True, slots=True)
class UserImage:
    """Whose a user image is, and whether it is still there."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (UserImageUploaded, UserImageErased)

    user_image_id: UUID
    shopper_id: UUID | None = None  # None: never uploaded
    is_erased: bool = False

    @property
    def tag(self) -> Tag:
        return Tag("user-image", self.user_image_id)

    def evolve(self, event: Event) -> Self:
        match event:
            case UserImageUploaded():
                return replace(self, shopper_id=event.shopper_id)
            case UserImageErased():
                return replace(self, is_erased=True)
            case _:
                return self

    def is_there_for(self, shopper_id: UUID) -> bool:
        return self.shopper_id == shopper_id and not self.is_erased


@dataclass(frozen=True, kw_only=True, slots=True)
class ImagesOfShopper:
    """Which user images a shopper keeps."""

    FED_BY: ClassVar[tuple[type[Event], ...]] = (UserImageUploaded, UserImageErased)

    shopper_id: UUID
    user_image_ids: frozenset[UUID] = frozenset()

    @property
    def tag(self) -> Tag:
        return Tag("shopper", self.shopper_id)

    def evolve(self, event: Event) -> Self:
        match event:
            case UserImageUploaded():
                return replace(self, user_image_ids=self.user_image_ids | {event.user_image_id})
            case UserImageErased():
                return replace(self, user_image_ids=self.user_image_ids - {event.user_image_id})
            case _:
                return self


# -------------------------------------------------------------- commands


@dataclass(frozen=True, kw_only=True, slots=True)
class KeepUserImage:
    """Keep a photo that was just extracted: a new user image, or a better one for an old id."""

    user_image_id: UUID
    shopper_id: UUID
    photo_commitment: str
    picture_commitment: str
    score: float
    is_replacement: bool

    def needs(self) -> tuple[Fact, ...]:
        return (
            UserImage(user_image_id=self.user_image_id),
            ImagesOfShopper(shopper_id=self.shopper_id),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectUserImage:
    user_image_id: UUID
    shopper_id: UUID
    picture_commitment: str

    def needs(self) -> tuple[Fact, ...]:
        return (UserImage(user_image_id=self.user_image_id),)


@dataclass(frozen=True, kw_only=True, slots=True)
class EraseUserImage:
    user_image_id: UUID
    shopper_id: UUID

    def needs(self) -> tuple[Fact, ...]:
        return (UserImage(user_image_id=self.user_image_id),)


# ------------------------------------------------------------- decisions


class UserImageNotFound(Refusal):
    def __init__(self) -> None:
        super().__init__("You have no such image. Choose one under My images, or upload a photo.")


class TooManyUserImages(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "You keep %(images)s images already. Erase one to upload another.",
            images=IMAGES_PER_SHOPPER_MAX,
        )


def keep(
    command: KeepUserImage, known: Known, *, now: datetime
) -> tuple[UserImageUploaded | UserImageExtracted, ...]:
    """Record that a photo was uploaded and the person in it extracted.

    Raises:
        UserImageNotFound: there is no image of this shopper to replace, or the id is taken.
        TooManyUserImages: the shopper keeps as many as one may.
    """
    image = known[UserImage, command.user_image_id]
    is_new = image.shopper_id is None
    if not (image.is_there_for(command.shopper_id) if command.is_replacement else is_new):
        raise UserImageNotFound
    kept = known[ImagesOfShopper, command.shopper_id].user_image_ids
    if not command.is_replacement and len(kept) >= IMAGES_PER_SHOPPER_MAX:
        raise TooManyUserImages
    return (
        UserImageUploaded(
            recorded_at=now,
            user_image_id=command.user_image_id,
            shopper_id=command.shopper_id,
            photo_commitment=command.photo_commitment,
        ),
        UserImageExtracted(
            recorded_at=now,
            user_image_id=command.user_image_id,
            shopper_id=command.shopper_id,
            picture_commitment=command.picture_commitment,
            score=command.score,
        ),
    )


def correct(
    command: CorrectUserImage, known: Known, *, now: datetime
) -> tuple[UserImageCorrected, ...]:
    """Record that the outline was touched up.

    Raises:
        UserImageNotFound: there is no image of this shopper to correct.
    """
    if not known[UserImage, command.user_image_id].is_there_for(command.shopper_id):
        raise UserImageNotFound
    return (
        UserImageCorrected(
            recorded_at=now,
            user_image_id=command.user_image_id,
            shopper_id=command.shopper_id,
            picture_commitment=command.picture_commitment,
        ),
    )


def erase(command: EraseUserImage, known: Known, *, now: datetime) -> tuple[UserImageErased, ...]:
    """Record that an image is gone; erasing it again changes nothing.

    Raises:
        UserImageNotFound: it is not this shopper's.
    """
    image = known[UserImage, command.user_image_id]
    if image.shopper_id != command.shopper_id:
        raise UserImageNotFound
    if image.is_erased:
        return ()
    return (
        UserImageErased(
            recorded_at=now,
            user_image_id=command.user_image_id,
            shopper_id=command.shopper_id,
        ),
    )
