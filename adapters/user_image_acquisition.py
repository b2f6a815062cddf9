"""Acquiring a user image: from uploaded bytes to an extracted person in the database (C1a, C7)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from adapters.image_worker import ImageWorkers, UserImageAnswer
from adapters.pixels import Pixels
from adapters.user_image_database import (
    ExtractedPerson,
    Obstacle,
    UserImageContent,
    UserImageDatabase,
    commitment,
)
from domain.boutique import Boutique, Outcome
from domain.event import Refusal
from domain.ports import ConcurrentUpdate, ImageNotUsable
from domain.request import new_id
from domain.user_image import (
    CorrectUserImage,
    EraseUserImage,
    KeepUserImage,
    UserImage,
    UserImageNotFound,
)
from imaging.decoding import ImageRefused

NAME_LENGTH_MAX = 60


@dataclass(frozen=True, kw_only=True)
class Acquired:
    content: UserImageContent
    outcome: Outcome


class UserImageAcquisition:
    def __init__(
        self, *, boutique: Boutique, workers: ImageWorkers, database: UserImageDatabase
    ) -> None:
        self._boutique = boutique
        self._workers = workers
        self._database = database

    async def acquire(
        self, photo: bytes, *, shopper_id: UUID, name: str, replacing: UUID | None = None
    ) -> Acquired:
        """Extract the person of a photo and keep it; the photo itself is dropped.

        Pictures are stored before the log knows of them and deleted when it refuses, so a refusal
        leaves nothing behind.

        Raises:
            ConcurrentUpdate: the log was too busy; nothing is kept.
            ImageNotUsable: the photo was refused; the message says what to do.
            Refusal: the shopper may not keep it.
        """
        user_image_id = replacing or new_id("user-image")
        answer = await self._extract(photo)
        command = KeepUserImage(
            user_image_id=user_image_id,
            shopper_id=shopper_id,
            photo_commitment=commitment(photo),
            picture_commitment=commitment(answer["person"]),
            score=answer["quality"]["score"],
            is_replacement=replacing is not None,
        )
        await self._boutique.check(command)
        person = ExtractedPerson(
            picture=answer["person"],
            thumbnail=answer["thumbnail"],
            joints=answer["joints"],
            score=answer["quality"]["score"],
            advice=tuple(answer["quality"]["advice"]),
            obstacles=tuple(Obstacle(*found) for found in answer["obstacles"]),
        )
        return await self._keep(command, person, name=name.strip()[:NAME_LENGTH_MAX] or "My image")

    async def correct(
        self, user_image_id: UUID, brushed: bytes, *, shopper_id: UUID
    ) -> Acquired | None:
        """Give an image another outline; None where it is the one it had.

        The photograph is gone: what is painted back has the colours beside it, unless it was
        visible once.

        Raises:
            ConcurrentUpdate: the log was too busy; everything is as it was.
            ImageNotUsable: the outline was refused; the message says what to do.
            UserImageNotFound: it is not this shopper's.
        """
        content = await self._database.content(user_image_id, shopper_id=shopper_id)
        picture = None if content is None else await self._database.picture(content)
        if content is None or picture is None:
            raise UserImageNotFound
        opened = await self._opened(brushed, side_px_min=1)
        answer = await self._run("correct_user_image", picture, opened)
        if answer["person"] == picture:
            return None
        command = CorrectUserImage(
            user_image_id=user_image_id,
            shopper_id=shopper_id,
            picture_commitment=commitment(answer["person"]),
        )
        person = ExtractedPerson(
            picture=answer["person"],
            thumbnail=answer["thumbnail"],
            joints=content.joints,
            score=1.0,  # she has seen herself
            advice=content.advice,
            obstacles=content.obstacles,
        )
        return await self._keep(command, person, name=content.name)

    async def ground(self, user_image_id: UUID, *, shopper_id: UUID) -> bytes:
        """Return what a brush brings back, as WebP.

        Raises:
            UserImageNotFound: it is not this shopper's.
        """
        content = await self._database.content(user_image_id, shopper_id=shopper_id)
        picture = None if content is None else await self._database.picture(content)
        if picture is None:
            raise UserImageNotFound
        return bytes(await self._run("ground_of_cutout", picture, None))

    async def _keep(
        self, command: KeepUserImage | CorrectUserImage, person: ExtractedPerson, *, name: str
    ) -> Acquired:
        user_image_id, shopper_id = command.user_image_id, command.shopper_id
        content = await self._database.store(
            person, user_image_id=user_image_id, shopper_id=shopper_id, name=name
        )
        try:
            outcome = await self._boutique.handle(command)
        except (Refusal, ConcurrentUpdate):
            await self._database.discard(content)
            raise
        await self._database.keep(content, shopper_id=shopper_id)
        if (await self._boutique.know(UserImage(user_image_id=user_image_id))).is_erased:
            # Erased between the event and here: what came too late for that goes now.
            await self._database.erase(user_image_id, shopper_id=shopper_id)
            await self._database.discard(content)
            raise UserImageNotFound
        return Acquired(content=content, outcome=outcome)

    async def erase(self, user_image_id: UUID, *, shopper_id: UUID) -> Outcome:
        """Erase an image: its pictures, its joints and its name; the log keeps that it was there.

        Raises:
            UserImageNotFound: it is not this shopper's.
        """
        outcome = await self._boutique.handle(
            EraseUserImage(user_image_id=user_image_id, shopper_id=shopper_id)
        )
        await self._database.erase(user_image_id, shopper_id=shopper_id)
        return outcome

    async def _extract(self, photo: bytes) -> UserImageAnswer:
        answer: UserImageAnswer = await self._run("extract_user_image", await self._opened(photo))
        return answer

    async def _opened(self, data: bytes, **limits: int) -> Pixels:
        try:
            return await self._workers.open(data, **limits)
        except ImageRefused as refused:
            raise ImageNotUsable(refused.reason, str(refused)) from refused

    async def _run(self, job: str, *arguments: Any) -> Any:  # noqa: ANN401 (each job has its own)
        try:
            return await self._workers.run(job, *arguments)
        except ImageRefused as refused:
            raise ImageNotUsable(refused.reason, str(refused)) from refused
