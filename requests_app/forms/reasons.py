"""What the recipient reads of the reasons: all of them, or less where that is tried."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.catalogue.countries import NAMES
from requests_app.documents.drafting import from_review
from requests_app.forms.names import TICK, NamesNobodyForm
from requests_app.forms.redrafting import RedraftingForm
from requests_app.forms.step import PlainText
from requests_app.law.reasons import Naming, Omission, named_as_a_rule
from requests_app.models import Authority, HarmTest, Proposal
from requests_app.models.outcome import Interest
from requests_app.permissions.municipalities import in_reach

# As they are kept with a proposal.
WORDS = ("left_out_because", "left_out_weight", "told_instead", "named_because")
# Asked of whoever decides under the Administrative Procedure Act.
OF_PARTIES = ("left_out_weight", "told_instead")


class ReasonsForm(NamesNobodyForm, RedraftingForm):
    """The fields of the reasons. What leaving some out takes is shown, and asked for,
    only where somebody wants that."""

    motivation_internal = PlainText(
        label=_("Reasons"),
        rows=14,
        help_text=_(
            "Rules applied and decisive circumstances (FL 32 §). The recipient reads"
            " all of it, unless you leave some of it out below."
        ),
    )
    leaves_out = forms.BooleanField(
        label=_("Leave some of the reasons out of the recipient's copy"),
        required=False,
        help_text=_("Only where that is necessary: you are asked why."),
    )
    motivation_for_recipient = PlainText(
        label=_("What the recipient reads instead"),
        rows=8,
        required=False,
        help_text=_(
            "Enough to appeal: which provision as far as it may be told, and what"
            " follows from it. It must not reveal what is secret."
        ),
    )
    left_out_for = forms.ChoiceField(
        label=_("Left out with regard to"),
        choices=Interest.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("FL 32 § second paragraph, 2 and 3. The recipient reads it."),
    )
    left_out_because = PlainText(
        label=_("Why it is necessary to leave them out"),
        rows=2,
        required=False,
        help_text=_("For the full version alone."),
    )
    left_out_weight = PlainText(
        label=_("Why it is of particular weight that it is not told (OSL 10:3)"),
        rows=2,
        required=False,
        help_text=_("For the full version alone."),
    )
    told_instead = PlainText(
        label=_("What the recipient is told instead (OSL 10:3)"),
        rows=2,
        required=False,
        help_text=_(
            "As far as it is needed to look after one's rights, and does no serious"
            " harm. The recipient reads it."
        ),
    )
    named = forms.MultipleChoiceField(
        label=_("Provisions that the recipient may read of"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    named_because = PlainText(
        label=_("Why these, where the list has it otherwise"), rows=2, required=False
    )
    own: tuple[str, ...] = (
        TICK,
        "leaves_out",
        "motivation_for_recipient",
        "left_out_for",
        *WORDS[:-1],
        "named",
        "named_because",
    )
    needed: tuple[str, ...] = (
        "motivation_for_recipient",
        "left_out_because",
        *OF_PARTIES,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.subject.authority.kind == Authority.Kind.COMPANY:
            for name in OF_PARTIES:
                del self.fields[name]
        if not self.hindering:
            del self.fields["named"], self.fields["named_because"]
            return
        self.choice("named").choices = [
            (row.provision.code, f"{row.provision}. {row.provision.named_because}")
            for row in self.hindering
        ]
        usual = named_as_a_rule(self.basis.facts.tests)
        self.fields["named"].initial = sorted(usual)
        self.fields["leaves_out"].initial = self.reveals

    @property
    def hindering(self) -> list[HarmTest]:
        return [row for row in self.basis.assessment.harm_tests if row.hinders]

    @property
    def reveals(self) -> bool:
        """Would all reasons name what tells something by being named?"""
        return any(not row.provision.may_be_named for row in self.hindering)

    @property
    def named_now(self) -> frozenset[str] | None:
        if "named" not in self.fields:
            return None
        return frozenset(self["named"].value() or ())

    def start_reasons_from(self, earlier: Proposal) -> None:
        """What was proposed earlier is changed, not typed again. What to read instead
        is drafted where nothing was left out."""
        self.fields["motivation_internal"].initial = earlier.motivation_internal.text
        instead = earlier.motivation_for_recipient.text
        if not earlier.left_out_for:
            terms = (earlier.outcome, earlier.granted_minutes, self.named_now)
            instead = from_review.draft(self.subject, self.basis, *terms).for_recipient
        self.fields["motivation_for_recipient"].initial = instead
        self.fields["leaves_out"].initial = bool(earlier.left_out_for)
        self.fields["left_out_for"].initial = earlier.left_out_for
        for name in WORDS:
            if name in self.fields and (content := getattr(earlier, name)):
                self.fields[name].initial = content.text
        if "named" in self.fields and earlier.named_because:
            self.fields["named"].initial = earlier.named_codes

    def known_names(self) -> Iterable[str]:
        """What looks like names in reasons, and is none of a person: companies,
        agreements and authorities."""
        request = self.subject.access_request
        rows = self.basis.reliance.rows
        authorities = in_reach(Authority.objects.all(), self.by)
        return filter(
            None,
            [
                *super().known_names(),
                request.employer_entity,
                *NAMES.get(request.engineer_country.upper(), ()),
                *(row.assignment for row in rows),
                *(row.processor_agreement for row in rows),
                *(row.impact_assessment for row in rows),
                *(one.legal_entity for row in rows for one in row.recipients.all()),
                *authorities.values_list("name", flat=True),
            ],
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        less = cleaned.get("leaves_out")
        field = "motivation_for_recipient" if less else "motivation_internal"
        label = _("What the recipient reads names no person")
        try:
            self.refuse_names(field, cleaned.get(field, ""), label)
        except ValidationError as error:
            self.add_error(field, error)
        return cleaned

    def step_fields(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        fields = super().step_fields()
        if "named" in self.fields and (cleaned["leaves_out"] or self.reveals):
            codes = frozenset(cleaned["named"])
            fields["naming"] = Naming(codes, cleaned["named_because"])
        if cleaned["leaves_out"]:
            fields["omission"] = Omission(
                cleaned["motivation_for_recipient"],
                cleaned["left_out_for"],
                cleaned["left_out_because"],
                cleaned.get("left_out_weight", ""),
                cleaned.get("told_instead", ""),
            )
        return fields
