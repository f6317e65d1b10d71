"""Registers in and out as CSV: upload, preview, import, export."""

import csv
import io
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit_app.ledger import Kind, record
from requests_app import permissions
from requests_app.forms.register_import import ImportForm
from requests_app.registers import TABLES, Table
from requests_app.registers.csv_file import written
from requests_app.workflow.register_import import bring_in


def table_links(user: Any) -> list[Table]:
    """Tables that the person sees or keeps."""
    return [table for table in TABLES.values() if _sees(user, table)]


def table_page(site: Any, request: HttpRequest, name: str) -> HttpResponse:
    """What the columns are, the way out, and the way in for whoever keeps the rows."""
    table = _table(request, name)
    form = None
    if permissions.authorities_of(request.user, *table.kept_by):
        form = ImportForm(
            request.POST or None,
            request.FILES or None,
            subject=None,
            by=request.user,
        )
    elif request.method == "POST":
        record("table.import", by=request.user, kind=Kind.REFUSAL, table=name)
        raise PermissionDenied
    results = None
    if form is not None and form.is_bound and form.is_valid():
        results = _bring_in(request, table, form)
        if results is None:
            return HttpResponseRedirect(reverse("admin:table", args=[name]))
    elif form is not None and form.is_bound and form.cleaned_data.get("text"):
        form.keep_text()
    context = {
        **site.each_context(request),
        "title": capfirst(str(table.label)),
        "table": table,
        "form": form,
        "results": results,
        "wrong": sum(bool(row.errors) for row in results or []),
    }
    return TemplateResponse(request, "lockbox/table.html", context)


def _bring_in(request: HttpRequest, table: Table, form: ImportForm) -> Any:
    """The preview; None when the rows are in."""
    cleaned = form.cleaned_data
    is_import = "import" in request.POST
    try:
        results = bring_in(
            cleaned["text"],
            by=request.user,
            table=table,
            reason=_("import: %(reason)s") % {"reason": cleaned["reason"]},
            preview=not is_import,
        )
    except ValidationError as error:
        form.add_error("file", error)
        return []
    form.keep_text()
    if not is_import or any(row.errors for row in results):
        return results
    text = ngettext(
        "%(n)s row has been read in.", "%(n)s rows have been read in.", len(results)
    )
    messages.success(request, text % {"n": len(results)})
    return None


def table_export(site: Any, request: HttpRequest, name: str) -> HttpResponse:
    """Rows of the person's authorities, in the columns that the import takes."""
    table = _table(request, name)
    authorities = permissions.authorities_of(request.user, *table.seen_by)
    rows = (
        table.model._default_manager.filter(
            **{f"{table.authority_path}__in": authorities}
        )
        .select_related(*table.related)
        .prefetch_related(*table.prefetched)
        .order_by("pk")
    )
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow([str(column.label) for column in table.columns])
    count = 0
    for row in rows:
        writer.writerow([written(cell) for cell in table.cells(row)])
        count += 1
    record("table.exported", by=request.user, kind=Kind.EXPORT, table=name, rows=count)
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    answer = HttpResponse(
        text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _table(request: HttpRequest, name: str) -> Table:
    table = TABLES.get(name)
    if table is None or not _sees(request.user, table):
        raise Http404
    return table


def _sees(user: Any, table: Table) -> bool:
    return bool(permissions.authorities_of(user, *table.seen_by, *table.kept_by))
