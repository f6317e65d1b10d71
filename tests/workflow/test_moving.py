"""A request typed on the wrong connection is moved, until it is assessed."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from audit_app.acting import acting_as
from requests_app.cases.intake.steps import request as steps_request
from requests_app.core.step import WrongState
from tests.cast import MAILBOX, VM
from tests.helpers.refusals import fresh, refused
from tests.helpers.web import signed_in, step_url

pytestmark = pytest.mark.django_db


def move(request, by, connection):
    steps_request.move_to_connection(
        request, by=by, connection=connection, reason="Wrong"
    )


def test_it_is_moved_with_its_clock_and_its_objects(cast):
    request = cast.request(objects=(VM,))
    page = signed_in(cast.nils).get(step_url(request, "move")).content.decode()
    assert f'<option value="{cast.azure.pk}"' in page
    assert f'<option value="{cast.m365.pk}"' not in page
    move(fresh(request), cast.nils, cast.azure)
    moved = fresh(request)
    assert moved.connection == cast.azure
    spared = moved.answer_deadline - moved.received_at
    assert spared.total_seconds() == 60 * cast.azure.product.answer_minutes
    machine = moved.requested_objects.get()
    assert machine.cloud_object is not None and machine.review.authority == cast.gsn
    told = moved.history.first()
    assert (told.history_change_reason, told.history_user_name) == (
        "Wrong",
        str(cast.nils),
    )


def test_what_the_right_register_does_not_know_stays_where_it_was(cast):
    request = cast.request(objects=(MAILBOX,))
    before = request.reviews.get()
    move(fresh(request), cast.lena, cast.azure)
    row = request.requested_objects.get()
    assert row.review == before and row.cloud_object is None


def test_a_review_that_loses_its_last_object_is_no_longer_concerned(cast):
    request = cast.request(objects=(VM,))
    with acting_as(cast.nils):
        row = request.requested_objects.get()
        row.review = request.reviews.create(authority=cast.snc)
        row.save()
    move(fresh(request), cast.rut, cast.azure)
    reviews = {r.authority: r.status for r in fresh(request).reviews.all()}
    assert reviews == {cast.snc: "dropped", cast.gsn: "new"}


def test_it_is_not_moved_once_it_is_assessed_nor_what_a_provider_sent(cast):
    subject = cast.assessed()
    refused(
        WrongState,
        move,
        fresh(subject.access_request),
        by=cast.lena,
        connection=cast.azure,
    )
    request = cast.request("number")
    refused(ValidationError, move, fresh(request), by=cast.lena, connection=cast.m365)
    refused(
        PermissionDenied, move, fresh(request), by=cast.cilla, connection=cast.azure
    )
    with acting_as(cast.nils), pytest.raises(IntegrityError), transaction.atomic():
        row = fresh(subject.access_request)
        row.connection = cast.azure
        row.save()
