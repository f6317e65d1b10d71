"""The steps of a review, in the order in which their buttons stand."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.background.documents import draw_up_at_once
from requests_app.forms import appeal as appeal_forms
from requests_app.forms import assessment as assessment_forms
from requests_app.forms import case_file as file_forms
from requests_app.forms import consent as consent_forms
from requests_app.forms import consultation as consultation_forms
from requests_app.forms import decision as decision_forms
from requests_app.forms import dialogue as dialogue_forms
from requests_app.forms import named_list as list_forms
from requests_app.forms import proposal as proposal_forms
from requests_app.forms import registration as registration_forms
from requests_app.forms import review as review_forms
from requests_app.forms import revocation as revocation_forms
from requests_app.forms import routing as routing_forms
from requests_app.forms import serving as service_forms
from requests_app.forms.deviation import RecordActForm
from requests_app.forms.follow_up import FollowUpForm
from requests_app.forms.step import EmptyForm
from requests_app.models import AccessRequest, ProviderProduct, SecrecyReview
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import (
    appeal,
    assessment,
    assignment,
    case_file,
    condition,
    conflict,
    consent,
    consultation,
    decision,
    dialogue,
    named_list,
    proposal,
    reported_act,
    review,
    revocation,
    routing,
    seen_revision,
    serving,
    stop,
    striking_off,
)
from requests_app.workflow.outbox import is_being_sent

Status = SecrecyReview.Status


def _assessed(obj: SecrecyReview) -> Any:
    if obj.status == Status.STOPPED:
        return _("The review has been stopped. What you had typed is not kept.")
    return _("The assessment has been saved.")


def revoked(access_request: AccessRequest) -> Any:
    if access_request.connection.product.revocation == ProviderProduct.Revocation.NO:
        return _(
            "The grant is revoked, but the product can not be told: ask the provider in"
            " the support case to stop, and record when it is done."
        )
    if is_being_sent(access_request):
        return _(
            "The grant is revoked. An answer on more of the access is being sent right"
            " now: if it takes effect it is taken back by itself, as a task of the"
            " executor's."
        )
    return _("The grant is revoked. The executor has been given the task.")


# By whom: whoever is named, or oversees it.
LIST_STEPS = {
    "confirm-list": StepPage(
        _("Confirm the named list"),
        named_list.confirm_list,
        list_forms.ConfirmListForm,
        done=_("The named list has been confirmed."),
    ),
    "open-list": StepPage(
        _("Open the review again"),
        named_list.open_list,
        list_forms.OpenListForm,
        done=_("The roles of the authority open the review again."),
    ),
}
STEPS = {
    "see-change": StepPage(
        _("See what has changed"),
        seen_revision.see_change,
        review_forms.SeeChangeForm,
        done=_("It is noted that you have looked at the change."),
    ),
    "assess": StepPage(
        _("Assess"),
        assessment.assess,
        assessment_forms.AssessForm,
        main=lambda _may, obj: obj.status == Status.ASSIGNED,
        done=_assessed,
        leads="propose",
    ),
    "propose": StepPage(
        _("Propose a decision"),
        proposal.propose,
        proposal_forms.ProposeForm,
        main=lambda _may, obj: obj.status == Status.IN_ASSESSMENT,
        done=_("The decision has been proposed."),
    ),
    "decide": StepPage(
        _("Decide"),
        decision.decide,
        decision_forms.DecideForm,
        main=always,
        done=_("The decision has been made."),
        afterwards=draw_up_at_once,
        signs=True,
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
    "record-consent": StepPage(
        _("Record a consent"),
        consent.record,
        consent_forms.RecordConsentForm,
        done=_("The consent has been recorded."),
    ),
    "withdraw-consent": StepPage(
        _("Record that a consent is withdrawn"),
        consent.withdraw,
        consent_forms.WithdrawConsentForm,
        done=_("The withdrawal has been recorded: nothing more is granted on it."),
    ),
    "record-act": StepPage(
        _("Record what the provider did"),
        reported_act.record_act,
        RecordActForm,
        done=_("The act has been recorded, and held against what was granted."),
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
        registration_forms.RegisterForm,
        main=always,
        done=_("The review has been registered."),
    ),
    "correct-subject": StepPage(
        _("Correct the public subject"),
        review.correct_subject,
        registration_forms.CorrectSubjectForm,
        done=_("The public subject has been corrected."),
    ),
    "assign": StepPage(
        _("Assign"),
        assignment.assign,
        review_forms.AssignForm,
        main=lambda _may, obj: obj.status == Status.REGISTERED,
        done=_("The review has been assigned."),
    ),
    "take": StepPage(
        _("Take the case"),
        assignment.take,
        review_forms.TakeForm,
        main=always,
        done=_("You are the case officer."),
        leads="assess",
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
        named_list.close_list,
        list_forms.CloseListForm,
        done=_("Only the people named see the review from now on."),
    ),
    **LIST_STEPS,
    "name": StepPage(
        _("Name a person"),
        named_list.name_person,
        list_forms.NamePersonForm,
        done=_("The person can now see the review."),
    ),
    "unname": StepPage(
        _("Take a person off"),
        named_list.unname_person,
        list_forms.UnnamePersonForm,
        done=_("The person no longer sees the review by name."),
    ),
    "declare": StepPage(
        _("Declare conflict of interest"),
        conflict.declare,
        review_forms.DeclareForm,
        done=_("The declaration has been recorded."),
    ),
    "revoke": StepPage(
        _("Revoke the grant"),
        revocation.revoke,
        revocation_forms.RevokeForm,
        done=lambda obj: revoked(obj.access_request),
        afterwards=draw_up_at_once,
        signs=True,
    ),
    "reconsider": StepPage(
        _("Make a new decision"),
        decision.reconsider,
        decision_forms.ReconsiderForm,
        done=_("The review is open for a new decision."),
    ),
    "follow-up": StepPage(
        _("Follow up the conditions"),
        condition.follow_up,
        FollowUpForm,
        main=lambda _may, obj: (
            obj.access_request.status == AccessRequest.Status.ACCESS_ENDED
        ),
        done=_("What was said of the conditions has been recorded."),
    ),
    "correct": StepPage(
        _("Correct a clerical error"),
        decision.correct,
        decision_forms.CorrectForm,
        done=_("The correction has been recorded."),
        afterwards=draw_up_at_once,
        signs=True,
    ),
    "serve": StepPage(
        _("Record service"),
        serving.serve,
        service_forms.ServeForm,
        main=serving.is_awaited,
        done=_("The service has been recorded."),
    ),
    "register-appeal": StepPage(
        _("Register an appeal"),
        appeal.register_appeal,
        appeal_forms.RegisterAppealForm,
        done=_("The appeal has been registered."),
    ),
    "try-appeal": StepPage(
        _("Is the appeal in time?"),
        appeal.try_appeal,
        appeal_forms.TryAppealForm,
        main=always,
        done=_("What was held of its time has been recorded."),
    ),
    "hand-over-appeal": StepPage(
        _("Hand the appeal over to the court"),
        appeal.hand_over_appeal,
        appeal_forms.HandOverAppealForm,
        main=always,
        done=_("The appeal has been handed over."),
    ),
    "end-appeal": StepPage(
        _("Record what the court decided"),
        appeal.end_appeal,
        appeal_forms.EndAppealForm,
        done=_("The outcome in court has been recorded."),
    ),
    "serve-revocation": StepPage(
        _("Record service of the revocation"),
        revocation.serve_revocation,
        revocation_forms.ServeRevocationForm,
        done=_("The service has been recorded."),
    ),
    "reroute": StepPage(
        _("Hand over to another authority"),
        routing.reroute,
        routing_forms.RerouteForm,
        done=_("The review has been handed over."),
    ),
    "propose-striking-off": StepPage(
        _("Propose to strike off"),
        striking_off.propose_striking_off,
        EmptyForm,
        main=lambda _may, obj: obj.status == Status.LAPSED,
        done=_("It has been proposed to strike the case off."),
    ),
    "strike-off": StepPage(
        _("Strike off"),
        striking_off.strike_off,
        decision_forms.StrikeOffForm,
        done=_("The case has been struck off."),
        signs=True,
    ),
    "close": StepPage(
        _("Close the case"),
        review.close,
        review_forms.CloseForm,
        main=always,
        done=_("The review has been closed."),
    ),
    "receive-stop": StepPage(
        _("Take the stop over"),
        stop.receive_stop,
        review_forms.ReceiveStopForm,
        main=always,
        done=_("It is noted that you have taken the stop over."),
    ),
    "stop": StepPage(
        _("Stop: protective security"),
        stop.stop,
        review_forms.StopForm,
        stands=True,
        done=_("The review has been stopped."),
    ),
}
