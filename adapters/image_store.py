"""Where pictures lie: a folder, or any object store ``obstore`` speaks to, under our own keys."""

from collections.abc import AsyncIterator
from pathlib import Path

import obstore
from obstore.store import LocalStore, ObjectStore


class ImageStore:
    """Pictures by key. Keys are made of digests and ids, never of a user's words."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def in_folder(cls, folder: Path) -> "ImageStore":
        folder.mkdir(parents=True, exist_ok=True)
        return cls(LocalStore(prefix=str(folder)))

    async def put(self, key: str, picture: bytes) -> None:
        await obstore.put_async(self._store, key, picture)

    async def get(self, key: str) -> bytes | None:
        """Return a picture, or None where there is none."""
        try:
            answer = await obstore.get_async(self._store, key)
        except FileNotFoundError:
            return None
        return bytes(await answer.bytes_async())

    async def delete(self, key: str) -> None:
        """Delete a picture; nothing happens where there is none."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return

    async def keys(self, prefix: str) -> AsyncIterator[str]:
        async for page in obstore.list(self._store, prefix=prefix):
            for entry in page:
                yield entry["path"]
