"""Reading pages as a browser without JavaScript does: forms, buttons, links."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from httpx2 import AsyncClient, Response

from tests.http.visitors import succeeded


@dataclass
class Form:
    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict[str, str])  # as they are filled in
    choices: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Buttons with a name, and radio buttons, that can be pressed."""

    def chosen(self, name: str) -> list[str]:
        return [value for found, value in self.choices if found == name]


class Page(HTMLParser):
    """What can be followed, pressed and read on a page."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.pictures: list[str] = []
        self.text = ""
        self._inert = 0  # inside of <template>
        self._form: Form | None = None
        self._alert: str | None = None
        self.alerts: list[str] = []
        assert answer.headers["content-type"].startswith("text/html")
        self.feed(answer.text)

    def form(self, action: str) -> Form:
        """Return the form that is sent to this address."""
        found = [form for form in self.forms if form.action.split("?")[0] == action]
        assert found, f"no form for {action} at {self.answer.url}"
        return found[0]

    def pressable(self, name: str, value: str) -> Form:
        """Return the form with this button."""
        found = [form for form in self.forms if (name, value) in form.choices]
        assert found, f"no button {name}={value} at {self.answer.url}"
        return found[0]

    def forms_with(self, name: str) -> list[str]:
        """Return what buttons of this name say."""
        return [value for form in self.forms for value in form.chosen(name)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._inert += 1
        if self._inert:
            return
        if given.get("role") == "alert":
            self._alert = ""
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "img":
            self.pictures.append(given.get("src", ""))
        elif tag == "form":
            self._form = Form(method=given.get("method", "get"), action=given.get("action", ""))
            self.forms.append(self._form)
        elif tag in {"input", "button"} and self._form is not None:
            self._add(tag, given, self._form)

    @staticmethod
    def _add(tag: str, given: dict[str, str], form: Form) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if not name or "disabled" in given:
            return
        if tag == "button" or given.get("type") == "radio":
            form.choices.append((name, value))
        if tag == "input" and (given.get("type") != "radio" or "checked" in given):
            form.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._inert -= 1
        elif tag == "form":
            self._form = None
        elif tag == "div" and self._alert is not None:
            self.alerts.append(" ".join(self._alert.split()))
            self._alert = None

    def handle_data(self, data: str) -> None:
        if self._inert:
            return
        self.text += data
        if self._alert is not None:
            self._alert += data


async def visit(http: AsyncClient, address: str) -> Page:
    """Open a page as a browser does, going wherever it leads."""
    return Page(succeeded(await http.get(address, follow_redirects=True)))


async def send(http: AsyncClient, form: Form, **filled: str) -> Page:
    """Fill in a form, send it, and go wherever it leads."""
    assert form.method == "post"
    answer = await http.post(
        form.action,
        data={**form.fields, **{name.replace("_at_", "-"): v for name, v in filled.items()}},
        headers={"Sec-Fetch-Site": "same-origin"},
        follow_redirects=True,
    )
    return Page(answer)
