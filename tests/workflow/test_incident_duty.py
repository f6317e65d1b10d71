"""What has to be told of an incident: whose it is, by when, and how it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import translation

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.review.steps import afterwards
from requests_app.cases.review.steps.afterwards import left_open
from requests_app.core.step import WrongState
from requests_app.oversight.models import Deviation, IncidentDuty
from requests_app.oversight.papers import RECEIVERS, draft_of
from requests_app.oversight.steps import acts, incidents
from tests.cast import hours
from tests.helpers.refusals import fresh, refused, refuses
from tests.helpers.web import page, signed_in, step_url, words, work_of

pytestmark = pytest.mark.django_db
WORDS = {"conclusion": "Files outside the request were read."}


@pytest.fixture
def found(cast):
    """An act outside what was granted, in a school mailbox."""
    subject = cast.answered()
    acts.record_act(
        subject,
        by=cast.karin,
        happened_at=acting.now(),
        action="read",
        object_name="other@skola.example",
    )
    return Deviation.objects.get()


@pytest.fixture
def incident(cast, found):
    acts.take(fresh(found), by=cast.dora)
    acts.conclude(fresh(found), by=cast.dora, outcome="incident", **WORDS)
    return fresh(found)


def duty(kind):
    return IncidentDuty.objects.get(kind=kind)


def tell(cast, kind, by, **changes):
    told = {"reported_at": acting.now(), "reference": "IMY-1", "report": "As told."}
    incidents.record_report(duty(kind), by=by, **{**told, **changes})


def test_each_clock_runs_from_when_it_became_known(found):
    since = found.discovered_at
    due = {row.kind: row.due_at - since for row in IncidentDuty.objects.all()}
    assert due["cyber5"] == due["security"] == timedelta(hours=24)
    assert due["gdpr33"] == due["gdpr34"] == due["cyber6"] == timedelta(hours=72)
    assert due["cyber8"] >= timedelta(days=31)


def test_promptly_is_what_the_authority_says(cast):
    with acting_as(cast.per):
        board = cast.gsn
        board.prompt_hours = 6
        board.save()
    afterwards.stop(cast.assessed(), by=cast.karin, level="suspected")
    row = duty("security")
    assert row.due_at - row.known_at == timedelta(hours=6)
    assert row.deviation is None


def test_of_an_incident_each_is_in_the_queue_of_whoever_owns_it(cast, incident):
    queues = {
        cast.dora: {"gdpr33", "gdpr34", "cyber5", "cyber6", "cyber8", "security"},
        cast.ivar: {"cyber5", "cyber6", "cyber8"},
        cast.sixten: {"security"},
        cast.karin: set(),
        cast.cilla: set(),
    }
    for person, kinds in queues.items():
        names = work_of(person)
        mine = {row.kind for row in IncidentDuty.objects.all() if str(row) in names}
        assert mine == kinds, person
    with acting.at(hours(25)):
        assert work_of(cast.ivar)[str(duty("cyber5"))].alarm


def test_until_it_is_known_what_it_is_only_the_deviation_waits(cast, found):
    names = work_of(cast.ivar)
    assert not any(str(row) in names for row in IncidentDuty.objects.all())
    html = signed_in(cast.ivar).get(page(found)).content.decode()
    assert all(f"/incidentduty/{row.pk}/" in html for row in found.duties.all())


@pytest.mark.parametrize("outcome", ["none", "deviation"])
def test_what_was_no_incident_ends_them_with_its_own_reason(cast, found, outcome):
    acts.take(fresh(found), by=cast.dora)
    acts.conclude(fresh(found), by=cast.dora, outcome=outcome, **WORDS)
    rows = IncidentDuty.objects.all()
    assert {row.status for row in rows} == {"not_needed"}
    assert {row.reason.text for row in rows} == {WORDS["conclusion"]}


def test_it_is_done_with_when_and_a_reference_or_not_needed_with_a_reason(
    cast, incident
):
    refused(
        PermissionDenied,
        incidents.decline,
        duty("gdpr33"),
        by=cast.ivar,
        reason="x",
    )
    early = {"reported_at": hours(-3), "reference": "x", "report": "x"}
    step = incidents.record_report
    refused(ValidationError, step, duty("gdpr33"), by=cast.dora, **early)
    tell(cast, "gdpr33", cast.dora)
    row = duty("gdpr33")
    assert (row.status, row.reference, row.report.text) == ("done", "IMY-1", "As told.")
    told = {**early, "reported_at": acting.now()}
    refused(WrongState, step, row, by=cast.dora, **told)
    incidents.decline(duty("gdpr34"), by=cast.dora, reason="No high risk.")
    assert duty("gdpr34").status == "not_needed"


def test_what_is_not_settled_is_told_when_the_case_is_closed(cast, incident):
    with translation.override("en"):
        texts = [row.text for row in left_open(incident.review)]
        assert sum("Not settled yet" in text for text in texts) == 6
        incidents.decline(duty("gdpr34"), by=cast.dora, reason="x")
        texts = [row.text for row in left_open(incident.review)]
    assert sum("Not settled yet" in text for text in texts) == 5


def test_the_final_report_is_due_a_month_after_the_report(cast, incident):
    tell(cast, "cyber6", cast.ivar)
    reported = duty("cyber6").reported_at
    assert duty("cyber8").due_at == incidents.a_month_after(reported)


def test_of_what_goes_on_a_status_report_is_given_and_the_final_one_is_left(
    cast, incident
):
    """Cyber Security Act 2:8, second sentence."""
    tell(cast, "cyber6", cast.ivar)
    first_due = duty("cyber8").due_at
    with acting.at(first_due):
        form = (
            signed_in(cast.ivar).get(step_url(duty("cyber8"), "report")).context["form"]
        )
        assert "goes_on" in form.fields
        for number in (1, 2):
            tell(cast, "cyber8", cast.ivar, reported_at=first_due, goes_on=True)
            told = IncidentDuty.objects.filter(kind="cyber8st", status="done")
            assert told.count() == number
        final = duty("cyber8")
        assert told.order_by("pk")[0].due_at == first_due
        assert final.status == "open" and final.due_at > first_due + timedelta(days=27)
        tell(cast, "cyber8", cast.ivar)
    assert duty("cyber8").status == "done"
    form = signed_in(cast.ivar).get(step_url(duty("cyber5"), "report")).context["form"]
    assert "goes_on" not in form.fields


def test_a_month_ends_with_its_last_day():
    end = incidents.a_month_after(datetime(2027, 1, 31, 12, tzinfo=UTC))
    assert end == datetime(2027, 2, 28, 12, tzinfo=UTC)
    assert incidents.a_month_after(end.replace(month=12)).year == 2028


def test_a_report_after_its_time_is_marked_late(cast, incident):
    with acting.at(hours(80)):
        tell(cast, "gdpr33", cast.dora, reported_at=hours(79))
    assert duty("gdpr33").is_late


def test_the_draft_says_what_is_recorded_and_leaves_brackets(cast, incident):
    for row in IncidentDuty.objects.all():
        text = draft_of(row)
        assert RECEIVERS[row.kind] in text and "[fyll i]" in text
        assert incident.review.diary_number in text
        assert "other@skola.example" not in text
        assert "i dag" not in text and f"den {acting.today().day} " in text
    assert "annat objekt" in draft_of(duty("gdpr33"))
    assert "annat objekt" not in draft_of(duty("security"))


def test_the_database_lets_nobody_rewrite_or_settle_for_another(cast, incident):
    def change(kind, **values):
        def act():
            row = duty(kind)
            for name, value in values.items():
                setattr(row, name, value)
            row.save()

        return act

    later = acting.now() + timedelta(days=9)
    refuses("runs on", change("gdpr33", due_at=later), cast.dora)
    done = {
        "status": "not_needed",
        "reason": incident.conclusion,
        "settled_at": acting.now(),
    }
    refuses("own name", change("gdpr33", settled_by=cast.dora, **done), cast.ivar)
    refuses("kept|deleted", duty("gdpr33").delete, cast.dora)
    incidents.decline(duty("gdpr33"), by=cast.dora, reason="x")
    refuses("stays so", change("gdpr33", version=9), cast.dora)


def test_a_month_is_counted_by_the_calendar_here():
    half_past_midnight = datetime(2027, 3, 30, 22, 30, tzinfo=UTC)
    due = incidents.a_month_after(half_past_midnight)
    assert due == datetime(2027, 4, 29, 22, 30, tzinfo=UTC)


def test_promptly_is_some_time_by_sql(cast):
    gsn = cast.gsn
    gsn.prompt_hours = 0
    refuses("promptly_is_some_time", gsn.save, by=cast.lena)


def test_the_persons_are_told_without_undue_delay_and_by_no_hour_of_the_law(
    cast, found
):
    dora = signed_in(cast.dora)
    for row in (duty("gdpr34"), duty("gdpr33")):
        address = reverse("admin:requests_app_incidentduty_change", args=[row.pk])
        told = "utan onödigt dröjsmål" in words(dora.get(address))
        assert told is (row.kind == "gdpr34")
