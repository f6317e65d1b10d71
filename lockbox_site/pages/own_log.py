"""My log: what is recorded of the person who looks, and who looked at it."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from requests_app.forms.own_log import OwnLogForm
from requests_app.selectors.audit.lines import Line
from requests_app.selectors.own_log import looks_at, own_log
from requests_app.words.reads import READS, read_label
from requests_app.workbench.auditing.paging import address_of, place_in
from requests_app.workbench.auditing.words import Row, rows_in_words
from requests_app.workbench.pages import guided


class Day(NamedTuple):
    day: date
    rows: list[Row]


class Look(NamedTuple):
    """That somebody else looked: at what, and for what purpose where one was asked."""

    line: Line
    page: Any
    purpose: str
    times: int


@guided("arbetsflode#min-logg")
def my_log(site: Any, request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = OwnLogForm(request.GET)
    rows, older = [], None
    if form.is_valid():
        place = place_in(request.GET.get("before", ""))
        log = own_log(user, form.sought(), place)
        rows, older = rows_in_words(site, log.entries), log.older
    context = {
        **site.each_context(request),
        "title": _("My log"),
        "form": form,
        "days": list(_by_day(rows)),
        "older": address_of(form.query(), older) if older else "",
        "newest": address_of(form.query(), None),
        "is_first": "before" not in request.GET,
        "looks": [_look(line) for line in looks_at(user)],
    }
    return TemplateResponse(request, "lockbox/person/own_log.html", context)


def _by_day(rows: list[Row]) -> Iterator[Day]:
    for day, of_day in groupby(rows, key=lambda row: timezone.localdate(row.at)):
        yield Day(day, [*of_day])


def _look(line: Line) -> Look:
    detail = line.detail
    times = int(detail.get("times", 0))
    page = _page(str(detail.get("path", ""))) or read_label(line.event, {})
    return Look(line, page, str(detail.get("purpose", "")), times)


def _page(path: str) -> Any:
    """What the page is called that the line names, if it is one with a name."""
    try:
        return READS.get(f"{resolve(path).url_name}.read", "")
    except Resolver404:
        return ""
