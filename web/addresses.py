"""Addresses of the boutique's own pages."""

from urllib.parse import urlsplit

from fastapi import Request

from web.words import SOURCE


def local(address: str) -> str:
    """Return an address of our own, or nothing: a link may not lead a visitor elsewhere."""
    is_local = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_local else ""


def terminal_page(language: str) -> str:
    """Return where terminal mode is in a language: there it is the same to everybody."""
    return "/terminal" if language == SOURCE else f"/terminal/{language}"


def way_back(request: Request) -> str:
    """Return the page to come back to: of a form, the page it stands on."""
    if request.method == "GET":
        return _of_page(request.url.path, request.url.query)
    try:
        before = urlsplit(request.headers.get("referer", ""))
    except ValueError:  # no address at all
        return ""
    return (
        _of_page(before.path, before.query) if before.netloc == request.headers.get("host") else ""
    )


def _of_page(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path
