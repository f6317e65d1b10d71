"""Why somebody does not get in through the identity provider, as they are told it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

WHY: dict[str, Any] = {
    "down": _(
        "The sign-in service does not answer, or not as it should. Try again in a"
        " while. What can not wait is done by somebody with a local account."
    ),
    "certificate": _(
        "The certificate of the sign-in service is not to be trusted, or has run out."
        " The system administrator has to look at it. What can not wait is done by"
        " somebody with a local account."
    ),
    "configuration": _(
        "The sign-in service did not accept Lockbox. The system administrator has to"
        " look at how the two are set up."
    ),
    "whose": _(
        "There are several municipalities here, and it is not said whose people sign in"
        " through this service. The system administrator has to say it"
        " (LOCKBOX_OIDC_MUNICIPALITIES)."
    ),
    "left": _(
        "Your municipality has left this installation, and took what it had with it."
        " Nothing is signed or changed for it here any more."
    ),
    "cancelled": _(
        "You ended the sign-in before it was finished. Nothing has happened."
    ),
    "state": _(
        "The sign-in took too long, or was begun in another window. Begin anew."
    ),
    "clock": _(
        "The clocks of Lockbox and the sign-in service differ by more than two minutes."
        " The system administrator has to set them right."
    ),
    "issuer": _(
        "The answer comes from another sign-in service than the one that Lockbox"
        " trusts."
    ),
    "audience": _("The answer of the sign-in service is meant for another system."),
    "signature": _("The answer of the sign-in service is not properly signed."),
    "mfa": _(
        "You signed in without a second factor. Lockbox asks for one: sign in anew with"
        " it, or ask IT how you get it."
    ),
    "no_role": _(
        "The directory gives you no role in Lockbox. Ask your manager for it; those who"
        " keep the directory enter it."
    ),
    "unknown_role": _(
        "The directory gives you only roles that Lockbox does not know: %(roles)s. The"
        " system administrator has to look at how they are written."
    ),
    "unknown_person": _(
        "No account in Lockbox has your identity, %(identity)s. Tell it to the system"
        " administrator, who enters it on your account."
    ),
    "last_holder": _(
        "The directory no longer gives you a role that too few have. %(missed)s"
    ),
    "closed": _("Your account in Lockbox is closed. Ask your IT manager."),
    "other_person": _(
        "Somebody else than you confirmed their identity. Nothing has been signed."
    ),
    "not_again": _(
        "The sign-in service did not say that you were just asked who you are. The"
        " system administrator has to look at how it is set up."
    ),
}


class Refused(Exception):
    """Nobody is signed in. `why` is a key of WHY; `detail` fills its text, and is on
    record."""

    def __init__(self, why: str, **detail: str) -> None:
        super().__init__(why)
        self.why = why
        self.detail = detail

    def text(self) -> str:
        return str(WHY[self.why]) % self.detail
