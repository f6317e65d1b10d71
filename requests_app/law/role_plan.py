"""Who may be what, where few people do everything: seats for three and for five, which
together do what a case takes. Proposals; the roles are given and confirmed as any."""

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from requests_app.models import Role


class Seat(NamedTuple):
    name: Any
    roles: tuple[Role, ...]


PLANS: dict[int, tuple[Seat, ...]] = {
    5: (
        Seat(_("Registrar"), (Role.REGISTRAR, Role.EXECUTOR)),
        Seat(_("Lawyer, one's own or shared"), (Role.LEGAL_REVIEWER,)),
        Seat(_("Chief executive"), (Role.CONFIRMER, Role.DECISION_MAKER)),
        Seat(_("Head of IT"), (Role.IT_MANAGER, Role.INFORMATION_SECURITY_MANAGER)),
        Seat(
            _("Head of security"),
            (Role.IT_MANAGER, Role.SECURITY_PROTECTION_MANAGER, Role.INFORMATION_OWNER),
        ),
    ),
    3: (
        Seat(
            _("Registrar and lawyer"),
            (Role.IT_MANAGER, Role.REGISTRAR, Role.LEGAL_REVIEWER),
        ),
        Seat(
            _("Chief executive"),
            (Role.CONFIRMER, Role.DECISION_MAKER, Role.INFORMATION_OWNER),
        ),
        Seat(
            _("Head of IT and security"),
            (
                Role.IT_MANAGER,
                Role.EXECUTOR,
                Role.SECURITY_PROTECTION_MANAGER,
                Role.INFORMATION_SECURITY_MANAGER,
            ),
        ),
    ),
}
# Somebody from outside, such as the neighbours' or whoever runs the servers.
BESIDE = (Role.DATA_PROTECTION_OFFICER, Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR)
