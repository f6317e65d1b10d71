"""The lawyer's form: the law's questions in their order, and the harm tests."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.catalogue.tree import Kind, Node
from requests_app.forms.assessment_rows import (
    PRESUMPTIONS,
    EndedRow,
    NodeRow,
    PartRow,
    ProvisionRow,
    answered_no,
    answers_in,
    harm_question,
    is_key,
    named,
    replacing,
    statute_texts,
)
from requests_app.forms.grounds import GroundField, stand_on
from requests_app.forms.harm_test import (
    carried_over,
    harm_test_fields,
    harm_test_in,
    reasons_for,
)
from requests_app.forms.return_comment import CommentedForm
from requests_app.forms.step import PlainText
from requests_app.law.assessment import Assessment, assessment_with_texts
from requests_app.law.facts import Basis, basis_of
from requests_app.law.harm_tests import field_key
from requests_app.law.proposed_answers import has_ended
from requests_app.models import (
    Consent,
    Part,
    Provision,
    StatuteParagraph,
)
from requests_app.permissions.roles import today
from requests_app.selectors.clocks import Clock, clock_of
from requests_app.selectors.search.similar import SimilarCase, similar_to

REPLACED = _(
    "Another version is in force since you opened the page: look at it, and save again."
)


class AssessForm(CommentedForm):
    stage = "assessment"
    template = "lockbox/assessment/form.html"

    more = forms.ModelMultipleChoiceField(
        Provision.objects.none(),
        label=_("Further provisions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.asks_again():
            self._show_what_was_added()
            self.data = answered_no(self.data, self.basis.tree)
        self.provisions = self._provisions()
        shown = [provision.pk for provision in self.provisions]
        self.choice("more").queryset = (
            Provision.objects.in_force(today())
            .filter(works_against=Provision.WorksAgainst.EVERYONE)
            .exclude(pk__in=shown)
        )
        self.choice("more").label_from_instance = named
        self._add_questions()
        for provision in self.provisions:
            for part in (None, *self.assessment.parts):
                self._add_test(provision, part)
        # Last on the page, and so last among what is to be mended.
        if declaration := self.fields.pop("no_conflict", None):
            self.fields["no_conflict"] = declaration

    @cached_property
    def assessment(self) -> Assessment:
        return assessment_with_texts(self.subject)

    @cached_property
    def basis(self) -> Basis:
        return basis_of(self.subject, self.assessment)

    def clock(self) -> Clock | None:
        return clock_of(self.subject.access_request)

    @cached_property
    def similar(self) -> list[SimilarCase]:
        return similar_to(self.subject, by=self.by)

    @property
    def consents(self) -> list[Consent]:
        return self.assessment.consents

    def _show_what_was_added(self) -> None:
        data: Any = self.data
        typed = data.copy()
        typed.setlist("shown", [*typed.getlist("shown"), *typed.getlist("more")])
        typed.setlist("more", [])
        self.data = typed

    def _provisions(self) -> list[Provision]:
        """The provisions to try: those tested, those the information sets propose, and
        those added here."""
        tests = self.assessment.harm_tests
        self.tests = {field_key(row.provision, row.part): row for row in tests}
        by_pk: dict[int, Provision] = {row.provision_id: row.provision for row in tests}
        by_pk |= {row.pk: row for row in self.basis.proposed}
        if self.is_bound:
            typed: Any = self.data
            keys = [
                pk
                for pk in typed.getlist("shown")
                if is_key(pk) and int(pk) not in by_pk
            ]
            added = Provision.objects.exclude(valid_from__gt=today())
            added = added.filter(pk__in=keys).select_related("statute_paragraph")
            by_pk |= {row.pk: row for row in added}
        by_pk |= {row.pk: row for row in replacing(by_pk.values())}
        rows = sorted(by_pk.values(), key=lambda row: row.pk)
        now = [row for row in rows if not has_ended(row)]
        if self.is_bound:
            # What was typed of a version that has ended since the page was opened.
            self.carried = carried_over(self.data, rows, now)
            self.retype(self.carried)
        return now

    def clean(self) -> dict[str, Any]:
        for key in {name.partition("_")[2] for name in self.carried}:
            self.add_error(f"outcome_{key}", REPLACED)
        return super().clean() or {}

    @cached_property
    def ended(self) -> list[EndedRow]:
        """What the law has put an end to since it was tested."""
        now = {row.code for row in self.provisions}
        return [
            EndedRow(test, test.provision.code in now)
            for test in self.tests.values()
            if has_ended(test.provision)
        ]

    def _add_questions(self) -> None:
        answers = {row.node: row for row in self.assessment.answers}
        for node in self.basis.tree.nodes:
            if node.kind not in (Kind.ASKED, Kind.GROUNDS):
                continue
            row = answers.get(node.code)
            proposal = self.basis.proposed_answers.get(node.code)
            proposed = proposal.answer if proposal else None
            if node.kind == Kind.ASKED:
                self.fields[f"answer_{node.code}"] = forms.ChoiceField(
                    label=node.question,
                    choices=node.choices,
                    widget=forms.RadioSelect,
                    required=node.code in ("N0", "N3"),
                    initial=row.answer if row else proposed,
                )
            text = row.motivation.text if row and row.motivation else ""
            self.fields[f"motivation_{node.code}"] = PlainText(
                label=reasons_for(f"{node.major}: {node.question}"),
                rows=1 if node.is_factor else 2,
                required=False,
                initial=text,
            )

    def _add_test(self, provision: Provision, part: Part | None) -> None:
        row = self.tests.get(field_key(provision, part))
        self.fields |= harm_test_fields(provision, part, row)
        if not self.basis.tree.asks_once:
            self.fields[f"ground_{field_key(provision, part)}"] = GroundField(
                provision, self.subject, initial=row.ground if row else None
            )

    @cached_property
    def rows(self) -> list[ProvisionRow]:
        return [
            ProvisionRow(
                provision,
                harm_question(provision),
                PRESUMPTIONS[provision.harm_test],
                self[f"outcome_{provision.pk}"],
                self[f"reasons_{provision.pk}"],
                [self[f"for_{provision.pk}"], self[f"against_{provision.pk}"]],
                self._ground(field_key(provision, None)),
                [self._part_row(provision, part) for part in self.assessment.parts],
            )
            for provision in self.provisions
        ]

    def _part_row(self, provision: Provision, part: Part) -> PartRow:
        key = field_key(provision, part)
        return PartRow(
            part, self[f"outcome_{key}"], self[f"reasons_{key}"], self._ground(key)
        )

    def _ground(self, key: str) -> Any:
        name = f"ground_{key}"
        return self[name] if name in self.fields else None

    @cached_property
    def nodes(self) -> list[NodeRow]:
        """The questions in the order of the law; those other steps answer left out."""
        texts = statute_texts(self.basis.tree.nodes)
        return [
            self._node_row(node, texts)
            for node in self.basis.tree.nodes
            if node.kind != Kind.RECORDED and self._concerns(node)
        ]

    def _concerns(self, node: Node) -> bool:
        """Questions on personal data are left out where there are none."""
        return not node.code.startswith("N9") or self.basis.facts.has_personal_data

    def _node_row(self, node: Node, texts: dict[str, StatuteParagraph]) -> NodeRow:
        proposal = self.basis.proposed_answers.get(node.code)
        paragraphs = [texts[key] for key in node.paragraphs if key in texts]
        label = node.label(proposal.answer) if proposal and proposal.answer else ""
        answer, reasons = (
            self[name] if name in self.fields else None
            for name in (f"answer_{node.code}", f"motivation_{node.code}")
        )
        stand = stand_on(node.code, self.subject.authority)
        return NodeRow(node, proposal, label, paragraphs, answer, reasons, stand)

    def asks_again(self) -> bool:
        return "add" in self.data or "none_of" in self.data

    def step_fields(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "no_conflict": cleaned.get("no_conflict", False),
            "settled": cleaned.get("settled", ()),
            "answers": answers_in(cleaned, self.basis.tree),
            "tested": [
                harm_test_in(cleaned, row, part)
                for row in self.provisions
                for part in (None, *self.assessment.parts)
            ],
        }
