"""What is remembered of a person's queries is what would be written now."""

import datetime
import inspect

import pytest
from django.contrib import admin
from django.core.exceptions import EmptyResultSet, ObjectDoesNotExist
from django.utils import timezone

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.queries import cached_query
from requests_app.cases.intake import rights
from requests_app.cases.review.rights import involvement
from requests_app.cases.review.steps import people
from requests_app.core.people.models import Absence
from requests_app.core.people.rights import role_holder
from requests_app.core.step import as_owner, machine_account
from requests_app.desk import go_live
from requests_app.desk.queue import reviews
from requests_app.oversight.steps import acts
from requests_app.registers.models.cloud import Connection
from tests.cast import PEOPLE
from tests.helpers.cases import asked
from tests.helpers.modules import modules
from tests.helpers.people import give, rewrite
from tests.workflow.test_lapse_cause import lapsed

pytestmark = [pytest.mark.long, pytest.mark.django_db]
RULES = {
    rule
    for module in modules()
    for rule in vars(module).values()
    if inspect.isfunction(rule)
    and hasattr(rule, "__wrapped__")
    and rule.__code__ is cached_query(role_holder)(rule).__code__
}
PAGES = [page for page in admin.site._registry.values() if getattr(page, "one", None)]


def sql(rows):
    try:
        return repr(rows.query.sql_with_params())  # some values are equal to no other
    except EmptyResultSet:
        return "nothing"


def differs(person):
    return [
        rule.__name__
        for rule in RULES
        if sql(rule(person)) != sql(rule.__wrapped__(person))
    ]


def test_every_rule_about_reading_is_among_them():
    known = {"visible_to", "readable_by", "grants_visible_to", "duties_visible_to"}
    assert known <= {rule.__name__ for rule in RULES}


@pytest.mark.parametrize("name", [*PEOPLE, "intake"])
def test_it_is_as_written_now(cast, name):
    assert differs(getattr(cast, name)) == []


def test_a_new_role_an_ended_one_and_the_next_day_are_noticed(cast):
    before = sql(rights.visible_to(cast.cilla))
    row = give(cast, cast.cilla, "auditor")
    assert sql(rights.visible_to(cast.cilla)) != before
    assert differs(cast.cilla) == []
    with acting.at(acting.now() + datetime.timedelta(days=1)):
        assert differs(cast.cilla) == []
        rewrite(row, valid_to=datetime.date(2026, 1, 2))
        assert sql(rights.visible_to(cast.cilla)) == before
        assert differs(cast.cilla) == []


def test_who_begins_to_give_answers_is_noticed(cast):
    """They are led to answers by reviews, until their authority runs a connection."""
    give(cast, cast.cilla, "executor", authority=cast.snc)
    visible = rights.deliveries_visible_to
    assert "requests_app_connection" not in sql(visible(cast.cilla))
    with acting_as(machine_account("system")), as_owner():
        Connection.objects.create(
            product=cast.m365.product, name="own", external_id="x", authority=cast.snc
        )
    assert "requests_app_connection" in sql(visible(cast.cilla))
    assert differs(cast.cilla) == []


@pytest.mark.parametrize("name", [*PEOPLE, "intake"])
def test_the_one_row_is_that_of_the_rows(cast, name):
    """A case page and what somebody is to it are read by a query of one row."""
    person = getattr(cast, name)
    stands_in(cast.bo, cast, by=cast.per)  # a second person looks at what he decides
    answered = cast.answered(number="A")
    act = {"happened_at": acting.now(), "action": "read", "object_name": "elsewhere"}
    acts.record_act(answered, by=cast.karin, **act)
    asked(cast, cast.assessed(number="C"))
    listed = cast.registered(number="B")
    people.close_list(listed, by=cast.bo, reason="A staff matter")
    cast.request(number="LOOSE", objects=("nobody@knows.example",))
    lapsed(cast, "LAPSED")
    for rule in (involvement._involved, *(page.one for page in PAGES)):
        rows = rule.__wrapped__(person)
        found = [
            one_of(rule, person, pk) for (pk,) in rows.model.objects.values_list("pk")
        ]
        assert found, rows.model
        assert {row.pk for row in found if row} == {row.pk for row in rows}


@pytest.mark.parametrize("name", PEOPLE)
def test_no_hour_stands_in_what_is_remembered(cast, name):
    """By day it is a value of the query: what holds this morning need not at noon."""
    person, moment = getattr(cast, name), acting.now().replace(hour=8)
    rules = [
        (reviews.candidate_reviews, []),
        (reviews._with_turns, [[1, 2], moment, moment]),
    ]
    rules += [(involvement._involved, []), *((page.one, []) for page in PAGES)]
    rules += [(go_live._undecided, []), (go_live._lacking_among, [[1, 2], moment])]

    def written(hour):
        with acting.at(moment.replace(hour=hour)):
            return [sql(rule.__wrapped__(person, *values)) for rule, values in rules]

    assert written(9) == written(15)


def stands_in(person, cast, by):
    give(cast, cast.didrik, "decision_maker")
    today = timezone.localdate()
    with acting_as(by):
        Absence.objects.create(
            person=cast.didrik, substitute=person, valid_from=today, valid_to=today
        )


def one_of(rule, person, pk):
    try:
        return rule(person, pk)
    except ObjectDoesNotExist:
        return None
