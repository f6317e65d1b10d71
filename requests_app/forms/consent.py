"""Recording a consent, and that it is taken back."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.forms.assessment_rows import named
from requests_app.forms.moment import MomentField, this_minute
from requests_app.forms.step import PlainText, StepForm
from requests_app.law.proposed_provisions import proposed_provisions
from requests_app.models import Consent, Provision
from requests_app.models.assessment import Ground
from requests_app.permissions.roles import today


class RecordConsentForm(StepForm):
    warning = _(
        "A consent stays as it is written: one that is wrong is withdrawn, and recorded"
        " anew. Record one for each person."
    )

    provision = forms.ModelChoiceField(
        Provision.objects.none(),
        label=_("Secrecy it lifts"),
        help_text=_(
            "Only secrecy that protects an individual, by a provision that the review"
            " tests or that the information sets name."
        ),
    )
    whom = PlainText(label=_("Whom the secrecy protects"), rows=2)
    what = PlainText(
        label=_("What the consent covers"),
        rows=2,
        help_text=_("Which information, and to whom it may be disclosed."),
    )
    given_by = forms.ChoiceField(
        label=_("Given by"),
        choices=Consent.GivenBy.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "The guardian disposes of a minor's secrecy, alone or with the minor by age"
            " and maturity; the minor alone where the secrecy holds against the"
            " guardian (OSL 12:3)."
        ),
    )
    given_at = MomentField(label=_("When it was given"), initial=this_minute)
    way = forms.ChoiceField(
        label=_("How"), choices=Consent.Way.choices, widget=forms.RadioSelect
    )
    reservation = PlainText(
        label=_("On condition of this reservation"),
        rows=2,
        required=False,
        help_text=_(
            "Empty: none. Otherwise access is granted only with it (OSL 12:2 second"
            " paragraph)."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.choice("provision")
        tested = self.subject.harm_tests.values("provision")
        proposed = proposed_provisions(self.subject).values("pk")
        field.queryset = Provision.objects.in_force(today()).filter(
            Q(pk__in=tested) | Q(pk__in=proposed),
            lifted_by__contains=[Ground.CONSENT],
        )
        field.label_from_instance = named


class WithdrawConsentForm(StepForm):
    warning = _(
        "From here on nothing is granted on it. A decision already made stands until it"
        " is made anew."
    )

    consent = forms.ModelChoiceField(
        Consent.objects.none(), label=_("Consent"), widget=forms.RadioSelect
    )
    withdrawn_at = MomentField(label=_("When it was withdrawn"), initial=this_minute)
    withdrawal = PlainText(
        label=_("By whom, and how"),
        rows=2,
        help_text=_("Name, and whether in writing, by telephone or otherwise."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.choice("consent")
        field.queryset = self.subject.consents.standing().select_related(
            "provision", "whom"
        )
        field.empty_label = None
        field.label_from_instance = labelled


def labelled(consent: Consent) -> str:
    return f"{consent.provision}: {consent.whom.text}"
