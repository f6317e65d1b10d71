"""A named list follows to what comes after it in the same matter, and to nothing that
somebody opened."""

import pytest
from guardian.shortcuts import remove_perm

from audit_app.acting import acting_as
from requests_app.cases.intake.rights import can_read_request
from requests_app.cases.intake.steps import request as steps_request
from requests_app.cases.review.rights.involvement import can_read
from requests_app.cases.review.steps import case
from requests_app.cases.review.steps import people as steps_people
from requests_app.core.people.rights import VIEW
from requests_app.registers.models.cloud import CloudObject
from tests.cast import MAILBOX, SITE
from tests.helpers.cases import arrive
from tests.helpers.refusals import fresh

pytestmark = pytest.mark.django_db


def routed_to_more_of(cast, first):
    """A request for more of its access, of an object that somebody has to route."""
    second = cast.request(number="second", objects=("nobody@knows.example",))
    with acting_as(cast.lena):
        second.extends = first.access_request
        second.save()
    rows = list(second.requested_objects.all())
    return case.route(second, by=cast.nils, authority=cast.gsn, objects=rows)


def test_what_is_routed_by_hand_to_more_of_a_listed_access_is_listed(cast):
    first = cast.decided(number="first")
    steps_people.close_list(first, by=cast.bo, reason="A staff matter")
    right = routed_to_more_of(cast, first)
    assert right.is_named_list
    people = {person.username for person in steps_people.people_on_list(right)}
    assert "bo" in people and "jonas" not in people
    assert not can_read(cast.jonas, right)


def test_what_a_dropped_review_had_is_not_read_by_the_others(cast):
    """An earlier payload names it, word for word."""
    request = cast.request(objects=(MAILBOX, SITE))
    listed = request.reviews.get(authority=cast.snc)
    steps_people.close_list(listed, by=cast.rut, reason="A staff matter")
    assert not can_read_request(cast.lena, request)
    arrive(cast)
    assert fresh(listed).status == "dropped"
    assert not can_read_request(cast.lena, request)
    assert not can_read_request(cast.nils, request)


ANOTHER = "another@skola.example"


def another(cast):
    """One more object of the school board's on the connection."""
    known = CloudObject.objects.get(external_id=MAILBOX)
    with acting_as(cast.lena):
        CloudObject.objects.create(
            system=known.system,
            kind=known.kind,
            designation="O-98",
            external_id=ANOTHER,
            authority=known.authority,
        )


def test_a_list_follows_to_another_object_of_the_same_authority(cast):
    request = cast.request(objects=(MAILBOX, SITE))
    listed = request.reviews.get(authority=cast.gsn)
    steps_people.close_list(listed, by=cast.lena, reason="A staff matter")
    arrive(cast, object_ids=(SITE,))
    another(cast)
    arrive(cast, object_ids=(SITE, ANOTHER))
    right = request.reviews.live().get(authority=cast.gsn)
    assert right != listed and right.is_named_list
    assert not can_read(cast.karin, right)


def test_what_a_second_person_opened_is_not_closed_again_by_itself(cast):
    double, right = cast.registered(number="D1"), cast.registered(number="EXSR1")
    for subject in (double, right):
        steps_people.close_list(subject, by=cast.lena, reason="A staff matter")
    request = fresh(double.access_request)
    steps_request.merge(
        request, by=cast.lena, into=right.access_request, reason="Double"
    )
    steps_people.open_list(fresh(right), by=cast.bo, reason="It is none")
    another(cast)
    arrive(cast, object_ids=(MAILBOX, ANOTHER))
    assert not fresh(right).is_named_list


def test_nobody_is_named_whom_nobody_chose(cast):
    first = cast.new(number="first")
    steps_people.close_list(first, by=cast.lena, reason="A staff matter")
    with acting_as(cast.lena):
        remove_perm(VIEW, cast.lena, first)
    right = routed_to_more_of(cast, first)
    assert right.is_named_list and steps_people.people_on_list(right) == []
