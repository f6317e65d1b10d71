"""Whoever keeps a register elsewhere, and reads a case for another reason, keeps none
here."""

import pytest
from django.core.exceptions import PermissionDenied

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.forms import MergeForm
from requests_app.cases.intake.models.request import Arrival
from requests_app.cases.intake.rights import arrivals_visible_to, can_read_request
from requests_app.cases.intake.steps import request
from requests_app.cases.review.rights.involvement import (
    can_correct_entry,
    can_handle,
    can_merge,
    can_withdraw,
)
from requests_app.core.content import keep
from tests.helpers.people import engage, give
from tests.helpers.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere(cast):
    """Auditor of the school board, registrar of the social board."""
    person = engage(cast, "dag", "auditor", cast.gsn)
    give(cast, person, "registrar", cast.snc)
    return person


def test_a_registrar_elsewhere_neither_merges_nor_corrects(cast, elsewhere):
    first, second = cast.request("EXSR1"), cast.request("EXSR2")
    assert can_read_request(elsewhere, first)
    for person, registers in ((elsewhere, False), (cast.lena, True)):
        assert can_merge(person, first) is registers
        assert can_correct_entry(person, first) is registers
        assert can_withdraw(person, first) is registers
        into = MergeForm(subject=first, by=person).fields["into"]
        assert (second in into.queryset) is registers
    terms = {"into": second, "reason": "The same"}
    refused(PermissionDenied, request.merge, first, by=elsewhere, **terms)


def test_who_only_audits_where_the_connection_is_run_handles_no_arrival(cast):
    person = engage(cast, "aron", "auditor", cast.nis)
    give(cast, person, "registrar", cast.snc)
    with acting_as(cast.intake):
        row = Arrival.objects.create(
            connection=cast.m365,
            payload=keep("{}"),
            arrived_by=cast.intake,
            arrived_at=acting.now(),
            result=Arrival.Result.NOT_TAKEN_IN,
            trouble="No number.",
        )
    assert row in arrivals_visible_to(person)
    told = {"by": person, "note_text": "Done"}
    refused(PermissionDenied, request.handle_arrival, row, **told)
    assert can_handle(cast.nils, row)
