from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import Exists, OuterRef
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app.ledger import Kind, record
from audit_app.row_versions import Source
from requests_app.admin.case_documents import attachment_of, listed_documents
from requests_app.admin.decision_proof import proof_of_decision
from requests_app.admin.document import document_of
from requests_app.admin.filters import (
    PRODUCT,
    Answer,
    DecidedWithin,
    Decider,
    Officer,
    Outcomes,
    OwnAuthority,
)
from requests_app.admin.review_history import CONTENT, OUTER
from requests_app.admin.review_steps import STEPS
from requests_app.models import (
    Correction,
    DecisionDocument,
    Outcome,
    SecrecyReview,
    Translation,
    TurnTaken,
)
from requests_app.models.ladder import LADDER, REGISTER
from requests_app.models.outcome import GRANTS
from requests_app.models.request_clock import deadline_path
from requests_app.permissions.involvement_of import can_read
from requests_app.permissions.public_register import Publication, protecting_marks
from requests_app.permissions.roles import roles_of
from requests_app.permissions.visibility import visible_to
from requests_app.permissions.who_can_see import who_answers, who_can_see, who_oversees
from requests_app.selectors.decided import decision_columns
from requests_app.selectors.dossier.of_review import REVIEW_RELATED, dossier
from requests_app.selectors.queue import aftermath
from requests_app.templatetags.lockbox import moment
from requests_app.workbench.cases import CaseAdmin

Status = SecrecyReview.Status
NOT_SEALED = _(
    "The decision is not sealed in the ledger yet: that is done within a few minutes,"
    " and its proof can be taken out then."
)


def _rows(user: Any) -> models.QuerySet[SecrecyReview]:
    taken = TurnTaken.objects.filter(review=OuterRef("pk"))
    rows = visible_to(user).select_related(*REVIEW_RELATED)
    return rows.annotate(
        was_taken=Exists(taken),
        to_follow_up=Exists(aftermath.to_follow_up()),
        is_subject_protected=Exists(protecting_marks("pk", Publication.PROTECTED)),
    )


@admin.register(SecrecyReview)
class SecrecyReviewAdmin(CaseAdmin):
    guide = "arbetsflode#arbetsflodet-steg-for-steg"
    rows = staticmethod(_rows)
    list_display = [
        *("case", "number", "authority", "subject", "received", "deadline"),
        *("officer", "get_status_display", "outcome", "decided", "decider"),
    ]
    list_filter = [
        *("status", Outcomes, Officer, Decider, DecidedWithin, Answer, OwnAuthority),
        *(PRODUCT, "access_request__received_at"),
    ]
    list_select_related = ["authority", "case_officer", "access_request"]
    request_path = "access_request"
    ordering = ["-id"]
    page_template = "lockbox/case/page.html"
    steps = STEPS

    def leading_on(self, obj: SecrecyReview) -> set[str]:
        unregistered = () if obj.diary_number else (REGISTER,)
        return {step.name for step in (*unregistered, *LADDER[obj.status].steps)}

    def get_urls(self) -> list[URLPattern]:
        own = (
            ("who/", self.who_view, "who"),
            ("documents/", self.documents_view, "documents"),
            ("document/<int:number>/", self.document_view, "document"),
            ("attachment/<int:number>/", self.attachment_view, "attachment"),
            ("proof/<int:number>.<str:kind>", self.proof_view, "proof"),
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
        """A file of the case, for whoever may read it: kept, never run here."""
        obj = self.visible_or_404(request, object_id)
        if not self.reads(request, obj):
            raise Http404
        return attachment_of(obj, number, by=request.user)

    def document_view(
        self, request: HttpRequest, object_id: str, number: int
    ) -> FileResponse:
        obj = self.visible_or_404(request, object_id)
        if not self.reads(request, obj):
            raise Http404
        return document_of(obj, number, by=request.user)

    def proof_view(
        self, request: HttpRequest, object_id: str, number: int, kind: str
    ) -> HttpResponse:
        """For a stranger, that a decision stands in the ledger; where it is not sealed
        yet, back to the case, which says when it will be."""
        obj = self.visible_or_404(request, object_id)
        if not self.reads(request, obj):
            raise Http404
        file = proof_of_decision(obj, number, kind, by=request.user)
        if file is None:
            messages.warning(request, NOT_SEALED)
            return redirect(self.page_url(obj))
        return file

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
            "sights": who_can_see(obj),
            "overseers": who_oversees(obj),
            "answering": who_answers(obj),
            "shut_out": declared.select_related("person"),
        }
        return TemplateResponse(request, "lockbox/case/visibility.html", context)

    def documents_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What an answer to whoever asks for the case is made of."""
        obj = self.visible_or_404(request, object_id)
        if not self.reads(request, obj):
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Documents of the case"),
            "opts": self.opts,
            "object": obj,
            "page_url": self.page_url(obj),
            **listed_documents(obj, by=request.user),
        }
        return TemplateResponse(request, "lockbox/case/documents.html", context)

    @admin.display(description=_("the provider's number"))
    def number(self, obj: SecrecyReview) -> str:
        return str(obj.access_request)

    @admin.display(description=_("received"), ordering="access_request__received_at")
    def received(self, obj: SecrecyReview) -> str:
        return moment(obj.access_request.received_at)

    @admin.display(description=_("answer by"), ordering=deadline_path("access_request"))
    def deadline(self, obj: SecrecyReview) -> str:
        return moment(obj.access_request.clock.answer_by)

    @admin.display(description=_("outcome"), empty_value="–")
    def outcome(self, obj: Any) -> Any:
        """What the case came to, for whoever reads it: that is a part of what it is
        about."""
        if obj.outcome_now is None:
            return None
        if not obj.is_readable:
            return _("(protected)")
        outcome = Outcome(obj.outcome_now)
        if outcome in GRANTS and obj.access_request.revoked_at:
            return _("%(outcome)s, then revoked") % {"outcome": outcome.label}
        return outcome.label

    @admin.display(description=_("decided"), ordering="decided_now")
    def decided(self, obj: Any) -> str:
        return moment(obj.decided_now)

    @admin.display(description=_("decided by"), empty_value="–")
    def decider(self, obj: Any) -> Any:
        return obj.decider_now

    @admin.display(description=_("public subject"))
    def subject(self, obj: Any) -> Any:
        if obj.is_subject_protected and not obj.is_readable:
            return _("(protected)")
        return obj.open_subject

    @admin.display(description=_("case officer"), empty_value="–")
    def officer(self, obj: SecrecyReview) -> Any:
        return obj.case_officer

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(roles_of(request.user)) or obj is not None

    def list_columns(self, request: HttpRequest) -> dict[str, Any]:
        return decision_columns(request.user)

    def page_context(
        self, request: HttpRequest, obj: SecrecyReview, relation: Any
    ) -> dict[str, Any]:
        return {"dossier": dossier(request.user, obj, relation)}

    def history_sources(
        self, request: HttpRequest, obj: SecrecyReview, reads: bool
    ) -> list[Source]:
        """Without the right to read, only its outer life: people, states, numbers."""
        children: list[Any] = [*OUTER]
        sources = [Source(SecrecyReview, "id", obj.pk)]
        if reads:
            children += CONTENT
            decision_pks = obj.decisions.values_list("pk", flat=True)
            for model in (Correction, Translation, DecisionDocument):
                sources += [Source(model, "decision_id", pk) for pk in decision_pks]
        return [*sources, *(Source(model, "review_id", obj.pk) for model in children)]

    def reads(self, request: HttpRequest, obj: SecrecyReview) -> bool:
        return can_read(request.user, obj)
