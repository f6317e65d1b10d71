"""Requests of data subjects."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind, record
from requests_app.admin.data_subject_extract import extract_file
from requests_app.documents.data_subject_extract import gives_extract
from requests_app.documents.render import NotDrawn
from requests_app.forms import data_subject_request as forms
from requests_app.forms.disclosure import DisclosureForm
from requests_app.forms.text_mask import CaseToMaskForm
from requests_app.models import DataSubjectRequest
from requests_app.permissions.data_subject_request import (
    REQUEST_READERS,
    can_gather,
    can_handle_request,
    can_record_request,
    data_subject_requests_visible_to,
)
from requests_app.selectors.addresses import url as address
from requests_app.selectors.data_subject_request import (
    clock_of_request,
    disclosures_shown_to,
    hand_outs_shown_to,
    masks_shown_to,
)
from requests_app.selectors.person.gathered import gather
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import data_subject_request, disclosure
from requests_app.workflow.handing_out.data_subject import (
    draw_gathered,
    gather_documents,
)

# By which step of a case the request is met.
MASKED_BY = {
    DataSubjectRequest.Kind.RECTIFICATION: "correct-data",
    DataSubjectRequest.Kind.ERASURE: "correct-data",
}


@admin.register(DataSubjectRequest)
class DataSubjectRequestAdmin(CaseAdmin):
    guide = "steg#begaran-fran-en-registrerad"
    list_display = ["__str__", "authority", "received", "due", "status"]
    list_filter = ["status", "kind"]
    list_select_related = ["authority"]
    ordering = ["due_at"]
    page_template = "lockbox/data_subject_request/page.html"
    is_register = True
    seen_by = REQUEST_READERS
    steps = {
        "settle": StepPage(
            _("Answer the request"),
            data_subject_request.settle,
            forms.SettleDataSubjectRequestForm,
            main=always,
            done=_("The answer is kept: send it."),
            guide="steg#begaran-fran-en-registrerad",
        ),
        "disclose": StepPage(
            _("Test the secrecy of a case"),
            disclosure.disclose,
            DisclosureForm,
            done=_("Tested: it stands in the answer."),
            guide="steg#begaran-fran-en-registrerad",
        ),
        "gather-documents": StepPage(
            _("Gather documents to hand out"),
            gather_documents,
            forms.GatherDocumentsForm,
            done=_("Gathered: they are tested as every hand-out."),
            guide="utlamnande#ens-egna-uppgifter",
            afterwards=draw_gathered,
        ),
        "identify": StepPage(
            _("Say how it is known who asks"),
            data_subject_request.identify,
            forms.IdentifyForm,
            done=_("Recorded."),
            guide="steg#begaran-fran-en-registrerad",
        ),
        "extend": StepPage(
            _("Take two months more"),
            data_subject_request.extend,
            forms.ExtendForm,
            done=_("Recorded: tell the person now."),
            guide="steg#begaran-fran-en-registrerad",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = data_subject_requests_visible_to(request.user)
        contents = ("who", "wording", "extension_reason", "answer")
        people = ("account", "recorded_by", "settled_by")
        return rows.select_related("authority", *contents, *people)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_record_request(request.user)

    def get_urls(self) -> list[URLPattern]:
        name = "requests_app_datasubjectrequest_gather"
        view = self.admin_site.admin_view(self.gather_view)
        to_mask = self.admin_site.admin_view(self.mask_view)
        return [
            path("<path:object_id>/gather/", view, name=name),
            path(
                "<path:object_id>/mask/",
                to_mask,
                name="requests_app_datasubjectrequest_mask",
            ),
            path(
                "<path:object_id>/extract.<str:kind>",
                self.admin_site.admin_view(self.extract_view),
                name="requests_app_datasubjectrequest_extract",
            ),
            *super().get_urls(),
        ]

    def extract_view(
        self, request: HttpRequest, object_id: str, kind: str
    ) -> HttpResponse:
        """What is given, as a file to send."""
        obj = self.visible_or_404(request, object_id)
        try:
            return extract_file(obj, kind, by=request.user)
        except NotDrawn as error:
            messages.warning(request, str(error))
            return HttpResponseRedirect(self.page_url(obj))

    def mask_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """On to the case in whose texts something is to be corrected or restricted."""
        obj = self.visible_or_404(request, object_id)
        if not can_handle_request(request.user, obj):
            raise Http404
        form = CaseToMaskForm(request.POST or None, by=request.user, row=obj)
        if form.is_valid():
            review = form.cleaned_data["number"]
            name = MASKED_BY.get(obj.kind, "restrict-texts")
            return HttpResponseRedirect(address("secrecyreview_step", review.pk, name))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Correct or restrict texts of a case"),
            "opts": self.opts,
            "object": obj,
            "page_url": self.page_url(obj),
            "form": form,
        }
        template = "lockbox/data_subject_request/mask.html"
        return TemplateResponse(request, template, context)

    def gather_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """How much is kept about whoever asks, and where: no content."""
        obj = self.visible_or_404(request, object_id)
        if not can_gather(request.user, obj):
            raise Http404
        form = forms.GatherForm(request.POST or None)
        gathered = None
        if obj.identity and form.is_valid():
            words = form.cleaned_data["words"]
            gathered = gather(request.user, obj, words)
            sought = {"text": words, "account": obj.account_id}
            event = "data_subject_request.gathered"
            record(event, by=request.user, on=obj, kind=Kind.READ, **sought)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("What is kept about whoever asks"),
            "opts": self.opts,
            "object": obj,
            "page_url": self.page_url(obj),
            "form": form,
            "gathered": gathered,
        }
        template = "lockbox/data_subject_request/gather.html"
        return TemplateResponse(request, template, context)

    @admin.display(description=_("received"), ordering="received_at")
    def received(self, obj: DataSubjectRequest) -> str:
        return moment(obj.received_at)

    @admin.display(description=_("answer by"), ordering="due_at")
    def due(self, obj: DataSubjectRequest) -> str:
        return moment(obj.due_at)

    begins_with = forms.RecordDataSubjectRequestForm

    def begin(self, request: HttpRequest, form: Any) -> HttpResponse:
        record = data_subject_request.record_data_subject_request
        if row := self.made(request, form, record):
            messages.success(request, gettext("Recorded: the month runs."))
            return HttpResponseRedirect(self.page_url(row))
        title = gettext("Record a request of a data subject")
        return self.new_page(request, title, form)

    def page_context(
        self, request: HttpRequest, obj: DataSubjectRequest, relation: Any
    ) -> dict[str, Any]:
        return {
            "clock": clock_of_request(obj),
            "masks": masks_shown_to(request.user, obj),
            "may_mask": can_handle_request(request.user, obj),
            "extracts": gives_extract(obj) and can_handle_request(request.user, obj),
            "gathers": can_gather(request.user, obj),
            "disclosures": disclosures_shown_to(request.user, obj),
            "hand_outs": hand_outs_shown_to(request.user, obj),
        }
