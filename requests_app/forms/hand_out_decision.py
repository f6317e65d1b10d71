"""What is typed where a hand-out is decided on: a reservation, what was kept back, and
how it goes on from there."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms.handing_out import Documents
from requests_app.forms.judging import offer_provisions
from requests_app.forms.moment import MomentField, this_minute
from requests_app.forms.step import PlainText, StepForm
from requests_app.models import DisclosedDocument, DisclosureDecision, Provision
from requests_app.selectors.handing_out import of_request


class ReserveForm(StepForm):
    warning = _(
        "Where only a reservation takes the risk of harm away, it is to be made (OSL"
        " 10:14). It is decided on before the file leaves, and served on whom it binds."
    )
    documents = Documents(
        DisclosedDocument.objects.none(),
        label=_("Handed out only with a reservation"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None ticked: all of it is handed out without."),
    )
    provision = forms.ModelChoiceField(
        Provision.objects.none(),
        label=_("By which provision it would be kept back otherwise"),
        required=False,
    )
    bound = PlainText(
        label=_("Whom it binds"),
        rows=1,
        required=False,
        help_text=_(
            "First name and surname of who gets the documents. Nobody else is bound."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = of_request(self.by, self.subject).filter(
            outcome__in=DisclosedDocument.GIVEN
        )
        documents = self.choice("documents")
        documents.queryset = rows
        reserved = [row for row in rows if row.reserved_by_id]
        documents.initial = [row.pk for row in reserved or rows]
        if rows:
            offer_provisions(self.choice("provision"), rows[0].review)
        if reserved:
            self.fields["provision"].initial = reserved[0].reserved_by_id
        if self.subject.bound:
            self.fields["bound"].initial = self.subject.bound.text


class DecideReservationForm(StepForm):
    warning = _(
        "The decision is signed by you, drawn up with how it is appealed, and never"
        " changed. It binds from when it is served. Write in the reasons nothing of"
        " what is secret."
    )
    prohibition = PlainText(
        label=_("What they may not do with it"),
        rows=4,
        help_text=_("As little as takes the risk away: tell it to others, or use it."),
    )
    reasons = PlainText(
        label=_("Reasons"),
        rows=8,
        help_text=_("Which risk there is, and why a reservation takes it away."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject.bound:
            self.say(_("It binds %(who)s.") % {"who": self.subject.bound.text})


class DecideHandOutForm(StepForm):
    warning = _(
        "The decision is signed by you, drawn up with how it is appealed, and never"
        " changed. Write in the reasons nothing of what is secret."
    )
    outcome = forms.ChoiceField(
        label=_("What is decided"),
        choices=[
            (one.value, one.label)
            for one in DisclosureDecision.Outcome
            if one in DisclosureDecision.ON_REFUSAL
        ],
        widget=forms.RadioSelect,
        help_text=_(
            "Where more is handed out, record a new request: it is tested once more."
        ),
    )
    reasons = PlainText(
        label=_("Reasons"),
        rows=8,
        help_text=_("The rules applied, and what has been decisive (FL 32 §)."),
    )


class ServeHandOutForm(StepForm):
    served_at = MomentField(label=_("When they got it"), initial=this_minute)


class HandOutAppealForm(StepForm):
    made = forms.ModelChoiceField(
        DisclosureDecision.objects.none(),
        label=_("What is appealed"),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    received_at = MomentField(label=_("When it came in"), initial=this_minute)
    appellant = forms.CharField(label=_("Who appeals"), max_length=200)
    text = PlainText(
        label=_("What is asked for, and why"),
        rows=3,
        required=False,
        help_text=_("In short. The appeal itself is attached as a file."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        made = self.choice("made")
        against = DisclosureDecision.AGAINST
        made.queryset = self.subject.decisions.filter(outcome__in=against)
        made.label_from_instance = DisclosureDecision.get_outcome_display
        made.initial = made.queryset.order_by("-pk").first()
