"""The queue: what waits for a person, and what comes first."""

import re
from datetime import timedelta

import pytest

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import Delivery
from requests_app.cases.access.steps import delivery
from requests_app.cases.intake.steps import request as steps_request
from requests_app.cases.review.steps import people, proposal
from requests_app.core import queue
from requests_app.core.models import Outcome
from requests_app.core.people.models import RoleAssignment
from requests_app.core.queue import url
from requests_app.desk.queue import everything, reviews
from requests_app.duty.ladders import read_queues
from requests_app.providers.application import Application
from requests_app.registers.models.information import (
    InformationSet,
    SecurityClassification,
)
from tests.cast import PEOPLE, hours
from tests.helpers.people import delegate, rewrite
from tests.helpers.web import (
    fetch,
    lines,
    page,
    signed_in,
    step_url,
    upkeep_of,
    work_of,
)

pytestmark = pytest.mark.django_db


def test_the_manager_is_told_of_a_case_whose_officer_has_left(cast):
    subject = cast.assigned()
    assert not [item for item in upkeep_of(cast.per) if item.name == str(subject)]
    row = RoleAssignment.objects.get(person=cast.karin)
    rewrite(row, valid_to=acting.today() - timedelta(days=1))
    (item,) = [item for item in upkeep_of(cast.per) if item.name == str(subject)]
    assert "Karin" in item.alarm


@pytest.mark.parametrize("name", ["lena", "karin", "bo"])
def test_what_nobody_closes_hides_nothing_that_is_awaited(cast, monkeypatch, name):
    """However much was answered and is left open: what waits for an answer leads."""
    left = [cast.answered(number=f"OLD-{number}") for number in range(3)]
    awaited = cast.decided(number="NEW")
    monkeypatch.setattr(reviews, "MOST", 2)
    keys = reviews.candidate_reviews.__wrapped__(getattr(cast, name))
    assert list(keys) == [awaited.pk, left[0].pk]


def test_what_is_not_theirs_takes_no_ones_place(cast, monkeypatch, size):
    """Of more than is shown, what somebody may not know of is left out first."""
    listed, conflict, third, _fourth = (
        cast.answered(number=f"OLD-{number}") for number in range(4)
    )
    people.close_list(listed, by=cast.bo, reason="A staff matter")
    declare = {"stage": "execution", "has_conflict": True, "ground": "close"}
    people.declare(conflict, by=cast.lena, text="x", **declare)
    cast.lena.role_rows = None
    monkeypatch.setattr(reviews, "MOST", 1)
    assert list(reviews.candidate_reviews.__wrapped__(cast.lena)) == [third.pk]


def test_what_was_answered_though_its_review_lost_all_objects_waits_to_be_routed(cast):
    """The answer had been given before the provider's change was typed in."""
    review = cast.decided(Outcome.REFUSED)
    request, before = review.access_request, acting.now()
    told = Application(
        external_id=request.external_id, justification="Another", object_ids=()
    )
    with acting.at(hours(0.1)):
        steps_request.record_change(
            request, by=cast.lena, application=told, payload=b"x", reason="x"
        )
        cast.confirm(Delivery.objects.get(), given_at=before)
    review.refresh_from_db()
    assert (review.status, review.access_request.status) == ("dropped", "answered")
    assert work_of(cast.nils)[str(request)].step_url.endswith("/route/")


def test_class_4_is_told_at_once_to_all_who_can_stop_it(cast):
    subject = cast.proposed()
    held = InformationSet.objects.get(name="Pupil health")
    with acting_as(cast.ines):
        SecurityClassification.objects.create(
            information_set=held,
            valid_from=acting.today(),
            confidentiality=4,
            integrity=1,
            availability=1,
        )
    for person in (cast.karin, cast.bo):
        item = work_of(person)[str(subject)]
        assert item.first and item.step_url.endswith("/stop/")
        assert 'role="alert"' in signed_in(person).get(page(subject)).content.decode()
    assert work_of(cast.sixten)["Pupil health"].alarm
    proposal.withdraw_proposal(subject, by=cast.karin, reason="x")
    answer = signed_in(cast.karin).get(step_url(subject, "assess"))
    assert 'role="alert"' in answer.content.decode()
    cast.assess(subject)
    assert subject.status == "stopped"
    assert "Pupil health" not in work_of(cast.sixten)
    assert work_of(cast.sixten)[str(subject)].alarm


def test_the_start_page_has_one_main_button_and_revocations_on_top(cast):
    running = cast.answered(number="EXSR500")
    cast.decided(number="EXSR600")
    delivery.revoke(
        running.access_request.grants.get(),
        by=cast.bo,
        reason="No longer needed",
        reason_for_recipient="Taken back.",
    )
    items = signed_in(cast.eva).get("/").context["items"]
    revoking = Delivery.objects.get(answer="revoke")
    assert items[0].url == page(revoking)
    html = signed_in(cast.eva).get("/").content.decode()
    shown = re.sub("<dialog.*?</dialog>", "", html, flags=re.S)
    assert shown.count('class="btn"') == 1


def test_a_case_is_taken_by_its_button_in_the_list_as_it_was_seen(cast):
    subject = cast.registered()
    client = signed_in(cast.karin)
    action, seen = re.search(
        r'<form method="post" action="([^"]+/do/take/)">.*?name="seen" value="(\d+)"',
        client.get("/").content.decode(),
        re.DOTALL,
    ).groups()
    assert action == step_url(subject, "take") and int(seen) == subject.version
    overtaken = client.post(action, {"on": "1", "seen": int(seen) - 1})
    subject.refresh_from_db()
    assert overtaken.status_code == 409 and subject.case_officer is None
    taken = client.post(action, {"on": "1", "seen": seen})
    subject.refresh_from_db()
    assert taken.url == step_url(subject, "assess")
    assert subject.case_officer == cast.karin


def test_what_runs_out_first_is_shown_and_how_much_more_there_is(cast, monkeypatch):
    first, second, *_later = [cast.registered(number=f"{n}") for n in range(4)]
    cast.decided(number="5")
    items = list(reviews.reviews_for(cast.per, 2))
    assert [item.name for item in items[:-1]] == [str(first), str(second)]
    assert items[-1].name.startswith("2 ")
    monkeypatch.setattr(reviews, "COUNTED", 1)
    assert "1 " in list(reviews.reviews_for(cast.per, 2))[-1].name


def test_what_others_work_on_pushes_nothing_out_of_a_registrars_queue(
    cast, monkeypatch
):
    """Fifty cases of others, with less time left, hid the one to register."""
    monkeypatch.setattr(everything, "LONGEST", 2)
    for number in range(3):
        cast.assigned(number=f"{number}")
    new = cast.new(number="new")
    names = [item.url for item in everything.everything_for(cast.lena) if item.step]
    assert url("secrecyreview_change", new.pk) in names


def test_whoever_is_told_of_what_waits_is_told_of_all_of_it(cast, monkeypatch):
    """A mail is no page: it was made of the first fifty lines of each kind."""
    cases = [cast.registered(number=f"{n}") for n in range(3)]
    for module, name in ((everything, "LONGEST"), (reviews, "PIECE")):
        monkeypatch.setattr(module, name, 2)
    told = {one.item for one in read_queues().waiting if cast.karin.pk in one.people}
    assert told >= {url("secrecyreview_change", case.pk) for case in cases}


def test_what_is_more_than_the_page_shows_is_said_to_be_more(cast, monkeypatch):
    """It said that fifty things waited, when a hundred did."""
    monkeypatch.setattr(queue, "LONGEST", 5)
    before = len(upkeep_of(cast.bo))
    with acting_as(cast.lena):
        for number in range(queue.LONGEST + 2):
            delegate(cast, item_no=f"9.{number}", person=cast.jonas)
    lines = [line for line in upkeep_of(cast.bo) if line.name]
    assert len(lines) == before + queue.LONGEST + 1
    (more,) = [line for line in lines if line.name.startswith("Fler än 5 ")]
    assert "delegationsregler" in more.name
    assert signed_in(cast.bo).get(more.step_url).status_code == 200


@pytest.mark.parametrize("name", PEOPLE)
def test_whatever_waits_the_start_page_asks_twelve_questions_at_most(cast, name):
    """What holds nothing is asked of in one of them; it was one for each kind."""
    cast.decided(number="1")
    cast.request(number="2", objects=("nobody@knows.example",))
    _, queries = fetch(signed_in(getattr(cast, name)), "/")
    assert len(queries) <= 12, lines(queries)
