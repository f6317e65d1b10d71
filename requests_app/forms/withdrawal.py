"""The provider withdraws its request."""

from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import PlainText, StepForm


class WithdrawForm(StepForm):
    warning = _(
        "Each open review gets a proposal to strike it off, which a decision-maker"
        " decides. Nothing is answered to the provider."
    )
    reason = PlainText(label=_("How the provider withdrew, or what solved it"), rows=3)
