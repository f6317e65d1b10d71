"""Two people at once: one step, one clear message. Real transactions, real threads."""

import threading

import pytest
from django.db import connection

from audit_app import acting
from requests_app.cases.access import clients
from requests_app.cases.access.models import Delivery
from requests_app.cases.access.steps import delivery
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.intake.steps import dialogue, request
from requests_app.cases.review.models.decision import Decision, Proposal
from requests_app.cases.review.steps import case, decision, people, proposal
from requests_app.core.people.models import RoleAssignment
from requests_app.core.step import INTAKE, WrongState, machine_account
from requests_app.desk.sweep import sweep
from requests_app.organisation import steps
from requests_app.providers.application import Application
from tests.cast import MAILBOX, hours
from tests.helpers.extended import grant_of, granted, machine, more, opened
from tests.helpers.others import patient
from tests.helpers.people import engage

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]


def at_once(*calls):
    """Run the calls in threads that start together; returns results and errors."""
    start = threading.Barrier(len(calls))
    found = [None] * len(calls)

    def run(place, call):
        try:
            patient()
            start.wait()
            found[place] = call()
        except Exception as error:
            found[place] = error
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(place, call))
        for place, call in enumerate(calls)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def one_of_two(results):
    errors = [found for found in results if isinstance(found, Exception)]
    assert len(errors) == 1, results
    assert isinstance(errors[0], WrongState), errors[0]
    return str(errors[0])


def load(pk):
    return SecrecyReview.objects.get(pk=pk)


def test_two_press_decide_at_once_and_one_decision_is_made(cast):
    pk = cast.proposed().pk
    people = (cast.bo, cast.bo)
    reviews = [load(pk) for _ in people]
    message = one_of_two(
        at_once(
            *(
                lambda r=r, p=p: decision.decide(r, by=p, no_conflict=True)
                for r, p in zip(reviews, people, strict=True)
            )
        )
    )
    assert "Bo Test" in message
    assert Decision.objects.count() == 1 and Delivery.objects.count() == 1


def test_deciding_and_returning_at_once(cast):
    pk = cast.proposed().pk
    first, second = load(pk), load(pk)
    one_of_two(
        at_once(
            lambda: decision.decide(first, by=cast.bo, no_conflict=True),
            lambda: proposal.return_proposal(
                second, by=cast.bo, comment="No", no_conflict=True
            ),
        )
    )
    assert (
        Decision.objects.count() + Proposal.objects.filter(status="returned").count()
        == 1
    )


def test_two_proposals_at_once(cast):
    pk = cast.assessed().pk
    first, second = load(pk), load(pk)
    one_of_two(at_once(lambda: cast.propose(first), lambda: cast.propose(second)))
    assert Proposal.objects.count() == 1


def test_two_managers_assign_at_once(cast):
    pk = cast.registered().pk
    first, second = load(pk), load(pk)
    karin, jonas, per = cast.karin, cast.jonas, cast.per
    one_of_two(
        at_once(
            lambda: people.assign(first, by=per, person=karin),
            lambda: people.assign(second, by=cast.per, person=jonas),
        )
    )
    assert load(pk).assignments.filter(ended_at=None).count() == 1
    assert load(pk).named_grants.count() == 1


def test_two_registrations_of_one_authority_get_two_numbers(cast):
    first, second = cast.new(number="1"), cast.new(number="2")
    found = at_once(
        lambda: case.register(first, by=cast.lena, public_subject="A"),
        lambda: case.register(second, by=cast.lena, public_subject="B"),
    )
    assert found == [None, None]
    numbers = SecrecyReview.objects.values_list("diary_sequence", flat=True)
    assert sorted(numbers) == [1, 2]


def test_the_answer_and_the_sweep_at_the_deadline(cast):
    subject = cast.decided()
    task = Delivery.objects.get()

    def late_sweep():
        with acting.at(hours(13)):
            return sweep()

    results = at_once(lambda: cast.confirm(task), late_sweep)
    subject.access_request.refresh_from_db()
    task.refresh_from_db()
    # One of them came first, and the other saw it.
    assert (task.status, subject.access_request.status) in (
        ("confirmed", "access_open"),
        ("confirmed", "access_ended"),
        ("lapsed", "lapsed"),
    ), results


def test_two_sweeps_at_once_do_the_work_once(cast):
    cast.proposed()

    def late():
        with acting.at(hours(13)):
            return sweep()

    done = at_once(late, late)
    assert sorted(done) in ([[], ["EXSR1: lapsed"]],), done


def test_two_tellings_of_one_new_number_make_one_request(cast):
    def tell(number):
        return lambda: request.receive(
            cast.m365,
            Application(external_id=number, object_ids=(MAILBOX,), justification="x"),
            by=machine_account(INTAKE),
            payload=b"{}",
            received_by="file",
        )

    machine_account(INTAKE)
    results = at_once(*(tell("EXSR1") for _time in range(3)), tell("EXSR2"))
    told = sorted(str(received.result) for received in results)
    assert told == ["None", "None", "new", "new"], results
    assert AccessRequest.objects.count() == 2


def test_revoking_while_an_extension_is_acknowledged_opens_nothing(cast):
    """Whoever comes first: no access is left open that nobody was told to close."""
    clients.make_client(cast.contract, by=cast.sam, name="EM")
    first = opened(cast)
    second = more(cast, first)
    task, grant = granted(cast, second), grant_of(first)
    why = {"reason": "x", "reason_for_recipient": "Sluta."}
    at_once(
        lambda: dialogue.acknowledge(task, by=machine(cast)),
        lambda: delivery.revoke(grant, by=cast.bo, **why),
    )
    revoked = set(AccessRequest.objects.exclude(revoked_at=None))
    assert revoked == {first, second}
    assert not second.grants.exclude(status="ended").exists()
    assert not second.deliveries.filter(answer="approve", status="open").exists()


def test_two_who_each_take_one_of_the_last_managers_away_leave_two(cast):
    engage(cast, "petra", "it_manager", cast.gsn)
    rows = RoleAssignment.objects.filter(role="it_manager")
    per, pia = (rows.get(person=person) for person in (cast.per, cast.pia))
    results = at_once(
        lambda: steps.end_role(per, by=cast.pia, reason="x"),
        lambda: steps.end_role(pia, by=cast.per, reason="x"),
    )
    assert sum(result is None for result in results) == 1, results
    assert rows.in_force(acting.now()).count() == 2
