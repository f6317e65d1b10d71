"""Several cases registered or assigned together: all or none, each by its own rule."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import afterwards, case
from requests_app.desk.sweep import sweep
from tests.helpers.people import give
from tests.helpers.web import signed_in, words

pytestmark = pytest.mark.django_db


def address(step):
    return reverse("admin:several", args=[step])


def send(client, step, rows, **typed):
    seen = {f"seen_{row.pk}": row.version for row in rows}
    return client.post(
        address(step), {"do": step, "rows": [row.pk for row in rows], **seen, **typed}
    )


def subjects(rows, **changes):
    return {f"subject_{row.pk}": f"Begäran {row.pk}" for row in rows} | changes


def fresh_rows():
    return list(SecrecyReview.objects.order_by("pk"))


def test_those_that_wait_are_shown_with_a_subject_and_registered(cast):
    rows = [cast.new(number=f"N{n}") for n in range(3)]
    cast.assigned(number="other")
    lena = signed_in(cast.lena)
    assert "Registrera flera (3)" in words(lena.get("/"))
    shown = words(lena.get(address("register") + "?all"))
    assert shown.count(" checked") == 3 and "Begäran om åtkomst, " in shown
    assert LedgerEntry.objects.filter(event="queue.read").count() >= 2
    assert send(lena, "register", rows, **subjects(rows)).status_code == 302
    numbers = {row.diary_number for row in fresh_rows()[:3]}
    assert len(numbers) == 3 and "" not in numbers
    assert fresh_rows()[0].public_subject == f"Begäran {rows[0].pk}"


@pytest.mark.parametrize(
    ("typed", "told"), [("", "Skriv en offentlig"), ("Karin Larsson", "ser ut som")]
)
def test_what_is_wrong_with_one_is_said_beside_it_and_none_is(cast, typed, told):
    rows = [cast.new(number=f"N{n}") for n in range(2)]
    wrong = {f"subject_{rows[1].pk}": typed}
    answer = send(signed_in(cast.lena), "register", rows, **subjects(rows, **wrong))
    shown = words(answer)
    line = shown.partition(f'id="error_{rows[1].pk}"')[2].partition("</p>")[0]
    assert told in line and f'id="error_{rows[0].pk}"' not in shown
    assert f'value="Begäran {rows[0].pk}"' in shown
    assert {row.status for row in fresh_rows()} == {"new"}


def test_one_that_has_changed_meanwhile_holds_all(cast):
    rows = [cast.new(number=f"N{n}") for n in range(2)]
    give(cast, cast.karin, "registrar")
    case.register(rows[0], by=cast.karin, public_subject="Meanwhile")
    stale = fresh_rows()
    stale[0].version = 0
    answer = send(signed_in(cast.lena), "register", stale, **subjects(stale))
    assert answer.status_code == 409
    # What is sent without being looked at first is read now.
    read = LedgerEntry.objects.get(event="queue.read", actor_id=cast.lena.pk)
    assert f"(nr\u00a0{rows[1].pk})" in read.facts["shown"][0]
    shown = words(answer)
    line = shown.partition(f'id="error_{rows[0].pk}"')[2].partition("</p>")[0]
    assert "Karin Test" in line
    assert f'value="Begäran {rows[1].pk}"' in shown
    assert fresh_rows()[1].status == "new"


def test_several_are_assigned_to_one_person(cast):
    rows = [cast.registered(number=f"R{n}") for n in range(2)]
    per = signed_in(cast.per)
    assert "Tilldela flera (2)" in words(per.get("/"))
    answer = send(per, "assign", rows, person=cast.karin.pk)
    assert answer.status_code == 302
    assert {row.case_officer for row in fresh_rows()} == {cast.karin}


def test_several_that_lapsed_are_proposed_to_be_struck_off_and_not_decided(cast):
    rows = [cast.assigned(number=f"L{n}") for n in range(2)]
    with acting.at(acting.now() + timedelta(hours=13)):
        sweep()
        lena = signed_in(cast.lena)
        assert "Föreslå avskrivning av flera (2)" in words(lena.get("/"))
        page = words(lena.get(address("propose-striking-off") + "?all"))
        assert page.count(" checked") == 2
        lapsed = fresh_rows()
        afterwards.propose_striking_off(lapsed[0], by=cast.karin)
        answer = send(lena, "propose-striking-off", rows=fresh_rows())
        assert answer.status_code == 409 and fresh_rows()[1].status == "lapsed"
        rows = [row for row in fresh_rows() if row.status == "lapsed"]
        assert send(lena, "propose-striking-off", rows).status_code == 302
    assert {row.status for row in fresh_rows()} == {"proposed"}


def test_it_is_for_whoever_may_take_the_step(cast):
    assert signed_in(cast.agnes).get(address("register")).status_code == 403
    assert signed_in(cast.lena).get(address("assign")).status_code == 403
    assert signed_in(cast.lena).get(address("decide")).status_code == 404
    assert "Inget ärende väntar" in words(signed_in(cast.lena).get(address("register")))
