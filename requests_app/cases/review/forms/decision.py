"""Decision, of the forms of secrecy review: at a glance, follow up, freeze, serving and
translation."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audit_app import acting
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.selectors import SetInObject
from requests_app.cases.review.dossier import Dossier, case_of, unanswered
from requests_app.cases.review.forms.people import TakingPartForm
from requests_app.cases.review.law.facts import Basis, Facts, basis_of
from requests_app.cases.review.law.known import is_inside
from requests_app.cases.review.law.rules import (
    NOT_HINDERING,
    lost_ground,
    needs_reasons,
    obstacles,
)
from requests_app.cases.review.models.assessment import HarmTest
from requests_app.cases.review.models.decision import (
    Condition,
    ConditionFollowUp,
    Decision,
    Proposal,
    ReturnComment,
    ServiceOfDecision,
)
from requests_app.cases.review.models.freeze import Freeze
from requests_app.cases.review.papers.decision import (
    ShownComment,
    comments_on,
    contradictions,
    shown_comments,
)
from requests_app.cases.review.papers.document import Document, fingerprint, read_terms
from requests_app.cases.review.papers.english import draft
from requests_app.cases.review.steps import decision, gate
from requests_app.cases.review.steps.decision import FollowUpInput, drafted
from requests_app.cases.review.steps.gate import current_decision, lengths
from requests_app.cases.review.steps.proposal import as_proposed
from requests_app.core.calendar import working_days_after
from requests_app.core.catalogue import country_choices, country_name
from requests_app.core.forms import (
    AsReadForm,
    EmptyForm,
    MomentField,
    PlainText,
    ReasonForm,
    StepForm,
    this_minute,
)
from requests_app.core.models import GRANTS
from requests_app.core.people.models import Authority, Role
from requests_app.core.people.rights import authorities_of, in_reach
from requests_app.core.words.texts import by_name
from requests_app.organisation.rights import delegation_for
from requests_app.registers.models.cloud import Provider, ProviderProduct
from requests_app.registers.models.information import InformationSet

# What stands out in a proposal, for whoever decides it on a phone at three.

SENSITIVE = 3


class Deviation(NamedTuple):
    """An answer, and what was proposed or presumed instead of it."""

    question: Any
    answer: Any
    instead_of: Any


class Glance(NamedTuple):
    # Why it can't be decided as it stands.
    stops: list[str]
    deviations: list[Deviation]
    risks: list[str]
    unanswered: list[str]


def at_a_glance(case: Dossier, basis: Basis, proposal: Any) -> Glance:
    grants = proposal.outcome in GRANTS
    stops = obstacles(basis.facts, as_proposed(proposal)) if grants else []
    deviations = [*_answers(case), *(_tests(case) if grants else [])]
    risks = _risks(case, basis.facts, proposal) if grants else []
    risks += contradictions(proposal.motivation_internal.text)
    return Glance([row.text for row in stops], deviations, risks, unanswered(case))


def _answers(case: Dossier) -> list[Deviation]:
    """Answers that are not those which the map or a standing assessment proposed."""
    return [
        Deviation(
            question.node.question,
            question.answer,
            gettext("proposed: %(answer)s, %(because)s")
            % {
                "answer": question.node.label(row.proposed),
                "because": row.proposed_because,
            },
        )
        for question in case.questions
        if (row := question.row) and question.is_asked
        if row.proposed and row.proposed != row.answer
    ]


def _tests(case: Dossier) -> list[Deviation]:
    """Provisions said not to hinder, where the law presumes that they do."""
    return [
        Deviation(row.provision, row.get_outcome_display(), _presumption(row))
        for row in case.harm_tests
        if row.outcome in NOT_HINDERING and needs_reasons(row.harm_test, row.outcome)
    ]


def _presumption(row: HarmTest) -> str:
    return row.get_harm_test_display()


def _risks(case: Dossier, facts: Facts, proposal: Any) -> list[str]:
    request = case.access_request
    product = request.connection.product
    risks = []
    if facts.is_of_access:
        length = lengths(request, proposal.granted_minutes, facts.minutes_beside)
        risks += length.warnings
    if product.revocation != ProviderProduct.Revocation.YES:
        risks.append(f"{product}: {product.get_revocation_display()}.")
    risks += _of_recipient(case.review)
    if facts.highest_class and facts.highest_class >= SENSITIVE:
        text = gettext("The highest class of confidentiality is K%(level)s.")
        risks.append(text % {"level": facts.highest_class})
    sets = [row for named in case.objects for row in named.sets]
    if any(row.protected_identities for row in sets):
        risks.append(gettext("Protected identities may occur."))
    named = [str(test.name) for test in facts.hindering]
    if named:
        text = gettext("Secrecy applies: %(provisions)s.")
        risks.append(text % {"provisions": ", ".join(named)})
    return [*risks, *_weighing_against(case)]


def _of_recipient(review: SecrecyReview) -> list[str]:
    country = review.access_request.engineer_country
    if not country:
        return [
            gettext("The request does not say from which country the work is done.")
        ]
    if is_inside(country):
        return []
    text = gettext("The work is done outside the EEA: %(country)s.")
    return [text % {"country": country_name(country)}]


def _weighing_against(case: Dossier) -> list[str]:
    against = [
        str(question.node.question)
        for question in case.questions
        if question.is_asked and question.node.is_factor
        if question.row and question.row.answer == "against"
    ]
    text = gettext("Weighs against: %(factor)s")
    return [text % {"factor": factor} for factor in against]


# Deciding, returning, reconsidering, correcting.


class DecideForm(AsReadForm, TakingPartForm):
    """Shows the proposal whole: what is signed is what is read."""

    template = "lockbox/decision/form.html"
    stage = "decision"

    urgent_because = PlainText(
        label=_("Why the board can't be awaited"),
        rows=2,
        required=False,
        help_text=_(
            "You decide in the board's place (KL 6:39). It is reported to its next"
            " meeting."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.rule is None or not self.rule.is_urgent:
            del self.fields["urgent_because"]

    @cached_property
    def proposal(self) -> Proposal | None:
        comments = ReturnComment.objects.unsettled().filter(review=OuterRef("review"))
        proposal = (
            self.subject.proposals.filter(status=Proposal.Status.OPEN)
            .select_related("proposed_by", *Proposal.texts())
            .annotate(has_lost_ground=lost_ground(), has_comments=Exists(comments))
            .first()
        )
        if proposal is not None:
            read_terms(proposal)
        return proposal

    @cached_property
    def case(self) -> Dossier:
        return case_of(self.subject, self.relation)

    @property
    def information(self) -> list[SetInObject]:
        """What lies in the objects, each set once."""
        rows = [row for named in self.case.objects for row in named.sets]
        return list({row.name: row for row in rows}.values())

    @cached_property
    def rule(self) -> Any:
        proposal = self.proposal
        if proposal is None:
            return None
        return delegation_for(
            self.by, self.subject, proposal.outcome, proposal.granted_minutes
        )

    @cached_property
    def basis(self) -> Basis:
        return basis_of(self.subject, self.case.assessment)

    @cached_property
    def glance(self) -> Glance | None:
        if self.proposal is None:
            return None
        return at_a_glance(self.case, self.basis, self.proposal)

    @cached_property
    def comments(self) -> list[ShownComment]:
        """Comments on an earlier proposal, not ticked off by the case officer yet."""
        proposal: Any = self.proposal
        if proposal is None or not proposal.has_comments:
            return []
        rows = comments_on(self.subject).unsettled()
        return shown_comments(self.subject, lambda _: self.case.assessment, rows=rows)

    @cached_property
    def previews(self) -> list[Document]:
        """The decision as it will read: the recipient's copy, and the full one."""
        if self.proposal is None or self.rule is None:
            return []
        proposed = (self.subject, self.proposal, self.rule, self.basis)
        return list(drafted(*proposed, by=self.by))

    @property
    def as_read(self) -> str:
        return fingerprint(self.previews)


class StrikeOffForm(TakingPartForm):
    """Strike off a case that was stopped: there is nothing to read and nothing to
    write."""

    stage = "decision"
    warning = _("The case is struck off. It stays stopped for protective security.")

    @cached_property
    def objects(self) -> list[Any]:
        """None: nobody reads what a stopped case is about."""
        return []


class ReconsiderForm(ReasonForm):
    warning = _(
        "The decision stays as it is; a new one will supersede it. An answer not yet"
        " given is held back."
    )


class CorrectForm(StepForm):
    warning = _(
        "For clerical errors only (FL 36 §). The decision is not changed: the"
        " correction stands beside it."
    )
    text = PlainText(label=_("Correction"), rows=4)


# Following up the conditions of a decision.

KEPT, BROKEN = "kept", "broken"
# What a provider did in a request (requests_app/hooks.py).
ACTS: list[Callable[[Any], Iterable[Any]]] = []


class ConditionRow(NamedTuple):
    """A condition on the form: what was last said of it, and what speaks for what."""

    condition: Condition
    last: ConditionFollowUp | None
    hint: str
    choice: BoundField
    text: BoundField


class FollowUpForm(StepForm):
    template = "lockbox/follow_up/form.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.asks_again():
            self.retype({f"kept_{row.pk}": KEPT for row in self.conditions})
        for condition in self.conditions:
            self.fields[f"kept_{condition.pk}"] = forms.ChoiceField(
                label=_("Was the condition kept?"),
                choices=[(KEPT, _("Kept")), (BROKEN, _("Broken"))],
                widget=forms.RadioSelect,
                required=False,
                initial=self._initial(condition),
            )
            self.fields[f"text_{condition.pk}"] = PlainText(
                label=_("Note"), rows=2, required=False
            )

    def asks_again(self) -> bool:
        return "all_kept" in self.data

    @cached_property
    def conditions(self) -> list[Condition]:
        decision = current_decision(self.subject)
        if decision is None:
            return []
        rows = Condition.objects.filter(proposal=decision.proposal_id)
        notes = ("follow_ups__note", "follow_ups__noted_by")
        return list(rows.select_related("text").prefetch_related(*notes))

    @cached_property
    def grants(self) -> list[Any]:
        return list(self.subject.access_request.grants.all())

    @cached_property
    def outside(self) -> list[Any]:
        """What the provider says it did outside the access granted."""
        request = self.subject.access_request
        acts = [act for acts_of in ACTS for act in acts_of(request)]
        return [act for act in acts if not act.is_inside]

    def _last(self, condition: Condition) -> ConditionFollowUp | None:
        return next(iter(condition.follow_ups.all()), None)

    def _is_outstayed(self, condition: Condition) -> bool:
        return condition.kind == Condition.Kind.DURATION and bool(self.outside)

    def _initial(self, condition: Condition) -> str:
        if self._last(condition) is None and self._is_outstayed(condition):
            return BROKEN
        return ""

    def _hint(self, condition: Condition) -> Any:
        if self._is_outstayed(condition):
            return _("The provider reports events outside the access granted.")
        ends = max((row.ended_at for row in self.grants if row.ended_at), default=None)
        if ends is None or not condition.due_days:
            return ""
        due = working_days_after(ends, condition.due_days)
        return _("Due %(day)s.") % {"day": date_format(due, "j F Y")}

    @property
    def rows(self) -> list[ConditionRow]:
        return [
            ConditionRow(
                condition,
                self._last(condition),
                self._hint(condition),
                self[f"kept_{condition.pk}"],
                self[f"text_{condition.pk}"],
            )
            for condition in self.conditions
        ]

    def clean(self) -> dict[str, Any]:
        """A note says of what: it is not left behind unseen."""
        cleaned = super().clean() or {}
        for condition in self.conditions:
            state, text = f"kept_{condition.pk}", f"text_{condition.pk}"
            if cleaned.get(text) and not cleaned.get(state):
                self.add_error(state, _("Say whether it was kept or broken."))
        return cleaned

    def step_fields(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "followed": [
                FollowUpInput(condition, state == KEPT, cleaned[f"text_{condition.pk}"])
                for condition in self.conditions
                if (state := cleaned[f"kept_{condition.pk}"])
            ]
        }


# Setting a freeze, and lifting it.


class FreezeForm(StepForm):
    template = "lockbox/freeze/new.html"
    warning = _(
        "All approvals stop at once. Answers not yet given are called back; access"
        " that already runs is listed on the next page."
    )

    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Authority"))
    covers_all = forms.BooleanField(
        label=_("For all authorities on our connections"),
        required=False,
        help_text=_("On the connections that this authority runs."),
    )
    provider = forms.ModelChoiceField(
        Provider.objects.all(), label=_("Provider"), required=False
    )
    product = forms.ModelChoiceField(
        ProviderProduct.objects.select_related("provider"),
        label=_("Product"),
        required=False,
    )
    country = forms.ChoiceField(
        label=_("Country of the engineer"),
        choices=lambda: [("", "—"), *country_choices()[1:]],
        required=False,
        help_text=_("A request that names no country is stopped too."),
    )
    information_set = forms.ModelChoiceField(
        InformationSet.objects.none(),
        label=_("Information set"),
        required=False,
        help_text=_("An object of which nobody has said what it holds is stopped too."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Shown on every proposal that it stops."),
    )
    ends_at = MomentField(
        label=_("Ends"), required=False, help_text=_("Empty: until it is lifted.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        runs = authorities_of(self.by, Role.INFORMATION_SECURITY_MANAGER)
        authority = self.choice("authority")
        authority.queryset = by_name(Authority.objects.filter(pk__in=runs))
        if len(runs) == 1:
            authority.empty_label = None
        for name in ("provider", "product"):
            self.choice(name).queryset = in_reach(self.choice(name).queryset, self.by)
        self.choice("information_set").queryset = by_name(
            InformationSet.objects.filter(authority__in=runs).select_related(
                "authority"
            )
        )

    def asks_again(self) -> bool:
        return "look" in self.data

    def frozen(self) -> Freeze | None:
        """What would be set, for whoever looks first at what it stops."""
        if not (self.asks_again() and self.is_valid()):
            return None
        return Freeze(begins_at=acting.now(), **self.step_fields())

    def clean_ends_at(self) -> datetime | None:
        ends_at = self.cleaned_data["ends_at"]
        if ends_at is not None and ends_at <= acting.now():
            raise ValidationError(_("This time has passed."))
        return ends_at

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        scopes = ("provider", "product", "country", "information_set")
        if sum(bool(cleaned.get(name)) for name in scopes) != 1:
            raise ValidationError(
                _("Choose one: a provider, a product, a country or an information set.")
            )
        authority = cleaned.get("authority") if cleaned.get("covers_all") else None
        if authority and not authority.connections.exists():
            text = _("The authority runs no connection: choose the one that does.")
            self.add_error("covers_all", text)
        return cleaned


class LiftForm(EmptyForm):
    shows = ("reason", "made_by", "lift_reason", "lift_asked_by")
    warning = _(
        "Approvals are possible again. What was decided before the freeze is put in"
        " order to be answered within a minute."
    )


# When a decision was served, how, and on whom.


class ServeForm(StepForm):
    warning = _(
        "Recorded once for each decision; where it has a reservation, once for the"
        " provider and once for each person it binds. The time to appeal runs from the"
        " service, for each from their own, and an approval with a reservation is not"
        " given before everyone who is bound has been served."
    )

    served_at = MomentField(label=_("When it was served"), initial=this_minute)
    way = forms.ChoiceField(
        label=_("How it was served"), choices=ServiceOfDecision.Way.choices
    )
    recipient = forms.CharField(label=_("On whom"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The party is the provider, whoever employs the engineer.
        provider = self.subject.access_request.connection.product.provider
        self.fields["recipient"].initial = str(provider)
        if left := decision.left_to_serve(self.subject):
            self.fields["recipient"] = forms.ChoiceField(
                label=_("On whom"),
                choices=[(name, name) for name in left],
                help_text=_("The provider and each who is bound, one by one."),
            )


# A decision in English.


class TranslateForm(StepForm):
    template = "lockbox/decision/translate.html"
    warning = _(
        "For a recipient who needs it to look after their rights (FL 13 §). The"
        " decision in Swedish is the one that applies, and the translation says so. How"
        " to appeal is added in English."
    )
    text = PlainText(
        label=_("The decision in English"),
        rows=18,
        help_text=_(
            "Drafted from what was decided. What was typed in Swedish stands between"
            " brackets: translate it."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.decision is not None:
            self.fields["text"].initial = draft(self.decision)

    @cached_property
    def decision(self) -> Decision | None:
        return gate.current_decision(self.subject)
