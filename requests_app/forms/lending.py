"""Lending a person to an authority of another municipality."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.moment import DayField
from requests_app.forms.municipality import NumberField
from requests_app.forms.step import StepForm
from requests_app.models import Role
from requests_app.permissions.roles import today


class LendForm(StepForm):
    warning = _(
        "The person gets a role in another municipality, by an agreement between the"
        " two. It can be used when a manager there has confirmed it, and is ended by"
        " either. Which municipalities there are here is shown to nobody: write the"
        " number and the code as the other has told them."
    )

    municipality = NumberField(label=_("Organisation number of the municipality"))
    code = forms.CharField(label=_("Code of the authority"), max_length=12)
    role = forms.ChoiceField(label=_("Role"), choices=Role)
    basis = forms.CharField(
        label=_("Basis"),
        max_length=200,
        help_text=_("The agreement, by its date and diary number (KL 9:37)."),
    )
    valid_from = DayField(label=_("Valid from"))
    valid_to = DayField(label=_("Valid to"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = today()
