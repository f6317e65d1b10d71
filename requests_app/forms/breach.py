"""What is typed about a breach of Lockbox itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.moment import MomentField, this_minute
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import Authority
from requests_app.permissions.breach import BREACH_RECORDERS
from requests_app.permissions.roles import authorities_of
from requests_app.words.swedish_order import by_name


class RecordBreachForm(StepForm):
    warning = _(
        "The time to tell IMY (72 hours) and others begins when somebody here knew of"
        " it. Record it now; what is found out later goes into the reports. Write no"
        " names, and nothing that is security-classified."
    )
    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Authority"))
    known_at = MomentField(
        label=_("When it became known"),
        initial=this_minute,
        help_text=_("To anybody at the authority, or to whoever runs Lockbox for it."),
    )
    what_happened = PlainText(
        label=_("What happened"),
        rows=6,
        help_text=_(
            "As a backup that was lost, a login that somebody else used, a record that"
            " was changed outside the system."
        ),
    )
    affected = PlainText(
        label=_("What and who is affected"),
        rows=4,
        help_text=_(
            "Cases, staff, registers: which, about how many, and what can come of it."
            " Write what is not known yet, too."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = authorities_of(self.by, *BREACH_RECORDERS)
        authority = self.choice("authority")
        authority.queryset = by_name(Authority.objects.filter(pk__in=theirs))
        if len(theirs) == 1:
            authority.empty_label = None
