"""Standing assessments and their recipients: added unconfirmed, each for another person
to read and confirm."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.models import (
    InformationSet,
    Provider,
    StandingAssessment,
    StandingRecipient,
)
from requests_app.models.standing_assessment import Factor, Weight
from requests_app.permissions.roles import SEE_REGISTERS
from requests_app.permissions.standing_assessment import STANDING_ASSESSORS
from requests_app.registers.fields import CountryField, DayField, LabelField, RowField
from requests_app.registers.register import Register
from requests_app.registers.row import LOOKUPS, RowForm

FACTORS = {f"factor_{factor.value}": factor for factor in Factor}
ABOUT = ("provider", "information_set", "valid_from")


class AssessmentForm(RowForm):
    own = ("information_set",)
    only_adds = True

    reasons = forms.CharField(
        label=_("Reasons for the suitability"), max_length=20_000, strip=True
    )

    class Meta(RowForm.Meta):
        model = StandingAssessment
        fields = (
            "authority",
            *ABOUT,
            "review_due",
            "contract_ends",
            "is_suitable",
            "assignment",
            "processor_agreement",
            "impact_assessment",
        )

    def clean(self) -> dict[str, Any]:
        cells = super().clean()
        if not self.errors and self.instance.pk is None:
            self.instance.made_by = self.by
            self.instance.factors = {
                factor.value: cells[name] for name, factor in FACTORS.items()
            }
            # Kept where the row is written: a text has a row of its own.
            vars(self.instance)["reasons"] = cells["reasons"]
        return cells

    def standing(self) -> StandingAssessment | None:
        about = {name: self.cleaned_data[name] for name in ABOUT}
        rows = self.cleaned_data["authority"].standing_assessments
        return rows.filter(revoked_at=None, **about).first()

    @classmethod
    def cells_beside(cls, row: StandingAssessment) -> dict[str, Any]:
        weights = {
            name: row.factors.get(factor, Weight.NEUTRAL)
            for name, factor in FACTORS.items()
        }
        return {"reasons": row.suitability.text, **weights}


def reasons_of(row: StandingAssessment) -> str:
    """What the form has read, of a new one."""
    return vars(row)["reasons"]


# Eight columns of one kind, by their names.
WeighedForm: Any = type(
    "WeighedForm",
    (AssessmentForm,),
    {
        name: LabelField(choices=Weight.choices, label=factor.label)
        for name, factor in FACTORS.items()
    },
)


class RecipientForm(RowForm):
    own = ("information_set",)
    only_adds = True

    provider = RowField(
        Provider.objects.all(), lookups=LOOKUPS[Provider], label=_("provider")
    )
    information_set = RowField(
        InformationSet.objects.all(),
        lookups=LOOKUPS[InformationSet],
        label=_("information set"),
        required=False,
    )
    valid_from = DayField(label=_("valid from"))
    country = CountryField(label=_("country of the engineer"))

    class Meta(RowForm.Meta):
        model = StandingRecipient
        fields = (
            "authority",
            *ABOUT,
            "legal_entity",
            "country",
            "relation",
            "purpose",
            "highest_class",
            "transfer_ground",
            "transfer_reference",
            "certification",
            "covers_staff_data",
            "certification_checked",
        )

    def standing(self) -> StandingRecipient | None:
        cells = self.cleaned_data
        about = {name: cells[name] for name in ABOUT}
        rows = cells["authority"].standing_assessments
        assessment = rows.filter(revoked_at=None, **about).first()
        if assessment is None:
            text = gettext("There is no such standing assessment: add it first.")
            raise ValidationError({"valid_from": text})
        known = assessment.recipients.filter(
            legal_entity__iexact=cells["legal_entity"], country=cells["country"]
        ).first()
        if known is None:
            self._refuse_to_add_to(assessment)
            self.instance.standing_assessment = assessment
        return known

    def _refuse_to_add_to(self, assessment: StandingAssessment) -> None:
        """Who confirms it must be another than all who wrote in it."""
        text = ""
        if assessment.confirmed_at:
            text = gettext("It has been confirmed: make a new one instead.")
        elif assessment.made_by_id != self.by.pk:
            text = gettext("Another has made it: they name its recipients.")
        if text:
            raise ValidationError({"valid_from": text})

    @classmethod
    def cells_beside(cls, row: StandingRecipient) -> dict[str, Any]:
        assessment = row.standing_assessment
        information_set = assessment.information_set
        return {
            "authority": assessment.authority.code,
            "provider": assessment.provider.name,
            "information_set": information_set.name if information_set else "",
            "valid_from": assessment.valid_from,
        }


STANDING_ASSESSMENTS = Register(
    name="standing-assessments",
    form=WeighedForm,
    key=("authority", *ABOUT),
    kept_by=STANDING_ASSESSORS,
    seen_by=SEE_REGISTERS,
    note=_(
        "Assessments are added, none is changed. Name the recipients of each in the"
        " other table; then another person reads and confirms it."
    ),
    related=("authority", "provider", "information_set", "suitability"),
    holds=Q(revoked_at=None),
)

STANDING_RECIPIENTS = Register(
    name="standing-recipients",
    form=RecipientForm,
    key=("authority", *ABOUT, "legal_entity", "country"),
    kept_by=STANDING_ASSESSORS,
    seen_by=SEE_REGISTERS,
    note=_(
        "Recipients are added to assessments of one's own, until those are confirmed."
    ),
    related=(
        "standing_assessment__authority",
        "standing_assessment__provider",
        "standing_assessment__information_set",
    ),
    authority_path="standing_assessment__authority",
    holds=Q(standing_assessment__revoked_at=None),
)
