"""The field for the ground of one provision, and how open points of law are held."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from requests_app.law.case import NO_GROUND
from requests_app.law.grounds import UNLAWFUL_PROCESSING, grounds_for
from requests_app.law.questions import ABROAD, DUMPS
from requests_app.models import Authority, Provision, SecrecyReview
from requests_app.models.assessment import Ground

LABELS = {
    Ground.TECHNICAL: _("OSL 10:2 a: only technical processing or storage"),
    Ground.NECESSARY: _("OSL 10:2: necessary for the authority's own activity"),
    Ground.CONSENT: _("OSL 12:2: consent"),
    Ground.RESERVATION: _("OSL 10:14: a reservation"),
    Ground.FOREIGN: _("OSL 8:3: a foreign authority may be given it"),
    Ground.STATISTICS: _("OSL 24:8 third paragraph: it is clear that no harm follows"),
    NO_GROUND: _("No ground"),
}
# A question, the setting it turns on, and what is said where it is settled and not.
STANDS = {
    "N7.10-2a.silence": (
        ABROAD,
        _("The authority holds that the duty reaches staff abroad."),
        _(
            "The authority has not settled whether the duty reaches staff abroad: there"
            " it does not speak for disclosure."
        ),
    ),
    "N7.10-2a.technical": (
        DUMPS,
        _("The authority holds that reading a memory dump can be only technical."),
        _(
            "The authority has not settled whether reading a memory dump is only"
            " technical: it does not count as such."
        ),
    ),
}


class GroundField(forms.ChoiceField):
    """Only what the statute lets break the secrecy, and why the rest is left out."""

    def __init__(
        self, provision: Provision, review: SecrecyReview, **kwargs: Any
    ) -> None:
        lawful = grounds_for(provision, review)
        super().__init__(
            label=format_lazy("{}: {}", _("Ground"), provision),
            choices=[
                (code, label)
                for code, label in LABELS.items()
                if code in lawful or code == NO_GROUND
            ],
            widget=forms.RadioSelect,
            required=False,
            **kwargs,
        )
        self.closed = _why_not(provision, lawful)


def _why_not(provision: Provision, lawful: tuple[str, ...]) -> Any:
    if provision.code == UNLAWFUL_PROCESSING:
        return _("Nothing makes processing in breach of the regulation lawful.")
    if Ground.FOREIGN in lawful:
        return _(
            "A foreign authority is given only what OSL 8:3 lets it have, or what"
            " somebody has consented to."
        )
    if Ground.TECHNICAL not in lawful:
        return _(
            "The paragraph says “in no case”, and the authority has not settled that"
            " OSL 10:2 a breaks it."
        )
    if Ground.CONSENT not in lawful:
        return _("It protects the public interest: nobody's consent lifts it (12:2).")
    return ""


def stand_on(code: str, authority: Authority) -> Any:
    """How the authority holds the open point that the question turns on, if any."""
    if code not in STANDS:
        return ""
    setting, settled, unsettled = STANDS[code]
    return settled if getattr(authority, setting) else unsettled
