"""Queries written once, with holes: they give what Django would write anew."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F, Q
from django.db.models.sql.compiler import SQLCompiler
from django.test.utils import CaptureQueriesContext

from audit_app import acting
from audit_app.queries import Prewritten, Texts
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.rights.involvement import _involved, _without_proposal
from requests_app.core.fields import is_one_of
from requests_app.core.people.models import RoleAssignment
from requests_app.core.people.rights import roles_of
from tests.cast import PEOPLE

pytestmark = pytest.mark.django_db


def test_it_gives_the_rows_of_the_values_it_is_called_with(cast):
    one, other = cast.registered(number="A"), cast.assigned(number="B")
    rows = Prewritten(lambda pk: SecrecyReview.objects.filter(pk=pk))
    assert rows(one.pk) == [one] and rows(other.pk) == [other] and rows(0) == []
    assert rows(one.pk)[0].status == "registered"


def test_django_writes_it_once(cast, monkeypatch):
    review = cast.registered()
    written = []
    write = SQLCompiler.as_sql

    def counted(self, *args, **more):
        written.append(self.query)
        return write(self, *args, **more)

    monkeypatch.setattr(SQLCompiler, "as_sql", counted)
    rows = Prewritten(lambda pk: SecrecyReview.objects.filter(pk=pk))
    for _time in range(3):
        with CaptureQueriesContext(connection) as caught:
            assert rows(review.pk) == [review]
        assert len(caught) == 1 and f"({review.pk})" in caught[0]["sql"]
    assert len(written) == 1


def test_related_rows_columns_and_prefetched_ones_come_with_it(cast):
    review = cast.assigned()
    rows = Prewritten(
        lambda pk: (
            SecrecyReview.objects.filter(pk=pk)
            .select_related("access_request__connection")
            .prefetch_related("assignments")
            .annotate(again=F("pk"))
        )
    )
    rows(review.pk)
    (read,) = rows(review.pk)
    connected, officer = cast.m365, cast.karin
    with CaptureQueriesContext(connection) as caught:
        assert read.access_request.connection == connected
        assert [row.person for row in read.assignments.all()] == [officer]
        assert read.again == review.pk
    assert len(caught) == 1  # the person
    names = Prewritten(
        lambda pk: SecrecyReview.objects.filter(pk=pk).values_list("status", flat=True)
    )
    assert names(review.pk) == ["assigned"]


def test_none_is_written_as_nothing_is(cast):
    one = cast.registered()
    rows = Prewritten(lambda number: SecrecyReview.objects.filter(case_officer=number))
    assert rows(None) == [one] and rows(cast.karin.pk) == []


def test_texts_days_and_moments(cast):
    review = cast.registered(number="A")
    rows = Prewritten(
        lambda status, before: SecrecyReview.objects.filter(
            status=status, registered_at__lte=before
        )
    )
    assert rows("registered", acting.now()) == [review]
    assert rows("registered", acting.now() - timedelta(days=1)) == []
    assert rows("closed", acting.now()) == []


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        (lambda pk: SecrecyReview.objects.filter(pk=pk + 1), 1),
        (lambda pk: SecrecyReview.objects.filter(pk__in=[pk, pk + 1]), 1),
        (lambda pk: SecrecyReview.objects.filter(status="a" if pk == 1 else "b"), 1),
        (lambda at: SecrecyReview.objects.filter(registered_at__date=at.date()), None),
        (lambda text: SecrecyReview.objects.filter(status__contains=text), "x"),
        (lambda text: SecrecyReview.objects.filter(status=text.lower()), "x"),
        (lambda keys: SecrecyReview.objects.filter(pk__in=keys[:1]), (1, 2)),
        (lambda values: SecrecyReview.objects.filter(pk__in=values), [1]),
    ],
)
def test_what_is_worked_out_from_a_value_is_refused(rows, value):
    value = datetime(2026, 1, 1, tzinfo=acting.now().tzinfo) if value is None else value
    with pytest.raises(TypeError):
        Prewritten(rows)(value)


def test_a_list_is_one_value_however_long(cast):
    one, other = cast.registered(number="A"), cast.assigned(number="B")
    rows = Prewritten(lambda keys: SecrecyReview.objects.filter(is_one_of("pk", keys)))
    assert rows([one.pk]) == [one] and rows([]) == []
    assert {*rows([one.pk, other.pk, 0])} == {one, other}
    assert len(rows.written) == 1


def test_so_is_one_of_texts(cast):
    odd = "b\\'\"{,é"
    one, other = (cast.registered(number=name).access_request for name in ("A", odd))
    rows = Prewritten(
        lambda texts: AccessRequest.objects.filter(is_one_of("external_id", texts))
    )
    assert rows(Texts(["A"])) == [one] and rows(Texts([])) == []
    assert {*rows(Texts([odd, "A", "NULL", ""]))} == {one, other}
    assert len(rows.written) == 1


def test_a_query_that_finds_nothing_is_not_asked(cast):
    rows = Prewritten(lambda pk: SecrecyReview.objects.filter(pk=pk, status__in=[]))
    with CaptureQueriesContext(connection) as caught:
        assert rows(1) == [] == rows(2)
    assert len(caught) == 0


def test_a_number_that_no_column_holds_finds_nothing(cast):
    cast.registered()
    rows = Prewritten(lambda pk: SecrecyReview.objects.filter(pk=pk))
    assert rows(10**30) == []


def test_roles_are_those_that_the_rule_gives(cast):
    """Of everybody, today and in other years."""
    for name in PEOPLE:
        person = getattr(cast, name)
        rows = RoleAssignment.objects.in_force(acting.now()).filter(person=person)
        assert roles_of(person) == list(rows)
    with acting.at(acting.now() + timedelta(days=9000)):
        assert acting.today() > date(2040, 1, 1)
        assert roles_of(cast.karin) == list(
            RoleAssignment.objects.in_force(acting.now()).filter(person=cast.karin)
        )


def test_what_a_person_is_to_a_review_is_what_would_be_written_now(cast):
    for number, review in enumerate((cast.registered(number="A"), cast.proposed())):
        for name in PEOPLE:
            person = getattr(cast, name)
            (anew,) = _without_proposal(
                person, SecrecyReview.objects.filter(Q(pk=review.pk))
            )
            once = _involved(person, review.pk)
            mine = {key: vars(anew)[key] for key in vars(anew) if key[:3] == "my_"}
            assert {key: vars(once)[key] for key in mine} == mine, (number, name)
