"""What people type in a case and a paper prints is asked about where it is typed: which
columns that is of, the papers themselves say."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction

from audit_app.acting import acting_as
from requests_app.cases.access.selectors import portal_comment
from requests_app.cases.review.models.afterwards import Revocation
from requests_app.cases.review.models.decision import Decision
from requests_app.cases.review.papers.afterwards import portal_text
from requests_app.cases.review.papers.decision import invitation, narrower_invitation
from requests_app.cases.review.steps import decision
from requests_app.core.content import keep
from requests_app.core.models import Content
from requests_app.core.step import machine_account
from requests_app.disclosure.papers.reports import line_of
from tests.helpers.printed_cases import printed_cases
from tests.helpers.tampering import behind_our_back

pytestmark = [pytest.mark.django_db, pytest.mark.long]

STREET = "Storgatan 5"
# What a recipient's copy prints as it is typed, in a step that asks whether it may be
# printed: tests/workflow/test_printed_text.py tries each.
ASKED_ABOUT = {
    "condition.text",
    "decision.granted_scope",
    "decision.motivation_for_recipient",
    "decision.told_instead",
    "requestforreasons.applicant",
    "requestforreasons.text",
    "reservation.prohibition",
    "revocation.reason_for_recipient",
    "translation.text",
}
# What registers call things and where they are, the case's number, our designation of an
# object (a rule of its own), who decided, and who is bound.
OF_NOBODY_ELSE = {
    "authority.email",
    "authority.name",
    "authority.phone",
    "authority.postal_address",
    "cloudobject.designation",
    "decision.decided_by_name",
    "decision.rapporteur_name",
    "listedreview.diary_number",
    "provider.contact",
    "provider.name",
    "providerproduct.name",
    "provision.paragraph",
    "reservation.bound",
    "revocation.decided_by_name",
    "secrecyreview.diary_number",
}
# What the full copy prints beside that, under its mark. The name of a part is asked about
# all the same, for the scope of what is granted takes it over, and so is a correction.
UNDER_THE_MARK = {
    "correction.text",
    "decision.motivation_internal",
    "part.name",
    "revocation.reason",
}
# Values that no paper can be made with.
READ_BY_CODE = {"listedreview.tree", "secrecyreview.tree"}


def text_columns() -> Iterator[tuple[Any, Any]]:
    """Every column of a text, where there are rows: a line, or a text kept beside it."""
    for model in apps.get_app_config("requests_app").get_models():
        if (
            model is Content
            or hasattr(model, "instance_type")
            or not model.objects.all()
        ):
            continue
        for field in model._meta.concrete_fields:
            is_line = isinstance(field, models.CharField | models.TextField)
            if (is_line and not field.choices) or field.related_model is Content:
                yield model, field


class Papers(NamedTuple):
    for_recipient: str
    in_full: str


def every_paper() -> Papers:
    """Everything that a case prints, for a reader each."""
    made = list(Decision.objects.order_by("pk"))
    sheets = [sheet.document for row in made for sheet in decision.sheets_of(row)]
    recipients = [
        *(sheet for sheet in sheets if not sheet.is_full),
        *(portal_comment(answer, made) for answer in ("approve", "deny", "revoke")),
        *map(invitation, made),
        *(narrower_invitation(row.review, "Det skadade objektet") for row in made),
        *(line_of(annotated(row)) for row in made),
        *map(portal_text, Revocation.objects.all()),
    ]
    return Papers(str(recipients), str([sheet for sheet in sheets if sheet.is_full]))


def annotated(made: Decision) -> Decision:
    made.is_left_out = False
    return made


@pytest.fixture
def cases(cast):
    printed_cases(cast)


class Undo(Exception):
    pass


def papers_with(model: Any, field: Any, text: Content) -> Papers | None:
    """The papers, where the text stands in the column, now and in what was recorded;
    None where none can be made."""
    tables = [model, getattr(getattr(model, "history", None), "model", None)]
    is_kept = field.related_model is Content
    put = f"'{text.pk}'" if is_kept else f"'{STREET} ' || id"
    papers = None
    try:
        with transaction.atomic():
            for table in filter(None, tables):
                name, column = table._meta.db_table, field.column
                where = f"where {column} is not null"
                behind_our_back(name, f"update {name} set {column} = {put} {where}")
            papers = every_paper()
            raise Undo
    except (Undo, DatabaseError):
        return papers or Papers("", "")
    except Exception:
        return None


def test_what_is_printed_as_it_is_typed_is_asked_about(cast, cases):
    with acting_as(machine_account("system")):
        text = keep(STREET)
    found = {
        f"{model._meta.model_name}.{field.name}": papers_with(model, field, text)
        for model, field in text_columns()
    }
    read = {name: papers for name, papers in found.items() if papers is not None}
    assert found.keys() - read.keys() == READ_BY_CODE
    printed = {name for name, papers in read.items() if STREET in papers.for_recipient}
    assert printed == ASKED_ABOUT | OF_NOBODY_ELSE
    in_full = {name for name, papers in read.items() if STREET in papers.in_full}
    assert in_full - printed == UNDER_THE_MARK
