"""The coordination program over HTTP: complete, signed, and the same to everybody (C10, C18)."""

import base64
import hashlib
import json
import re
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.http.visitors import OpenBoutique, Visitor, succeeded
from web.app import create_app
from web.static_files import STATIC
from web.terminal_program import ProgramIncomplete, canonical


async def manifest(boutique: OpenBoutique) -> dict[str, Any]:
    http = await boutique.client()
    found: dict[str, Any] = succeeded(await http.get("/coordination-program")).json()
    return found


def verify(said: dict[str, Any]) -> None:
    """Check a manifest as any other program would.

    Raises:
        InvalidSignature: somebody else has signed it, or something else was signed.
    """
    signed = {name: value for name, value in said.items() if name != "signature"}
    text = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    key = Ed25519PublicKey.from_public_bytes(_bytes(said["public_key"]))
    key.verify(_bytes(said["signature"]), text.encode())


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def test_every_file_of_the_program_is_what_its_manifest_says(boutique: OpenBoutique) -> None:
    said = await manifest(boutique)
    http = await boutique.client()
    for file in said["files"]:
        content = succeeded(await http.get(file["path"])).content
        assert len(content) == file["size_bytes"]
        assert hashlib.sha256(content).hexdigest() == file["sha256"], file["path"]
    assert hashlib.sha256(canonical(said["files"])).hexdigest() == said["digest"]
    assert said["version"].endswith(said["digest"][:12])


async def test_the_program_has_everything_its_page_and_its_scripts_name(
    boutique: OpenBoutique,
) -> None:
    paths = {file["path"] for file in (await manifest(boutique))["files"]}
    http = await boutique.client()
    page = succeeded(await http.get("/terminal")).text
    named = set(re.findall(r"<(?:script|link)\b[^>]*\b(?:src|href)=\"([^\"]+)\"", page))
    assert len(named) >= 8
    assert named <= paths
    for script in (STATIC / "js" / "terminal").glob("*.js"):
        is_kept = any(path.endswith(f"/js/terminal/{script.name}") for path in paths)
        assert is_kept == (script.name != "service-worker.js")


async def test_the_manifest_is_signed_and_a_changed_one_is_not(boutique: OpenBoutique) -> None:
    said = await manifest(boutique)
    verify(said)
    for name, value in (("version", "9"), ("digest", "0" * 64), ("files", said["files"][1:])):
        with pytest.raises(InvalidSignature):
            verify({**said, name: value})


async def test_the_same_boutique_signs_with_the_same_key_after_a_restart(
    boutique: OpenBoutique,
) -> None:
    app = create_app(boutique.container, boutique.imaging)
    again = succeeded(await (await boutique.client(app)).get("/coordination-program")).json()
    assert again == await manifest(boutique)


async def test_the_program_is_the_same_to_everybody(
    boutique: OpenBoutique, shopper: Visitor
) -> None:
    http = await boutique.client()
    for path in ("/terminal", "/terminal/service-worker.js"):
        assert (await shopper.http.get(path)).content == (await http.get(path)).content


async def test_the_service_worker_names_its_program_and_may_keep_nothing_else(
    boutique: OpenBoutique,
) -> None:
    http = await boutique.client()
    answer = succeeded(await http.get("/terminal/service-worker.js"))
    assert f'const PROGRAM = "{(await manifest(boutique))["digest"]}";' in answer.text
    assert answer.headers["service-worker-allowed"] == "/terminal"
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_web_manifest_makes_it_installable(boutique: OpenBoutique) -> None:
    http = await boutique.client()
    said = succeeded(await http.get("/terminal/app.webmanifest")).json()
    assert (said["start_url"], said["scope"], said["display"]) == (
        "/terminal",
        "/terminal",
        "standalone",
    )
    for icon in said["icons"]:
        answer = succeeded(await http.get(icon["src"]))
        assert answer.headers["content-type"] == "image/png"


async def test_a_file_that_cannot_be_had_is_said(
    boutique: OpenBoutique, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.terminal_program.addresses", lambda _: ["/terminal/nothing.js"])
    program = create_app(boutique.container, boutique.imaging).state.program
    with pytest.raises(ProgramIncomplete, match="make install"):
        await program.manifest()


@pytest.mark.parametrize("path", ["/terminal/0/js/boutique.js", "/terminal/nothing"])
async def test_what_is_no_file_of_the_program_is_not_there(
    boutique: OpenBoutique, path: str
) -> None:
    http = await boutique.client()
    assert (await http.get(path, follow_redirects=True)).status_code == 404
