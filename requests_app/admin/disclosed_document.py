"""Documents that are asked for, page by page."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind, record
from requests_app.forms.judging import DrawForm, JudgeForm, KeepBackForm
from requests_app.forms.step import EmptyForm
from requests_app.models import DisclosedDocument, Redaction
from requests_app.permissions.handing_out import (
    HAND_OUT_READERS,
    can_test,
    disclosed_documents_visible_to,
)
from requests_app.permissions.steps import relation_to
from requests_app.redaction import NotTurned, Page
from requests_app.selectors import handing_out as shown
from requests_app.selectors.hand_out_sheet import sheet_of
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.pages import look_from, refused
from requests_app.workbench.step_page import StepPage
from requests_app.workflow.handing_out import document as step_of
from requests_app.workflow.handing_out.sheets import drawn_sheet
from requests_app.workflow.step import WrongState

GUIDE = "utlamnande#prova-handlingarna"


@admin.register(DisclosedDocument)
class DisclosedDocumentAdmin(CaseAdmin):
    guide = GUIDE
    list_display = ["__str__", "outcome"]
    list_select_related = ["request"]
    page_template = "lockbox/disclosed_document/page.html"
    is_register = False
    seen_by = HAND_OUT_READERS
    steps = {
        "draw": StepPage(
            _("Draw its pages"),
            step_of.draw,
            DrawForm,
            main=shown.is_undrawn,
            done=_("Drawn."),
            guide=GUIDE,
        ),
        "whole": StepPage(
            _("Hand out whole"),
            step_of.hand_out_whole,
            EmptyForm,
            done=_("Tested."),
            guide=GUIDE,
        ),
        "keep-back": StepPage(
            _("Keep back whole"),
            step_of.keep_back,
            KeepBackForm,
            done=_("Tested."),
            guide=GUIDE,
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = disclosed_documents_visible_to(request.user)
        return rows.select_related(
            "request__authority", "review", "name", "provision", "reasons"
        )

    def get_urls(self) -> list[URLPattern]:
        view, picture = (
            self.admin_site.admin_view(one)
            for one in (self.sheet_view, self.picture_view)
        )
        name = "requests_app_discloseddocument"
        return [
            path("<path:object_id>/page/<int:number>/", view, name=f"{name}_sheet"),
            path(
                "<path:object_id>/page/<int:number>.png",
                picture,
                name=f"{name}_picture",
            ),
            *super().get_urls(),
        ]

    def picture_view(
        self, request: HttpRequest, object_id: str, number: int
    ) -> HttpResponse:
        page = self._page(self.visible_or_404(request, object_id), number)
        response = HttpResponse(page.png, content_type="image/png")
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def sheet_view(
        self, request: HttpRequest, object_id: str, number: int
    ) -> HttpResponse:
        """A page with its places; who tests the document judges them."""
        obj = self.visible_or_404(request, object_id)
        page = self._page(obj, number)
        record("disclosed_document.page_read", by=request.user, on=obj, kind=Kind.READ)
        relation = relation_to(request.user, obj)
        judges = can_test(request.user, obj) and not step_of.judge.obstacle(
            relation, obj
        )
        form = JudgeForm(
            request.POST or None,
            subject=obj,
            by=request.user,
            relation=relation,
            number=number,
            page=page,
        )
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                look_from(obj, request, form)
                step_of.judge(obj, by=request.user, **form.step_fields())
                messages.success(request, gettext("Kept."))
                return HttpResponseRedirect(self.next_sheet(obj, number))
            except (WrongState, ValidationError) as error:
                status = refused(form, error)
        context = {
            **self.admin_site.each_context(request),
            "title": obj.name.text,
            "opts": self.opts,
            "object": obj,
            "page_url": self.page_url(obj),
            "lines": shown.lines_of(list(shown.of_request(request.user, obj.request))),
            "sheet": sheet_of(page, number, form.on_page),
            "steps": self.buttons(request, obj, relation),
            "judges": judges,
            "form": form,
        }
        template = "lockbox/disclosed_document/sheet.html"
        return TemplateResponse(request, template, context, status=status)

    def next_sheet(self, obj: DisclosedDocument, number: int) -> str:
        """The next page with something to judge, else the request."""
        left = obj.redactions.filter(status=Redaction.Status.PROPOSED)
        if following := left.order_by("page").first():
            return self._sheet_url(obj, following.page)
        name = "admin:requests_app_disclosurerequest_change"
        return reverse(name, args=[obj.request_id])

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """Its first page to judge, where its pages have been drawn."""
        obj = self.visible_or_404(request, object_id)
        if obj.pages and request.method == "GET":
            left = obj.redactions.filter(status=Redaction.Status.PROPOSED)
            first = left.order_by("page").first()
            url = self._sheet_url(obj, first.page if first else 1)
            return HttpResponseRedirect(url)
        return super().change_view(request, object_id, form_url, extra_context)

    def page_context(
        self, request: HttpRequest, obj: DisclosedDocument, relation: Any
    ) -> dict[str, Any]:
        rows = shown.of_request(request.user, obj.request)
        return {"lines": shown.lines_of(list(rows))}

    def _sheet_url(self, obj: DisclosedDocument, number: int) -> str:
        name = "admin:requests_app_discloseddocument_sheet"
        return reverse(name, args=[obj.pk, number])

    def _page(self, obj: DisclosedDocument, number: int) -> Page:
        if not obj.pages or not 1 <= number <= obj.pages:
            raise Http404
        try:
            page = drawn_sheet(obj, number)
        except NotTurned as error:
            raise Http404 from error
        if page is None:
            raise Http404
        return page
