"""Making, confirming and revoking a standing assessment."""

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.forms.step import EmptyForm, PlainText, StepForm
from requests_app.forms.widgets import CountrySelect, NamedRadios
from requests_app.law.reliance import seen_relying_on
from requests_app.models import SecrecyReview, StandingAssessment, StandingRecipient
from requests_app.models.standing_assessment import Factor, Weight
from requests_app.words.phrases import label_of

# Not the one who works a case: the provider's task, which OSL 10:2 a asks for.
TASK = _("Task on the authority's behalf")
FACTORS = {f"factor_{factor.value}": factor for factor in Factor}


class StandingAssessmentForm(forms.ModelForm):
    """The row, its eight factors and the reasons."""

    reasons = PlainText(label=_("Reasons for the suitability"), rows=8)

    class Meta:
        model = StandingAssessment
        fields = "__all__"  # noqa: DJ007 — the admin names them
        labels = {"assignment": TASK}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        weighed = row.factors or self.initial.get("factors") or {}
        for name, factor in FACTORS.items():
            if name in self.fields:
                self.initial.setdefault(name, weighed.get(factor.value))
        if row.pk and "reasons" in self.fields:
            self.initial["reasons"] = row.suitability.text

    def factors(self) -> dict[str, str]:
        return {
            factor.value: self.cleaned_data[name] for name, factor in FACTORS.items()
        }


def factor_field(factor: Factor) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=factor.label, choices=Weight.choices, widget=NamedRadios(factor.label)
    )


# Eight fields of one kind, by their names.
WeighingForm: Any = type(
    "WeighingForm",
    (StandingAssessmentForm,),
    {name: factor_field(factor) for name, factor in FACTORS.items()},
)


class ConfirmStandingForm(EmptyForm):
    warning = _(
        "Read it as a whole, with the agreements it names. From here on reviews rely on"
        " it and it can not be changed, only revoked."
    )
    shows = (
        "authority",
        "provider",
        "information_set",
        "is_suitable",
        "processor_agreement",
        "impact_assessment",
        "valid_from",
        "review_due",
        "contract_ends",
        "made_by",
    )

    def particulars(self) -> list[tuple[Any, Any]]:
        weighed = [(factor.label, weight) for factor, weight in weights(self.subject)]
        reasons = (_("Reasons for the suitability"), self.subject.suitability.text)
        task = (TASK, self.subject.assignment or "–")
        recipients = [(row, in_words(row)) for row in self.subject.recipients.all()]
        return [*super().particulars(), task, *recipients, *weighed, reasons]


def in_words(row: StandingRecipient) -> str:
    """For what a recipient gets access, and on what ground it may be elsewhere."""
    parts = [
        row.get_relation_display(),
        row.purpose,
        f"{row._meta.get_field('highest_class').verbose_name} {row.highest_class}",
        row.get_transfer_ground_display(),
        row.transfer_reference,
    ]
    if row.certification:
        label = row._meta.get_field("certification").verbose_name
        parts.append(f"{label}: {row.get_certification_display()}")
    if row.certification_checked:
        parts.append(date_format(row.certification_checked))
    if row.covers_staff_data:
        parts.append(str(row._meta.get_field("covers_staff_data").verbose_name))
    return " · ".join(str(part) for part in parts if part)


class RecipientForm(forms.ModelForm):
    """One legal entity at one place; its country as it is chosen for a request."""

    class Meta:
        model = StandingRecipient
        fields = "__all__"  # noqa: DJ007 — the inline names them
        widgets = {"country": CountrySelect}


def weights(row: StandingAssessment) -> list[tuple[Factor, Any]]:
    """Each factor with its weight in words."""
    return [
        (factor, label_of(Weight, row.factors.get(factor, Weight.NEUTRAL)))
        for factor in Factor
    ]


class RevokeStandingForm(StepForm):
    template = "lockbox/standing_assessment/revocation_form.html"
    warning = _(
        "Nothing more is granted on it, at once. Decisions already made stand until"
        " they are made anew. It can not be taken back: make a new one instead."
    )
    reason = forms.CharField(label=_("Why it is revoked"), max_length=300)

    @cached_property
    def relying(self) -> list[SecrecyReview]:
        return list(seen_relying_on(self.subject, self.by))
