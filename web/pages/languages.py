"""Choosing a language, from the foot of every page."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from web.addresses import local
from web.dependencies import Wired
from web.languages import keep_language
from web.pages.frame import see
from web.words import LANGUAGES

router = APIRouter(include_in_schema=False)


@router.post("/language")
async def choose_language(
    wired: Wired,
    language: Annotated[str, Form(pattern=f"^({'|'.join(LANGUAGES)})$")],
    next: Annotated[str, Form(max_length=2000)] = "",  # noqa: A002 (the form says so)
) -> Response:
    response = see(local(next) or "/")
    keep_language(response, language, is_secure=wired.settings.secure_cookies)
    return response
