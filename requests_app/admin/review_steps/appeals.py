"""An appeal, from its arrival to what the court decided; service of a revocation."""

from django.utils.translation import gettext_lazy as _

from requests_app.forms import appeal as appeal_forms
from requests_app.forms import revocation as revocation_forms
from requests_app.workbench.step_page import StepPage, always
from requests_app.workflow import (
    appeal,
    revocation,
)

APPEALS = {
    "register-appeal": StepPage(
        _("Register an appeal"),
        appeal.register_appeal,
        appeal_forms.RegisterAppealForm,
        done=_("The appeal has been registered."),
        guide="steg#overklagande",
    ),
    "try-appeal": StepPage(
        _("Is the appeal in time?"),
        appeal.try_appeal,
        appeal_forms.TryAppealForm,
        main=always,
        done=_("What was held of its time has been recorded."),
        guide="steg#overklagande",
    ),
    "hand-over-appeal": StepPage(
        _("Hand the appeal over to the court"),
        appeal.hand_over_appeal,
        appeal_forms.HandOverAppealForm,
        main=always,
        done=_("The appeal has been handed over."),
        guide="steg#overklagande",
    ),
    "end-appeal": StepPage(
        _("Record what the court decided"),
        appeal.end_appeal,
        appeal_forms.EndAppealForm,
        done=_("The outcome in court has been recorded."),
        guide="steg#overklagande",
    ),
    "serve-revocation": StepPage(
        _("Record service of the revocation"),
        revocation.serve_revocation,
        revocation_forms.ServeRevocationForm,
        done=_("The service has been recorded."),
        guide="steg#skicka-och-delge",
    ),
}
