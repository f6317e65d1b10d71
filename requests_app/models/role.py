"""What a person can be for an authority."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    REGISTRAR = "registrar", _("Registrar")
    IT_MANAGER = "it_manager", _("IT manager")
    LEGAL_REVIEWER = "legal_reviewer", _("Legal reviewer")
    DECISION_MAKER = "decision_maker", _("Decision-maker")
    INFORMATION_OWNER = "information_owner", _("Information owner")
    DATA_PROTECTION_OFFICER = "dpo", _("Data protection officer")
    SECURITY_PROTECTION_MANAGER = (
        "security_protection",
        _("Protective-security manager"),
    )
    INFORMATION_SECURITY_MANAGER = (
        "information_security",
        _("Information-security manager"),
    )
    EXECUTOR = "executor", _("Executor")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("System administrator")
    CONFIRMER = "confirmer", _("Confirmer")


# Nobody has two of them: who makes accounts gives no roles, who gives them is not the
# one who only confirms, and the reverse.
APART = (Role.IT_MANAGER, Role.SYSTEM_ADMINISTRATOR, Role.CONFIRMER)
# Nobody has both at one authority: who looks afterwards decides nothing.
LOOKS_AFTERWARDS = (Role.AUDITOR, Role.DECISION_MAKER)
