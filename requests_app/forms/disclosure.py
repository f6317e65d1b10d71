"""What is typed where a case is tested for a data subject."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.case_number import case_numbered
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import Provision
from requests_app.permissions.roles import today


class DisclosureForm(StepForm):
    warning = _(
        "Read the case first. What is written here as given stands in the answer, word"
        " for word; why the rest is kept back does not, only the provision."
    )
    review = forms.CharField(
        label=_("Registration number of the case"),
        required=False,
        max_length=40,
        help_text=_("Empty: what belongs to no case."),
    )
    given = PlainText(label=_("What is given"), rows=8, required=False)
    provision = forms.ModelChoiceField(
        Provision.objects.none(),
        label=_("By which provision the rest is kept back"),
        required=False,
    )
    why = PlainText(label=_("Why it is kept back"), rows=4, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice("provision").queryset = Provision.objects.in_force(today())

    def clean_review(self) -> Any:
        number = self.cleaned_data["review"].strip()
        if not number:
            return None
        return case_numbered(self.by, self.subject.authority_id, number)
