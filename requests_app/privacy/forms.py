"""What is typed about a request of a data subject."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.core.forms import MomentField, PlainText, StepForm, this_minute
from requests_app.core.people.models import Authority, RoleAssignment
from requests_app.core.people.rights import authorities_of
from requests_app.core.words.texts import by_name
from requests_app.disclosure.models import DataSubjectRequest, DisclosureRequest
from requests_app.disclosure.person import places_by_case
from requests_app.disclosure.rights import REQUEST_RECORDERS

Status = DataSubjectRequest.Status
# Of a word that somebody is sought by.
SHORTEST = 4


class RecordDataSubjectRequestForm(StepForm):
    warning = _(
        "The month to answer runs from when the request came to anybody at the"
        " authority. Write no personal number: it is kept for ever."
    )
    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Authority"))
    kind = forms.ChoiceField(
        label=_("What is asked for"),
        choices=DataSubjectRequest.Kind.choices,
        widget=forms.RadioSelect,
    )
    received_at = MomentField(label=_("When it came"), initial=this_minute)
    account = forms.ModelChoiceField(
        get_user_model().objects.none(),
        label=_("Somebody who works here"),
        required=False,
        help_text=_("Leave it empty for anybody else."),
    )
    who = PlainText(
        label=_("Who asks, and where the answer is sent"),
        rows=3,
        help_text=_("Name and address, as they gave them."),
    )
    wording = PlainText(label=_("The request in their words"), rows=5)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs = authorities_of(self.by, *REQUEST_RECORDERS)
        authority = self.choice("authority")
        authority.queryset = by_name(Authority.objects.filter(pk__in=theirs))
        if len(theirs) == 1:
            authority.empty_label = None
        placed = RoleAssignment.objects.in_force(acting.now())
        here = placed.filter(authority__in=theirs).values("person")
        people = get_user_model().objects.filter(pk__in=here)
        self.choice("account").queryset = by_name(people)


class IdentifyForm(StepForm):
    identity = forms.ChoiceField(
        label=_("How it is known who asks"),
        choices=DataSubjectRequest.Identity.choices,
        widget=forms.RadioSelect,
    )


class GatherForm(forms.Form):
    """Which words the person is sought by, beside their account."""

    words = PlainText(
        label=_("Words to seek, one a line"),
        rows=4,
        required=False,
        help_text=_(
            "Name, address, case number: at least four characters each. Who asks from"
            " an account here is sought by that, and by these."
        ),
    )

    def clean_words(self) -> list[str]:
        words = [line.strip() for line in self.cleaned_data["words"].splitlines()]
        words = [word for word in words if word]
        if any(len(word) < SHORTEST for word in words):
            raise forms.ValidationError(
                _("Each line needs at least four characters: else everybody is found.")
            )
        return words


class GatherDocumentsForm(GatherForm, StepForm):
    warning = _(
        "Documents of the cases that you read, in which these words or the account"
        " stand, become a hand-out: tested page by page, masked for others who stand"
        " there, and looked through by somebody else. Then the request is answered."
    )
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=DisclosureRequest.Channel.choices,
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        """It takes time, and is done before anything is locked."""
        typed = super().clean() or {}
        if "words" in typed:
            typed["places"] = places_by_case(self.subject, typed["words"])
        return typed


class ExtendForm(StepForm):
    warning = _(
        "Two months more, once, where requests are many or difficult (GDPR article"
        " 12.3). Tell the person within the first month, with these words."
    )
    reason = PlainText(label=_("Why it takes longer"), rows=4)


class SettleDataSubjectRequestForm(StepForm):
    warning = _(
        "The answer is put together from this. What goes against the person says by"
        " itself how to complain to IMY and how to appeal. It is sent by you, and kept"
        " as it is."
    )
    status = forms.ChoiceField(
        label=_("Answer"), choices=Status.choices[1:], widget=forms.RadioSelect
    )
    reasons = PlainText(
        label=_("Reasons"),
        rows=8,
        help_text=_("What is given or done, what is not, and by which provisions."),
    )
