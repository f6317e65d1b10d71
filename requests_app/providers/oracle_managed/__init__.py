"""Oracle Managed Access (the API “lockbox”), version 20220126.

Source: the models of oracle/oci-python-sdk, lockbox.
"""

from django.utils.translation import gettext_lazy as _

from requests_app.providers.oracle_managed.payloads import (
    answer_body,
    application,
    applications,
    concluded,
)
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

label = _("Oracle Managed Access")
abilities = Abilities(
    can_be_polled=True,
    can_be_read_from_file=True,
    can_be_answered=True,
    can_be_revoked=True,
    can_be_read_back=True,
    limits=(
        _("It takes an approval for the time that was asked for, no shorter."),
        _(
            "Where the approval has several levels, we are one of them; the others"
            " approve in the provider's console."
        ),
        _("Questions go through the provider's support case."),
        _("What was done during access is not reported here."),
    ),
)
event = unable
