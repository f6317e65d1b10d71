"""Entering a review in the register."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.forms.names import TICK, NamesNobodyForm
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import SecrecyReview
from requests_app.words.in_record import in_record

LONGEST_SUBJECT = 200


class MatterField(forms.ChoiceField):
    """What is asked for, as it is to be tried."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("What is asked for"),
            choices=SecrecyReview.Matter.choices,
            widget=forms.RadioSelect,
            help_text=_(
                "A request for official documents is decided whatever the provider's"
                " clock says. What a foreign authority demands is tried by OSL 8:3 and"
                " GDPR article 48. Is more than one thing asked for, choose the last of"
                " them, and enter the other as a request of its own."
            ),
            **kwargs,
        )


class TreatyGroundField(forms.CharField):
    """What lets a foreign authority have what it demands."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("What a foreign demand rests on"),
            max_length=300,
            required=False,
            help_text=_(
                "The special provision in an act or ordinance, or what was found under"
                " OSL 8:3 point 2, and for personal data to a third country the"
                " international agreement. Left empty, the demand can only be refused;"
                " what is not secret and holds no personal data is asked for as"
                " official documents instead."
            ),
            **kwargs,
        )


class PublicSubjectForm(NamesNobodyForm):
    """The subject that anybody may read in the register (OSL 5:2)."""

    own = (TICK,)

    public_subject = forms.CharField(
        label=_("Public subject"),
        max_length=LONGEST_SUBJECT,
        help_text=_("Anybody may read it in the register (OSL 5:2). Name nobody."),
    )

    def clean_public_subject(self) -> str:
        text = self.cleaned_data["public_subject"]
        self.refuse_names(
            "public_subject", text, _("The public subject names no person")
        )
        return text


class CorrectSubjectForm(PublicSubjectForm):
    warning = _(
        "The register shows the new one. What stood there stays in the history."
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["public_subject"].initial = self.subject.public_subject


class ReclassifyForm(StepForm):
    warning = _(
        "Clock, grounds and papers follow what is asked for. What has been answered"
        " stays, and is asked anew where it no longer fits."
    )
    matter = MatterField()
    treaty_ground = TreatyGroundField()
    reason = forms.CharField(
        label=_("How it became known"),
        max_length=300,
        help_text=_("It stands in the history. Name nobody."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("matter", "treaty_ground"):
            self.fields[name].initial = getattr(self.subject, name)


def proposed_subject(review: SecrecyReview) -> str:
    request = review.access_request
    return in_record(
        _("Request for access, %(product)s, %(number)s"),
        product=request.connection.product,
        number=request.external_id,
    )


class RegisterForm(PublicSubjectForm):
    field_order = ("diary_number", "public_subject")

    diary_number = forms.CharField(
        label=_("Registration number"),
        max_length=40,
        required=False,
        help_text=_("From the city's diary; empty for the next of our own series."),
    )
    protected_subject = PlainText(
        label=_("Protected subject"),
        required=False,
        rows=2,
        max_length=2000,
        help_text=_("For those who may read the case: what it is really about."),
    )

    matter = MatterField(initial=SecrecyReview.Matter.ACCESS)
    treaty_ground = TreatyGroundField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if example := self.subject.authority.diary_example:
            self.fields["diary_number"].help_text = _(
                "From the city's diary, such as %(example)s; empty for the next of our"
                " own series."
            ) % {"example": example}
        self.fields["public_subject"].initial = proposed_subject(self.subject)

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
