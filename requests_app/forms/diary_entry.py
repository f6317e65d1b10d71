"""What is typed about a number of the authority's diary system."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import ReasonForm, StepForm
from requests_app.forms.uploads import LARGEST_FILE


class TypeNumberForm(StepForm):
    number = forms.CharField(label=_("Number in the diary system"), max_length=40)


class ChooseNumberForm(ReasonForm):
    field_order = ("number", "reason")

    number = forms.ChoiceField(label=_("Which number it is"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        both = (self.subject.number, self.subject.other_number)
        self.choice("number").choices = [(number, number) for number in both]


class NumbersFileForm(forms.Form):
    file = forms.FileField(
        label=_("The list with its numbers, as CSV"),
        widget=forms.FileInput(attrs={"accept": ".csv"}),
        help_text=_(
            "The list as it was taken out, with the last column filled in. Rows"
            " without a number are passed over."
        ),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 25 MB."))
        return file
