"""The coordination program as a terminal downloads it: its files, their digests, signed (C10, C18).

A file's digest is that of the answer at its address, whoever gives it; so what the manifest says is
what a terminal gets.
"""

import asyncio
import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Scope

from web.addresses import terminal_page
from web.bootstrap import Signer
from web.files import FONTS
from web.static_files import static_files
from web.terminal_files import EXTRACTION_FILES, extraction_address
from web.words import LANGUAGES, SOURCE

PAGE = terminal_page(SOURCE)
SERVICE_WORKER = "js/terminal/service-worker.js"
"""Sent with the program's digest in it, so that browsers see when there is another program."""

_STYLES = ("boutique", "brush", "coordination", "door", "pages", "panels", "terminal")
_SCRIPTS = ("boutique", "brush", "camera", "coordination", "exchange", "words")


class ProgramIncomplete(Exception):
    """A file of the program is not answered: the set-up is not complete."""


@dataclass(frozen=True, kw_only=True)
class ProgramFile:
    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What the program consists of. The signature is over the canonical JSON of all the rest."""

    version: str
    digest: str  # SHA-256 of the canonical JSON of the files
    files: tuple[ProgramFile, ...]
    public_key: str  # Ed25519, base64url without padding, as the signature
    signature: str


class CoordinationProgram:
    """The program that an application serves; it is read once, when it is first asked for."""

    def __init__(self, app: ASGIApp, signer: Signer, packages: Path) -> None:
        self._app = app
        self._packages = packages
        self._signer = signer
        self._reading = asyncio.Lock()
        self._manifest: Manifest | None = None

    async def manifest(self) -> Manifest:
        """Return what the program consists of.

        Raises:
            ProgramIncomplete: one of its files is not there.
        """
        async with self._reading:
            if self._manifest is None:
                listed = addresses(self._packages)
                self._manifest = self._signed([await self._file(path) for path in listed])
        return self._manifest

    async def _file(self, path: str) -> ProgramFile:
        content = await _answered(self._app, path)
        digest = hashlib.sha256(content).hexdigest()
        return ProgramFile(path=path, size_bytes=len(content), sha256=digest)

    def _signed(self, files: Iterable[ProgramFile]) -> Manifest:
        listed = tuple(files)
        digest = hashlib.sha256(canonical([asdict(file) for file in listed])).hexdigest()
        unsigned = Manifest(
            version=f"{version('boutique')}+{digest[:12]}",
            digest=digest,
            files=listed,
            public_key=_base64(self._signer.public_key),
            signature="",
        )
        said = {name: value for name, value in asdict(unsigned).items() if name != "signature"}
        return replace(unsigned, signature=_base64(self._signer.sign(canonical(said))))


def canonical(value: Any) -> bytes:  # noqa: ANN401 (JSON)
    """Write JSON in the one way that both sides sign and check: sorted, without spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def web_manifest(page: str) -> str:
    """Return where the program's page in a language says how it looks once it is installed."""
    return f"{page}/app.webmanifest"


def own_address(address: str) -> str:
    """Return where the program has a static file: below its page.

    A service worker answers workers of its own scope only, so their scripts must lie within it.
    """
    return address.replace("/static/", f"{PAGE}/", 1)


def addresses(packages: Path) -> list[str]:
    """Return the addresses of all files that the program needs without a network."""
    wanted = (
        *(f"css/{name}.css" for name in _STYLES),
        *(f"js/{name}.js" for name in _SCRIPTS),
    )
    own = [
        own_address(address)
        for address, file in static_files().items()
        if (name := file.name) in wanted
        or (name.startswith(("js/terminal/", "icons/")) and name != SERVICE_WORKER)
    ]
    fonts = [f"/static/fonts/{name}" for name in FONTS]
    pages = [terminal_page(language) for language in LANGUAGES]
    manifests = [web_manifest(page) for page in pages]
    everything = (*pages, *manifests, "/static/icons/chevron.svg", *own, *fonts)
    folder = extraction_address(packages)
    return sorted({*everything, *(f"{folder}{name}" for name in EXTRACTION_FILES)})


async def _answered(app: ASGIApp, path: str) -> bytes:
    """Return what the application answers at an address.

    Raises:
        ProgramIncomplete: it is no success.
    """
    statuses, content = list[int](), bytearray()
    requests: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        # Whoever asks once more waits for the end of the connection, which never comes.
        return requests.pop() if requests else await asyncio.get_running_loop().create_future()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
        content.extend(message.get("body", b""))

    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [],
        "client": None,
        "server": None,
    }
    try:
        await app(scope, receive, send)
    except RuntimeError as error:  # a file that is not there
        raise ProgramIncomplete(f"{path} cannot be read: run `make install`.") from error
    if statuses != [200]:
        raise ProgramIncomplete(f"{path} is not there: run `make install`.")
    return bytes(content)


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
