"""The steps of a hand-out, in the order in which their buttons stand."""

from django.utils.translation import gettext_lazy as _

from requests_app.forms import hand_out_decision as decision_forms
from requests_app.forms import handing_out as forms
from requests_app.forms.appeal import (
    EndAppealForm,
    HandOverAppealForm,
    TryAppealForm,
)
from requests_app.forms.step import EmptyForm
from requests_app.selectors import handing_out as shown
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow.handing_out import (
    appeal,
    decision,
    delivery,
    document,
    looking,
    reservation,
)
from requests_app.workflow.handing_out import request as request_step

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
        reservation.reserve,
        decision_forms.ReserveForm,
        done=_("Kept: it is decided on before the file leaves."),
        guide=RESERVATION,
    ),
    "hand-over": StepPage(
        _("Hand over for a second look"),
        looking.hand_over,
        forms.HandOverForm,
        main=always,
        done=_("Put together, and waits for somebody else to look."),
        guide=TESTING,
    ),
    "let-go": StepPage(
        _("It may leave"),
        looking.let_go,
        forms.LetGoForm,
        main=always,
        done=_("It may be delivered now."),
        guide=LOOKING,
    ),
    "decide-reservation": StepPage(
        _("Decide on the reservation"),
        reservation.decide_reservation,
        decision_forms.DecideReservationForm,
        main=always,
        done=_("Decided: it is to be served."),
        signs=True,
        guide=RESERVATION,
    ),
    "deliver": StepPage(
        _("Deliver"),
        delivery.deliver,
        forms.DeliverForm,
        main=always,
        done=_("Kept as it was delivered."),
        guide=DELIVERY,
    ),
    "ask-decision": StepPage(
        _("A decision is asked for"),
        delivery.ask_for_decision,
        EmptyForm,
        done=_("Recorded: the authority decides."),
        guide=DECISION,
    ),
    "decide": StepPage(
        _("Decide on what was kept back"),
        decision.decide_hand_out,
        decision_forms.DecideHandOutForm,
        main=always,
        done=_("Decided: it is to be served."),
        signs=True,
        guide=DECISION,
    ),
    "serve": StepPage(
        _("The decision was served"),
        decision.serve_hand_out_decision,
        decision_forms.ServeHandOutForm,
        main=always,
        done=_("Recorded: the time to appeal runs."),
        guide=DECISION,
    ),
    "appeal": StepPage(
        _("Register an appeal"),
        appeal.register_hand_out_appeal,
        decision_forms.HandOutAppealForm,
        done=_("Registered: it is tried for its time, and goes to the court."),
        guide=DECISION,
    ),
    "try-appeal": StepPage(
        _("Is the appeal in time?"),
        appeal.try_hand_out_appeal,
        TryAppealForm,
        main=always,
        done=_("What was held of its time has been recorded."),
        guide=DECISION,
    ),
    "hand-over-appeal": StepPage(
        _("Hand the appeal over to the court"),
        appeal.hand_over_hand_out_appeal,
        HandOverAppealForm,
        main=always,
        done=_("The appeal has been handed over."),
        guide=DECISION,
    ),
    "end-appeal": StepPage(
        _("Record what the court decided"),
        appeal.end_hand_out_appeal,
        EndAppealForm,
        done=_("The outcome in court has been recorded."),
        guide=DECISION,
    ),
    "take-in": StepPage(
        _("Add a case"),
        request_step.take_in,
        forms.TakeInForm,
        main=shown.has_no_documents,
        done=_("Its documents are here."),
        guide=BEGINNING,
        afterwards=document.draw_all,
    ),
    "send-back": StepPage(
        _("Send back"),
        looking.send_back,
        forms.SendBackForm,
        done=_("It is to be tested again."),
        guide=LOOKING,
    ),
}
