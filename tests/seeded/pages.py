"""Every form of every page that somebody of the cast reaches, found by what the code
itself has: its addresses, its steps and its links."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from django.contrib import admin
from django.forms import BaseForm, BaseFormSet
from django.template import Context
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, get_resolver, resolve, reverse

from requests_app.core.people.rights import remember_roles
from tests.admin.addresses import patterns
from tests.helpers.matrix import TOGETHER
from tests.helpers.web import page as page_url
from tests.helpers.web import signed_in, step_url
from tests.seeded.html_forms import HtmlForm, page_of
from tests.workbench.offers import buttons, seen_by

# What ends the session, or is no page.
LEFT_ALONE = {"logout", "jsi18n", "verifier", "static"}


class Found(NamedTuple):
    """A form, on which page, and who was shown it: nobody signed in where None."""

    person: Any
    url: str
    form: HtmlForm

    @property
    def target(self) -> str:
        return urljoin(self.url, self.form.action)


class Crawl:
    def __init__(self, people: list[Any], links: list[str]) -> None:
        """`links`: pages of whoever has been sent there."""
        self.people = people
        self.links = links
        self.seen: set[Any] = set()
        self.forms: list[Found] = []
        # Fields of the forms that the pages were made of, by class.
        self.met: dict[type, set[str]] = {}

    def run(self) -> None:
        for person in [None, *self.people]:
            client = signed_in(person) if person else Client()
            first = _first_addresses(person) if person else self.links
            urls = list(dict.fromkeys([*first, *_plain_addresses()]))
            for url in urls:
                urls.extend(self._look(client, person, url))

    def _look(self, client: Client, person: Any, url: str) -> list[str]:
        """Links of a page whose like the person has not seen."""
        kind = (person, _kind(url))
        if kind[1] is None or kind in self.seen:
            return []
        answer, page = page_of(client, url)
        if answer.status_code in (301, 302):
            assert not (person and answer.url.startswith("/login/")), (person, url)
            return [urljoin(url, answer.url)] if answer.url.startswith("/") else []
        if page is None:
            return []
        self.seen.add(kind)
        self._meet(answer)
        for form in page.forms:
            found = Found(person, url, form)
            names = tuple(sorted({re.sub(r"\d+", "0", name) for name in form.fields}))
            key = (_kind(found.target), form.method, names)
            if form.fields and key not in self.seen:
                self.seen.add(key)
                self.forms.append(found)
        return [
            urljoin(url, link).partition("#")[0]
            for link in page.links
            if not urlsplit(link).netloc and not link.startswith(("#", "mailto:"))
        ]

    def _meet(self, answer: Any) -> None:
        for context in answer.context or ():
            for form in _forms_in(context):
                self.met.setdefault(type(form), set()).update(form.fields)


def _kind(url: str) -> Any:
    """Pages of one kind differ by numbers alone."""
    try:
        match = resolve(urlsplit(url).path)
    except Resolver404:
        return None
    if match.url_name in LEFT_ALONE:
        return None
    words = [
        str(value) for value in match.kwargs.values() if not str(value).isdecimal()
    ]
    asked = sorted(part.partition("=")[0] for part in urlsplit(url).query.split("&"))
    return match.view_name, *(word for word in words if "/" not in word), *asked[:1]


def _plain_addresses() -> Iterator[str]:
    for _route, pattern in patterns(get_resolver()):
        for prefix in ("admin:", ""):
            try:
                yield reverse(f"{prefix}{pattern.name}")
            except NoReverseMatch:
                continue
    yield from (reverse("admin:several", args=[step]) for step in TOGETHER)


def _first_addresses(person: Any) -> Iterator[str]:
    remember_roles(person)
    for model, subject in seen_by(person):
        yield page_url(subject)
        yield from (step_url(subject, name) for name in buttons(model, subject, person))
        remember_roles(person)
    for model in admin.site._registry:
        for row in model._base_manager.order_by("-pk")[:3]:
            yield page_url(row)


def _forms_in(context: Context | dict[str, Any]) -> Iterator[BaseForm]:
    values = context.flatten() if isinstance(context, Context) else context
    for value in list(values.values()):
        yield from _forms_of(value)


def _forms_of(value: Any) -> Iterator[BaseForm]:
    if isinstance(value, BaseForm):
        yield value
    elif isinstance(getattr(value, "form", None), BaseForm):
        yield value.form
    elif isinstance(getattr(value, "formset", None), BaseFormSet):
        yield from value.formset.forms
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, BaseForm) or hasattr(item, "formset"):
                yield from _forms_of(item)
