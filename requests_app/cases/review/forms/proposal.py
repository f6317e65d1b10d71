"""Proposal, of the forms of secrecy review: reasons."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.cases.intake.forms import TICK, NamesNobodyForm
from requests_app.cases.review.dossier import case_file_of, unanswered_opinions
from requests_app.cases.review.drafting import texts as drafting_texts
from requests_app.cases.review.forms.afterwards import CommentedForm
from requests_app.cases.review.forms.assessment import TEXTS, RedraftingForm
from requests_app.cases.review.forms.known import CheckedAnswer, checked_answers
from requests_app.cases.review.law.facts import (
    Basis,
    ConditionTerm,
    IntendedDecision,
    Obstacle,
    ReservationTerm,
    assessment_with_texts,
    basis_of,
    demands_reservation,
    lawful_ground,
    open_parts,
)
from requests_app.cases.review.law.rules import (
    Naming,
    Omission,
    named_as_a_rule,
    obstacles,
)
from requests_app.cases.review.models.assessment import HarmTest
from requests_app.cases.review.models.decision import Condition, Proposal
from requests_app.cases.review.papers.decision import contradictions
from requests_app.cases.review.papers.document import read_terms
from requests_app.cases.review.steps.gate import lengths
from requests_app.cases.review.steps.proposal import is_by_fl
from requests_app.core.catalogue import NAMES
from requests_app.core.forms import PlainText
from requests_app.core.models import GRANTS, Interest, Outcome
from requests_app.core.people.models import Authority
from requests_app.core.people.rights import in_reach
from requests_app.core.words.texts import listed

# What the recipient reads of the reasons: all of them, or less where that is tried.

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
            " all of it, unless you answer below that something in it is secret."
        ),
    )
    leaves_out = forms.TypedChoiceField(
        label=_("Do the reasons contain anything that is secret from the recipient?"),
        choices=[
            ("no", _("No: it reads all of them")),
            ("yes", _("Yes, or the law lets some be left out: it reads less")),
        ],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        help_text=_(
            "What is secret is secret from the provider too (OSL 8:1): what a file, a"
            " mailbox or a case is about, and of whom. Only a party has a right to"
            " reasons."
        ),
        error_messages={"required": _("Say whether the recipient may read it all.")},
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
        help_text=_(
            "To a party: FL 32 § second paragraph, 2 and 3. The recipient reads it."
        ),
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
        self._start_with_less()

    def _start_with_less(self) -> None:
        """What tells something by its name stands in no copy. Whoever has no right to
        reasons reads less of them, until somebody says otherwise."""
        is_party = is_by_fl(self.subject, self.basis, Outcome.REFUSED)
        if self.reveals or not is_party:
            self.fields["leaves_out"].initial = "yes"
        if not is_party:
            names = [str(row.provision) for row in self.hindering]
            because = drafting_texts.LESS_BECAUSE.format(names=listed(names))
            self.fields["left_out_for"].initial = Interest.SECRECY
            self.fields["left_out_because"].initial = because

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
            instead = drafting_texts.draft(
                self.subject, self.basis, *terms
            ).for_recipient
        self.fields["motivation_for_recipient"].initial = instead
        self.fields["leaves_out"].initial = "yes" if earlier.left_out_for else "no"
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


# Proposing a decision: its outcome, its terms and its two motivations.

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
        texts = drafting_texts.draft(self.subject, self.basis, outcome, minutes)
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
            drafting_texts.condition, minutes=minutes, authority=self.subject.authority
        )
        named = [term(kind) for kind in cleaned["kinds"]]
        lines = [line.strip() for line in cleaned["other_conditions"].splitlines()]
        return [*named, *(ConditionTerm(Kind.OTHER, line) for line in lines if line)]
