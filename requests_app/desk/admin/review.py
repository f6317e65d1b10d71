"""Review, of the admin pages of secrecy review: review steps, appeals, decided,
deciding, ending, inquiry, masking and people."""

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

from audit_app.history import Source
from audit_app.ledger import Kind, record
from requests_app.cases.access.admin import revoked
from requests_app.cases.intake import forms as dialogue_forms
from requests_app.cases.intake.forms import NeedForm
from requests_app.cases.intake.models.request import deadline_path
from requests_app.cases.intake.models.review import LADDER, REGISTER, SecrecyReview
from requests_app.cases.intake.rights import visible_to
from requests_app.cases.intake.steps import dialogue, file
from requests_app.cases.review.admin import (
    LIST_STEPS,
    PRODUCT,
    Answer,
    DecidedWithin,
    Decider,
    Officer,
    Outcomes,
    document_of,
)
from requests_app.cases.review.dossier import REVIEW_RELATED, dossier
from requests_app.cases.review.forms import afterwards as appeal_forms
from requests_app.cases.review.forms import assessment as consent_forms
from requests_app.cases.review.forms import decision as decision_forms
from requests_app.cases.review.forms import people as review_forms
from requests_app.cases.review.forms import proposal as proposal_forms
from requests_app.cases.review.forms.afterwards import CloseLapsedForm
from requests_app.cases.review.forms.assessment import NamePartsForm
from requests_app.cases.review.forms.decision import FollowUpForm, TranslateForm
from requests_app.cases.review.models.afterwards import DecisionDocument
from requests_app.cases.review.models.decision import Correction, Translation
from requests_app.cases.review.rights.involvement import (
    can_read,
    who_answers,
    who_can_see,
    who_oversees,
)
from requests_app.cases.review.selectors import decision_columns
from requests_app.cases.review.steps import (
    afterwards,
    assessment,
    case,
    decision,
    people,
    proposal,
    revocation,
)
from requests_app.cases.review.steps.decision import draw_up_at_once
from requests_app.core.forms import EmptyForm, ReasonForm
from requests_app.core.models import GRANTS, Outcome
from requests_app.core.pages.case import CaseAdmin, OwnAuthority
from requests_app.core.pages.lists import StepPage, always
from requests_app.core.people.rights import roles_of
from requests_app.core.words.texts import moment
from requests_app.desk.queue import reviews
from requests_app.desk.queue.reviews import awaits_follow_up
from requests_app.disclosure import forms
from requests_app.disclosure.admin import attachment_of, listed_documents
from requests_app.disclosure.papers.answers import CONTENT, OUTER
from requests_app.disclosure.rights import Publication, protecting_marks
from requests_app.disclosure.steps import request
from requests_app.duty.models.notices import TurnTaken
from requests_app.oversight.admin import proof_of_decision
from requests_app.oversight.forms import RecordActForm
from requests_app.oversight.models import Deviation
from requests_app.oversight.steps import acts

# An appeal, from its arrival to what the court decided; service of a revocation.

APPEALS = {
    "register-appeal": StepPage(
        _("Register an appeal"),
        afterwards.register_appeal,
        appeal_forms.RegisterAppealForm,
        done=_("The appeal has been registered."),
        guide="steg#overklagande",
    ),
    "try-appeal": StepPage(
        _("Is the appeal in time?"),
        afterwards.try_appeal,
        appeal_forms.TryAppealForm,
        main=always,
        done=_("What was held of its time has been recorded."),
        guide="steg#overklagande",
    ),
    "hand-over-appeal": StepPage(
        _("Hand the appeal over to the court"),
        afterwards.hand_over_appeal,
        appeal_forms.HandOverAppealForm,
        main=always,
        done=_("The appeal has been handed over."),
        guide="steg#overklagande",
    ),
    "end-appeal": StepPage(
        _("Record what the court decided"),
        afterwards.end_appeal,
        appeal_forms.EndAppealForm,
        done=_("The outcome in court has been recorded."),
        guide="steg#overklagande",
    ),
    "serve-revocation": StepPage(
        _("Record service of the revocation"),
        revocation.serve_revocation,
        appeal_forms.ServeRevocationForm,
        done=_("The service has been recorded."),
        guide="steg#skicka-och-delge",
    ),
}


# What follows on a decision.

DECIDED = {
    "revoke": StepPage(
        _("Revoke the grant"),
        revocation.revoke,
        appeal_forms.RevokeForm,
        stands=True,
        done=lambda obj: revoked(obj.access_request),
        afterwards=draw_up_at_once,
        signs=True,
        guide="steg#aterkalla-beslutet",
    ),
    "reconsider": StepPage(
        _("Make a new decision"),
        decision.reconsider,
        decision_forms.ReconsiderForm,
        signs=True,
        done=_("The review is open for a new decision."),
        guide="steg#omprovning",
    ),
    "follow-up": StepPage(
        _("Follow up the conditions"),
        decision.follow_up,
        FollowUpForm,
        main=lambda rights, obj: rights.works and awaits_follow_up(obj),
        leads="close",
        both=_("Follow up and close"),
        done=_("What was said of the conditions has been recorded."),
        guide="steg#folj-upp-villkoren",
    ),
    "correct": StepPage(
        _("Correct a clerical error"),
        decision.correct,
        decision_forms.CorrectForm,
        done=_("The correction has been recorded."),
        afterwards=draw_up_at_once,
        signs=True,
        guide="steg#ratta-ett-beslut",
    ),
    "ask-reasons": StepPage(
        _("Record that reasons are asked for"),
        afterwards.ask_for_reasons,
        appeal_forms.AskForReasonsForm,
        done=_("It is recorded. Whoever may decide has the answer to give."),
        guide="steg#skal-i-efterhand",
    ),
    "give-reasons": StepPage(
        _("Give the reasons that were asked for"),
        afterwards.give_reasons,
        appeal_forms.GiveReasonsForm,
        main=lambda rights, _obj: rights.awaits_reasons,
        done=_("The answer is recorded, and drawn up as a paper of its own."),
        afterwards=draw_up_at_once,
        signs=True,
        guide="steg#skal-i-efterhand",
    ),
    "translate": StepPage(
        _("Translate the decision into English"),
        decision.translate,
        TranslateForm,
        done=_("The translation is recorded, and drawn up as a paper of its own."),
        afterwards=draw_up_at_once,
        guide="steg#oversattning",
    ),
    "serve": StepPage(
        _("Record service"),
        decision.serve,
        decision_forms.ServeForm,
        main=decision.is_awaited,
        done=_("The service has been recorded."),
        guide="steg#skicka-och-delge",
    ),
}


# The way to a decision.

Status = SecrecyReview.Status


def _assessed(obj: SecrecyReview) -> Any:
    if obj.status == Status.STOPPED:
        return _("The review has been stopped. What you had typed is not kept.")
    return _("The assessment has been saved.")


DECIDING = {
    "see-change": StepPage(
        _("See what has changed"),
        file.see_change,
        review_forms.SeeChangeForm,
        done=_("It is noted that you have looked at the change."),
        guide="steg#se-vad-som-har-andrats",
    ),
    "assess": StepPage(
        _("Assess"),
        assessment.assess,
        consent_forms.AssessForm,
        done=_assessed,
        leads="propose",
        guide="steg#prova",
    ),
    "propose": StepPage(
        _("Propose a decision"),
        proposal.propose,
        proposal_forms.ProposeForm,
        done=_("The decision has been proposed."),
        guide="steg#foresla-beslut",
    ),
    "decide": StepPage(
        _("Decide"),
        decision.decide,
        decision_forms.DecideForm,
        done=_("The decision has been made."),
        afterwards=draw_up_at_once,
        signs=True,
        guide="steg#besluta",
    ),
    "return": StepPage(
        _("Return"),
        proposal.return_proposal,
        appeal_forms.ReturnForm,
        done=_("The proposal has been returned."),
        guide="steg#lamna-tillbaka",
    ),
    "tick-off": StepPage(
        _("Tick off comments"),
        proposal.tick_off,
        appeal_forms.TickOffForm,
        done=_("The comments are ticked off."),
        guide="steg#bocka-av-en-kommentar",
    ),
    "take-back": StepPage(
        _("Take the proposal back"),
        proposal.withdraw_proposal,
        ReasonForm,
        done=_("The proposal has been taken back."),
        guide="steg#ta-tillbaka-forslaget",
    ),
}


# How a review leaves the authority's hands, or its desk.

ENDING = {
    "reroute": StepPage(
        _("Hand over to another authority"),
        case.reroute,
        review_forms.RerouteForm,
        done=_("The review has been handed over."),
        guide="steg#lamna-till-en-annan-myndighet",
    ),
    "propose-striking-off": StepPage(
        _("Propose to strike off"),
        afterwards.propose_striking_off,
        EmptyForm,
        done=_("It has been proposed to strike the case off."),
        guide="steg#avskrivning",
    ),
    "strike-off": StepPage(
        _("Strike off"),
        afterwards.strike_off,
        decision_forms.StrikeOffForm,
        done=_("The case has been struck off."),
        signs=True,
        guide="steg#avskrivning",
    ),
    "close": StepPage(
        _("Close the case"),
        case.close,
        review_forms.CloseForm,
        main=lambda rights, obj: not (rights.awaits_appeal or awaits_follow_up(obj)),
        done=_("The review has been closed."),
        guide="steg#avsluta-arendet",
    ),
    "close-lapsed": StepPage(
        _("Close without a decision"),
        afterwards.close_lapsed,
        CloseLapsedForm,
        main=always,
        done=_("The case has been closed. Another person looks at it."),
        guide="steg#avsluta-arendet",
    ),
    "receive-stop": StepPage(
        _("Take the stop over"),
        afterwards.receive_stop,
        review_forms.ReceiveStopForm,
        done=_("It is noted that you have taken the stop over."),
        guide="steg#ta-over-ett-stoppat-arende",
    ),
    "stop": StepPage(
        _("Stop: protective security"),
        afterwards.stop,
        review_forms.StopForm,
        stands=True,
        signs=True,
        done=_("The review has been stopped."),
        guide="steg#stoppa-for-sakerhetsskydd",
    ),
}


# What has to be known, and what is put to the file.


def _held_against_what_was_granted(review: SecrecyReview) -> Any:
    if review.deviations.filter(status=Deviation.Status.OPEN).exists():
        return _(
            "The act has been recorded, and held against what was granted. A deviation"
            " waits to be looked into."
        )
    return _("The act has been recorded, and held against what was granted.")


INQUIRY = {
    "ask": StepPage(
        _("Ask the provider"),
        dialogue.ask,
        dialogue_forms.AskForm,
        done=_("The question has been recorded."),
        is_beside=True,
        guide="steg#fraga-leverantoren",
    ),
    "record-answer": StepPage(
        _("Record the provider's answer"),
        dialogue.record_answer,
        dialogue_forms.RecordAnswerForm,
        done=_("The answer has been recorded."),
        is_beside=True,
        guide="steg#skriv-in-leverantorens-svar",
    ),
    "note-need": StepPage(
        _("Note what the support case needs"),
        file.note_need,
        NeedForm,
        done=_("What is needed stands beside what is asked for."),
        is_beside=True,
        guide="steg#anteckna-vad-som-behovs",
    ),
    "consult": StepPage(
        _("Ask a colleague"),
        people.consult,
        review_forms.ConsultForm,
        done=_("The question has been put."),
        is_beside=True,
        guide="steg#fraga-nagon-inom-myndigheten",
    ),
    "note": StepPage(
        _("Make a file note"),
        file.make_note,
        dialogue_forms.FileNoteForm,
        done=_("The note has been made."),
        is_beside=True,
        guide="steg#anteckna-i-arendet",
    ),
    "name-parts": StepPage(
        _("Test in parts"),
        assessment.name_parts,
        NamePartsForm,
        done=_("The parts have been named: assess each of them."),
        leads="assess",
        guide="steg#dela-upp-provningen",
    ),
    "record-consent": StepPage(
        _("Record a consent"),
        assessment.record,
        consent_forms.RecordConsentForm,
        done=_("The consent has been recorded."),
        guide="steg#samtycke",
    ),
    "withdraw-consent": StepPage(
        _("Record that a consent is withdrawn"),
        assessment.withdraw,
        consent_forms.WithdrawConsentForm,
        done=_("The withdrawal has been recorded: nothing more is granted on it."),
        guide="steg#samtycke",
    ),
    "record-act": StepPage(
        _("Record what the provider did"),
        acts.record_act,
        RecordActForm,
        done=_held_against_what_was_granted,
        is_beside=True,
        guide="steg#skriv-vad-leverantoren-gjorde",
    ),
    "attach": StepPage(
        _("Attach a file"),
        file.attach,
        dialogue_forms.AttachForm,
        done=_("The file has been attached."),
        is_beside=True,
        guide="steg#bifoga-en-handling",
    ),
}


# What of a case is marked as secret, and personal data in its texts, corrected or
# restricted.

MASKING = {
    "mark-secret": StepPage(
        _("Mark as secret"),
        afterwards.mark_secret,
        appeal_forms.MarkSecretForm,
        done=_("It is marked."),
        is_beside=True,
        guide="steg#sekretessmarkera",
    ),
    "take-mark-off": StepPage(
        _("Take a secrecy mark off"),
        afterwards.take_mark_off,
        appeal_forms.TakeMarkOffForm,
        done=_("The mark is taken off."),
        is_beside=True,
        guide="steg#sekretessmarkera",
    ),
    "correct-data": StepPage(
        _("Correct personal data in a text"),
        request.correct_personal_data,
        forms.CorrectPersonalDataForm,
        done=_("The texts read with the right words from now on."),
        is_beside=True,
        guide="steg#ratta-eller-begransa-uppgifter",
    ),
    "restrict-texts": StepPage(
        _("Restrict texts"),
        request.restrict_texts,
        forms.RestrictTextsForm,
        done=_("The texts are read with a basis alone from now on."),
        is_beside=True,
        guide="steg#ratta-eller-begransa-uppgifter",
    ),
}


# Who works the review, who may see it, and who may not.

PEOPLE = {
    "register": StepPage(
        _("Register"),
        case.register,
        review_forms.RegisterForm,
        done=_("The review has been registered."),
        guide="steg#registrera",
    ),
    "correct-subject": StepPage(
        _("Correct the public subject"),
        case.correct_subject,
        review_forms.CorrectSubjectForm,
        done=_("The public subject has been corrected."),
        guide="steg#ratta-arendemeningen-eller-vad-som-begars",
    ),
    "reclassify": StepPage(
        _("Change what is asked for"),
        case.reclassify,
        review_forms.ReclassifyForm,
        done=_("It is tried as that from now on: look at the assessment again."),
        guide="steg#ratta-arendemeningen-eller-vad-som-begars",
    ),
    "assign": StepPage(
        _("Assign"),
        people.assign,
        review_forms.AssignForm,
        done=_("The review has been assigned."),
        guide="steg#utse-handlaggare",
    ),
    "take": StepPage(
        _("Take the case"),
        people.take,
        review_forms.TakeForm,
        done=_("You are the case officer."),
        leads="assess",
        guide="steg#ta-arendet",
    ),
    "acknowledge": StepPage(
        _("Acknowledge the assignment"),
        people.acknowledge,
        EmptyForm,
        done=_("You have taken the case on."),
        guide="steg#se-vad-som-har-andrats",
    ),
    "add-reviewer": StepPage(
        _("Add a co-reviewer"),
        people.add_reviewer,
        review_forms.CoReviewerForm,
        done=_("The co-reviewer can work on it."),
        guide="steg#fler-eller-andra-handlaggare",
    ),
    "remove-reviewer": StepPage(
        _("Remove a co-reviewer"),
        people.remove_reviewer,
        review_forms.RemoveReviewerForm,
        done=_("The co-reviewer no longer works on it."),
        guide="steg#fler-eller-andra-handlaggare",
    ),
    "close-list": StepPage(
        _("Put on a named list"),
        people.close_list,
        review_forms.CloseListForm,
        done=_("Only the people named see the review from now on."),
        guide="steg#namngiven-lista",
    ),
    **LIST_STEPS,
    "name": StepPage(
        _("Name a person"),
        people.name_person,
        review_forms.NamePersonForm,
        done=_("The person can now see the review."),
        guide="steg#namngiven-lista",
    ),
    "unname": StepPage(
        _("Take a person off"),
        people.unname_person,
        review_forms.UnnamePersonForm,
        done=_("The person no longer sees the review by name."),
        guide="steg#namngiven-lista",
    ),
    "open-content": StepPage(
        _("Read the content with a basis"),
        people.open_content,
        review_forms.OpenContentForm,
        done=_("You now read the case."),
        guide="steg#oppna-innehall-i-tillsyn",
    ),
    "shut-content": StepPage(
        _("Give the content back"),
        people.shut_content,
        review_forms.ShutContentForm,
        done=_("You no longer read what the case is about."),
        guide="steg#oppna-innehall-i-tillsyn",
    ),
    "declare": StepPage(
        _("Declare conflict of interest"),
        people.declare,
        review_forms.DeclareForm,
        done=_("The declaration has been recorded."),
        guide="steg#anmal-jav",
    ),
}


# The steps of a review, in the order in which their buttons stand.

STEPS = {
    **DECIDING,
    **INQUIRY,
    **PEOPLE,
    **DECIDED,
    **APPEALS,
    **MASKING,
    **ENDING,
}

NOT_SEALED = _(
    "The decision is not sealed in the ledger yet: that is done within a few minutes,"
    " and its proof can be taken out then."
)


def _rows(user: Any) -> models.QuerySet[SecrecyReview]:
    taken = TurnTaken.objects.filter(review=OuterRef("pk"))
    rows = visible_to(user).select_related(*REVIEW_RELATED)
    return rows.annotate(
        was_taken=Exists(taken),
        to_follow_up=Exists(reviews.to_follow_up()),
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

    def at_work_told(self, obj: SecrecyReview, ids: set[int]) -> set[int]:
        """On a named list, those whose names stand on the case."""
        if not obj.is_named_list:
            return ids
        rows = obj.assignments.filter(person__in=ids)
        return set(rows.values_list("person", flat=True))

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
