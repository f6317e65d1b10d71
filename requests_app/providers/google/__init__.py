"""Google Cloud Access Approval, version 1.

Source: the API's discovery document (accessapproval.v1), revision 20260807.
"""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from requests_app.providers.google.answers import answer_body, concluded
from requests_app.providers.google.payloads import application, applications
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

label = _("Google Cloud Access Approval")
abilities = Abilities(
    can_be_polled=True,
    can_be_read_from_file=True,
    can_be_answered=True,
    can_be_revoked=True,
    can_be_read_back=True,
    can_be_told_minutes=True,
    can_wake_us=True,
    signs_approvals=True,
    limits=(
        _(
            "A refusal dismisses the request, which is to let it lie: it does not keep"
            " out access by another request that is approved."
        ),
        _("The reason of an answer is not told: the interface has no field for it."),
        _("Questions go through the provider's support case."),
        _(
            "Access Transparency tells what may have been reached: a permission to read"
            " is no proof that anything was read."
        ),
        _(
            "Access in emergencies and on legal demands is approved by the provider"
            " itself, and shown as answered past us."
        ),
    ),
    logs=(
        Log(
            "transparency",
            _("Google Cloud Access Transparency"),
            # Google promises no time.
            usual_delay=timedelta(hours=1),
            longest_delay=timedelta(days=1),
            reach=timedelta(days=400),
        ),
    ),
)
event = unable
