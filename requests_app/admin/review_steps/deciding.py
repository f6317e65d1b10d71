"""The way to a decision."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.background.documents import draw_up_at_once
from requests_app.forms import assessment as assessment_forms
from requests_app.forms import decision as decision_forms
from requests_app.forms import proposal as proposal_forms
from requests_app.forms import return_comment as comment_forms
from requests_app.forms import review as review_forms
from requests_app.forms.step import ReasonForm
from requests_app.models import SecrecyReview
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import (
    assessment,
    decision,
    proposal,
    return_comment,
    returning,
    seen_revision,
)

Status = SecrecyReview.Status


def _assessed(obj: SecrecyReview) -> Any:
    if obj.status == Status.STOPPED:
        return _("The review has been stopped. What you had typed is not kept.")
    return _("The assessment has been saved.")


DECIDING = {
    "see-change": StepPage(
        _("See what has changed"),
        seen_revision.see_change,
        review_forms.SeeChangeForm,
        done=_("It is noted that you have looked at the change."),
        guide="steg#se-vad-som-har-andrats",
    ),
    "assess": StepPage(
        _("Assess"),
        assessment.assess,
        assessment_forms.AssessForm,
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
        returning.return_proposal,
        comment_forms.ReturnForm,
        done=_("The proposal has been returned."),
        guide="steg#lamna-tillbaka",
    ),
    "tick-off": StepPage(
        _("Tick off comments"),
        return_comment.tick_off,
        comment_forms.TickOffForm,
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
