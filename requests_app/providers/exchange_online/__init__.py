"""Microsoft 365 Customer Lockbox, through the cmdlets of Exchange Online.

Source: MicrosoftDocs/office-docs-powershell, Get- and Set-AccessToCustomerDataRequest;
how they are called over HTTP is known from public modules alone: docs/decisions/0064.
"""

from django.utils.translation import gettext_lazy as _

from requests_app.providers.exchange_online.answers import answer_body, concluded
from requests_app.providers.exchange_online.payloads import application, applications
from requests_app.providers.protocol import Abilities, unable

__all__ = [
    "abilities",
    "answer_body",
    "application",
    "applications",
    "concluded",
    "event",
    "label",
]

label = _("Microsoft 365 Customer Lockbox (Exchange Online)")
abilities = Abilities(
    can_be_polled=True,
    can_be_answered=True,
    can_be_read_back=True,
    is_completed=True,
    limits=(
        _(
            "Microsoft does not promise this call to others than its own module, and"
            " may change or close it: notices by mail and the portal are to work"
            " without it."
        ),
        _("It takes Approve or Deny, for the time that was asked for."),
        _("It has no word for what has expired: that is reckoned from its time."),
        _("An approval is taken back in the portal, or through the support case."),
        _("Questions go through the provider's support case."),
        _("What was done during access is not reported."),
    ),
)
event = unable
