from typing import Any

from django.contrib import admin
from django.db import models
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.changes import Source
from audit_app.ledger import Kind, record
from requests_app import permissions
from requests_app.admin.document import paper_of
from requests_app.admin.filters import PRODUCT, Officer, OwnAuthority
from requests_app.forms import access_request as request_forms
from requests_app.forms import assessment as assessment_forms
from requests_app.forms import case_file as file_forms
from requests_app.forms import consultation as consultation_forms
from requests_app.forms import decision as decision_forms
from requests_app.forms import dialogue as dialogue_forms
from requests_app.forms import proposal as proposal_forms
from requests_app.forms import review as review_forms
from requests_app.forms import serving as service_forms
from requests_app.forms.follow_up import FollowUpForm
from requests_app.forms.step import EmptyForm
from requests_app.models import (
    AccessRequest,
    AssessmentAnswer,
    Assignment,
    Attachment,
    ConditionFollowUp,
    ConflictDeclaration,
    Consultation,
    Correction,
    Decision,
    DecisionDocument,
    FileNote,
    HarmTest,
    Message,
    Proposal,
    RequestedObject,
    SecrecyReview,
    ServiceOfDecision,
)
from requests_app.selectors.dossier.dossier import REVIEW_RELATED, dossier
from requests_app.words.times import moment_in_words
from requests_app.workbench.steps import CaseAdmin, StepPage, always
from requests_app.workflow import (
    assessment,
    assignment,
    case_file,
    condition,
    conflict,
    consultation,
    decision,
    dialogue,
    proposal,
    review,
    routing,
    serving,
    stop,
)

Status = SecrecyReview.Status


# What belongs to the case itself, and is left out for who may not read it.
CONTENT = [
    RequestedObject,
    AssessmentAnswer,
    HarmTest,
    Proposal,
    Decision,
    ConditionFollowUp,
    Message,
    Consultation,
    FileNote,
    Attachment,
    ServiceOfDecision,
]


def _assessed(obj: SecrecyReview) -> Any:
    if obj.status == Status.STOPPED:
        return _("The review has been stopped. What you had typed is not kept.")
    return _("The assessment has been saved.")


@admin.register(SecrecyReview)
class SecrecyReviewAdmin(CaseAdmin):
    list_display = [
        "case",
        "number",
        "authority",
        "subject",
        "received",
        "officer",
        "status",
    ]
    list_filter = [
        "status",
        Officer,
        OwnAuthority,
        PRODUCT,
        "access_request__received_at",
    ]
    list_select_related = ["authority", "case_officer", "access_request"]
    request_path = "access_request"
    ordering = ["-id"]
    page_template = "lockbox/review.html"
    steps = {
        "assess": StepPage(
            _("Assess"),
            assessment.assess,
            assessment_forms.AssessForm,
            main=lambda obj: obj.status == Status.ASSIGNED,
            done=_assessed,
            leads="propose",
        ),
        "propose": StepPage(
            _("Propose a decision"),
            proposal.propose,
            proposal_forms.ProposeForm,
            main=lambda obj: obj.status == Status.IN_ASSESSMENT,
            done=_("The decision has been proposed."),
        ),
        "decide": StepPage(
            _("Decide"),
            decision.decide,
            decision_forms.DecideForm,
            main=always,
            done=_("The decision has been made."),
        ),
        "return": StepPage(
            _("Return"),
            decision.return_proposal,
            decision_forms.ReturnForm,
            done=_("The proposal has been returned."),
        ),
        "take-back": StepPage(
            _("Take the proposal back"),
            proposal.withdraw_proposal,
            proposal_forms.WithdrawProposalForm,
            done=_("The proposal has been taken back."),
        ),
        "ask": StepPage(
            _("Ask the provider"),
            dialogue.ask,
            dialogue_forms.AskForm,
            done=_("The question has been recorded."),
        ),
        "record-answer": StepPage(
            _("Record the provider's answer"),
            dialogue.record_answer,
            dialogue_forms.RecordAnswerForm,
            done=_("The answer has been recorded."),
        ),
        "consult": StepPage(
            _("Ask a colleague"),
            consultation.consult,
            consultation_forms.ConsultForm,
            done=_("The question has been put."),
        ),
        "note": StepPage(
            _("Make a file note"),
            case_file.make_note,
            file_forms.FileNoteForm,
            done=_("The note has been made."),
        ),
        "attach": StepPage(
            _("Attach a file"),
            case_file.attach,
            file_forms.AttachForm,
            done=_("The file has been attached."),
        ),
        "register": StepPage(
            _("Register"),
            review.register,
            review_forms.RegisterForm,
            main=always,
            done=_("The review has been registered."),
        ),
        "assign": StepPage(
            _("Assign"),
            assignment.assign,
            review_forms.AssignForm,
            main=lambda obj: obj.status == Status.REGISTERED,
            done=_("The review has been assigned."),
        ),
        "take": StepPage(
            _("Take the case"),
            assignment.take,
            review_forms.TakeForm,
            main=always,
            done=_("You are the case officer."),
        ),
        "acknowledge": StepPage(
            _("Acknowledge the assignment"),
            assignment.acknowledge,
            EmptyForm,
            done=_("You have taken the case on."),
        ),
        "add-reviewer": StepPage(
            _("Add a co-reviewer"),
            assignment.add_reviewer,
            review_forms.CoReviewerForm,
            done=_("The co-reviewer can work on it."),
        ),
        "remove-reviewer": StepPage(
            _("Remove a co-reviewer"),
            assignment.remove_reviewer,
            review_forms.RemoveReviewerForm,
            done=_("The co-reviewer no longer works on it."),
        ),
        "close-list": StepPage(
            _("Put on a named list"),
            assignment.close_list,
            review_forms.CloseListForm,
            done=_("Only the people named see the review from now on."),
        ),
        "name": StepPage(
            _("Name a person"),
            assignment.name_person,
            review_forms.NamePersonForm,
            done=_("The person can now see the review."),
        ),
        "unname": StepPage(
            _("Take a person off"),
            assignment.unname_person,
            review_forms.UnnamePersonForm,
            done=_("The person no longer sees the review by name."),
        ),
        "declare": StepPage(
            _("Declare conflict of interest"),
            conflict.declare,
            review_forms.DeclareForm,
            done=_("The declaration has been recorded."),
        ),
        "reconsider": StepPage(
            _("Decide anew"),
            decision.reconsider,
            decision_forms.ReconsiderForm,
            done=_("The review is open for a new decision."),
        ),
        "follow-up": StepPage(
            _("Follow up the conditions"),
            condition.follow_up,
            FollowUpForm,
            main=lambda obj: (
                obj.access_request.status == AccessRequest.Status.ACCESS_ENDED
            ),
            done=_("What was said of the conditions has been recorded."),
        ),
        "correct": StepPage(
            _("Correct a clerical error"),
            decision.correct,
            decision_forms.CorrectForm,
            done=_("The correction has been recorded."),
        ),
        "serve": StepPage(
            _("Record service"),
            serving.serve,
            service_forms.ServeForm,
            main=serving.is_awaited,
            done=_("The service has been recorded."),
        ),
        "reroute": StepPage(
            _("Hand over to another authority"),
            routing.reroute,
            request_forms.RerouteForm,
            done=_("The review has been handed over."),
        ),
        "close": StepPage(
            _("Close the case"),
            review.close,
            review_forms.CloseForm,
            main=always,
            done=_("The review has been closed."),
        ),
        "stop": StepPage(
            _("Stop: security protection"),
            stop.stop,
            review_forms.StopForm,
            done=_("The review has been stopped."),
        ),
    }

    def get_urls(self) -> list[URLPattern]:
        own = (
            ("who/", self.who_view, "who"),
            ("paper/<int:number>/", self.paper_view, "paper"),
            ("attachment/<int:number>/", self.attachment_view, "attachment"),
        )
        pages = [
            path(
                f"<path:object_id>/{route}",
                self.admin_site.admin_view(view),
                name=f"requests_app_secrecyreview_{name}",
            )
            for route, view, name in own
        ]
        return pages + super().get_urls()

    def attachment_view(
        self, request: HttpRequest, object_id: str, number: int
    ) -> HttpResponse:
        """A file of the case, for who may read it: to keep, never to be run here."""
        obj = self.visible_or_404(request, object_id)
        file = obj.attachments.select_related("content").filter(pk=number).first()
        if file is None or not permissions.can_read(request.user, obj):
            raise Http404
        record("attachment.read", by=request.user, on=obj, kind=Kind.READ, file=number)
        response = HttpResponse(
            bytes(file.content.body), content_type=file.content.media_type
        )
        name = content_disposition_header(True, file.content.file_name)
        response.headers["Content-Disposition"] = name or "attachment"
        return response

    def paper_view(
        self, request: HttpRequest, object_id: str, number: int
    ) -> FileResponse:
        obj = self.visible_or_404(request, object_id)
        if not self.reads(request, obj):
            raise Http404
        return paper_of(obj, number, by=request.user)

    def who_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Who can see this case, and why."""
        obj = self.visible_or_404(request, object_id)
        record("review.who_read", by=request.user, on=obj, kind=Kind.READ)
        declared = obj.conflict_declarations.conflicts()
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Who can see this case, and why"),
            "opts": self.opts,
            "object": obj,
            "page_url": self.page_url(obj),
            "sights": permissions.who_can_see(obj),
            "shut_out": declared.select_related("person"),
        }
        return TemplateResponse(request, "lockbox/who.html", context)

    @admin.display(description=_("the provider's number"))
    def number(self, obj: SecrecyReview) -> str:
        return obj.access_request.external_id

    @admin.display(description=_("received"), ordering="access_request__received_at")
    def received(self, obj: SecrecyReview) -> str:
        return moment_in_words(obj.access_request.received_at)

    @admin.display(description=_("public subject"))
    def subject(self, obj: SecrecyReview) -> str:
        return obj.public_subject

    @admin.display(description=_("case officer"), empty_value="–")
    def officer(self, obj: SecrecyReview) -> Any:
        return obj.case_officer

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(permissions.roles_of(request.user)) or obj is not None

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[SecrecyReview]:
        return permissions.visible_to(request.user).select_related(*REVIEW_RELATED)

    def page_context(
        self, request: HttpRequest, obj: SecrecyReview, relation: Any
    ) -> dict[str, Any]:
        return {"dossier": dossier(request.user, obj, relation)}

    def history_sources(
        self, request: HttpRequest, obj: SecrecyReview, reads: bool
    ) -> list[Source]:
        """Who may not read the case sees its outer life: people, states, numbers."""
        children: list[Any] = [ConflictDeclaration, Assignment]
        sources = [Source(SecrecyReview, "id", obj.pk)]
        if reads:
            children += CONTENT
            made = obj.decisions.values_list("pk", flat=True)
            for model in (Correction, DecisionDocument):
                sources += [Source(model, "decision_id", pk) for pk in made]
        return [*sources, *(Source(model, "review_id", obj.pk) for model in children)]

    def reads(self, request: HttpRequest, obj: SecrecyReview) -> bool:
        return permissions.can_read(request.user, obj)
