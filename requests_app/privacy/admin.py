"""The admin pages of privacy: accessibility, breach, data subject extract, data subject
request and processing paper."""

import hashlib
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind, record
from requests_app.cases.review.papers.render import NotDrawn
from requests_app.core.pages.case import CaseAdmin
from requests_app.core.pages.histories import LockboxInline
from requests_app.core.pages.lists import LockboxAdmin, StepPage, always
from requests_app.core.pages.steps import saved_as
from requests_app.core.people.rights import CLOUD_KEEPERS
from requests_app.core.queue import url as address
from requests_app.core.words.texts import moment
from requests_app.disclosure import data_subjects
from requests_app.disclosure.forms import CaseToMaskForm, DisclosureForm
from requests_app.disclosure.models import DataSubjectRequest
from requests_app.disclosure.person import gather
from requests_app.disclosure.rights import (
    REQUEST_READERS,
    can_gather,
    can_handle_request,
    can_record_request,
    data_subject_requests_visible_to,
)
from requests_app.disclosure.steps import request
from requests_app.disclosure.steps.request import draw_gathered, gather_documents
from requests_app.oversight.forms import RecordBreachForm
from requests_app.oversight.models import Breach
from requests_app.oversight.rights import (
    BREACH_READERS,
    breaches_visible_to,
    can_record_breach,
)
from requests_app.oversight.selectors import duties_of_breach
from requests_app.oversight.steps.incidents import record_breach
from requests_app.privacy import forms
from requests_app.privacy.models import (
    AccessibilityFault,
    AccessibilityStatement,
    ProcessingPaper,
)
from requests_app.privacy.papers import (
    MEDIA_TYPES,
    extract_of,
    gives_extract,
    say_today,
)
from requests_app.privacy.rights import PAPER_KEEPERS
from requests_app.privacy.selectors import (
    clock_of_request,
    disclosures_shown_to,
    hand_outs_shown_to,
    masks_shown_to,
)

# The accessibility statement: filled in, dated and corrected by who answers for it.

Status = AccessibilityStatement.Status


class Faults(BaseInlineFormSet):
    """What is fully compliant has no faults, and what is not says which."""

    def clean(self) -> None:
        super().clean()
        forms = [form for form in self.forms if form.cleaned_data.get("criterion")]
        faults = [form for form in forms if not form.cleaned_data.get("DELETE")]
        is_full = self.instance.status == Status.FULLY
        if is_full and faults:
            raise ValidationError(gettext("What is fully compliant has no faults."))
        if self.instance.status and not is_full and not faults:
            raise ValidationError(gettext("Say at least one thing that does not work."))


class FaultInline(LockboxInline):
    model = AccessibilityFault
    formset = Faults
    template = "admin/edit_inline/stacked.html"
    can_delete = True
    extra = 1

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


@admin.register(AccessibilityStatement)
class AccessibilityStatementAdmin(LockboxAdmin):
    guide = "forsta-stegen#tillganglighetsredogorelse"
    list_display = ["operator", "authority", "status", "revised_on"]
    list_select_related = ["authority"]
    inlines = [FaultInline]
    authority_path = "authority"
    kept_by = CLOUD_KEEPERS
    change_form_template = "lockbox/accessibility/form.html"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What is known of the system itself is proposed; whoever answers for it reads
        and changes that."""
        return {
            "status": Status.PARTLY,
            "tested_how": gettext(
                "Each page is tried by a machine (axe-core, WCAG 2.2 A and AA) for"
                " every role with each version, and the most used forms are walked"
                " through in a browser with the keyboard alone. We have looked through"
                " the pages ourselves."
            ),
            "documents": gettext(
                "Decisions are tagged PDF files with headings in order, language and"
                " title (PDF/A-3a, PDF/UA-1). Ask us for a decision in another form."
            ),
            **super().get_changeform_initial_data(request),
        }


# Breaches of Lockbox itself.


@admin.register(Breach)
class BreachAdmin(CaseAdmin):
    guide = "steg#incidentjour"
    list_display = ["__str__", "authority", "known", "recorded_by"]
    list_select_related = ["authority", "recorded_by"]
    page_template = "lockbox/breach/page.html"
    is_register = True
    seen_by = BREACH_READERS

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Breach]:
        rows = breaches_visible_to(request.user)
        related = ("authority", "recorded_by", "what_happened", "affected")
        return rows.select_related(*related)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_record_breach(request.user)

    @admin.display(description=_("known since"))
    def known(self, obj: Breach) -> str:
        return moment(obj.known_at)

    begins_with = RecordBreachForm

    def begin(self, request: HttpRequest, form: RecordBreachForm) -> HttpResponse:
        if breach := self.made(request, form, record_breach):
            messages.success(request, gettext("Recorded: the clocks run."))
            return HttpResponseRedirect(self.page_url(breach))
        title = gettext("Record a breach of Lockbox")
        return self.new_page(request, title, form)

    def page_context(
        self, request: HttpRequest, obj: Breach, relation: Any
    ) -> dict[str, Any]:
        return {"page": {"duties": duties_of_breach(request.user, obj)}}


# What a data subject is given, taken out as a file.


def extract_file(row: DataSubjectRequest, kind: str, *, by: Any) -> HttpResponse:
    """Its digest stands in the ledger: what was sent can be told from what was not."""
    if kind not in MEDIA_TYPES or not gives_extract(row):
        raise Http404
    if not can_handle_request(by, row):
        raise Http404
    body = extract_of(row, kind)
    digest = hashlib.sha256(body).hexdigest()
    event = "data_subject_request.extracted"
    record(event, by=by, on=row, kind=Kind.EXPORT, format=kind, sha256=digest)
    return saved_as(body, MEDIA_TYPES[kind], f"utdrag-{row.pk}.{kind}")


# Requests of data subjects.

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
            data_subjects.settle,
            forms.SettleDataSubjectRequestForm,
            main=always,
            done=_("The answer is kept: send it."),
            guide="steg#begaran-fran-en-registrerad",
        ),
        "disclose": StepPage(
            _("Test the secrecy of a case"),
            request.disclose,
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
            data_subjects.identify,
            forms.IdentifyForm,
            done=_("Recorded."),
            guide="steg#begaran-fran-en-registrerad",
        ),
        "extend": StepPage(
            _("Take two months more"),
            data_subjects.extend,
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
        record = data_subjects.record_data_subject_request
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


# Papers on processing: what the product can't know is filled in, and what the
# paper says is signed by two persons.


@admin.register(ProcessingPaper)
class ProcessingPaperAdmin(LockboxAdmin):
    guide = "forsta-stegen#papper-om-behandlingen"
    list_display = ["kind", "authority", "diary_number", "drawn_on"]
    list_filter = ["kind"]
    list_select_related = ["authority"]
    fields = [
        "authority",
        "kind",
        "diary_number",
        "contact",
        "officer",
        "processor",
        "contract",
        "remarks",
    ]
    authority_path = "authority"
    kept_by = PAPER_KEEPERS
    seen_by = PAPER_KEEPERS
    change_form_template = "lockbox/processing/form.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("authority", "kind") if obj else ()

    def save_model(
        self, request: HttpRequest, obj: Any, form: Any, change: bool
    ) -> None:
        """What is signed is what the product says now."""
        say_today(obj)
        super().save_model(request, obj, form, change)
