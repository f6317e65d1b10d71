"""A review on a named list is open to whoever is named, and to nobody else."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from requests_app import permissions
from requests_app.models import Consultation, ListedReview, RoleAssignment
from requests_app.providers.application import Application
from requests_app.workflow import (
    assignment,
    conflict,
    contract,
    decision,
    dialogue,
    intake,
    merging,
    named_list,
    review,
    routing,
)
from requests_app.workflow.step import WrongState
from tests.cast import LOG
from tests.helpers.cases import asked, events_of
from tests.helpers.people import rewrite, sees
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.two_persons import listed_set
from tests.helpers.web import offered, page, signed_in, step_url, words

pytestmark = pytest.mark.django_db


def test_no_role_opens_a_review_on_a_named_list(cast):
    subject = cast.assigned()
    everyone = [cast.lena, cast.per, cast.karin, cast.jonas, cast.bo, cast.agnes]
    assert all(sees(person, subject) for person in everyone)
    named_list.close_list(subject, by=cast.bo, reason="A staff matter")
    left = [person.username for person in everyone if sees(person, subject)]
    assert left == ["karin", "bo"]
    refused(
        PermissionDenied,
        named_list.name_person,
        subject,
        by=cast.lena,
        person=cast.per,
        reason="Curious",
    )
    refused(
        ValidationError,
        named_list.name_person,
        subject,
        by=cast.bo,
        person=cast.bo,
        reason="Myself",
    )
    named_list.name_person(
        subject, by=cast.bo, person=cast.lena, reason="Keeps the register"
    )
    assert sees(cast.lena, subject)
    assert permissions.involvement(cast.lena, subject).registers
    named_list.unname_person(
        subject, by=cast.bo, person=cast.lena, reason="The register is kept"
    )
    assert not sees(cast.lena, subject)
    refused(
        ValidationError,
        named_list.unname_person,
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
    review.register(subject, by=cast.karin, public_subject="Access")
    assignment.take(subject, by=cast.karin)


def closed(cast, subject):
    """On a named list, with Lena, Bo and whoever works on it."""
    named_list.close_list(subject, by=cast.bo, reason="A staff matter")
    named_list.name_person(subject, by=cast.bo, person=cast.lena, reason="Registers")


def test_a_review_on_a_named_list_is_handed_over_on_it(cast):
    subject = cast.assigned()
    closed(cast, subject)
    right = routing.reroute(
        subject, by=cast.lena, authority=cast.snc, reason="Not ours"
    )
    assert right.is_named_list
    people = (cast.rut, cast.cilla, cast.didrik, cast.lena, cast.karin)
    assert [p.username for p in people if sees(p, right)] == ["rut"]
    assert permissions.involvement(cast.rut, right).names


def test_a_review_on_a_named_list_goes_to_no_authority_that_can_not_take_it(cast):
    subject = cast.assigned()
    closed(cast, subject)
    row = RoleAssignment.objects.get(person=cast.rut)
    rewrite(row, valid_to=permissions.today() - timedelta(days=1))
    refused(
        ValidationError,
        routing.reroute,
        subject,
        by=cast.lena,
        authority=cast.snc,
        reason="Not ours",
    )


def test_a_double_on_a_named_list_takes_the_list_along(cast):
    double, kept = cast.assigned(number="D1"), cast.assigned(number="D2")
    closed(cast, double)
    merging.merge(
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
    assert not permissions.can_read_request(cast.nils, request)
    merging.merge(request, by=cast.lena, into=kept.access_request, reason="Double")
    assert not permissions.can_read_request(cast.nils, request)
    seen = permissions.requests_visible_to(cast.nils)
    assert not seen.filter(pk=request.pk).exists()
    assert signed_in(cast.nils).get(page(request)).status_code == 404


def test_an_extension_stays_on_the_named_list(cast):
    client = contract.make_client(cast.contract, by=cast.sam, name="EM").client
    application = Application(
        external_id="E2",
        service="EM",
        justification="Repair",
        duration_minutes=60,
        object_ids=(LOG,),
    )
    request = intake.receive(
        cast.contract,
        application,
        by=client.account,
        payload=b"1",
        received_by="contract",
    ).access_request
    subject = request.reviews.get()
    review.register(subject, by=cast.lena, public_subject="Access")
    assignment.assign(subject, by=cast.per, person=cast.karin)
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


# -- By two persons, and seen by whoever oversees it ---------------------------------


def oversees(person, subject):
    by_list = permissions.overseen_by(person).filter(pk=subject.pk).exists()
    assert by_list == permissions.involvement(person, subject).oversees
    return by_list


def listed_page(subject):
    return ListedReview(pk=subject.pk)


EVERYONE = (
    "lena",
    "per",
    "karin",
    "jonas",
    "bo",
    "agnes",
    "dora",
    "ivar",
    "rut",
    "eva",
)


def overseers(cast, subject):
    return [name for name in EVERYONE if oversees(getattr(cast, name), subject)]


def test_a_registrar_alone_hides_no_case_from_auditor_and_decision_maker(cast):
    subject = cast.registered()
    named_list.close_list(subject, by=cast.lena, reason="A staff matter")
    assert overseers(cast, subject) == ["bo", "agnes"]
    shown = words(signed_in(cast.agnes).get(page(listed_page(subject))))
    assert subject.diary_number in shown and "Tid kvar att svara" in shown
    assert "Access" not in shown and "Mailbox" not in shown
    assert "Confirm" not in shown
    assert offered(signed_in(cast.agnes), listed_page(subject)) == {"open"}
    steps = {"open", "confirm-list", "open-list"}
    assert offered(signed_in(cast.bo), listed_page(subject)) == steps
    refused(PermissionDenied, named_list.confirm_list, subject, by=cast.lena)
    refused(PermissionDenied, named_list.confirm_list, subject, by=cast.agnes)
    named_list.confirm_list(subject, by=cast.bo)
    assert overseers(cast, subject) == ["agnes"]


def test_the_second_person_opens_a_review_again(cast):
    subject = cast.assigned()
    named_list.close_list(subject, by=cast.lena, reason="A staff matter")
    refused(PermissionDenied, named_list.open_list, subject, by=cast.lena, reason="x")
    named_list.open_list(subject, by=cast.karin, reason="It is no such matter")
    assert all(sees(p, subject) for p in (cast.lena, cast.bo, cast.agnes, cast.karin))
    assert not overseers(cast, subject)


def test_a_list_that_is_confirmed_is_not_opened_again(cast):
    subject = cast.assigned()
    named_list.close_list(subject, by=cast.lena, reason="A staff matter")
    named_list.confirm_list(subject, by=cast.karin)
    for person in (cast.karin, cast.bo):
        refused(
            (PermissionDenied, WrongState),
            named_list.open_list,
            subject,
            by=person,
            reason="x",
        )

    def forged(**values):
        row = fresh(subject)
        for name, value in values.items():
            setattr(row, name, value)
        row.save()

    refuses("leaves a named list", lambda: forged(is_named_list=False), cast.bo)


def test_the_one_who_put_it_there_stands_alone_in_no_way(cast):
    subject = cast.assigned()
    named_list.close_list(subject, by=cast.lena, reason="A staff matter")

    def forged(**values):
        row = fresh(subject)
        for name, value in values.items():
            setattr(row, name, value)
        row.save()

    refuses("leaves a named", lambda: forged(is_named_list=False), cast.lena)
    refuses("own name", lambda: forged(list_confirmed_by=cast.karin), cast.lena)
    refuses("by_two", lambda: forged(list_confirmed_by=cast.lena), cast.lena)


def test_the_auditor_reads_a_listed_case_on_a_basis_that_is_kept(cast):
    subject = cast.assigned()
    named_list.close_list(subject, by=cast.lena, reason="A staff matter")
    refused(PermissionDenied, named_list.take_access, subject, by=cast.ivar, reason="x")
    agnes = signed_in(cast.agnes)
    listed = listed_page(subject)
    told = {"reason": "Complaint 2026-7", "do": "1", "seen": subject.version}
    done = agnes.post(step_url(listed, "open"), told)
    assert done.headers["Location"] == page(subject)
    assert "review.opened_with_basis" in events_of(subject)
    assert "Mailbox" in words(agnes.get(page(subject)))
    assert agnes.get(page(listed)).status_code == 404
    assert subject.history.first().history_change_reason == "Complaint 2026-7"


def test_an_open_proposal_on_a_list_is_still_decided(cast):
    subject = cast.proposed()
    named_list.close_list(subject, by=cast.lena, reason="A staff matter")
    named_list.confirm_list(subject, by=cast.karin)
    assert overseers(cast, subject) == ["bo", "agnes"]
    assert "Ta del med angiven grund" in words(signed_in(cast.bo).get("/"))
    refused(PermissionDenied, decision.decide, subject, by=cast.bo, no_conflict=True)
    named_list.take_access(subject, by=cast.bo, reason="To decide it")
    decision.decide(subject, by=cast.bo, no_conflict=True)


def test_whoever_takes_part_stays_in_a_review_that_is_put_on_a_list(cast):
    subject = cast.assessed()
    asked(cast, subject, cast.ines)
    cast.propose(subject)
    named_list.close_list(subject, by=cast.lena, reason="A staff matter")
    left = {person.username for person in named_list.people_on_list(subject)}
    assert left == {"lena", "karin", "ines"}
    assert Consultation.objects.get().person == cast.ines


def test_whoever_has_a_conflict_oversees_nothing(cast):
    subject = cast.proposed()
    conflict.declare(
        subject, by=cast.bo, stage="decision", has_conflict=True, ground="close"
    )
    named_list.close_list(subject, by=cast.lena, reason="A staff matter")
    assert overseers(cast, subject) == ["agnes"]
