"""Oracle Operator Access Control, version 20200630.

Source: the models of oracle/oci-python-sdk, operator_access_control.
"""

from django.utils.translation import gettext_lazy as _

from requests_app.providers.oracle.answers import answer_body, concluded
from requests_app.providers.oracle.payloads import application, applications
from requests_app.providers.oracle.report import event
from requests_app.providers.protocol import Abilities

__all__ = [
    "abilities",
    "answer_body",
    "application",
    "applications",
    "concluded",
    "event",
    "label",
]

label = _("Oracle Operator Access Control")
abilities = Abilities(
    can_be_polled=True,
    can_be_read_from_file=True,
    can_be_answered=True,
    can_be_revoked=True,
    can_be_read_back=True,
    can_be_asked=True,
    acknowledged_from=("CREATED", "APPROVALWAITING"),
    limits=(
        _("It takes an approval for the time that was asked for, no shorter."),
        _(
            "More time is a request of its own here, and is approved, rejected and"
            " revoked with the request at the provider."
        ),
        _(
            "Where the operator control asks for several approvers, we are one of"
            " them; the others approve in the provider's console."
        ),
        _(
            "What was done is told in an audit report of each request: what no request"
            " names is told nowhere, and the report does not say what was read or"
            " changed, by whom and from where."
        ),
    ),
    events=(_("What was done during access, from the audit report."),),
)
