"""Static files as they are sent: minified, and each at an address that tells its content."""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

import rcssmin  # type: ignore[import-untyped]
import rjsmin  # type: ignore[import-untyped]
from fastapi import Request
from fastapi.responses import Response

STATIC = Path(__file__).resolve().parent / "static"

_MEDIA_TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json"}


@dataclass(frozen=True, kw_only=True)
class StaticFile:
    name: str  # below the folder of static files
    media_type: str
    content: bytes


def content_of(path: Path) -> bytes:
    """Return what is sent of a static file: of scripts and styles, no comments and spaces.

    A module stays a module, and its names are those of its source.
    """
    content = path.read_bytes()
    if path.suffix == ".js":
        return str(rjsmin.jsmin(content.decode())).encode()
    if path.suffix == ".css":
        return str(rcssmin.cssmin(content.decode())).encode()
    return content


@cache
def static_files() -> Mapping[str, StaticFile]:
    """Return every static file by its address; another content has another address.

    All share one digest, so that modules can import each other by relative addresses.
    """
    files = [
        StaticFile(
            name=path.relative_to(STATIC).as_posix(),
            media_type=_media_type(path),
            content=content_of(path),
        )
        for path in sorted(STATIC.rglob("*"))
        if path.is_file()
    ]
    digest = hashlib.sha256(b"".join(file.content for file in files)).hexdigest()[:12]
    return MappingProxyType({f"/static/{digest}/{file.name}": file for file in files})


@cache
def static(name: str) -> str:
    """Return the address of a static file."""
    return next(address for address, file in static_files().items() if file.name == name)


def _media_type(path: Path) -> str:
    return _MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "text/plain"


def sent(
    request: Request, content: bytes, *, media_type: str, headers: Mapping[str, str]
) -> Response:
    """Answer with what is the same to everybody, compressed where the browser takes it.

    Nothing that is anybody's own goes this way: how well it compresses would tell of it.
    """
    if not media_type.startswith(("text/", "image/svg", "application/manifest")):
        return Response(content, media_type=media_type, headers=dict(headers))
    told = {**headers, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        content, told["Content-Encoding"] = _compressed(content), "gzip"
    return Response(content, media_type=media_type, headers=told)


@lru_cache(maxsize=256)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)
