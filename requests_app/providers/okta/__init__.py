"""Okta Support access: the customer opens and closes the org for a support case.

Source: okta/okta-management-openapi-spec, `/api/v1/org/privacy/oktaSupport/cases`.
"""

from django.utils.translation import gettext_lazy as _

from requests_app.providers.okta.answers import answer_body, concluded
from requests_app.providers.okta.payloads import application, applications
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

label = _("Okta Support access")
abilities = Abilities(
    can_be_polled=True,
    can_be_read_from_file=True,
    can_be_answered=True,
    can_be_revoked=True,
    can_be_read_back=True,
    can_be_told_minutes=True,
    opens_grants=True,
    number_pattern=r"[A-Za-z0-9-]{1,60}",
    number_help=_("The number of Okta's support case, such as 00000144."),
    limits=(
        _("It opens the whole org to Okta Support, for one support case."),
        _("A self-assigned case is also to be approved in the Okta Admin Console."),
        _("Questions go through the provider's support case."),
        _("What was done during access is not reported."),
    ),
)
event = unable
