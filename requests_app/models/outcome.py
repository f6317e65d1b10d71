"""What a decision can come to, and what that means to the provider."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """The legal outcome: never the button in the provider's portal."""

    GRANTED = "granted", _("Granted")
    GRANTED_WITH_RESERVATION = "granted_with_reservation", _("Granted with reservation")
    PARTIALLY_GRANTED = "partially_granted", _("Partially granted")
    REFUSED = "refused", _("Refused")
    DISMISSED = "dismissed", _("Dismissed")
    STRUCK_OFF = "struck_off", _("Struck off")


GRANTS = (
    Outcome.GRANTED,
    Outcome.GRANTED_WITH_RESERVATION,
    Outcome.PARTIALLY_GRANTED,
)


class Interest(models.TextChoices):
    """With regard to what reasons may be left out (FL 32, second paragraph 2, 3)."""

    AT_ONCE = "at_once", _("That the decision has to be told at once")
    SECURITY = "security", _("The security of the realm")
    INDIVIDUAL = "individual", _("Individuals' personal or economic circumstances")
    COMPARABLE = "comparable", _("Another comparable circumstance")


class Meaning(models.TextChoices):
    """What a decision says to the provider; nothing where the case is struck off."""

    APPROVE = "approve", _("Approve")
    DENY = "deny", _("Deny")


def meaning(outcome: str, *, partly: bool) -> str:
    """`partly`: can the product grant a part? Else a part is a Deny, and an invitation
    to ask for less. The database asks the same (lockbox_meaning)."""
    if outcome == Outcome.STRUCK_OFF:
        return ""
    approves = {Outcome.GRANTED, Outcome.GRANTED_WITH_RESERVATION}
    if partly:
        approves.add(Outcome.PARTIALLY_GRANTED)
    return Meaning.APPROVE if outcome in approves else Meaning.DENY
