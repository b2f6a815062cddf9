"""Exporting: one file with everything the boutique keeps of somebody (C1a, C1d, C13)."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from psycopg import AsyncConnection

from domain.event import Tag
from projections import purchased_commodities
from projections.saved_looks import saved_looks
from web import sharing
from web.bootstrap import Container
from web.dependencies import Visitor

PURCHASES_PAGE = 200
EVENTS_PAGE = 1000

CONTENTS = """\
Everything the boutique keeps of you.

account.json     Your account.
images.json      Your images, and for each where your joints are in it, in pixels.
images/          The images themselves, as they are worn: PNG with transparency.
measures.json    What you told of your body, in centimetres, the newest last.
looks.json       The looks you keep, and the links by which you share them.
purchases.json   What you bought, and what became of it. Amounts are in the smallest unit.
events.json      Every event that was recorded of you, in order, as it is recorded.

Your password is not here: only a digest of it is kept, which opens nothing.
"""


@dataclass(frozen=True, kw_only=True)
class Export:
    """What goes into the file: texts by their names, and pictures by theirs."""

    texts: Mapping[str, Any]
    pictures: Mapping[str, bytes]

    def zipped(self) -> bytes:
        file = BytesIO()
        with ZipFile(file, "w") as archive:
            archive.writestr("contents.txt", CONTENTS, ZIP_DEFLATED)
            for name, content in self.texts.items():
                text = json.dumps(content, indent=2, ensure_ascii=False, default=_plainly)
                archive.writestr(name, text, ZIP_DEFLATED)
            for name, picture in self.pictures.items():
                archive.writestr(name, picture, ZIP_STORED)  # packed already
        return file.getvalue()


def _plainly(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


async def exported(wired: Container, visitor: Visitor) -> bytes:
    """Return everything that is kept of whoever is signed in, as a ZIP file.

    Raises:
        SignInNeeded: nobody is.
    """
    account_id = visitor.signed_in
    images, pictures = await _images(wired, account_id)
    async with wired.pool.connection() as connection:
        texts = {
            "account.json": {
                "account_id": account_id,
                "email": visitor.email,
                "role": visitor.role,
                "opened_at": None if visitor.account is None else visitor.account.opened_at,
            },
            "images.json": images,
            "measures.json": await wired.body_measures.history(account_id),
            "looks.json": await _looks(wired, connection, account_id),
            "purchases.json": await _purchases(connection, account_id),
            "events.json": await _events(wired, account_id),
        }
    return await asyncio.to_thread(Export(texts=texts, pictures=pictures).zipped)


async def _images(
    wired: Container, account_id: UUID
) -> tuple[list[dict[str, Any]], dict[str, bytes]]:
    told, pictures = list[dict[str, Any]](), dict[str, bytes]()
    for image_id, content in (await wired.user_image_database.contents(account_id)).items():
        name = f"images/{image_id}.png"  # what she calls it may be no name for a file
        picture = await wired.user_image_database.picture(content)
        if picture is None:
            continue  # it was erased meanwhile
        pictures[name] = picture
        told.append(
            {"user_image_id": image_id, "name": content.name, "file": name}
            | {"joints": content.joints, "advice": content.advice}
        )
    return told, pictures


async def _looks(
    wired: Container, connection: AsyncConnection, account_id: UUID
) -> dict[str, list[dict[str, Any]]]:
    names = await wired.look_names.names(account_id)
    kept = await saved_looks(connection, account_id)
    return {
        "looks": [{"name": names.get(x.look_id), **asdict(x)} for x in kept],
        "shares": [asdict(share) for share in await sharing.shares(wired, account_id)],
    }


async def _purchases(connection: AsyncConnection, account_id: UUID) -> list[dict[str, Any]]:
    told, before = list[dict[str, Any]](), None
    while found := await purchased_commodities.purchases(
        connection, account_id, before=before, limit=PURCHASES_PAGE
    ):
        for purchase in found:
            lines = await purchased_commodities.lines(connection, purchase.purchase_id)
            told.append({**asdict(purchase), "lines": [asdict(line) for line in lines]})
        before = found[-1].position
    return told


async def _events(wired: Container, account_id: UUID) -> list[dict[str, Any]]:
    tags = [Tag(kind, account_id) for kind in ("account", "shopper", "seller")]
    told, after = list[dict[str, Any]](), 0
    while found := await wired.log.tagged(tags, after=after, limit=EVENTS_PAGE):
        told += [
            {"position": position, "topic": topic, "event": json.loads(data)}
            for position, topic, data in found
        ]
        after = found[-1][0]
    return told
