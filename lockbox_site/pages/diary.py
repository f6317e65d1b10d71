"""The authority's own diary system: what it is owed as a file, and its numbers back."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lockbox_site.pages.csv_answer import csv_answer
from requests_app.forms.diary_entry import NumbersFileForm
from requests_app.models import Role
from requests_app.permissions.diary_entry import (
    ENTRY_READERS,
    entries_kept_by,
    entries_visible_to,
)
from requests_app.permissions.roles import has_role
from requests_app.selectors.diary_entries import NumberIn, as_csv, numbers_in, owed_of
from requests_app.workbench.pages import guided
from requests_app.workflow.diary_entry import take_number, take_out


def urls(page: Callable[..., Any]) -> list[URLPattern]:
    return [
        path("diary/", page(diary), name="diary"),
        path("diary/csv/", page(export), name="diary_export"),
    ]


@guided("steg#diariesystemets-nummer")
def diary(site: Any, request: HttpRequest) -> HttpResponse:
    """How much is owed and since when; the list to take out, and to take in again."""
    if not has_role(request.user, *ENTRY_READERS):
        raise PermissionDenied
    entries = entries_visible_to(request.user)
    keeps = has_role(request.user, Role.REGISTRAR)
    form = NumbersFileForm(request.POST or None, request.FILES or None)
    wrong: list[str] = []
    if request.method == "POST":
        entries = _entries_of(request)
    if request.method == "POST" and form.is_valid():
        try:
            rows = numbers_in(form.cleaned_data["file"].read())
        except ValidationError as error:
            form.add_error("file", error)
        else:
            wrong = list(_take(rows, entries, request.user))
            number = len(rows) - len(wrong)
            text = ngettext("%(n)d number taken in.", "%(n)d numbers taken in.", number)
            messages.success(request, text % {"n": number})
            if not wrong:
                return HttpResponseRedirect(reverse("admin:diary"))
    owed = entries.owed()
    context = {
        **site.each_context(request),
        "title": _("The diary system"),
        "form": form,
        "keeps": keeps,
        "wrong": wrong,
        "owed": owed.count(),
        "oldest": owed.order_by("owed_at").first(),
        "disputed": entries.disputed().select_related("review")[:20],
    }
    return TemplateResponse(request, "lockbox/diary_entry/overview.html", context)


def export(_site: Any, request: HttpRequest) -> HttpResponse:
    entries = _entries_of(request)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:diary"))
    rows = owed_of(entries)
    take_out([row.entry for row in rows], by=request.user)
    return csv_answer("diary", as_csv(rows))


def _entries_of(request: HttpRequest) -> Any:
    if not has_role(request.user, Role.REGISTRAR):
        raise PermissionDenied
    return entries_kept_by(request.user)


def _take(rows: list[NumberIn], entries: Any, by: Any) -> Iterator[str]:
    """Each row by itself: what is wrong with those that are not taken in."""
    for row in rows:
        names = {"line": row.line, "ours": row.ours}
        entry = entries.filter(review__diary_number=row.ours).first()
        if entry is None:
            yield _("Row %(line)s: no case here awaits a number as %(ours)s.") % names
            continue
        try:
            is_its = take_number(entry, by=by, number=row.theirs)
        except ValidationError as error:
            yield _("Row %(line)s, %(ours)s: %(why)s") % {
                **names,
                "why": " ".join(error.messages),
            }
            continue
        if not is_its:
            yield (
                _("Row %(line)s, %(ours)s: another number came before. Say which.")
                % names
            )
