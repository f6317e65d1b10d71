"""Azure Customer Lockbox, API version 2018-02-28-preview, and its support tickets.

Source: Azure/azure-rest-api-specs, specification/customerlockbox and support.
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from requests_app.providers.azure.answers import answer_body, concluded
from requests_app.providers.azure.payloads import application, applications
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

label = _("Azure Customer Lockbox")
abilities = Abilities(
    can_be_polled=True,
    can_be_read_from_file=True,
    can_be_answered=True,
    can_be_read_back=True,
    can_be_asked=True,
    has_support_tickets=True,
    shows_outsiders=True,
    limits=(
        _("It takes Approve or Deny, for the time that was asked for."),
        _("An approval is taken back in the portal, or through the support case."),
        _("A question goes into the support ticket that the request names."),
        _(
            "The Activity Log tells that Microsoft asked, or approved by itself; what"
            " an engineer then did is reported nowhere."
        ),
        _(
            "Delegations to other tenants, and roles of foreign groups and of guests,"
            " are read every hour. Members of our own groups and applications are not."
        ),
    ),
    logs=(
        Log(
            "activity",
            _("Azure Activity Log: Customer Lockbox"),
            usual_delay=timedelta(minutes=20),
            longest_delay=timedelta(days=1),
            reach=timedelta(days=90),
        ),
    ),
)
event = unable
