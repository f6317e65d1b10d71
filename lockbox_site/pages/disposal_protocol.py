"""The protocol of a disposal, as a PDF: of a year or a day, of an authority or of what
is nobody's."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from audit_app.ledger import Kind, record
from requests_app.documents.disposal_protocol import pdf_of_protocol
from requests_app.documents.disposals import Span
from requests_app.documents.render import NotDrawn
from requests_app.permissions.retention import retention_seen_by
from requests_app.workbench.pages import guided

NOBODYS = 0


def urls(page: Callable[..., Any]) -> list[URLPattern]:
    of_year = "retention/<int:authority_id>/<int:year>/"
    of_day = f"{of_year}<int:month>/<int:day>/"
    return [
        path(
            of_year,
            page(protocol),
            name="disposal_protocol",
        ),
        path(
            of_day,
            page(protocol),
            name="disposal_protocol_of_day",
        ),
    ]


@guided("arbetsflode#bevarande-och-gallring")
def protocol(
    _site: Any,
    request: HttpRequest,
    authority_id: int,
    year: int,
    month: int = 0,
    day: int = 0,
) -> HttpResponse:
    authorities = retention_seen_by(request.user)
    if not authorities:
        raise PermissionDenied
    authority = None
    if authority_id != NOBODYS:
        authority = get_object_or_404(authorities, pk=authority_id)
    span = Span(authority, *_days(year, month, day))
    try:
        body = pdf_of_protocol(span)
    except NotDrawn as error:
        text = _("The paper can not be drawn up here: %(why)s") % {"why": error}
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    record(
        "disposal_protocol.exported",
        by=request.user,
        kind=Kind.EXPORT,
        authority=authority.pk if authority else None,
        since=str(span.first),
        until=str(span.last),
    )
    code = authority.code if authority else "alla"
    name = f"gallringsprotokoll-{code}-{span.first}.pdf"
    answer = HttpResponse(body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


def _days(year: int, month: int, day: int) -> tuple[date, date]:
    try:
        if not month:
            return date(year, 1, 1), date(year, 12, 31)
        return date(year, month, day), date(year, month, day)
    except ValueError as error:
        raise Http404 from error
