"""Which provisions are tried in the assessment, and the fields of their tests."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from requests_app.forms.assessment_rows import (
    PRESUMPTIONS,
    EndedRow,
    PartRow,
    ProvisionRow,
    harm_question,
    is_key,
    named,
    replacing,
)
from requests_app.forms.grounds import GroundField
from requests_app.forms.harm_test import (
    carried_over,
    harm_test_fields,
    harm_test_in,
)
from requests_app.forms.return_comment import CommentedForm
from requests_app.law.assessment import Assessment, assessment_with_texts
from requests_app.law.facts import Basis, basis_of
from requests_app.law.proposed_answers import has_ended
from requests_app.models import Consent, Part, Provision
from requests_app.permissions.roles import today
from requests_app.workflow.harm_test import HarmTestInput, field_key

REPLACED = _(
    "Another version is in force since you opened the page: look at it, and save again."
)


class ProvisionsForm(CommentedForm):
    """Those tested, those that the information sets propose, and those added here."""

    more = forms.ModelMultipleChoiceField(
        Provision.objects.none(),
        label=_("Further provisions"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def find_provisions(self) -> None:
        self.provisions = self._provisions()
        shown = [provision.pk for provision in self.provisions]
        self.choice("more").queryset = (
            Provision.objects.in_force(today())
            .filter(works_against=Provision.WorksAgainst.EVERYONE)
            .exclude(pk__in=shown)
        )
        self.choice("more").label_from_instance = named

    def add_tests(self) -> None:
        for provision in self.provisions:
            for part in (None, *self.assessment.parts):
                self._add_test(provision, part)

    @cached_property
    def assessment(self) -> Assessment:
        return assessment_with_texts(self.subject)

    @cached_property
    def basis(self) -> Basis:
        return basis_of(self.subject, self.assessment)

    @property
    def consents(self) -> list[Consent]:
        return self.assessment.consents

    def show_what_was_added(self) -> None:
        data: Any = self.data
        typed = data.copy()
        typed.setlist("shown", [*typed.getlist("shown"), *typed.getlist("more")])
        typed.setlist("more", [])
        self.data = typed

    def _provisions(self) -> list[Provision]:
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

    def tests_in(self, cleaned: dict[str, Any]) -> list[HarmTestInput]:
        return [
            harm_test_in(cleaned, row, part)
            for row in self.provisions
            for part in (None, *self.assessment.parts)
        ]
