"""How a review leaves the authority's hands, or its desk."""

from django.utils.translation import gettext_lazy as _

from requests_app.forms import decision as decision_forms
from requests_app.forms import review as review_forms
from requests_app.forms import routing as routing_forms
from requests_app.forms.step import EmptyForm
from requests_app.forms.subsequent_review import CloseLapsedForm
from requests_app.selectors.queue.aftermath import awaits_follow_up
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import (
    lapse,
    review,
    routing,
    stop,
    striking_off,
)

ENDING = {
    "reroute": StepPage(
        _("Hand over to another authority"),
        routing.reroute,
        routing_forms.RerouteForm,
        done=_("The review has been handed over."),
        guide="steg#lamna-till-en-annan-myndighet",
    ),
    "propose-striking-off": StepPage(
        _("Propose to strike off"),
        striking_off.propose_striking_off,
        EmptyForm,
        done=_("It has been proposed to strike the case off."),
        guide="steg#avskrivning",
    ),
    "strike-off": StepPage(
        _("Strike off"),
        striking_off.strike_off,
        decision_forms.StrikeOffForm,
        done=_("The case has been struck off."),
        signs=True,
        guide="steg#avskrivning",
    ),
    "close": StepPage(
        _("Close the case"),
        review.close,
        review_forms.CloseForm,
        main=lambda rights, obj: not (rights.awaits_appeal or awaits_follow_up(obj)),
        done=_("The review has been closed."),
        guide="steg#avsluta-arendet",
    ),
    "close-lapsed": StepPage(
        _("Close without a decision"),
        lapse.close_lapsed,
        CloseLapsedForm,
        main=always,
        done=_("The case has been closed. Another person looks at it."),
        guide="steg#avsluta-arendet",
    ),
    "receive-stop": StepPage(
        _("Take the stop over"),
        stop.receive_stop,
        review_forms.ReceiveStopForm,
        done=_("It is noted that you have taken the stop over."),
        guide="steg#ta-over-ett-stoppat-arende",
    ),
    "stop": StepPage(
        _("Stop: protective security"),
        stop.stop,
        review_forms.StopForm,
        stands=True,
        signs=True,
        done=_("The review has been stopped."),
        guide="steg#stoppa-for-sakerhetsskydd",
    ),
}
