"""The lawyer's form: the law's questions in their order, and the harm tests."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.catalogue.tree import Kind, Node
from requests_app.documents.drafting.case import ReasonedAnswer
from requests_app.documents.drafting.weighing import of_side
from requests_app.forms.assessment_rows import (
    NodeRow,
    Place,
    answered_no,
    answers_in,
    statute_texts,
)
from requests_app.forms.grounds import stand_on
from requests_app.forms.harm_test import reasons_for
from requests_app.forms.known import KnownForm
from requests_app.forms.step import PlainText
from requests_app.models import Condition, StatuteParagraph
from requests_app.selectors.clocks import Clock, clock_of
from requests_app.workflow.assessment import AnswerInput

Kinds = Condition.Kind
WHICH = _("Choose the conditions, or write how the access is made narrower.")
# Buttons that change the form and send nothing.
FILLS = ("add", "none_of", "fill")


class AssessForm(KnownForm):
    stage = "assessment"
    template = "lockbox/assessment/form.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.asks_again():
            self.show_what_was_added()
            self.data = answered_no(self.data, self.basis.tree)
        self.find_provisions()
        if self.is_bound and "fill" in self.data:
            self.retype(self.filled(self.data["fill"]))
        self._add_questions()
        self._add_conditions()
        if self.known:
            self.add_confirmation()
        self.add_tests()
        # Last on the page, and so last among what is to be mended.
        if declaration := self.fields.pop("no_conflict", None):
            self.fields["no_conflict"] = declaration

    def clock(self) -> Clock | None:
        return clock_of(self.subject.access_request)

    def _add_questions(self) -> None:
        for node in self.basis.tree.nodes:
            if node.kind not in (Kind.ASKED, Kind.GROUNDS, Kind.WEIGHED):
                continue
            row, words = self.answers.get(node.code), self.words.get(node.code)
            if node.kind == Kind.ASKED:
                self.fields[f"answer_{node.code}"] = forms.ChoiceField(
                    label=node.question,
                    choices=node.choices,
                    widget=forms.RadioSelect,
                    required=node.code in ("N0", "N3"),
                    initial=row.answer if row else self._proposed(node),
                )
            text = row.motivation.text if row and row.motivation else ""
            self.fields[f"motivation_{node.code}"] = PlainText(
                label=reasons_for(f"{node.major}: {node.question}"),
                rows=1 if node.is_factor else 2,
                required=False,
                initial=text or (words.text if words and not row else ""),
            )

    def _proposed(self, node: Node) -> str | None:
        """What is known; nothing where it differs from the earlier case."""
        if known := self.known.get(node.code):
            return known.answer
        proposal = self.basis.proposed_answers.get(node.code)
        is_open = node.code in self.changed
        return proposal.answer if proposal and not is_open else None

    def _add_conditions(self) -> None:
        row = self.answers.get("N10")
        was = self.earlier and self.earlier.answers.get("N10")
        self.fields["conditions"] = forms.MultipleChoiceField(
            label=_("Which conditions"),
            choices=[row for row in Kinds.choices if row[0] != Kinds.OTHER],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            initial=row.conditions if row else was.conditions if was else [],
            help_text=_("The proposal begins with them. Others are written there."),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.refuse_unconfirmed(cleaned)
        narrower = cleaned.get("answer_N10") == "condition"
        how = cleaned.get("conditions") or cleaned.get("motivation_N10", "").strip()
        if narrower and not how:
            self.add_error("conditions", WHICH)
        self.refuse_words_of_another_answer(cleaned)
        return cleaned

    @cached_property
    def nodes(self) -> list[NodeRow]:
        """The questions in the order of the law; those other steps answer left out."""
        texts = statute_texts(self.basis.tree.nodes)
        return [
            self._node_row(node, texts)
            for node in self.basis.tree.nodes
            if node.kind != Kind.RECORDED and self._concerns(node)
        ]

    @property
    def known_rows(self) -> list[NodeRow]:
        return [row for row in self.nodes if row.place == Place.KNOWN]

    @property
    def asked_rows(self) -> list[NodeRow]:
        """What is other than in the earlier case before everything else, then what is
        answered each time."""
        rows = [row for row in self.nodes if row.place != Place.KNOWN]
        return sorted(rows, key=lambda row: row.place)

    @property
    def first_rows(self) -> list[NodeRow]:
        return [row for row in self.asked_rows if row.place != Place.LATER]

    @property
    def later_rows(self) -> list[NodeRow]:
        return [row for row in self.asked_rows if row.place == Place.LATER]

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
        known, was = self.known.get(node.code), self.changed.get(node.code, "")
        return NodeRow(
            node,
            proposal,
            label,
            paragraphs,
            answer,
            reasons,
            stand,
            settled=known,
            settled_answer=node.label(known.answer) if known else "",
            was=node.label(was) if was and answer else "",
            words=self.words.get(node.code),
            clauses=self._clauses(node),
        )

    def _clauses(self, node: Node) -> str:
        """What follows from the factors that are chosen, for the text of a side."""
        if node.kind != Kind.WEIGHED:
            return ""
        answers = {
            row.code: ReasonedAnswer(str(self[f"answer_{row.code}"].value() or ""))
            for row in self.basis.tree.nodes
            if row.is_factor
        }
        return of_side(node.code.rpartition(".")[2], answers)

    def asks_again(self) -> bool:
        return any(name in self.data for name in FILLS)

    def _answers_in(self, cleaned: dict[str, Any]) -> dict[str, AnswerInput]:
        answers = answers_in(cleaned, self.basis.tree, self.known)
        narrower = answers["N10"]
        if narrower.answer == "condition":
            kinds = tuple(cleaned.get("conditions", ()))
            answers["N10"] = narrower._replace(conditions=kinds)
        return answers

    def step_fields(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {
            "no_conflict": cleaned.get("no_conflict", False),
            "settled": cleaned.get("settled", ()),
            "answers": self._answers_in(cleaned),
            "tested": self.tests_in(cleaned),
        }
