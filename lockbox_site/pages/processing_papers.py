"""The papers on the processing of personal data: how each stands, and as a PDF."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from requests_app.documents.processing.papers import (
    PAPERS,
    pdf_as_signed,
    pdf_of_today,
)
from requests_app.documents.render import NotDrawn
from requests_app.models import ProcessingPaper
from requests_app.permissions.processing_paper import papers_kept_by
from requests_app.selectors.processing_papers import signers_of, standings
from requests_app.workbench.pages import guided


def urls(page: Callable[..., Any]) -> list[URLPattern]:
    address = "processing/<int:authority_id>/<slug:kind>/"
    signed = f"{address}signed/"
    return [
        path(
            "processing/",
            page(papers),
            name="processing_papers",
        ),
        path(address, page(paper_pdf), name="processing_paper_pdf"),
        path(signed, page(signed_paper_pdf), name="signed_processing_paper_pdf"),
    ]


@guided("forsta-stegen#papper-om-behandlingen")
def papers(site: Any, request: HttpRequest) -> HttpResponse:
    authorities = list(papers_kept_by(request.user))
    if not authorities:
        raise Http404
    context = {
        **site.each_context(request),
        "title": _("Papers on the processing"),
        "authorities": [(one, standings(one)) for one in authorities],
    }
    return TemplateResponse(request, "lockbox/processing/page.html", context)


def paper_pdf(
    _site: Any, request: HttpRequest, authority_id: int, kind: str
) -> HttpResponse:
    """The PDF of a paper as it reads today, with whoever has signed that wording."""
    authority = get_object_or_404(papers_kept_by(request.user), pk=authority_id)
    if kind not in PAPERS:
        raise Http404
    paper = authority.processing_papers.filter(kind=kind).first()
    paper = paper or ProcessingPaper(authority=authority, kind=kind)
    return _answer(pdf_of_today, paper, f"{kind}-{authority.code}")


def signed_paper_pdf(
    _site: Any, request: HttpRequest, authority_id: int, kind: str
) -> HttpResponse:
    """The PDF of a paper as it read when it was signed."""
    papers = ProcessingPaper.objects.filter(authority__in=papers_kept_by(request.user))
    paper = get_object_or_404(papers, authority=authority_id, kind=kind)
    name = f"{kind}-{paper.authority.code}-{paper.drawn_on}"
    return _answer(pdf_as_signed, paper, name)


def _answer(
    draw: Callable[..., bytes], paper: ProcessingPaper, name: str
) -> HttpResponse:
    signed_by = signers_of(paper) if paper.pk else []
    try:
        body = draw(paper, signed_by)
    except NotDrawn as error:
        text = _("The paper can not be drawn up here: %(why)s") % {"why": error}
        return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(body, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer
