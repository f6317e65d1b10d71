"""The pair of each right agrees for the whole cast: the check, and the list."""

import datetime

import pytest

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.rights import (
    can_read_request,
    deliveries_visible_to,
    grants_visible_to,
    readable_by,
    requests_visible_to,
    visible_in_parts,
    visible_to,
)
from requests_app.cases.review.rights.involvement import can_read, can_view
from requests_app.cases.review.steps import afterwards, people
from requests_app.core.people import rights
from requests_app.core.people.models import RoleAssignment
from tests.cast import MAILBOX, PEOPLE, SITE, Cast
from tests.helpers.people import rewrite

pytestmark = pytest.mark.usefixtures("undone")


@pytest.fixture(scope="module")
def reviews(once):
    """Reviews in many states, of two authorities, with a conflict and a stop."""
    cast = Cast()
    cast.request(number="shared", objects=(MAILBOX, SITE))
    cast.answered(number="answered")
    cast.proposed(number="proposed")
    stopped = cast.assigned(number="stopped")
    afterwards.stop(stopped, by=cast.karin, level="yes")
    conflicted = cast.assigned(number="conflict")
    people.declare(
        conflicted, by=cast.bo, stage="decision", has_conflict=True, ground="close"
    )
    elsewhere = cast.registered(number="elsewhere")
    people.assign(elsewhere, by=cast.per, person=cast.cilla, basis="avtal")
    return list(SecrecyReview.objects.all())


@pytest.mark.parametrize("name", [*PEOPLE, "intake"])
def test_check_and_list_agree(cast, reviews, size, name):
    person = getattr(cast, name)
    assert rights.has_small_scope(person) == (size == "few")
    visible = set(visible_to(person))
    readable = set(readable_by(person))
    for subject in reviews:
        assert can_view(person, subject) == (subject in visible), subject
        assert can_read(person, subject) == (subject in readable), subject
    assert readable <= visible
    # However the database is asked.
    parts = visible_in_parts(person)
    assert {row for part in parts for row in part} == visible
    assert len(parts) == (1 if size == "few" else 2)


def test_whoever_sees_much_sees_the_same(cast, reviews, monkeypatch):
    """However the database is asked whether a review of a request is seen."""

    def seen():
        rights = (
            requests_visible_to,
            deliveries_visible_to,
            grants_visible_to,
        )
        people = [getattr(cast, name) for name in PEOPLE]
        # As written now: what is remembered would not notice.
        return [set(right.__wrapped__(one)) for right in rights for one in people]

    before = seen()
    monkeypatch.setattr(rights, "FEW", -1)
    rights.forget_sizes()
    assert not rights.has_small_scope(cast.karin)
    assert seen() == before
    assert sum(map(bool, before)) > len(PEOPLE)
    rights.forget_sizes()


def test_nobody_sees_another_authoritys_reviews_but_by_name(cast, reviews):
    for name, (_role, code) in PEOPLE.items():
        own = {r for r in reviews if r.authority.code == code}
        visible = set(visible_to(getattr(cast, name)))
        named = {r for r in reviews if r.case_officer == getattr(cast, name)}
        assert visible <= own | named, name


def test_the_system_administrator_sees_no_review(cast, reviews):
    assert not visible_to(cast.sam).exists()
    assert not requests_visible_to(cast.sam).exists()


def test_a_role_gives_rights_between_its_days_only(cast, reviews):
    day = acting.today()
    for first, last, seen in (
        (day, None, True),
        (day, day, True),
        (day + datetime.timedelta(1), None, False),
        (datetime.date(2020, 1, 1), day - datetime.timedelta(1), False),
    ):
        role = RoleAssignment.objects.get(person=cast.karin)
        rewrite(role, valid_from=first, valid_to=last)
        by_role = visible_to(cast.karin).exclude(case_officer=cast.karin)
        assert by_role.exists() == seen, (first, last)


def test_a_deactivated_person_has_no_rights(cast, reviews):
    person = cast.agnes
    assert visible_to(person).exists()
    person.is_active = False
    with acting_as(cast.sam):
        person.save()
    assert not visible_to(cast.agnes).exists()


def test_a_request_is_read_whole_only_by_who_reads_every_review_of_it(cast):
    shared = cast.request(objects=(MAILBOX, SITE))
    for name in PEOPLE:
        assert not can_read_request(getattr(cast, name), shared), name
    assert can_read_request(cast.lena, cast.request(number="2"))


def test_what_is_not_routed_is_seen_by_who_routes_it_only(cast):
    loose = cast.request(objects=("x@y.example",))
    sees = {
        name for name in PEOPLE if loose in requests_visible_to(getattr(cast, name))
    }
    assert sees == {"nils"}
