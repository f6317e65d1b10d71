"""A deviation has an owner and a clock, and keeps the case open until it ends."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audit_app import acting
from requests_app.cases.access.steps import delivery
from requests_app.cases.review.steps import case
from requests_app.cases.review.steps.afterwards import left_open
from requests_app.core.step import WrongState
from requests_app.oversight import selectors as selector
from requests_app.oversight.models import Deviation
from requests_app.oversight.steps import acts as step_of
from tests.cast import hours
from tests.helpers.extended import grant_of
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.web import errors, page, signed_in, step_url, words, work_of
from tests.workflow.acts import ready, reported

pytestmark = pytest.mark.django_db


def test_it_is_in_the_queue_of_officer_decider_and_guards_and_red_on_the_case(cast):
    request = ready(cast, "hand")
    reported(cast, "hand", request, object_name="x@y")
    row = Deviation.objects.get()
    name = f"{row}: {row.review}"
    for person in (cast.karin, cast.bo, cast.dora, cast.sixten, cast.ivar):
        item = work_of(person)[name]
        assert item.first and item.alarm and item.step_url.endswith("/take/")
    for person in (cast.jonas, cast.cilla, cast.eva, cast.agnes, cast.sam):
        assert name not in work_of(person)
    html = signed_in(cast.karin).get(page(row.review)).content.decode()
    assert f"/deviation/{row.pk}/" in html and "tag stop" in html


@pytest.mark.parametrize("country", ["SE", "IN"])
def test_whoever_records_an_act_is_told_whether_it_was_outside(cast, country):
    subject = ready(cast, "hand").reviews.get()
    url, karin = step_url(subject, "record-act"), signed_in(cast.karin)
    with acting.at(hours(0.1)):
        moment = timezone.localtime(acting.now())
        told = {
            "happened_at_0": f"{moment:%Y-%m-%d}",
            "happened_at_1": f"{moment:%H:%M}",
            "action": "rebuild index",
            "country": country,
            "seen": fresh(subject).version,
        }
        shown = words(karin.post(url, told, follow=True))
    assert "Åtgärden är antecknad" in shown
    assert ("En avvikelse väntar på att utredas" in shown) is (country == "IN")


def test_the_case_says_who_finds_out_what_it_was_and_by_when(cast):
    subject = ready(cast, "hand").reviews.get()
    delivery.end_access(subject.access_request.grants.get(), by=cast.eva)
    reported(cast, "hand", fresh(subject.access_request), object_name="x@y")
    row = Deviation.objects.get()
    karin = signed_in(cast.karin)
    for person in (cast.karin, cast.dora):
        if person == cast.dora:
            step_of.take(row, by=person)
        shown = words(karin.get(page(subject)))
        line = shown.partition('<p class="turn">')[2].partition("</p>")[0]
        assert "besked om vad avvikelsen var" in line and str(person) in line
        assert "Tid kvar att ta reda på vad det är" in shown
        assert "Ingen tidsfrist löper" not in shown
    words_of = {"outcome": "deviation", "conclusion": "A typing error of theirs."}
    step_of.conclude(fresh(row), by=cast.dora, **words_of)
    shown = words(karin.get(page(subject)))
    assert "vad avvikelsen var" not in shown and "Ingen tidsfrist löper" in shown


def test_it_is_taken_on_and_concluded_by_its_owner_in_words(cast):
    request = ready(cast, "hand")
    reported(cast, "hand", request, object_name="x@y")
    row = Deviation.objects.get()
    words = {"outcome": "deviation", "conclusion": "A typing error of theirs."}
    refused(PermissionDenied, step_of.conclude, fresh(row), by=cast.dora, **words)
    refused(PermissionDenied, step_of.take, fresh(row), by=cast.agnes)
    step_of.take(fresh(row), by=cast.ivar)
    step_of.take(fresh(row), by=cast.dora)
    refused(PermissionDenied, step_of.conclude, fresh(row), by=cast.ivar, **words)
    step_of.conclude(fresh(row), by=cast.dora, **words)
    assert fresh(row).conclusion.text == "A typing error of theirs."
    refused(WrongState, step_of.take, fresh(row), by=cast.ivar)
    assert f"{row}: {row.review}" not in work_of(cast.dora)


def test_a_case_with_an_open_deviation_is_not_closed(cast):
    request = ready(cast, "hand")
    reported(cast, "hand", request, object_name="x@y")
    delivery.end_access(fresh(grant_of(request)), by=cast.eva)
    subject = request.reviews.get()
    refused(WrongState, case.close, fresh(subject), by=cast.karin)

    def close_anyway():
        row = fresh(subject)
        row.status, row.closed_at = "closed", acting.now()
        row.save()

    refuses("open deviation", close_anyway, cast.karin)
    row = Deviation.objects.get()
    step_of.take(fresh(row), by=cast.karin)
    words = {"outcome": "none", "conclusion": "The object is the same."}
    step_of.conclude(fresh(row), by=cast.karin, **words)
    assert not [left for left in left_open(subject) if "Not settled" in left.text]
    case.close(fresh(subject), by=cast.karin, reason="Nothing is left.")


def test_the_database_keeps_what_was_found_and_concluded(cast):
    request = ready(cast, "hand")
    reported(cast, "hand", request, object_name="x@y")
    row = Deviation.objects.get()

    def change(**values):
        def act():
            found = fresh(row)
            for name, value in values.items():
                setattr(found, name, value)
            found.save()

        return act

    refuses("stays as it was written", change(divergences=[{"kind": "act"}]), cast.ivar)
    refuses("own name", change(owner=cast.dora, owned_at=acting.now()), cast.ivar)
    rows = Deviation.objects.filter(pk=row.pk)
    refuses("kept|deleted", lambda: rows._raw_delete("default"), cast.ivar)
    step_of.take(fresh(row), by=cast.dora)
    anothers = change(
        status="concluded",
        outcome="none",
        conclusion=request.justification,
        concluded_by=cast.ivar,
        concluded_at=acting.now(),
    )
    refuses("the person who has taken it on", anothers, cast.ivar)
    words = {"outcome": "none", "conclusion": "x"}
    step_of.conclude(fresh(row), by=cast.dora, **words)
    refuses("not opened again", change(outcome="incident"), cast.dora)


def test_its_pages_name_it_once(cast):
    reported(cast, "hand", ready(cast, "hand"), object_name="x@y")
    url = step_url(Deviation.objects.get(), "take")
    assert "Avvikelse Avvikelse" not in words(signed_in(cast.bo).get(url))


def test_what_has_not_happened_yet_is_no_act(cast):
    subject = ready(cast, "hand").reviews.get()
    told = {"happened_at_0": "2099-01-01", "happened_at_1": "10:00", "action": "x"}
    answer = signed_in(cast.karin).post(step_url(subject, "record-act"), told)
    assert errors(answer)["happened_at"]
    assert not subject.access_request.access_events.exists()


def test_its_page_says_of_how_many_acts_the_first_are_shown(cast, monkeypatch):
    monkeypatch.setattr(selector, "ACTS_SHOWN", 2)
    request = ready(cast, "asked")
    for number in range(3):
        reported(cast, "asked", request, object_name=f"other/{number}")
    url = page(Deviation.objects.get())
    assert "De första 2 av 3 visas." in words(signed_in(cast.dora).get(url))
