"""Taking back the consents of a support ticket."""

from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import ReasonForm


class WithdrawConsentForm(ReasonForm):
    warning = _(
        "Every consent that the ticket carries is taken back at the provider. Without"
        " it the provider may need to ask for access to go on with the case."
    )
