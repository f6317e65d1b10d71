"""Which part of the public register is shown."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.forms.moment import DayField
from requests_app.models import Authority
from requests_app.models.days import refuse_backward
from requests_app.permissions.public_register import public_registers_of
from requests_app.permissions.roles import today

USUAL = timedelta(days=30)
MOST = timedelta(days=366)


class PublicRegisterForm(forms.Form):
    """An authority's, from one day to another; the last month where none are given."""

    authority = forms.ModelChoiceField(
        Authority.objects.none(), label=_("Authority"), empty_label=None
    )
    since = DayField(label=_("Received from"))
    until = DayField(label=_("Received to, included"))

    def __init__(self, data: Any, *, by: Any) -> None:
        registers = public_registers_of(by)
        this_day = today()
        usual = {
            "authority": getattr(registers.first(), "pk", None),
            "since": (this_day - USUAL).isoformat(),
            "until": this_day.isoformat(),
        }
        super().__init__({**usual, **data.dict()}, label_suffix="")
        authority: Any = self.fields["authority"]
        authority.queryset = registers

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        refuse_backward(since, until, "until")
        if since and until and until - since > MOST:
            self.add_error("until", gettext("Choose a year at most."))
        return cleaned
