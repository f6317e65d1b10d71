"""What was changed outside the system is seen where it is read: on the case, in its
documents, by those who can act."""

import re

import pytest
from django.db import connection
from django.urls import reverse

from audit_app.models import LedgerEntry
from requests_app.cases.access.steps.answer import answer_due
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import ReviewUserPermission, SecrecyReview
from requests_app.cases.review.alteration import altered_of
from requests_app.cases.review.models.afterwards import Alteration, DecisionDocument
from requests_app.cases.review.models.decision import Decision, Proposal
from requests_app.cases.review.steps import decision
from requests_app.cases.review.steps.decision import draw_up_at_once, sheets_lacking
from requests_app.core.models import AlteredContent, Content
from requests_app.core.step import WrongState
from tests.cast import Cast
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import page, signed_in
from tests.selectors.belongings import belonging, number_column, rows_of

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def case(once) -> SecrecyReview:
    cast = Cast()
    subject = cast.answered()
    draw_up_at_once(subject, by=cast.bo)
    return subject


def test_every_kind_of_row_of_a_case_is_found_when_it_was_changed_or_taken_away(case):
    assert altered_of(case) == altered_of(case.access_request) == []
    tried = []
    for row in rows_of(case):
        place = case.access_request if isinstance(row, AccessRequest) else case
        table, name = row._meta.db_table, str(row._meta.verbose_name)
        column = number_column(row)
        if column is not None:
            sql("savepoint tampered")
            expression = column[1].format(column[0])
            behind_our_back(
                table,
                f"update {table} set {column[0]} = {expression} where id = %s",
                row.pk,
            )
            assert altered_of(place) == [name], table
            sql("rollback to tampered")
            tried.append(table)
    assert len(tried) >= 10, tried


def test_a_decision_that_was_taken_away_is_missed(case):
    document = DecisionDocument._meta.db_table
    behind_our_back(document, f"delete from {document}")
    assert altered_of(case) == [str(DecisionDocument._meta.verbose_name)]


def test_history_that_was_taken_away_is_missed(case):
    history = Decision.history.model._meta.db_table
    behind_our_back(history, f"delete from {history}")
    assert altered_of(case) == [str(Decision._meta.verbose_name)]


def shown_to(person, case) -> bytes:
    return signed_in(person).get(page(case)).content


@pytest.fixture
def minutes(case):
    table = Decision._meta.db_table
    behind_our_back(table, f"update {table} set granted_minutes = granted_minutes + 1")


@pytest.fixture
def motivation(case):
    content = case.decisions.get().motivation_internal
    forged = "Utlämnandet är alldeles ofarligt.".encode()
    table = Content._meta.db_table
    behind_our_back(
        table, f"update {table} set body = %s where digest = %s", forged, content.digest
    )
    return content


def test_the_page_says_so_in_red_and_those_who_can_act_are_told(case, minutes):
    shown = shown_to(Cast().karin, case)
    assert b'role="alert"' in shown and b"utanf\xc3\xb6r systemet" in shown
    found = Alteration.objects.get()
    assert (found.object_type, found.authority) == (
        Decision._meta.db_table,
        case.authority,
    )
    assert found.found_by == Cast().karin
    assert LedgerEntry.objects.filter(event="alteration.found").count() == 1
    # Once, however often it is met.
    shown_to(Cast().bo, case)
    assert Alteration.objects.count() == 1
    start = signed_in(Cast().ivar).get("/").content.decode()
    assert str(found) in start


def test_a_text_that_is_not_what_was_kept_is_not_shown(case, motivation):
    shown = shown_to(Cast().karin, case).decode()
    assert "alldeles ofarligt" not in shown
    assert 'class="altered"' in shown
    assert Alteration.objects.get().object_id == motivation.digest


def test_nor_in_history_or_search(case, motivation):
    client = signed_in(Cast().karin)
    history = client.get(page(case, "history"))
    assert "alldeles ofarligt" not in history.content.decode()
    found = client.get(reverse("admin:search"), {"text": "ofarligt"})
    assert "alldeles ofarligt" not in found.content.decode()


def test_nothing_is_made_of_it(case, motivation):
    with pytest.raises(AlteredContent):
        _ = case.decisions.get().motivation_internal.text


def test_a_file_that_is_not_what_was_kept_is_not_given_out(case):
    document = DecisionDocument.objects.first()
    table = Content._meta.db_table
    behind_our_back(
        table,
        f"update {table} set body = %s where digest = %s",
        b"%PDF-1.7 forged",
        document.content_id,
    )
    answer = signed_in(Cast().karin).get(page(case, "document", document.pk))
    assert answer.status_code == 409
    assert b"forged" not in answer.content
    assert Alteration.objects.get().authority == case.authority


def test_every_kind_of_row_of_a_case_is_compared(case):
    """Of what has both a request and a review, the review says whose it is."""
    with connection.cursor() as cursor:
        cursor.execute("select prosrc from pg_proc where proname = 'lockbox_altered'")
        [[body]] = cursor.fetchall()
    compared = dict(
        re.findall(
            r"select t\.id from (\w+) t where (.*?)(?:\) one)?$", body, re.MULTILINE
        )
    )
    for model in belonging():
        columns = {field.column for field in model._meta.fields}
        if model in (AccessRequest, SecrecyReview):
            whose = ANY_OF[
                "access_request_id" if model is AccessRequest else "review_id"
            ]
            whose = re.sub(r"t\.\w+_id", "t.id", whose)
        elif {"review_id", "access_request_id"} <= columns:
            whose = (
                "(t.review_id = any(in_reviews) or t.review_id is null and"
                " t.access_request_id = in_request)"
            )
        else:
            whose = next(ANY_OF[name] for name in ANY_OF if name in columns)
        assert compared[model._meta.db_table] == whose, model
        if model not in (AccessRequest, SecrecyReview, ReviewUserPermission):
            assert compared[model.history.model._meta.db_table] == whose, model


ANY_OF = {
    "review_id": "t.review_id = any(in_reviews)",
    "decision_id": "t.decision_id = any(decisions)",
    "access_request_id": "t.access_request_id = in_request",
    "content_object_id": "t.content_object_id = any(in_reviews)",
}


def test_it_costs_one_query_whatever_the_case_holds(case, django_assert_num_queries):
    with django_assert_num_queries(1):
        altered_of(case)


def test_a_review_is_not_found_by_the_request_alone(case, minutes):
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from lockbox_altered(%s, %s)", [case.access_request_id, []]
        )
        assert cursor.fetchall() == []


def test_no_document_is_given_out_or_made_of_what_was_changed(case, minutes):
    document = DecisionDocument.objects.first()
    answer = signed_in(Cast().karin).get(page(case, "document", document.pk))
    assert answer.status_code == 409
    with pytest.raises(AlteredContent):
        sheets_lacking(case.decisions.get())


def test_nothing_is_decided_on_it(once, case):
    cast = Cast()
    proposed = cast.proposed(number="again")
    table = Proposal._meta.db_table
    behind_our_back(
        table,
        f"update {table} set granted_minutes = 239 where review_id = %s",
        proposed.pk,
    )
    with pytest.raises(WrongState, match="utanför|outside"):
        decision.decide(proposed, by=cast.bo, no_conflict=True)


def test_no_approve_is_ordered_on_it(case):
    cast = Cast()
    decided = cast.decided(number="waiting")
    request = decided.access_request
    assert answer_due(request) == "approve"
    table = Decision._meta.db_table
    behind_our_back(
        table,
        f"update {table} set granted_minutes = 239 where review_id = %s",
        decided.pk,
    )
    assert answer_due(request) is None
