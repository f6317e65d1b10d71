"""Entering a review in the register."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import PlainText, StepForm
from requests_app.models import SecrecyReview


class RegisterForm(StepForm):
    diary_number = forms.CharField(
        label=_("Registration number"),
        max_length=40,
        required=False,
        help_text=_("From the city's diary; empty for the next of our own series."),
    )
    public_subject = forms.CharField(
        label=_("Public subject"),
        max_length=200,
        help_text=_("Anybody may read it in the register (OSL 5:2). Name nobody."),
    )
    protected_subject = PlainText(
        label=_("Protected subject"),
        required=False,
        rows=2,
        max_length=2000,
        help_text=_("For those who may read the case: what it is really about."),
    )

    matter = forms.ChoiceField(
        label=_("What is asked for"),
        choices=SecrecyReview.Matter.choices,
        initial=SecrecyReview.Matter.ACCESS,
        widget=forms.RadioSelect,
        help_text=_(
            "A request for official documents is decided whatever the provider's clock"
            " says. What a foreign authority demands is tried by OSL 8:3 and GDPR"
            " article 48."
        ),
    )
    treaty_ground = forms.CharField(
        label=_("What a foreign demand rests on"),
        max_length=300,
        required=False,
        help_text=_(
            "The provision or the international agreement. Left empty, the demand can"
            " only be refused."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self.subject.access_request
        self.fields["public_subject"].initial = _(
            "Request for access, %(product)s, %(number)s"
        ) % {"product": request.connection.product, "number": request.external_id}

    def clean_diary_number(self) -> str:
        number = self.cleaned_data["diary_number"].strip()
        taken = SecrecyReview.objects.filter(
            authority=self.subject.authority_id, diary_number=number
        )
        if number and taken.exists():
            raise ValidationError(
                _(
                    "The diary number is already taken. Check it in the diary, or"
                    " leave it empty for the next of our own series."
                )
            )
        return number
