"""Proposing a decision: its outcome, its terms and its two motivations."""

from functools import partial
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.documents.contradictions import contradictions
from requests_app.documents.drafting import from_review
from requests_app.documents.terms import read_terms
from requests_app.forms.checked_answers import CheckedAnswer, checked_answers
from requests_app.forms.reasons import ReasonsForm
from requests_app.forms.redrafting import TEXTS
from requests_app.forms.return_comment import CommentedForm
from requests_app.forms.step import PlainText
from requests_app.law.assessment import assessment_with_texts
from requests_app.law.case import IntendedDecision, Obstacle
from requests_app.law.facts import Basis, basis_of
from requests_app.law.grounds import demands_reservation, lawful_ground
from requests_app.law.parts import open_parts
from requests_app.law.rules import obstacles
from requests_app.law.terms import ConditionTerm, ReservationTerm
from requests_app.models import Condition, Outcome, Proposal
from requests_app.models.outcome import GRANTS
from requests_app.selectors.dossier.case_file import case_file_of
from requests_app.selectors.dossier.unanswered import unanswered_opinions
from requests_app.words.phrases import listed
from requests_app.workflow.access_length import lengths

Kind = Condition.Kind
# What only an access has.
OF_ACCESS = ("granted_minutes", "kinds", "other_conditions")


class ProposeForm(CommentedForm, ReasonsForm):
    """Begins with a draft from the answers; a returned proposal is changed."""

    stage = "assessment"
    template = "lockbox/proposal/form.html"
    own = (*ReasonsForm.own, "kinds", "other_conditions", "bound", "prohibition")
    needed = (*ReasonsForm.needed, "granted_minutes", "bound", "prohibition")
    field_order = (
        "outcome",
        "granted_minutes",
        "granted_scope",
        "kinds",
        "other_conditions",
        "bound",
        "prohibition",
    )

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
    kinds = forms.MultipleChoiceField(
        label=_("Conditions"),
        choices=[choice for choice in Kind.choices if choice[0] != Kind.OTHER],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Each is written out in the decision, and followed up afterwards."),
    )
    other_conditions = PlainText(
        label=_("Other conditions"),
        rows=2,
        required=False,
        help_text=_("One on each line, as the provider shall read it."),
    )
    bound = PlainText(
        label=_("Reservation: who is bound"),
        rows=2,
        # As long as a service says on whom it was.
        longest=200,
        required=False,
        help_text=_(
            "One person on each line, by name; an employer may follow after a comma."
            " Each is served before access is given."
        ),
    )
    prohibition = PlainText(
        label=_("Reservation: what they may not do"),
        rows=3,
        required=False,
        help_text=_("OSL 10:14: limits the right to pass on or use the information."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.basis.facts.is_of_access:
            # Documents are handed out for good, and without conditions.
            for name in OF_ACCESS:
                del self.fields[name]
        earlier = self._earlier()
        self.returned_comment = earlier.returned_comment if earlier else None
        if earlier is not None:
            self._start_from(earlier)
        else:
            self._start_from_answers()
        self.redraft()

    @cached_property
    def unanswered(self) -> list[str]:
        """Opinions that were asked for: it is proposed without them knowingly."""
        return unanswered_opinions(case_file_of(self.subject))

    @cached_property
    def basis(self) -> Basis:
        return basis_of(self.subject, assessment_with_texts(self.subject))

    @cached_property
    def checked(self) -> dict[str, list[CheckedAnswer]]:
        """What is this case's own first, then what was confirmed as it was known."""
        rows = checked_answers(self.basis)
        own = [row for row in rows if row.place and not row.source]
        taken_over = [row for row in rows if row not in own]
        return {"own": own, "taken_over": taken_over} if rows else {}

    @property
    def length_warnings(self) -> list[str]:
        """Where asked, granted and given lengths of access differ."""
        request, beside = self.subject.access_request, self.basis.facts.minutes_beside
        return lengths(request, self.minutes_now, beside).warnings

    @property
    def contradictions(self) -> list[str]:
        """What can't both be true in the reasons as they read now."""
        texts = [str(self[name].value() or "") for name in TEXTS if name in self.fields]
        return list(
            dict.fromkeys(why for text in texts for why in contradictions(text))
        )

    @cached_property
    def in_the_way(self) -> list[Obstacle]:
        """What forbids a grant of what is asked, whatever its terms."""
        facts = self.basis.facts
        reserved = demands_reservation(facts)
        decision = IntendedDecision(
            outcome=(Outcome.GRANTED_WITH_RESERVATION if reserved else Outcome.GRANTED),
            ground=lawful_ground(facts, reserved=reserved),
            minutes=1,
            conditions=int(facts.is_of_access),
            reservations=int(reserved),
        )
        return obstacles(facts, decision)

    def _earlier(self) -> Proposal | None:
        """The newest proposal, with everything that the form begins with."""
        related = ("returned_comment", *Proposal.texts())
        proposal = self.subject.proposals.select_related(*related).first()
        if proposal is not None:
            read_terms(proposal)
        return proposal

    def _start_from(self, earlier: Proposal) -> None:
        """A returned proposal is changed, not typed again."""
        for name in ("outcome", "granted_minutes", "granted_scope"):
            if name in self.fields:
                self.fields[name].initial = getattr(earlier, name)
        self.start_reasons_from(earlier)
        if self.basis.facts.is_of_access:
            self._start_with_conditions(list(earlier.conditions.all()))
        reservations = list(earlier.reservations.all())
        self.fields["bound"].initial = "\n".join(row.bound for row in reservations)
        for reserved in reservations[:1]:
            self.fields["prohibition"].initial = reserved.prohibition.text

    def _start_with_conditions(self, conditions: list[Condition]) -> None:
        self.fields["kinds"].initial = [row.kind for row in conditions]
        others = [row.text.text for row in conditions if row.kind == Kind.OTHER]
        self.fields["other_conditions"].initial = "\n".join(others)

    def _start_from_answers(self) -> None:
        minutes = self.basis.facts.longest_asked
        outcome = self.suggested()
        self.fields["outcome"].initial = outcome
        if "granted_minutes" in self.fields:
            self.fields["granted_minutes"].initial = minutes
        texts = from_review.draft(self.subject, self.basis, outcome, minutes)
        for name, text in zip(TEXTS, texts, strict=True):
            self.fields[name].initial = text
        if self.basis.facts.is_of_access:
            self.fields["kinds"].initial = self._thought_of()
        names = [part.name for part in open_parts(self.basis.facts)]
        self.fields["granted_scope"].initial = listed(names)

    def _thought_of(self) -> list[str]:
        """The conditions that the assessment found to make the access narrower."""
        rows = {row.node: row for row in self.basis.assessment.answers}
        row = rows.get("N10")
        return row.conditions if row and row.answer == "condition" else []

    def suggested(self) -> str:
        facts = self.basis.facts
        if facts.is_of_access and facts.answers.get("N0") == "no":
            return Outcome.DISMISSED
        if self.in_the_way:
            partly = any(open_parts(facts))
            return Outcome.PARTIALLY_GRANTED if partly else Outcome.REFUSED
        if demands_reservation(facts):
            return Outcome.GRANTED_WITH_RESERVATION
        return Outcome.GRANTED

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == Outcome.GRANTED_WITH_RESERVATION:
            for name in ("bound", "prohibition"):
                if not cleaned.get(name, "").strip():
                    self.add_error(name, _("Write the reservation (OSL 10:14)."))
        return cleaned

    def step_fields(self) -> dict[str, Any]:
        """Terms belong to a grant: those typed for one stay out of a refusal."""
        cleaned = self.cleaned_data
        fields = super().step_fields()
        if cleaned["outcome"] in GRANTS and self.basis.facts.is_of_access:
            fields["conditions"] = self._conditions()
        if cleaned["outcome"] == Outcome.GRANTED_WITH_RESERVATION:
            fields["reservations"] = [
                ReservationTerm(line.strip(), cleaned["prohibition"])
                for line in cleaned["bound"].splitlines()
                if line.strip()
            ]
        return fields

    def _conditions(self) -> list[ConditionTerm]:
        cleaned = self.cleaned_data
        minutes = cleaned.get("granted_minutes")
        term = partial(
            from_review.condition, minutes=minutes, authority=self.subject.authority
        )
        named = [term(kind) for kind in cleaned["kinds"]]
        lines = [line.strip() for line in cleaned["other_conditions"].splitlines()]
        return [*named, *(ConditionTerm(Kind.OTHER, line) for line in lines if line)]
