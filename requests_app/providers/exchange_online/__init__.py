"""Microsoft 365 Customer Lockbox, through the cmdlets of Exchange Online.

Source: MicrosoftDocs/office-docs-powershell, Get- and Set-AccessToCustomerDataRequest;
how they are called over HTTP is known from public modules alone:
docs/decisions/providers.md.
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from requests_app.providers.exchange_online.answers import answer_body, concluded
from requests_app.providers.exchange_online.payloads import application, applications
from requests_app.providers.log import Log
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

# Typically within 60 to 90 minutes, and no promise: docs/providers/microsoft-365.md.
DELAYS = {
    "usual_delay": timedelta(minutes=90),
    "longest_delay": timedelta(days=1),
    "reach": timedelta(days=7),
}
label = _("Microsoft 365 Customer Lockbox (Exchange Online)")
abilities = Abilities(
    can_be_polled=True,
    can_be_answered=True,
    can_be_read_back=True,
    is_completed=True,
    has_log_files=True,
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
        _(
            "The audit log tells what was done, and never under which request: that is"
            " weighed by time and part of the product."
        ),
    ),
    logs=(
        Log("exchange", _("Microsoft 365 audit log: Exchange"), **DELAYS),
        Log("sharepoint", _("Microsoft 365 audit log: SharePoint"), **DELAYS),
        Log("general", _("Microsoft 365 audit log: Teams and the rest"), **DELAYS),
        Log("entra", _("Microsoft 365 audit log: Entra ID"), **DELAYS),
        Log(
            "support_access",
            _("Entra audit log: access of Microsoft's support"),
            usual_delay=timedelta(hours=1),
            longest_delay=timedelta(days=1),
            reach=timedelta(days=30),
        ),
    ),
)
event = unable
