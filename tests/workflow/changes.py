"""For each question of the gate, how what it asks comes about."""

from datetime import timedelta

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.intake.models.request import RequestedObject
from requests_app.cases.review.models.decision import Reservation
from requests_app.cases.review.steps import afterwards
from requests_app.organisation.models import DelegationRule
from requests_app.registers import steps
from requests_app.registers.models.standing import StandingAssessment
from tests.helpers.cases import set_freeze
from tests.helpers.refusals import fresh
from tests.helpers.tampering import behind_our_back
from tests.workflow.test_fallen_answers import raised


def write(row, by, **values):
    for name, value in values.items():
        setattr(row, name, value)
    with acting_as(by):
        row.save()


def unrouted_object(cast, subject):
    known = subject.requested_objects.get()
    with acting_as(cast.intake):
        RequestedObject.objects.create(
            access_request=subject.access_request,
            external_id="unknown",
            added_in_revision=known.added_in_revision,
        )


def freeze(cast, subject):
    set_freeze(cast, product=subject.access_request.connection.product)


def other_object(cast, subject):
    known = subject.requested_objects.get()
    with acting_as(cast.lena):
        RequestedObject.objects.create(
            access_request=subject.access_request,
            review=subject,
            cloud_object=known.cloud_object,
            external_id="another",
            added_in_revision=known.added_in_revision,
        )


def suspicion(cast, subject):
    afterwards.stop(fresh(subject), by=cast.karin, level="suspected")


def ground(cast, subject):
    rows = StandingAssessment.objects.filter(authority=subject.authority)
    provider = subject.access_request.connection.product.provider
    row = rows.get(provider=provider)
    steps.revoke(row, by=cast.ivar, reason="No agreement")


def ended_rule(cast, subject):
    rule = DelegationRule.objects.get(authority=subject.authority, item_no="4.7")
    write(rule, cast.lena, valid_to=acting.today() - timedelta(days=1))


def unserved(cast, subject):
    """Past the guards: a reservation is written with its proposal, or not at all."""
    behind_our_back(
        Reservation._meta.db_table,
        "insert into requests_app_reservation (review_id, proposal_id, bound,"
        " prohibition_id) values (%s, %s, 'Ann', %s)",
        subject.pk,
        subject.decisions.get().proposal_id,
        subject.decisions.get().motivation_for_recipient_id,
    )


def revoked(cast, subject):
    write(fresh(subject.access_request), cast.bo, revoked_at=acting.now())


def altered(cast, subject):
    table = subject._meta.db_table
    behind_our_back(table, f"update {table} set version = 77 where id = %s", subject.pk)


def other_terms(cast, subject):
    request = fresh(subject.access_request)
    write(request, cast.intake, revision=request.revision + 1)


def undecided(cast, subject):
    write(fresh(subject), cast.karin, status="in_assessment")


CHANGES = {
    "time": lambda cast, subject: None,
    "terms": other_terms,
    "decisions": undecided,
    "objects found": unrouted_object,
    "freeze": freeze,
    "objects": other_object,
    "protective security": suspicion,
    "class": raised,
    "ground": ground,
    "delegation": ended_rule,
    "service": unserved,
    "revoked": revoked,
    "altered": altered,
}
