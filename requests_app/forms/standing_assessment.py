"""Making, confirming and revoking a standing assessment."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.catalogue.countries import EEA
from requests_app.forms.step import EmptyForm, PlainText, StepForm
from requests_app.law.reliance import seen_relying_on
from requests_app.models import SecrecyReview, StandingAssessment
from requests_app.models.standing_assessment import Factor, TransferGround

WEIGHTS = (
    ("for", _("Speaks for")),
    ("neutral", _("Neutral")),
    ("against", _("Speaks against")),
)
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

    def clean_transfer_countries(self) -> str:
        parts = self.cleaned_data["transfer_countries"].upper().split(",")
        codes = [part.strip() for part in parts if part.strip()]
        odd = [code for code in codes if len(code) != 2 or not code.isalpha()]
        if odd:
            text = _("Write two letters for each country: “%(odd)s” is none.")
            raise ValidationError(text % {"odd": ", ".join(odd)})
        return ", ".join(dict.fromkeys(codes))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        grounded = (TransferGround.ADEQUACY, TransferGround.CLAUSES)
        ground = cleaned.get("transfer_ground")
        if ground in grounded:
            for name in ("transfer_countries", "transfer_reference"):
                if name in cleaned and not cleaned[name]:
                    self.add_error(name, _("A ground for transfer says which."))
        countries = str(cleaned.get("transfer_countries", "")).split(", ")
        inside = set(countries).intersection(EEA.split())
        if inside:
            text = _("Inside the EEA no ground is needed: %(codes)s.")
            codes = ", ".join(sorted(inside))
            self.add_error("transfer_countries", text % {"codes": codes})
        return cleaned

    def factors(self) -> dict[str, str]:
        return {
            factor.value: self.cleaned_data[name] for name, factor in FACTORS.items()
        }


def factor_field(factor: Factor) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=factor.label, choices=WEIGHTS, widget=forms.RadioSelect
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
        "transfer_ground",
        "transfer_countries",
        "transfer_reference",
        "valid_from",
        "review_due",
        "made_by",
    )

    def told(self) -> list[tuple[Any, Any]]:
        weighed = [(factor.label, weight) for factor, weight in weights(self.subject)]
        reasons = (_("Reasons for the suitability"), self.subject.suitability.text)
        task = (TASK, self.subject.assignment or "–")
        return [*super().told(), task, *weighed, reasons]


def weights(row: StandingAssessment) -> list[tuple[Factor, Any]]:
    """Each factor with its weight in words."""
    words = dict(WEIGHTS)
    return [(factor, words[row.factors.get(factor, "neutral")]) for factor in Factor]


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
