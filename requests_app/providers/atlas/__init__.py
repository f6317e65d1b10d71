"""MongoDB Atlas: the customer lets MongoDB's employees into a cluster for a time.

Source: mongodb/atlas-sdk-go, openapi/atlas-api-transformed.yaml, the operations
`grantMongoEmployeeAccess` and `revokeMongoEmployeeAccess`. The number of a request is
the cluster's name, a slash and the support case: Atlas has no requests of its own.
"""

from django.utils.translation import gettext_lazy as _

from requests_app.providers.atlas.answers import answer_body, concluded
from requests_app.providers.atlas.payloads import application, applications
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

label = _("MongoDB Atlas employee access")
abilities = Abilities(
    can_be_polled=True,
    can_be_answered=True,
    can_be_revoked=True,
    can_be_read_back=True,
    can_be_told_minutes=True,
    opens_grants=True,
    number_pattern=r"[A-Za-z0-9][A-Za-z0-9-]{0,63}/[A-Za-z0-9-]{1,60}",
    number_help=_("The cluster, a slash and the support case: cluster0/01234567."),
    limits=(
        _("Atlas sends no requests: a person records what the support case asks for."),
        _("A cluster is open or closed as a whole: one access to it at a time."),
        _("Questions go through the provider's support case."),
        _("What was done during access is not reported."),
    ),
)
event = unable
