"""What stands before every request: headers, other sites' pages, sizes, static files."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from httpx2 import Response

from tests.http.markup import Page
from tests.http.visitors import PASSWORD, OpenBoutique, Visitor, refused, succeeded, uploading
from web.app import create_app
from web.shield import BODY_BYTES_MAX, CONTENT_SECURITY_POLICY, HEADERS, WORKER_POLICY
from web.static_files import static_files
from web.terminal_files import EXTRACTION_FILES, extraction_address

ADDRESSES = (
    "/shop",
    "/account",  # a redirect
    "/nothing",
    "/health",
    "/api/v1/facets",
    "/api/v1/nothing",
    "/api/v1/wardrobe",  # refused
    "/api/v1/openapi.json",
    "/api/v1/mannequins/ada/picture",
    "/favicon.ico",
)


@pytest.fixture(scope="module")
async def member(boutique: OpenBoutique) -> Visitor:
    """Somebody who is signed in, and stays so."""
    return await boutique.shopper()


def _has_headers(answer: Response) -> None:
    for name, value in HEADERS.items():
        assert answer.headers[name] == value, (str(answer.url), name)
    assert answer.headers["cache-control"]


@pytest.mark.parametrize("address", [*ADDRESSES, *list(static_files())[:3]])
async def test_every_answer_has_the_strict_headers(boutique: OpenBoutique, address: str) -> None:
    _has_headers(await (await boutique.client()).get(address))


async def test_the_policy_allows_no_script_that_is_not_our_own_file() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    for needed in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert needed in policy


async def test_a_fault_of_ours_has_them_too_and_tells_nothing(boutique: OpenBoutique) -> None:
    app = create_app(boutique.container, boutique.imaging)

    async def break_down() -> None:
        raise RuntimeError("password=swordfish")

    app.add_api_route("/api/v1/broken", break_down)
    app.add_api_route("/broken", break_down)
    http = await boutique.client(app)
    answer = await http.get("/api/v1/broken")
    refused(answer, 500, "fault")
    page = await http.get("/broken")
    assert page.status_code == 500
    assert Page(page).links
    for found in (answer, page):
        assert "swordfish" not in found.text
        _has_headers(found)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8001"},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("POST", "/sign-out"),
        ("POST", "/coordination/steps"),
        ("DELETE", "/api/v1/sessions/current"),
        ("POST", "/api/v1/coordinations/current/steps"),
    ],
)
async def test_another_sites_page_cannot_act_for_a_visitor(
    boutique: OpenBoutique, member: Visitor, headers: dict[str, str], method: str, address: str
) -> None:
    head = await boutique.container.log.head()
    answer = await member.http.request(method, address, headers=headers)
    refused(answer, 403, "cross-origin-request")
    _has_headers(answer)
    assert await boutique.container.log.head() == head
    succeeded(await member.http.get("/account"))  # still signed in


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://127.0.0.1:8000"},
        {},
    ],
    ids=str,
)
async def test_our_own_pages_and_programs_can(
    boutique: OpenBoutique, member: Visitor, headers: dict[str, str]
) -> None:
    http = await boutique.client()
    body = {"email": member.email, "password": PASSWORD}
    succeeded(await http.post("/api/v1/sessions", json=body, headers=headers))


async def test_another_sites_page_may_link_to_the_shop(boutique: OpenBoutique) -> None:
    http = await boutique.client()
    succeeded(await http.get("/shop", headers={"Sec-Fetch-Site": "cross-site"}))


async def test_static_files_have_an_address_of_their_content_and_stay_for_ever(
    boutique: OpenBoutique,
) -> None:
    http = await boutique.client()
    for address, file in static_files().items():
        answer = succeeded(await http.get(address))
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.content == file.content


async def test_only_the_script_that_runs_the_networks_may_compile_webassembly(
    boutique: OpenBoutique,
) -> None:
    http = await boutique.client()
    for address, file in static_files().items():
        policy = (await http.get(address)).headers["content-security-policy"]
        may = file.name == "js/terminal/extraction-worker.js"
        assert policy == (WORKER_POLICY if may else CONTENT_SECURITY_POLICY), file.name
    assert WORKER_POLICY.replace(" 'wasm-unsafe-eval'", "") == CONTENT_SECURITY_POLICY


async def test_what_a_terminal_cuts_out_with_has_an_address_of_its_content(
    boutique: OpenBoutique,
) -> None:
    http, packages = await boutique.client(), boutique.container.settings.networks
    base = extraction_address(packages)
    for name, file in EXTRACTION_FILES.items():
        answer = succeeded(await http.get(f"{base}{name}"))
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"].startswith(file.media_type)
        assert answer.content == file.content(packages)
    for address in (f"{base}other.tflite", "/static/extraction/000000000000/NOTICE.txt"):
        assert (await http.get(address)).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/static/{digest}/../templating.py",
        "/static/{digest}/%2e%2e/templating.py",
        "/static/{digest}/..%2ftemplating.py",
        "/static/{digest}/%2fetc/passwd",
        "/static/{digest}/css",
        "/static/000000000000/css/base.css",
        "/static/fonts/..%2f..%2fpackage.json",
        "/static/fonts/../../package.json",
        "/pictures/commodities/..%2f..%2fmannequin%2fada-1.png",
        "/pictures/commodities/ada-1.png",
    ],
)
async def test_no_address_leads_out_of_the_static_files(
    boutique: OpenBoutique, address: str
) -> None:
    digest = next(iter(static_files())).split("/")[2]
    http = await boutique.client()
    answer = await http.get(address.format(digest=digest), follow_redirects=True)
    assert answer.status_code in {404, 422}
    assert "def " not in answer.text


async def test_users_pictures_have_no_public_address(
    boutique: OpenBoutique, member: Visitor, photo: bytes
) -> None:
    succeeded(await uploading(member, photo))
    keys = [key for key in await boutique.stored() if key.startswith(f"user/{member.account_id}")]
    assert keys
    for key in keys:
        name = Path(key).name
        for address in (f"/pictures/{key}", f"/pictures/commodities/{name}", f"/{key}"):
            answer = await member.http.get(address)
            assert answer.status_code in {404, 422}


@pytest.mark.parametrize("address", ["/images", "/sign-in", "/api/v1/user-images"])
async def test_a_body_over_the_limit_is_cut_off(member: Visitor, address: str) -> None:
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        yield b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a"\r\n\r\n'
        while asked < 4 * BODY_BYTES_MAX:
            asked += 2**20
            yield bytes(2**20)

    answer = await member.http.post(
        address,
        content=endless(),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )
    assert answer.status_code == 413
    _has_headers(answer)
    assert "JPEG" in answer.text


@pytest.mark.parametrize("header", ["Origin", "Referer"])
async def test_an_address_that_is_none_is_no_fault(boutique: OpenBoutique, header: str) -> None:
    http = await boutique.client()
    answer = await http.post("/images/no-image/erase", headers={header: "http://["})
    assert answer.status_code in {403, 422}
    answer = await http.post(f"/images/{UUID(int=1)}/erase", headers={header: "http://["})
    assert answer.status_code in {303, 403}
