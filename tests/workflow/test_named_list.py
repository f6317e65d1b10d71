"""A review on a named list is open to whoever is named, and to nobody else."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audit_app import acting
from requests_app.cases.access import clients
from requests_app.cases.intake.rights import can_read_request, requests_visible_to
from requests_app.cases.intake.steps import dialogue
from requests_app.cases.intake.steps import request as steps_request
from requests_app.cases.review.rights.involvement import involvement
from requests_app.cases.review.steps import case, decision, people
from requests_app.core.people.models import RoleAssignment
from requests_app.providers.application import Application
from tests.cast import LOG
from tests.helpers.people import rewrite, sees
from tests.helpers.refusals import fresh, refused
from tests.helpers.two_persons import listed_set
from tests.helpers.web import page, signed_in

pytestmark = pytest.mark.django_db


def test_no_role_opens_a_review_on_a_named_list(cast):
    subject = cast.assigned()
    everyone = [cast.lena, cast.per, cast.karin, cast.jonas, cast.bo, cast.agnes]
    assert all(sees(person, subject) for person in everyone)
    people.close_list(subject, by=cast.bo, reason="A staff matter")
    left = [person.username for person in everyone if sees(person, subject)]
    assert left == ["karin", "bo"]
    refused(
        PermissionDenied,
        people.name_person,
        subject,
        by=cast.lena,
        person=cast.per,
        reason="Curious",
    )
    refused(
        ValidationError,
        people.name_person,
        subject,
        by=cast.bo,
        person=cast.bo,
        reason="Myself",
    )
    people.name_person(
        subject, by=cast.bo, person=cast.lena, reason="Keeps the register"
    )
    assert sees(cast.lena, subject)
    assert involvement(cast.lena, subject).registers
    people.unname_person(
        subject, by=cast.bo, person=cast.lena, reason="The register is kept"
    )
    assert not sees(cast.lena, subject)
    refused(
        ValidationError,
        people.unname_person,
        subject,
        by=cast.bo,
        person=cast.bo,
        reason="x",
    )


def test_a_set_on_a_named_list_closes_its_reviews_at_intake(cast):
    listed_set(cast, cast.karin, cast.bo)
    subject = cast.new()
    assert subject.is_named_list
    assert sees(cast.karin, subject) and sees(cast.bo, subject)
    assert not any(sees(person, subject) for person in (cast.lena, cast.per))
    # The two of them carry it all the way.
    case.register(subject, by=cast.karin, public_subject="Access")
    people.take(subject, by=cast.karin)


def closed(cast, subject):
    """On a named list, with Lena, Bo and whoever works on it."""
    people.close_list(subject, by=cast.bo, reason="A staff matter")
    people.name_person(subject, by=cast.bo, person=cast.lena, reason="Registers")


def test_a_review_on_a_named_list_is_handed_over_on_it(cast):
    subject = cast.assigned()
    closed(cast, subject)
    right = case.reroute(subject, by=cast.lena, authority=cast.snc, reason="Not ours")
    assert right.is_named_list
    people = (cast.rut, cast.cilla, cast.didrik, cast.lena, cast.karin)
    assert [p.username for p in people if sees(p, right)] == ["rut"]
    assert involvement(cast.rut, right).names


def test_a_review_on_a_named_list_goes_to_no_authority_that_can_not_take_it(cast):
    subject = cast.assigned()
    closed(cast, subject)
    row = RoleAssignment.objects.get(person=cast.rut)
    rewrite(row, valid_to=acting.today() - timedelta(days=1))
    refused(
        ValidationError,
        case.reroute,
        subject,
        by=cast.lena,
        authority=cast.snc,
        reason="Not ours",
    )


def test_a_double_on_a_named_list_takes_the_list_along(cast):
    double, kept = cast.assigned(number="D1"), cast.assigned(number="D2")
    closed(cast, double)
    steps_request.merge(
        double.access_request, by=cast.lena, into=kept.access_request, reason="Double"
    )
    kept.refresh_from_db()
    assert kept.is_named_list
    assert sees(cast.lena, kept) and sees(cast.karin, kept)
    assert not sees(cast.agnes, kept) and not sees(cast.per, kept)


def test_a_merged_request_is_not_nobodys(cast):
    """Whoever runs the connection did not see it before, and does not see it now."""
    double, kept = cast.assigned(number="D1"), cast.assigned(number="D2")
    request = double.access_request
    assert not can_read_request(cast.nils, request)
    steps_request.merge(
        request, by=cast.lena, into=kept.access_request, reason="Double"
    )
    assert not can_read_request(cast.nils, request)
    seen = requests_visible_to(cast.nils)
    assert not seen.filter(pk=request.pk).exists()
    assert signed_in(cast.nils).get(page(request)).status_code == 404


def test_an_extension_stays_on_the_named_list(cast):
    client = clients.make_client(cast.contract, by=cast.sam, name="EM").client
    application = Application(
        external_id="E2",
        service="EM",
        justification="Repair",
        duration_minutes=60,
        object_ids=(LOG,),
    )
    request = steps_request.receive(
        cast.contract,
        application,
        by=client.account,
        payload=b"1",
        received_by="contract",
    ).access_request
    subject = request.reviews.get()
    case.register(subject, by=cast.lena, public_subject="Access")
    people.assign(subject, by=cast.per, person=cast.karin)
    cast.assess(subject, tested=[cast.tested("OSL-18-8", "applies")])
    cast.propose(subject, granted_minutes=60)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    cast.confirm(request.deliveries.get())
    subject, request = fresh(subject), fresh(request)
    closed(cast, subject)
    more = dialogue.extend(
        request,
        by=client.account,
        application=Application(
            external_id="E3",
            service="EM",
            justification="More",
            duration_minutes=60,
            object_ids=(LOG,),
        ),
        payload=b"2",
    ).access_request
    made = more.reviews.get()
    assert made.is_named_list and sees(cast.lena, made)
    assert not sees(cast.agnes, made) and not sees(cast.per, made)
