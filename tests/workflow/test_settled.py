"""What is settled beforehand, and what becomes of it: standing assessments, conditions,
class 4, and the law that changes."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from audit_app import clock
from audit_app.acting import acting
from audit_app.models import LedgerEntry
from requests_app import catalogue, permissions
from requests_app.law.facts import facts_of
from requests_app.law.reliance import seen_relying_on
from requests_app.law.terms import CALENDAR, ConditionTerm
from requests_app.models import (
    AccessEvent,
    Condition,
    ConditionFollowUp,
    InformationSet,
    Provision,
    SecurityClassification,
    StandingAssessment,
)
from requests_app.models.standing_assessment import Factor
from requests_app.selectors import queue
from requests_app.selectors.queue import aftermath, upkeep
from requests_app.workflow import access, condition, decision, proposal
from requests_app.workflow import standing_assessment as standing_assessment
from requests_app.workflow.condition import Followed
from requests_app.workflow.content import keep
from requests_app.workflow.step import WrongState
from tests.admin.web import page, signed_in, step_url
from tests.cast import provision

pytestmark = pytest.mark.django_db
# 23:2 OSL changes at midnight in Sweden, between these two.
BEFORE = datetime(2028, 6, 30, 20, tzinfo=UTC)
CHANGED = datetime(2028, 7, 1, 4, tzinfo=UTC)
TERMS = [
    ConditionTerm("duration", "At most two hours."),
    ConditionTerm("account", "A written account within five working days.", 5),
]


def current(cast):
    return StandingAssessment.objects.get(
        authority=cast.gsn, provider=cast.m365.product.provider
    )


def made(cast, by, **changes):
    """One that nobody has confirmed."""
    with acting(by):
        return StandingAssessment.objects.create(
            **{
                "authority": cast.gsn,
                "provider": cast.m365.product.provider,
                "is_suitable": True,
                "factors": dict.fromkeys(Factor.values, "for"),
                "suitability": keep("Short and logged."),
                "assignment": "The contract",
                "processor_agreement": "The agreement",
                "transfer_ground": "not_needed",
                "valid_from": permissions.today(),
                "review_due": permissions.today() + timedelta(days=365),
                "made_by": by,
                **changes,
            }
        )


def work(user):
    return {
        item.name: item for item in [*queue.work_for(user), *upkeep.upkeep_for(user)]
    }


def events(review):
    rows = LedgerEntry.objects.filter(
        object_type=review._meta.db_table, object_id=str(review.pk)
    )
    return list(rows.values_list("event", flat=True))


# -- Standing assessments ------------------------------------------------------------


def test_one_makes_it_another_confirms_it_and_then_it_stands_as_it_was(cast):
    row = made(cast, cast.karin)
    with pytest.raises(PermissionDenied):
        standing_assessment.confirm(row, by=cast.karin)
    for stranger in (cast.lena, cast.ivar, cast.cilla, cast.dora):
        with pytest.raises(PermissionDenied):
            standing_assessment.confirm(row, by=stranger)
    assert any("standingassessment" in i.url for i in work(cast.bo).values())
    assert not any("standingassessment" in i.url for i in work(cast.karin).values())
    standing_assessment.confirm(row, by=cast.bo)
    assert row.confirmed_by == cast.bo
    with pytest.raises(WrongState):
        standing_assessment.confirm(row, by=cast.jonas)


def test_revoking_reaches_open_and_granted_cases_and_tells_no_one_of_others(cast):
    granted = cast.decided(number="granted")
    refused = cast.decided("refused", number="refused")
    proposed = cast.proposed(number="proposed")
    begun = cast.assigned(number="begun")
    row = current(cast)
    relying = {granted.pk, proposed.pk, begun.pk}
    assert {found.pk for found in seen_relying_on(row, cast.karin)} == relying
    assert not seen_relying_on(row, cast.cilla)
    with pytest.raises(PermissionDenied):
        standing_assessment.revoke(row, by=cast.lena, reason="x")
    standing_assessment.revoke(row, by=cast.ivar, reason="The contract has ended")
    assert {found.pk for found in seen_relying_on(row, cast.karin)} == relying
    for review in (granted, proposed, begun):
        assert "review.standing_assessment_revoked" in events(review)
    assert "review.standing_assessment_revoked" not in events(refused)
    items = work(cast.bo)
    assert items[str(granted)].step_url.endswith("/reconsider/")
    assert items[str(granted)].alarm == items[str(proposed)].alarm != ""
    with pytest.raises(WrongState):
        decision.decide(proposed, by=cast.bo, no_conflict=True)


def test_a_proposal_on_one_revoked_is_not_decided_on_another(cast):
    """The review would rely on the other now, but this proposal did not."""
    row = made(cast, cast.karin)
    standing_assessment.confirm(row, by=cast.bo)
    proposed = cast.proposed()
    assert proposed.reliances.get().standing_assessment == row
    standing_assessment.revoke(row, by=cast.bo, reason="Wrong agreement")
    assert facts_of(proposed).reliance == "valid"
    with pytest.raises(WrongState):
        decision.decide(proposed, by=cast.bo, no_conflict=True)
    url = reverse("admin:requests_app_standingassessment_changelist")
    for address in (page(proposed), step_url(proposed, "decide")):
        assert url in signed_in(cast.bo).get(address).content.decode()


def test_a_set_of_its_own_is_not_reached_by_the_general_one(cast):
    held = InformationSet.objects.get(name="Pupil health")
    own = made(cast, cast.karin, information_set=held)
    standing_assessment.confirm(own, by=cast.bo)
    begun = cast.assigned()
    assert [found.pk for found in seen_relying_on(own, cast.karin)] == [begun.pk]
    assert not seen_relying_on(current_general(cast), cast.karin)


def current_general(cast):
    return StandingAssessment.objects.get(
        authority=cast.gsn,
        provider=cast.m365.product.provider,
        information_set=None,
    )


def test_what_runs_out_is_work_until_there_is_a_newer_one(cast):
    today = permissions.today()
    held = InformationSet.objects.get(name="Servers")
    soon = made(
        cast, cast.karin, information_set=held, review_due=today + timedelta(20)
    )
    late = made(
        cast, cast.karin, information_set=held, review_due=today + timedelta(31)
    )
    standing_assessment.confirm(soon, by=cast.bo)

    def alarms():
        return {item.url: item.alarm for item in upkeep.upkeep_for(cast.jonas)}

    assert page(soon) in alarms()
    standing_assessment.confirm(late, by=cast.bo)
    assert page(soon) not in alarms() and page(late) not in alarms()
    with clock.at(clock.now() + timedelta(days=40)):
        assert alarms()[page(late)] and page(soon) not in alarms()


# -- Conditions ----------------------------------------------------------------------


def ended(cast):
    """Decided on conditions, answered, and over."""
    subject = cast.assessed()
    cast.propose(subject, conditions=TERMS)
    decision.decide(subject, by=cast.bo, no_conflict=True)
    cast.confirm(subject.access_request.deliveries.get())
    grant = subject.access_request.grants.get()
    access.end_access(grant, by=cast.karin)
    subject.refresh_from_db()
    return subject


def test_conditions_are_followed_up_after_access_and_a_broken_one_alarms(cast):
    subject = ended(cast)
    duration, account = subject.conditions.order_by("pk")
    mine = work(cast.karin)[str(subject)]
    assert mine.step_url.endswith("/follow-up/") and mine.details
    with clock.at(clock.now() + timedelta(days=30)):
        assert work(cast.karin)[str(subject)].alarm
    with pytest.raises(PermissionDenied):
        follow(cast.lena, subject, Followed(duration, True))
    with pytest.raises(ValidationError):
        follow(cast.karin, subject, Followed(duration, False))
    follow(cast.karin, subject, Followed(duration, False, "Four hours."))
    follow(cast.karin, subject, Followed(account, True))
    assert events(subject).count("condition.broken") == 1
    assert str(subject) in work(cast.bo) and work(cast.bo)[str(subject)].alarm
    assert work(cast.karin)[str(subject)].step_url.endswith("/close/")
    follow(cast.bo, subject, Followed(duration, True, "The clock was wrong."))
    assert str(subject) not in work(cast.bo)
    assert ConditionFollowUp.objects.count() == 3


def follow(by, subject, *followed):
    condition.follow_up(subject, by=by, followed=followed)


def test_what_the_provider_did_after_the_time_suggests_that_it_was_broken(cast):
    subject = ended(cast)
    grant = subject.access_request.grants.get()
    karin = signed_in(cast.karin)
    duration, account = subject.conditions.order_by("pk")

    def suggested():
        form = karin.get(step_url(subject, "follow-up")).context["form"]
        return [row.kept.initial for row in form.rows]

    assert suggested() == ["", ""]
    with acting(cast.karin):
        AccessEvent.objects.create(
            access_request=subject.access_request,
            external_id="1",
            happened_at=grant.ended_at + timedelta(hours=1),
            action="Get-Mailbox",
            payload=keep(b"{}"),
            reported_by=cast.intake,
            reported_at=clock.now(),
        )
    assert suggested() == ["broken", ""]
    lost = {"do": "1", f"text_{account.pk}": "Came by mail."}
    again = karin.post(step_url(subject, "follow-up"), lost)
    assert again.context["form"].errors.keys() == {f"kept_{account.pk}"}
    assert "Came by mail." in again.content.decode()
    told = {
        "do": "1",
        f"kept_{duration.pk}": "broken",
        f"text_{duration.pk}": "An hour more.",
        f"kept_{account.pk}": "kept",
    }
    assert karin.post(step_url(subject, "follow-up"), told).status_code == 302
    shown = karin.get(page(subject)).content.decode()
    assert "An hour more." in shown
    assert Condition.objects.filter(follow_ups__is_kept=False).get() == duration


@pytest.mark.parametrize(
    ("begins", "count", "ends"),
    [
        (date(2026, 11, 24), 5, date(2026, 12, 1)),
        (date(2026, 12, 23), 5, date(2027, 1, 5)),
        (date(2027, 3, 25), 1, date(2027, 3, 30)),
        (date(2027, 5, 5), 1, date(2027, 5, 7)),
        (date(2026, 6, 18), 1, date(2026, 6, 22)),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(begins, count, ends):
    assert CALENDAR.get_nth_working_day(begins, count) == ends


# -- Class 4 -------------------------------------------------------------------------


def test_class_4_is_told_at_once_to_all_who_can_stop_it(cast):
    subject = cast.proposed()
    held = InformationSet.objects.get(name="Pupil health")
    with acting(cast.ines):
        SecurityClassification.objects.create(
            information_set=held,
            valid_from=permissions.today(),
            confidentiality=4,
            integrity=1,
            availability=1,
        )
    for person in (cast.karin, cast.bo):
        item = work(person)[str(subject)]
        assert item.first and item.step_url.endswith("/stop/")
        assert 'role="alert"' in signed_in(person).get(page(subject)).content.decode()
    assert work(cast.sixten)["Pupil health"].alarm
    proposal.withdraw_proposal(subject, by=cast.karin, reason="x")
    answer = signed_in(cast.karin).get(step_url(subject, "assess"))
    assert 'role="alert"' in answer.content.decode()
    cast.assess(subject)
    assert subject.status == "stopped"
    assert "Pupil health" not in work(cast.sixten)
    assert work(cast.sixten)[str(subject)].alarm


# -- The law -------------------------------------------------------------------------


def test_every_row_of_the_catalogue_is_loaded_as_it_stands():
    """Against the file itself: harm tests, years, and blank where it is blank."""
    path = Path(catalogue.__file__).parent / "provisions.csv"
    with path.open(encoding="utf-8", newline="") as file:
        entries = list(csv.DictReader(file))
    assert len(entries) == 79
    with clock.at(datetime(2026, 2, 1, tzinfo=UTC)):
        for entry in entries:
            row = provision(entry["code"])
            years = row.max_secrecy_years
            assert ("" if years is None else str(years)) == entry["max_secrecy_years"]
            del entry["max_secrecy_years"]
            assert {name: getattr(row, name) for name in entry} == entry
    assert {row.harm_test for row in Provision.objects.all()} == {
        "straight", "reverse", "qualified", "absolute",
    }  # fmt: skip


def test_the_pupil_health_paragraph_has_two_texts_and_preschool_ends():
    old, new = Provision.objects.filter(code="OSL-23-2-st1").order_by("pk")
    day = date(2028, 7, 1)
    assert (old.valid_to, new.valid_from) == (day, day)
    assert old.statute_paragraph.text != new.statute_paragraph.text
    assert new.statute_paragraph.text.startswith("Sekretess gäller i grundskolan,")
    assert Provision.objects.get(code="OSL-23-1").valid_to == day


def test_a_test_of_a_version_no_longer_in_force_is_made_anew(cast):
    with clock.at(BEFORE):
        decided = cast.decided(number="old")
        subject = cast.assessed(number="open")
        proposed = cast.proposed(number="proposed")
        old = provision("OSL-23-2-st1")
    karin = signed_in(cast.karin)
    with clock.at(CHANGED):
        new = provision("OSL-23-2-st1")
        assert work(cast.karin)[str(subject)].step_url.endswith("/assess/")
        assert work(cast.karin)[str(proposed)].step_url.endswith("/take-back/")
        shown = karin.get(page(old)).context["citing"]
        assert {row.pk for row in shown} == {subject.pk, proposed.pk}
        assert not signed_in(cast.cilla).get(page(old)).context["citing"]
        with pytest.raises(ValidationError):
            decision.decide(proposed, by=cast.bo, no_conflict=True)
        form = karin.get(step_url(subject, "assess")).context["form"]
        assert [row.provision for row in form.rows] == [new]
        assert [(row.test.provision, row.is_replaced) for row in form.ended] == [
            (old, True)
        ]
        with pytest.raises(ValidationError):
            cast.propose(subject)
        cast.assess(subject)
        assert not aftermath.ended_tests().filter(review=subject)
        cast.propose(subject)
    outcomes = {row.provision: row.outcome for row in subject.harm_tests.all()}
    assert outcomes == {old: "struck", new: "applies"}
    assert decided.harm_tests.get().provision == old
    assert decided.harm_tests.get().outcome == "applies"
