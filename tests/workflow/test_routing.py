"""Requests routed, rerouted and merged."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue, request
from requests_app.cases.review.steps import case
from tests.cast import MAILBOX, SITE
from tests.helpers.cases import arrive
from tests.helpers.people import give
from tests.helpers.refusals import refused

pytestmark = pytest.mark.django_db


def test_an_unknown_object_is_routed_by_who_runs_the_tenant_and_remembered(cast):
    request = cast.request(objects=("new@skola.example",))
    assert not request.reviews.exists()
    row = request.requested_objects.get()
    refused(
        PermissionDenied,
        case.route,
        request,
        by=cast.lena,
        authority=cast.gsn,
        objects=[row],
    )
    system = request.connection.systems.get()
    case.route(
        request,
        by=cast.nils,
        authority=cast.gsn,
        objects=[row],
        system=system,
        kind="mailbox",
        designation="O-99",
    )
    assert request.reviews.get().authority == cast.gsn
    again = cast.request(number="EXSR2", objects=("NEW@skola.example",))
    assert again.reviews.get().authority == cast.gsn


def test_a_wrongly_routed_review_is_handed_over_and_stays_as_a_record(cast):
    subject = cast.registered()
    right = case.reroute(subject, by=cast.lena, authority=cast.snc, reason="Theirs")
    assert (subject.status, subject.requested_objects.count()) == (
        SecrecyReview.Status.REROUTED,
        0,
    )
    assert right.authority == cast.snc and right.requested_objects.count() == 1


def test_a_double_is_merged_and_keeps_its_rows(cast):
    right, double = cast.request(number="EXSR1"), cast.request(number="EXSR11")
    request.merge(double, by=cast.lena, into=right, reason="Typed twice")
    assert double.status == "merged" and double.merged_into == right
    assert double.reviews.get().status == SecrecyReview.Status.MERGED
    refused(
        ValidationError,
        request.merge,
        cast.request(number="X"),
        by=cast.lena,
        into=double,
        reason="x",
    )


def test_a_request_that_names_nothing_any_more_is_routed(cast):
    request = cast.request(objects=("nobody@knows.example",))
    arrive(cast, object_ids=())
    request.refresh_from_db()
    made = case.route(request, by=cast.nils, authority=cast.gsn)
    assert made.authority == cast.gsn


def test_a_double_is_merged_into_what_still_waits_when_its_turn_comes(cast):
    right, double = cast.request(number="EXSR1"), cast.request(number="EXSR11")
    stale = AccessRequest.objects.get(pk=right.pk)
    dialogue.withdraw(right, by=cast.lena, reason="Solved")
    error = refused(
        ValidationError, request.merge, double, by=cast.lena, into=stale, reason="x"
    )
    assert "into" in error.message_dict


def test_what_was_taken_out_of_the_right_one_comes_back_with_the_double(cast):
    right = cast.request(number="EXSR1", objects=(MAILBOX, SITE))
    arrive(cast)
    double = cast.request(number="EXSR11", objects=(SITE,))
    give(cast, cast.lena, "registrar", cast.snc)
    request.merge(double, by=cast.lena, into=right, reason="Double")
    row = right.requested_objects.get(external_id=SITE)
    assert row.removed_in_revision is None and row.review.authority == cast.snc
    assert row.review.status == "new"
