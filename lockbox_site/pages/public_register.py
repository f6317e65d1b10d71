"""The public register, which a registrar shows or hands out: on the screen, on paper or
as CSV. Nobody reads it without signing in."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from audit_app.ledger import Kind, record
from lockbox_site.pages.csv_answer import csv_answer
from requests_app.forms.public_register import PublicRegisterForm
from requests_app.permissions.public_register import public_registers_of
from requests_app.selectors.public_register import Entry, entries, public_register
from requests_app.workbench.pages import guided

# So many stand on the page; all of them in the file.
SHOWN = 500


def urls(page: Callable[..., Any]) -> list[URLPattern]:
    return [
        path("public-register/", page(listing), name="public_register"),
        path("public-register/csv/", page(export), name="public_register_export"),
    ]


@guided("arbetsflode#diarieforteckning")
def listing(site: Any, request: HttpRequest) -> HttpResponse:
    form = _form(request)
    shown: list[Entry] = []
    number = 0
    if form.is_valid():
        rows = public_register(**form.cleaned_data)
        number = rows.count()
        shown = list(entries(rows[:SHOWN]))
        _record("public_register.read", request, form, Kind.READ, number)
    context = {
        **site.each_context(request),
        "title": _("Public register"),
        "form": form,
        "criteria": form.cleaned_data,
        "entries": shown,
        "number": number,
        "query": request.GET.urlencode(),
    }
    return TemplateResponse(request, "lockbox/register/public.html", context)


def export(_site: Any, request: HttpRequest) -> HttpResponse:
    form = _form(request)
    if not form.is_valid():
        query = request.GET.urlencode()
        return HttpResponseRedirect(f"{reverse('admin:public_register')}?{query}")
    rows = [_cells(entry) for entry in entries(public_register(**form.cleaned_data))]
    _record("public_register.exported", request, form, Kind.EXPORT, len(rows))
    headings = [
        *(_("Diary number"), _("Received"), _("Sender")),
        *(_("Public subject"), _("Status"), _("Decided")),
    ]
    return csv_answer("public-register", [headings, *rows])


def _form(request: HttpRequest) -> PublicRegisterForm:
    if not public_registers_of(request.user).exists():
        raise PermissionDenied
    return PublicRegisterForm(request.GET, by=request.user)


def _record(
    event: str, request: HttpRequest, form: PublicRegisterForm, kind: Kind, rows: int
) -> None:
    criteria = form.cleaned_data
    days = {"since": criteria["since"], "until": criteria["until"]}
    authority = criteria["authority"].pk
    record(event, by=request.user, kind=kind, authority=authority, rows=rows, **days)


def _cells(entry: Entry) -> list[str]:
    received = date_format(localtime(entry.received_at), "Y-m-d")
    if entry.is_left_out:
        left_out = _("left out")
        return [entry.number, received, left_out, left_out, "", ""]
    decided = entry.decided_at
    return [
        *(entry.number, received, entry.sender, entry.subject, entry.state),
        date_format(localtime(decided), "Y-m-d") if decided else "",
    ]
