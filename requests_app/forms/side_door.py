"""Saying that a decision covers a side door, and having one closed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.forms.moment import MomentField
from requests_app.forms.step import ReasonForm, StepForm
from requests_app.words.times import moment_in_words


class CoverDoorForm(StepForm):
    shows = ("place", "what", "until")
    warning = gettext_lazy(
        "You answer for it that the decision is made, and covers what stands open. When"
        " its time is out somebody looks at it again."
    )

    decision_number = forms.CharField(
        label=gettext_lazy("The decision's number"),
        max_length=100,
        help_text=gettext_lazy("As it is registered, such as NIS 2026-0102."),
    )
    covered_until = MomentField(
        label=gettext_lazy("It covers it until"),
        help_text=gettext_lazy("Within a year."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it covers it"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
    )


class WithdrawDoorForm(ReasonForm):
    shows = ("place", "what", "until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warning = _warning(self.subject)


def _warning(door: Any) -> str:
    if door.kind == door.Kind.CONSENT:
        return _(
            "Every consent that the ticket carries is taken back at the provider."
            " Without it the provider may need to ask for access to go on."
        )
    grant = door.access_request and door.access_request.grants.running().first()
    if grant is None:
        return _("It is closed at the provider at once, for all that it opens.")
    return _(
        "It is closed at the provider at once: the access that was granted until"
        " %(until)s ends too."
    ) % {"until": moment_in_words(grant.ends_at)}
