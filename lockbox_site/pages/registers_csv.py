"""Registers in and out as CSV: upload, preview, import, export."""

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
from audit_app.one_query import numbers_of
from lockbox_site.pages.csv_answer import csv_answer
from requests_app.forms.register_import import ImportForm
from requests_app.permissions.roles import authorities_of
from requests_app.registers import REGISTERS, Register
from requests_app.workbench.identity import refuse_unsaid
from requests_app.workbench.pages import guided
from requests_app.workflow.register_import import bring_in


def table_links(user: Any) -> list[tuple[Register, int]]:
    """Registers that the person sees or keeps, each with how many rows of it they see:
    one query."""
    seen = [register for register in REGISTERS.values() if _sees(user, register)]
    numbers = numbers_of([register.rows_for(user) for register in seen])
    return list(zip(seen, numbers, strict=True))


@guided("arbetsflode#tva-personer")
def table_page(site: Any, request: HttpRequest, name: str) -> HttpResponse:
    """What the columns are, the way out, and for whoever keeps the rows the way in."""
    register = _register(request, name)
    form = None
    if register.authorities(request.user):
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
    # What gives or takes power on its own page does so by a file.
    gives_power = getattr(site._registry.get(register.model), "gives_power", False)
    if gives_power and form is not None and form.is_bound:
        refuse_unsaid(request, form)
    if form is not None and form.is_bound and form.is_valid():
        results = _bring_in(request, register, form)
        if results is None:
            return HttpResponseRedirect(reverse("admin:table", args=[name]))
    elif form is not None and form.is_bound and form.cleaned_data.get("text"):
        form.keep_text()
    context = {
        **site.each_context(request),
        "title": capfirst(str(register.label)),
        "table": register,
        "form": form,
        "results": results,
        "wrong": sum(bool(row.errors) for row in results or []),
    }
    return TemplateResponse(request, "lockbox/register/csv.html", context)


def _bring_in(request: HttpRequest, register: Register, form: ImportForm) -> Any:
    """The preview; None when the rows are in."""
    cleaned = form.cleaned_data
    # A file that was chosen since is looked at first.
    is_import = "import" in request.POST and cleaned["file"] is None
    try:
        results = bring_in(
            cleaned["text"],
            by=request.user,
            register=register,
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
    if waiting := sum(row.state == "waits" for row in results):
        text = ngettext(
            "%(n)s of them waits for a second person.",
            "%(n)s of them wait for a second person.",
            waiting,
        )
        messages.warning(request, text % {"n": waiting})
    return None


def table_export(site: Any, request: HttpRequest, name: str) -> HttpResponse:
    """Rows of the person's authorities, in the columns that the import takes."""
    register = _register(request, name)
    rows = (
        register.rows_for(request.user)
        .select_related(*register.related)
        .prefetch_related(*register.prefetched)
        .order_by("pk")
    )
    lines = [register.cells(row) for row in rows]
    count = len(lines)
    record("table.exported", by=request.user, kind=Kind.EXPORT, table=name, rows=count)
    return csv_answer(name, [[column.label for column in register.columns], *lines])


def _register(request: HttpRequest, name: str) -> Register:
    register = REGISTERS.get(name)
    if register is None or not _sees(request.user, register):
        raise Http404
    return register


def _sees(user: Any, register: Register) -> bool:
    return bool(authorities_of(user, *register.seen_by, *register.kept_by))
