"""Who may be what, where few people do everything: seats for three and for five, which
together do what a case takes. Proposals; the roles are given and confirmed as any."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from requests_app.models import Role

R = Role


class Seat(NamedTuple):
    name: Any
    roles: tuple[Role, ...]


PLANS: dict[int, tuple[Seat, ...]] = {
    5: (
        Seat(_("Registrar"), (R.REGISTRAR, R.EXECUTOR)),
        Seat(_("Lawyer, one's own or shared"), (R.LEGAL_REVIEWER,)),
        Seat(_("Chief executive"), (R.IT_MANAGER, R.DECISION_MAKER)),
        Seat(_("Head of IT"), (R.IT_MANAGER, R.INFORMATION_SECURITY_MANAGER)),
        Seat(
            _("Head of security"),
            (R.IT_MANAGER, R.SECURITY_PROTECTION_MANAGER, R.INFORMATION_OWNER),
        ),
    ),
    3: (
        Seat(_("Registrar and lawyer"), (R.IT_MANAGER, R.REGISTRAR, R.LEGAL_REVIEWER)),
        Seat(
            _("Chief executive"),
            (R.IT_MANAGER, R.DECISION_MAKER, R.INFORMATION_OWNER),
        ),
        Seat(
            _("Head of IT and security"),
            (
                R.IT_MANAGER,
                R.EXECUTOR,
                R.SECURITY_PROTECTION_MANAGER,
                R.INFORMATION_SECURITY_MANAGER,
            ),
        ),
    ),
}
# Somebody from outside, such as the neighbours' or whoever runs the servers.
BESIDE = (R.DATA_PROTECTION_OFFICER, R.AUDITOR, R.SYSTEM_ADMINISTRATOR)
