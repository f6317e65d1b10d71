"""The admin pages of disclosure: board report, case documents, diary entry, disclosed
document, disclosure request, disclosure tariff, hand out steps, text mask and
transparency report."""

import hashlib
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from audit_app.ledger import Kind, record
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review import diary
from requests_app.cases.review.diary import ENTRY_READERS, entries_visible_to
from requests_app.cases.review.forms.afterwards import (
    EndAppealForm,
    HandOverAppealForm,
    TryAppealForm,
)
from requests_app.cases.review.models.afterwards import DiaryEntry, SecrecyMark
from requests_app.cases.review.models.masks import TextMask
from requests_app.cases.review.papers.case import documents_of
from requests_app.core.forms import EmptyForm
from requests_app.core.pages.case import CaseAdmin
from requests_app.core.pages.lists import LockboxAdmin, StepPage, always
from requests_app.core.pages.steps import look_from, refused, saved_as
from requests_app.core.people.models import Role
from requests_app.core.people.rights import authorities_of
from requests_app.core.step import WrongState, relation_to
from requests_app.core.two_persons import RECORD_KEEPERS
from requests_app.core.words.texts import moment
from requests_app.disclosure import forms
from requests_app.disclosure import selectors as shown
from requests_app.disclosure.forms import (
    BoardReportForm,
    DrawForm,
    JudgeForm,
    KeepBackForm,
    RecordDisclosureRequestForm,
    TransparencyReportForm,
)
from requests_app.disclosure.masking.sheets import NotTurned, Page
from requests_app.disclosure.models import (
    BoardReport,
    DisclosedDocument,
    DisclosureRequest,
    DisclosureTariff,
    Redaction,
    TransparencyReport,
)
from requests_app.disclosure.papers.answers import last_day_of
from requests_app.disclosure.rights import (
    HAND_OUT_READERS,
    can_read_original,
    can_record_hand_out,
    can_take_out,
    can_test,
    disclosed_documents_visible_to,
    disclosure_requests_visible_to,
    text_masks_visible_to,
)
from requests_app.disclosure.selectors import sheet_of
from requests_app.disclosure.steps import document
from requests_app.disclosure.steps import request as steps_request
from requests_app.disclosure.steps.document import drawn_sheet
from requests_app.disclosure.steps.request import draw_up

SEEN_BY = (Role.REGISTRAR, Role.DECISION_MAKER, Role.AUDITOR)


@admin.register(BoardReport)
class BoardReportAdmin(CaseAdmin):
    guide = "arbetsflode#delegationsordningen"
    list_display = ["meeting_on", "authority", "number", "made_by", "made_at"]
    list_select_related = ["authority", "made_by"]
    page_template = "lockbox/board_report/page.html"
    seen_by = SEEN_BY

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[BoardReport]:
        runs = authorities_of(request.user, *SEEN_BY)
        rows = BoardReport.objects.filter(authority__in=runs)
        return rows.select_related("authority", "made_by").annotate(
            decisions=models.Count("items")
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(authorities_of(request.user, Role.REGISTRAR))

    @admin.display(description=_("decisions"))
    def number(self, obj: Any) -> int:
        return obj.decisions

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.document_view)
        name = "requests_app_boardreport_document"
        own = [path("<path:object_id>/document/", view, name=name)]
        return own + super().get_urls()

    begins_with = BoardReportForm

    def begin(self, request: HttpRequest, form: BoardReportForm) -> HttpResponse:
        is_sent = self.is_sent(request, form)
        makes = "make" in request.POST
        if makes and (report := self.made(request, form, steps_request.report)):
            return HttpResponseRedirect(self.page_url(report))
        if is_sent:
            form.look()
        return self.new_page(request, gettext("Report decisions to the board"), form)

    def document_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        obj = self.visible_or_404(request, object_id)
        record("board_report.document_read", by=request.user, on=obj, kind=Kind.READ)
        content = obj.content
        return saved_as(content.body, content.media_type, content.file_name)


# The documents of a case, as its register lists them, and its files.


def listed_documents(review: SecrecyReview, *, by: Any) -> dict[str, Any]:
    """Each with the marks that stand on it; the read is recorded."""
    record("review.documents_read", by=by, on=review, kind=Kind.READ)
    marks: dict[str, list[SecrecyMark]] = {}
    rows = review.secrecy_marks.standing(acting.today()).select_related("provision")
    for mark in rows:
        marks.setdefault(mark.document, []).append(mark)
    documents = documents_of(review)
    return {
        "of_case": marks.get("", []),
        "official": [
            (row, marks.get(row.key, [])) for row in documents if row.is_official
        ],
        "others": [row for row in documents if not row.is_official],
    }


def attachment_of(review: SecrecyReview, number: int, *, by: Any) -> HttpResponse:
    """A file of the case, as it was put there; the read is recorded."""
    file = review.attachments.select_related("content").filter(pk=number).first()
    if file is None:
        raise Http404
    record("attachment.read", by=by, on=review, kind=Kind.READ, file=number)
    content = file.content
    return saved_as(content.body, content.media_type, content.file_name)


# What the authority's diary system is owed a number for, and what came back.


class Numbered(admin.SimpleListFilter):
    title = _("number in the diary system")
    parameter_name = "numbered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("no", _("Not yet")),
            ("yes", _("Yes")),
            ("twice", _("Two different ones")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet
    ) -> models.QuerySet:
        if self.value() == "twice":
            return queryset.exclude(other_number="")
        if self.value() in ("no", "yes"):
            wanted = queryset.filter if self.value() == "no" else queryset.exclude
            return wanted(number="")
        return queryset


@admin.register(DiaryEntry)
class DiaryEntryAdmin(CaseAdmin):
    guide = "steg#diariesystemets-nummer"
    list_display = [
        *("__str__", "system", "owed", "taken", "given_number", "other_number")
    ]
    list_filter = [Numbered]
    list_select_related = ["review__authority"]
    page_template = "lockbox/diary_entry/page.html"
    is_register = True
    seen_by = ENTRY_READERS
    steps = {
        "type": StepPage(
            _("Write the number"),
            diary.type_number,
            forms.TypeNumberForm,
            done=_("The number is noted."),
            guide="steg#diariesystemets-nummer",
        ),
        "choose": StepPage(
            _("Say which number it is"),
            diary.choose_number,
            forms.ChooseNumberForm,
            main=always,
            done=_("The number is noted."),
            guide="steg#diariesystemets-nummer",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[DiaryEntry]:
        rows = entries_visible_to(request.user)
        return rows.select_related("review__authority", "came_by")

    @admin.display(description=_("owed since"), ordering="owed_at")
    def owed(self, obj: DiaryEntry) -> str:
        return moment(obj.owed_at)

    @admin.display(description=_("first fetched"))
    def taken(self, obj: DiaryEntry) -> str:
        return moment(obj.taken_at)

    @admin.display(description=_("number in the diary system"), empty_value="–")
    def given_number(self, obj: DiaryEntry) -> str | None:
        return obj.number or None


# Documents that are asked for, page by page.

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
            document.draw,
            DrawForm,
            main=shown.is_undrawn,
            done=_("Drawn."),
            guide=GUIDE,
        ),
        "whole": StepPage(
            _("Hand out whole"),
            document.hand_out_whole,
            EmptyForm,
            done=_("Tested."),
            guide=GUIDE,
        ),
        "keep-back": StepPage(
            _("Keep back whole"),
            document.keep_back,
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
        judges = can_test(request.user, obj) and not document.judge.obstacle(
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
                document.judge(obj, by=request.user, **form.step_fields())
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


# The steps of a hand-out, in the order in which their buttons stand.

BEGINNING = "utlamnande#anteckna-begaran"
TESTING = "utlamnande#prova-handlingarna"
LOOKING = "utlamnande#andra-genomgangen"
DELIVERY = "utlamnande#lamna-ut"
DECISION = "utlamnande#beslut-om-utlamnande"
RESERVATION = "utlamnande#lamna-ut-med-forbehall"

STEPS = {
    "as-proposed": StepPage(
        _("Test as proposed"),
        document.hand_out_as_proposed,
        forms.AsProposedForm,
        main=shown.has_untested,
        done=_("Tested."),
        guide=TESTING,
    ),
    "reserve": StepPage(
        _("Only with a reservation"),
        steps_request.reserve,
        forms.ReserveForm,
        done=_("Kept: it is decided on before the file leaves."),
        guide=RESERVATION,
    ),
    "hand-over": StepPage(
        _("Hand over for a second look"),
        document.hand_over,
        forms.HandOverForm,
        main=always,
        done=_("Put together, and waits for somebody else to look."),
        guide=TESTING,
    ),
    "let-go": StepPage(
        _("It may leave"),
        document.let_go,
        forms.LetGoForm,
        main=always,
        done=_("It may be delivered now."),
        guide=LOOKING,
    ),
    "decide-reservation": StepPage(
        _("Decide on the reservation"),
        steps_request.decide_reservation,
        forms.DecideReservationForm,
        main=always,
        done=_("Decided: it is to be served."),
        signs=True,
        guide=RESERVATION,
    ),
    "deliver": StepPage(
        _("Deliver"),
        steps_request.deliver,
        forms.DeliverForm,
        main=always,
        done=_("Kept as it was delivered."),
        guide=DELIVERY,
    ),
    "ask-decision": StepPage(
        _("A decision is asked for"),
        steps_request.ask_for_decision,
        EmptyForm,
        done=_("Recorded: the authority decides."),
        guide=DECISION,
    ),
    "decide": StepPage(
        _("Decide on what was kept back"),
        steps_request.decide_hand_out,
        forms.DecideHandOutForm,
        main=always,
        done=_("Decided: it is to be served."),
        signs=True,
        guide=DECISION,
    ),
    "serve": StepPage(
        _("The decision was served"),
        steps_request.serve_hand_out_decision,
        forms.ServeHandOutForm,
        main=always,
        done=_("Recorded: the time to appeal runs."),
        guide=DECISION,
    ),
    "appeal": StepPage(
        _("Register an appeal"),
        steps_request.register_hand_out_appeal,
        forms.HandOutAppealForm,
        done=_("Registered: it is tried for its time, and goes to the court."),
        guide=DECISION,
    ),
    "try-appeal": StepPage(
        _("Is the appeal in time?"),
        steps_request.try_hand_out_appeal,
        TryAppealForm,
        main=always,
        done=_("What was held of its time has been recorded."),
        guide=DECISION,
    ),
    "hand-over-appeal": StepPage(
        _("Hand the appeal over to the court"),
        steps_request.hand_over_hand_out_appeal,
        HandOverAppealForm,
        main=always,
        done=_("The appeal has been handed over."),
        guide=DECISION,
    ),
    "end-appeal": StepPage(
        _("Record what the court decided"),
        steps_request.end_hand_out_appeal,
        EndAppealForm,
        done=_("The outcome in court has been recorded."),
        guide=DECISION,
    ),
    "take-in": StepPage(
        _("Add a case"),
        steps_request.take_in,
        forms.TakeInForm,
        main=shown.has_no_documents,
        done=_("Its documents are here."),
        guide=BEGINNING,
        afterwards=document.draw_all,
    ),
    "send-back": StepPage(
        _("Send back"),
        document.send_back,
        forms.SendBackForm,
        done=_("It is to be tested again."),
        guide=LOOKING,
    ),
}

# Requests for official documents.


@admin.register(DisclosureRequest)
class DisclosureRequestAdmin(CaseAdmin):
    guide = "utlamnande"
    list_display = ["number", "authority", "received", "status"]
    list_filter = ["status", "channel"]
    list_select_related = ["authority"]
    ordering = ["-received_at"]
    search_fields = ["number"]
    search_help_text = _("Number of the request")
    page_template = "lockbox/disclosure_request/page.html"
    is_register = False
    seen_by = HAND_OUT_READERS
    steps = STEPS

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        rows = disclosure_requests_visible_to(request.user)
        contents = ["wording", "reply_to", "bound", "sent_back", "answer"]
        contents += ["delivered_to", "of_data_subject"]
        people = ("recorded_by", "made_by", "looked_by", "delivered_by")
        return rows.select_related("authority", *contents, *people)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return can_record_hand_out(request.user)

    def get_urls(self) -> list[URLPattern]:
        name = "requests_app_disclosurerequest_file"
        view = self.admin_site.admin_view(self.file_view)
        paper = self.admin_site.admin_view(self.paper_view)
        return [
            path("<path:object_id>/file.pdf", view, name=name),
            path(
                "<path:object_id>/decision/<int:number>.pdf",
                paper,
                name="requests_app_disclosurerequest_paper",
            ),
            *super().get_urls(),
        ]

    def file_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The file as it leaves, or left: byte for byte."""
        obj = self.visible_or_404(request, object_id)
        if obj.file is None or not can_take_out(request.user, obj):
            raise Http404
        event = "disclosure_request.file_read"
        return self._file(request, obj, obj.file.original, event)

    def paper_view(
        self, request: HttpRequest, object_id: str, number: int
    ) -> HttpResponse:
        """One of the authority's decisions, to be sent."""
        obj = self.visible_or_404(request, object_id)
        made = get_object_or_404(obj.decisions.select_related("paper"), pk=number)
        event = "disclosure_request.decision_read"
        name = f"-beslut-{number}"
        return self._file(request, obj, made.paper.original, event, name)

    def _file(
        self,
        request: HttpRequest,
        obj: DisclosureRequest,
        body: bytes,
        event: str,
        name: str = "",
    ) -> HttpResponse:
        """Its digest stands in the ledger."""
        digest = hashlib.sha256(body).hexdigest()
        record(event, by=request.user, on=obj, kind=Kind.EXPORT, sha256=digest)
        name = f"{obj.number.replace(' ', '-')}{name}.pdf"
        return saved_as(body, "application/pdf", name)

    @admin.display(description=_("received"), ordering="received_at")
    def received(self, obj: DisclosureRequest) -> str:
        return moment(obj.received_at)

    begins_with = RecordDisclosureRequestForm

    def begin(self, request: HttpRequest, form: Any) -> HttpResponse:
        act = steps_request.record_disclosure_request
        if row := self.made(request, form, act):
            document.draw_all(row, by=request.user)
            text = gettext("Recorded as %(number)s.") % {"number": row.number}
            messages.success(request, text)
            return HttpResponseRedirect(self.page_url(row))
        return self.new_page(request, gettext("Record a request for documents"), form)

    def page_context(
        self, request: HttpRequest, obj: DisclosureRequest, relation: Any
    ) -> dict[str, Any]:
        documents = list(shown.of_request(request.user, obj))
        decisions = shown.decisions_of(obj)
        return {
            "lines": shown.lines_of(documents),
            "hidden": shown.hidden_from(request.user, obj),
            "cases": shown.cases_of(documents),
            "decisions": [(made, last_day_of(made)) for made in decisions],
            "appeals": shown.appeals_of(obj),
            "data_subject": shown.data_subject_of(request.user, obj),
            "in_days": shown.in_days(obj),
            "is_late": shown.is_late(obj),
            "takes_out": can_take_out(request.user, obj),
        }


# What copies of documents cost: kept by two persons of those who hand them out.


@admin.register(DisclosureTariff)
class DisclosureTariffAdmin(LockboxAdmin):
    guide = "utlamnande#lamna-ut"
    list_display = ["authority", "free_pages", "first_fee", "page_fee", "basis"]
    list_select_related = ["authority"]
    fields = ["authority", "free_pages", "first_fee", "page_fee", "basis"]
    authority_path = "authority"
    kept_by = RECORD_KEEPERS


# Corrected and restricted texts.

# Of the cases that they read, by their role or by name.
READERS = (
    Role.REGISTRAR,
    Role.LEGAL_REVIEWER,
    Role.DECISION_MAKER,
    Role.INFORMATION_OWNER,
    Role.DATA_PROTECTION_OFFICER,
    Role.AUDITOR,
)


@admin.register(TextMask)
class TextMaskAdmin(CaseAdmin):
    guide = "steg#ratta-eller-begransa-uppgifter"
    list_display = ["__str__", "review", "made_by", "made_at"]
    list_filter = ["kind"]
    list_select_related = ["review__authority", "made_by"]
    page_template = "lockbox/text_mask/page.html"
    is_register = True
    seen_by = READERS
    steps = {
        "tell": StepPage(
            _("Tell the recipient"),
            steps_request.tell_recipient,
            forms.TellRecipientForm,
            main=always,
            done=_("Recorded."),
            guide="steg#ratta-eller-begransa-uppgifter",
        ),
        "lift": StepPage(
            _("Lift the restriction"),
            steps_request.lift_restriction,
            forms.LiftRestrictionForm,
            done=_("Lifted: the texts are read as before."),
            guide="steg#ratta-eller-begransa-uppgifter",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[TextMask]:
        rows = text_masks_visible_to(request.user)
        people = ("made_by", "lifted_by", "ground", "lifted_because", "request")
        return rows.select_related("review__authority", *people)

    def get_urls(self) -> list[URLPattern]:
        name = "requests_app_textmask_original"
        view = self.admin_site.admin_view(self.original_view)
        return [
            path("<path:object_id>/original/", view, name=name),
            *super().get_urls(),
        ]

    def original_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What was kept, on a basis that stands in the ledger."""
        obj = self.visible_or_404(request, object_id)
        if not can_read_original(request.user, obj):
            raise PermissionDenied
        form = forms.OriginalForm(request.POST or None)
        originals = []
        if form.is_valid():
            basis = form.cleaned_data["basis"]
            event = "text_mask.original_read"
            record(event, by=request.user, on=obj, kind=Kind.READ, basis=basis)
            rows = obj.texts.select_related("original")
            originals = [(row.label, steps_request.original_of(row)) for row in rows]
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("The texts as they were kept"),
            "opts": self.opts,
            "object": obj,
            "page_url": self.page_url(obj),
            "form": form,
            "originals": originals,
        }
        return TemplateResponse(request, "lockbox/text_mask/original.html", context)

    def page_context(
        self, request: HttpRequest, obj: TextMask, relation: Any
    ) -> dict[str, Any]:
        return {
            "texts": obj.texts.select_related("original__reads_as"),
            "notices": obj.notices.select_related("told_by", "how"),
            "reads_original": can_read_original(request.user, obj),
        }


TRANSPARENCY_REPORT_SEEN_BY = (*RECORD_KEEPERS, Role.AUDITOR)
FILES = ("document", "numbers", "description")


@admin.register(TransparencyReport)
class TransparencyReportAdmin(CaseAdmin):
    guide = "arbetsflode#transparensrapporten"
    list_display = ["year", "authority", "made_by", "made_at"]
    list_select_related = ["authority", "made_by"]
    page_template = "lockbox/transparency_report/page.html"
    seen_by = TRANSPARENCY_REPORT_SEEN_BY

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[TransparencyReport]:
        theirs = authorities_of(request.user, *TRANSPARENCY_REPORT_SEEN_BY)
        rows = TransparencyReport.objects.filter(authority__in=theirs)
        return rows.select_related("authority", "made_by", *FILES)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(authorities_of(request.user, *RECORD_KEEPERS))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        files = [
            path(
                f"<path:object_id>/{which}/",
                view,
                {"which": which},
                name=f"requests_app_transparencyreport_{which}",
            )
            for which in FILES
        ]
        return files + super().get_urls()

    begins_with = TransparencyReportForm

    def begin(self, request: HttpRequest, form: TransparencyReportForm) -> HttpResponse:
        is_sent = self.is_sent(request, form)
        makes = "make" in request.POST
        if makes and (report := self.made(request, form, draw_up)):
            return HttpResponseRedirect(self.page_url(report))
        if is_sent:
            form.look()
        return self.new_page(request, gettext("Draw up a transparency report"), form)

    def file_view(
        self, request: HttpRequest, object_id: str, which: str
    ) -> HttpResponse:
        obj: Any = self.visible_or_404(request, object_id)
        record(
            "transparency_report.read",
            by=request.user,
            on=obj,
            kind=Kind.READ,
            file=which,
        )
        content = getattr(obj, which)
        return saved_as(content.body, content.media_type, content.file_name)
