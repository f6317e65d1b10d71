"""Beginning a drill."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from requests_app.forms.step import StepForm
from requests_app.models import Authority
from requests_app.permissions.roles import MANAGERS, authorities_of
from requests_app.words.swedish_order import by_name

HOURS = (1, 2, 4, 8, 12)


class DrillForm(StepForm):
    template = "lockbox/drill/new.html"
    warning = _(
        "Those whose turn it is now get a message, as of a real request, and say that"
        " they are in. No case is made, and no number is taken."
    )

    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Authority"))
    hours = forms.TypedChoiceField(
        label=_("Ends after"),
        coerce=int,
        choices=[
            (hours, ngettext_lazy("%(n)s hour", "%(n)s hours", hours) % {"n": hours})
            for hours in HOURS
        ],
        initial=2,
        help_text=_("Who has not come by then has not come."),
    )
    begins_anyway = forms.BooleanField(
        label=_("Begin although real requests wait"),
        required=False,
        help_text=_("I have looked at them: who is needed there goes on with them."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = authorities_of(self.by, *MANAGERS)
        authority = self.choice("authority")
        authority.queryset = by_name(Authority.objects.filter(pk__in=theirs))
        if len(theirs) == 1:
            authority.empty_label = None
