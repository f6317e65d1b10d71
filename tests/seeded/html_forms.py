"""The forms of a page, as a browser would send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

UNTYPED = {"submit", "button", "image", "reset"}
TICKED = {"checkbox", "radio"}
IN_A_FORM = {"input", "textarea", "select", "button"}


@dataclass
class HtmlField:
    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    is_secret: bool = False


@dataclass
class HtmlForm:
    action: str
    method: str
    fields: dict[str, HtmlField] = field(default_factory=dict)


class Page(HTMLParser):
    """`forms` and `links` of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[HtmlForm] = []
        self.links: list[str] = []
        self._open: HtmlForm | None = None
        self._by_id: dict[str, HtmlForm] = {}
        self._writes: HtmlField | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(attributes.get("href", ""))
        elif tag == "form":
            self._open = HtmlForm(
                attributes.get("action", ""), attributes.get("method", "get").lower()
            )
            self.forms.append(self._open)
            if "id" in attributes:
                self._by_id[attributes["id"]] = self._open
        elif tag == "option" and self._writes is not None:
            if "selected" in attributes:
                self._writes.values.append(attributes.get("value", ""))
        elif tag in IN_A_FORM and attributes.get("name"):
            self._field(tag, attributes)

    def _field(self, tag: str, attributes: dict[str, str]) -> None:
        named = attributes.get("form")
        form = self._by_id.get(named) if named else self._open
        kind = attributes.get("type", "text") if tag == "input" else tag
        if form is None or kind in UNTYPED:
            return
        name = attributes["name"]
        entry = form.fields.setdefault(name, HtmlField(name, kind))
        entry.is_secret = (
            kind == "password" or attributes.get("autocomplete") == "one-time-code"
        )
        if kind in ("textarea", "select"):
            self._writes = entry
        elif kind not in TICKED or "checked" in attributes:
            entry.values.append(attributes.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._writes is not None and self._writes.kind == "textarea":
            self._writes.values.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag in ("textarea", "select"):
            self._writes = None


def page_of(client: Client, url: str) -> tuple[Any, Page | None]:
    """An answer, and its page where it is one."""
    response = client.get(url)
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    if response.status_code != 200 or not is_page:
        return response, None
    return response, Page(response.content.decode())
