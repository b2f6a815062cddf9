"""A terminal shows sizes, and advises on them, as the boutique does: by the same rules."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Route

from domain.measures import MEASURES_OF, OF_A_GARMENT
from domain.shown_size import shown_size
from domain.size_advice import REASONS, Size, advise
from web.pages.terminal import size_rules
from web.script_words import BY_MEASURES
from web.static_files import STATIC, content_of

pytestmark = pytest.mark.browser

ADDRESS = "http://localhost:1"
"""Nobody listens there: every request is answered by the test."""

SIZING = """async ({ cases, rules }) => {
  const { advised, shownSize } = await import("/sizing.js");
  return cases.map(({ type, variants, body }) => ({
    shown: [...variants.map(({ id }) => id), null]
      .map((id) => shownSize({ type, variants }, id, body, rules)),
    advice: advised({ type, variants }, body, rules),
  }));
}"""

Case = tuple[str, Sequence[Size], Mapping[str, float]]


def cases() -> Iterator[Case]:
    """Every type, with sizes and bodies from narrow to wide, measured in full, in part and not."""
    spreads: tuple[list[float], ...] = (
        [0.5],
        [0.5, 0.52, 0.56],
        [0.4, 0.5, 0.46, 0.8],
        [0.7, 0.75],
        [],
    )
    bodies: list[dict[str, float]] = [
        {},
        {"height": 170},
        {"chest": 96.5, "waist": 78, "hip": 101.5, "inseam": 79, "foot": 25.3},
        {"chest": 70, "hip": 95},
        {"waist": 104.5, "inseam": 88, "foot": 28},
    ]
    for type_, spread, told, body in product(MEASURES_OF, spreads, ("all", "most", "none"), bodies):
        names = MEASURES_OF[type_]
        sizes = [
            Size(
                variant_id=UUID(int=number + 1),
                name=f"Size {number}",
                measures={
                    name: round(OF_A_GARMENT[name].most * share, 1)
                    for at, name in enumerate(names)
                    if told == "all" or (told == "most" and (at + number) % 3)
                },
            )
            for number, share in enumerate(spread)
        ]
        yield type_, sizes, body


def told(case: Case) -> dict[str, Any]:
    type_, sizes, body = case
    variants = [
        {"id": str(x.variant_id), "size": x.name, "measures": dict(x.measures)} for x in sizes
    ]
    return {"type": type_, "variants": variants, "body": body}


def said(case: Case) -> dict[str, Any] | None:
    """Return the boutique's own advice as a terminal says it: nothing where nothing is measured."""
    found = advise(*case, tried=())
    if found is None or found.why[0].text == REASONS["unmeasured"]:
        return None
    names = {text: name for name, text in REASONS.items()}
    why = [
        [names[x.text], {name: _said(name, value) for name, value in x.fields.items()}]
        for x in found.why
    ]
    return {"variant_id": found.variant_id and str(found.variant_id), "why": why}


def _said(name: str, value: object) -> object:
    if name == "cm":
        return float(str(value))
    return list(value) if isinstance(value, tuple) else value


async def test_sizes_are_shown_and_advised_on_as_by_the_boutique(browser: Browser) -> None:
    async def answer(route: Route) -> None:
        script = content_of(STATIC / "js" / "terminal" / "sizing.js")
        is_script = route.request.url.endswith(".js")
        media_type = "text/javascript" if is_script else "text/html"
        await route.fulfill(body=script if is_script else b"", content_type=media_type)

    asked = list(cases())
    page = await browser.new_page()
    await page.route(f"{ADDRESS}/**", answer)
    await page.goto(f"{ADDRESS}/")
    rules = json.loads(json.dumps(size_rules()))
    given = {"cases": [told(case) for case in asked], "rules": rules}
    found = await page.evaluate(SIZING, given)
    await page.close()
    reasons = set[str]()
    for case, there in zip(asked, found, strict=True):
        type_, sizes, body = case
        here = [
            shown_size(type_, sizes, id_, body) for id_ in (*(x.variant_id for x in sizes), None)
        ]
        assert there["shown"] == [[x.length, x.width] for x in here], case
        assert there["advice"] == said(case), case
        reasons |= {name for name, _ in (there["advice"] or {"why": []})["why"]}
    assert reasons == set(BY_MEASURES), "every sentence was said"
