"""The lawyer's form: the questions in the order of the law, and the proposal."""

from typing import Any, NamedTuple

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from requests_app import permissions
from requests_app.forms.step import PlainText, StepForm, TakingPartForm
from requests_app.models import (
    AssessmentAnswer,
    HarmTest,
    Outcome,
    Provision,
    SecrecyReview,
)
from requests_app.models.assessment import Ground
from requests_app.workflow.assessment import Tested, proposed_provisions

Question = AssessmentAnswer.Question

# The test's own question, as the statute puts it (legal.md 1.4).
HARM_QUESTIONS = {
    "straight": _("Secrecy applies if it can be assumed that harm follows."),
    "reverse": _("Secrecy applies unless it is clear that no harm follows."),
    "qualified": _(
        "Secrecy applies only if serious harm must be assumed, or for a special reason."
    ),
    "absolute": _("Secrecy applies without a harm test."),
}
# Where the paragraph asks something else than the ordinary test of its kind.
OWN_QUESTIONS = {
    "OSL-21-3a": _(
        "Secrecy applies unless it is clear that the information can be disclosed"
        " without the individual, or somebody close, being exposed to threats, violence"
        " or other serious harm."
    ),
    "OSL-21-7": _(
        "No harm test: secrecy applies if it can be assumed that the information, once"
        " disclosed, will be processed in breach of the data protection regulation, of"
        " the act that supplements it, or of section 6 of the ethical review act."
    ),
}


def harm_question(provision: Provision) -> Any:
    own = OWN_QUESTIONS.get(provision.code)
    return own or HARM_QUESTIONS[provision.harm_test]


class ProvisionRow(NamedTuple):
    """A provision on the form: what it asks, and the two fields that answer it."""

    provision: Provision
    question: Any
    outcome: BoundField
    motivation: BoundField


class AssessForm(TakingPartForm):
    stage = "assessment"
    template = "lockbox/assess.html"

    genuine = forms.ChoiceField(
        label=_("Is the request genuine?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
        help_text=_(
            "The number is found in the portal, the tenant is ours, and a support"
            " case of ours lies behind it."
        ),
    )
    security_protection = forms.ChoiceField(
        label=_("Can security-classified information occur?"),
        choices=SecrecyReview.SecurityProtection.choices[1:],
        widget=forms.RadioSelect,
        help_text=_(
            "Anything but no stops the review at once, and what you have typed here"
            " is not kept (2 kap. 5 § säkerhetsskyddslagen)."
        ),
    )
    ground = forms.ChoiceField(
        label=_("Is there a ground for disclosure despite secrecy?"),
        choices=[("", "—"), *Ground.choices],
        required=False,
        help_text=_("Needed when secrecy applies."),
    )
    ground_motivation = PlainText(
        label=_("Why the ground holds, or does not"), required=False, rows=4
    )
    more = forms.ModelMultipleChoiceField(
        Provision.objects.none(), label=_("Further provisions"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.asks_again():
            self._show_what_was_added()
        self.provisions = self._provisions()
        shown = [provision.pk for provision in self.provisions]
        self.choice("more").queryset = Provision.objects.in_force(
            permissions.today()
        ).exclude(pk__in=shown)
        self.choice("more").label_from_instance = _named
        self._set_answers()
        for provision in self.provisions:
            self._add_fields(provision)

    def _show_what_was_added(self) -> None:
        data: Any = self.data
        typed = data.copy()
        typed.setlist("shown", [*typed.getlist("shown"), *typed.getlist("more")])
        typed.setlist("more", [])
        self.data = typed

    def _provisions(self) -> list[Provision]:
        """Those tested, those the information sets propose, and those added here."""
        tests = self.subject.harm_tests.select_related(
            "provision__statute_paragraph", "motivation"
        )
        self.tests = {row.provision_id: row for row in tests}
        found = {pk: row.provision for pk, row in self.tests.items()}
        proposed = proposed_provisions(self.subject)
        found |= {row.pk: row for row in proposed.select_related("statute_paragraph")}
        if self.is_bound:
            typed: Any = self.data
            wanted = [
                pk
                for pk in typed.getlist("shown")
                if _is_key(pk) and int(pk) not in found
            ]
            added = Provision.objects.filter(pk__in=wanted)
            found |= {row.pk: row for row in added.select_related("statute_paragraph")}
        return sorted(found.values(), key=lambda row: row.pk)

    def _set_answers(self) -> None:
        answers = {
            row.question: row
            for row in self.subject.answers.select_related("motivation")
        }
        for name in ("genuine", "security_protection", "ground"):
            if name in answers:
                self.fields[name].initial = answers[name].answer
        ground = answers.get(Question.GROUND)
        if ground and ground.motivation:
            self.fields["ground_motivation"].initial = ground.motivation.text

    def _add_fields(self, provision: Provision) -> None:
        row = self.tests.get(provision.pk)
        absolute = provision.harm_test == Provision.HarmTest.ABSOLUTE
        allowed = ("applies", "struck") if absolute else HarmTest.Outcome.values
        self.fields[f"outcome_{provision.pk}"] = forms.ChoiceField(
            label=str(provision),
            choices=[c for c in HarmTest.Outcome.choices if c[0] in allowed],
            widget=forms.RadioSelect,
            required=False,
            initial=row.outcome if row else None,
        )
        self.fields[f"motivation_{provision.pk}"] = PlainText(
            label=_("Reasons"),
            rows=3,
            required=False,
            initial=row.motivation.text if row and row.motivation else "",
        )

    @property
    def rows(self) -> list[ProvisionRow]:
        return [
            ProvisionRow(
                provision,
                harm_question(provision),
                self[f"outcome_{provision.pk}"],
                self[f"motivation_{provision.pk}"],
            )
            for provision in self.provisions
        ]

    def asks_again(self) -> bool:
        return "add" in self.data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("security_protection") in ("suspected", "yes"):
            return cleaned
        for row in self.rows:
            outcome = cleaned.get(row.outcome.name)
            if outcome and not cleaned.get(row.motivation.name):
                self.add_error(
                    row.motivation.name,
                    _("Write why the provision applies or does not."),
                )
        return cleaned

    def step_fields(self) -> dict[str, Any]:
        told = self.cleaned_data
        named = ("genuine", "security_protection", "ground", "ground_motivation")
        fields = {name: told.get(name, "") for name in named}
        fields["no_conflict"] = told.get("no_conflict", False)
        fields["tested"] = [
            Tested(
                row.provision,
                told.get(row.outcome.name, ""),
                told.get(row.motivation.name, ""),
            )
            for row in self.rows
        ]
        return fields


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


def _named(provision: Provision) -> str:
    return f"{provision} – {provision.title}"


class ProposeForm(TakingPartForm):
    stage = "assessment"
    template = "lockbox/propose.html"

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    granted_minutes = forms.IntegerField(
        label=_("Access granted (minutes)"),
        min_value=1,
        max_value=525_600,
        required=False,
    )
    granted_scope = forms.CharField(
        label=_("What is granted"),
        max_length=1000,
        required=False,
        help_text=_("Objects and actions, as narrow as the purpose allows."),
    )
    conditions = PlainText(
        label=_("Conditions or reservation"),
        rows=3,
        required=False,
        help_text=_(
            "Goes to the provider together with the reasons for the recipient."
        ),
    )
    motivation_internal = PlainText(
        label=_("Internal motivation"),
        rows=8,
        help_text=_("Rules applied and decisive circumstances (FL 32 §)."),
    )
    motivation_for_recipient = PlainText(
        label=_("Motivation for the recipient"),
        rows=5,
        help_text=_("What the provider reads. It must not reveal what is secret."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = self.subject.access_request
        longest = request.connection.product.access_minutes
        asked = request.duration_minutes
        if asked and longest:
            asked = min(asked, longest)
        self.fields["granted_minutes"].initial = asked or longest
        texts = ("conditions", "motivation_internal", "motivation_for_recipient")
        proposals = self.subject.proposals.select_related("returned_comment", *texts)
        earlier = proposals.first()
        self.returned_comment = earlier.returned_comment if earlier else None
        if earlier is not None:
            self._start_from(earlier)

    @property
    def minutes_now(self) -> int | None:
        """What the field says, as it was typed or as it begins."""
        typed = str(self["granted_minutes"].value() or "")
        return int(typed) if typed.isdecimal() and len(typed) < 7 else None

    def _start_from(self, earlier: Any) -> None:
        """A returned proposal is changed, not typed again."""
        for name in ("outcome", "granted_minutes", "granted_scope"):
            self.fields[name].initial = getattr(earlier, name)
        for name in ("conditions", "motivation_internal", "motivation_for_recipient"):
            content = getattr(earlier, name)
            self.fields[name].initial = content.text if content else ""


class WithdrawProposalForm(StepForm):
    reason = forms.CharField(label=_("Reason"), max_length=300)
