"""What follows on a decision."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from requests_app.background.documents import draw_up_at_once
from requests_app.forms import decision as decision_forms
from requests_app.forms import reasons_afterwards as reasons_forms
from requests_app.forms import revocation as revocation_forms
from requests_app.forms import serving as service_forms
from requests_app.forms.follow_up import FollowUpForm
from requests_app.forms.translation import TranslateForm
from requests_app.models import AccessRequest, ProviderProduct
from requests_app.selectors.queue.aftermath import awaits_follow_up
from requests_app.workbench.step_page import StepPage
from requests_app.workflow import (
    condition,
    correction,
    decision,
    reasons_afterwards,
    revocation,
    serving,
    translation,
)
from requests_app.workflow.outbox import is_being_sent


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
    if access_request.connection.is_revoked:
        return _("The grant is revoked. A machine is telling the provider.")
    return _("The grant is revoked. The executor has been given the task.")


DECIDED = {
    "revoke": StepPage(
        _("Revoke the grant"),
        revocation.revoke,
        revocation_forms.RevokeForm,
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
        condition.follow_up,
        FollowUpForm,
        main=lambda rights, obj: rights.works and awaits_follow_up(obj),
        leads="close",
        both=_("Follow up and close"),
        done=_("What was said of the conditions has been recorded."),
        guide="steg#folj-upp-villkoren",
    ),
    "correct": StepPage(
        _("Correct a clerical error"),
        correction.correct,
        decision_forms.CorrectForm,
        done=_("The correction has been recorded."),
        afterwards=draw_up_at_once,
        signs=True,
        guide="steg#ratta-ett-beslut",
    ),
    "ask-reasons": StepPage(
        _("Record that reasons are asked for"),
        reasons_afterwards.ask_for_reasons,
        reasons_forms.AskForReasonsForm,
        done=_("It is recorded. Whoever may decide has the answer to give."),
        guide="steg#skal-i-efterhand",
    ),
    "give-reasons": StepPage(
        _("Give the reasons that were asked for"),
        reasons_afterwards.give_reasons,
        reasons_forms.GiveReasonsForm,
        main=lambda rights, _obj: rights.awaits_reasons,
        done=_("The answer is recorded, and drawn up as a paper of its own."),
        afterwards=draw_up_at_once,
        signs=True,
        guide="steg#skal-i-efterhand",
    ),
    "translate": StepPage(
        _("Translate the decision into English"),
        translation.translate,
        TranslateForm,
        done=_("The translation is recorded, and drawn up as a paper of its own."),
        afterwards=draw_up_at_once,
        guide="steg#oversattning",
    ),
    "serve": StepPage(
        _("Record service"),
        serving.serve,
        service_forms.ServeForm,
        main=serving.is_awaited,
        done=_("The service has been recorded."),
        guide="steg#skicka-och-delge",
    ),
}
