"""A breach of Lockbox itself: recorded by who guards data, without a case, with the
duties and clocks of the law. The hours are those of the statutes: GDPR art. 33 (72 h),
the Cyber Security Act 2:5, 2:6 (24 and 72 h)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from audit_app import acting
from audit_app.changes import NoticedRow
from audit_app.models import LedgerEntry
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.desk.queue.everything import everything_for
from requests_app.oversight.models import Breach, IncidentDuty
from requests_app.oversight.papers import draft_of
from requests_app.oversight.steps import incidents
from requests_app.oversight.steps.incidents import record_breach, report_alterations
from tests.helpers.refusals import fresh, refuses
from tests.helpers.web import page, signed_in, step_url, words

pytestmark = pytest.mark.django_db
ADD = reverse("admin:requests_app_breach_add")
LOST = "A disk with a backup lay in a skip."
ALL = "All cases of 2026, and forty of our staff."


@pytest.fixture
def breach(cast):
    return record_breach(
        cast.gsn,
        by=cast.dora,
        known_at=acting.now() - timedelta(hours=5),
        what_happened=LOST,
        affected=ALL,
    )


def duty(kind):
    return IncidentDuty.objects.get(kind=kind)


def at(moment):
    local = timezone.localtime(moment)
    return {"known_at_0": f"{local:%Y-%m-%d}", "known_at_1": f"{local:%H:%M}"}


def typed(cast, **changes):
    return {
        "authority": cast.gsn.pk,
        **at(acting.now() - timedelta(hours=1)),
        "what_happened": LOST,
        "affected": ALL,
        **changes,
    }


def test_its_clocks_run_from_when_it_was_known(breach):
    due = {row.kind: row.due_at - breach.known_at for row in breach.duties.all()}
    assert due["gdpr33"] == due["cyber6"] == timedelta(hours=72)
    assert due["cyber5"] == timedelta(hours=24)
    assert {row.review for row in breach.duties.all()} == {None}
    assert duty("gdpr34").has_no_hours


def waiting(person):
    """The duties in somebody's queue."""
    texts = {item.name for item in everything_for(person)}
    return {row.kind for row in IncidentDuty.objects.all() if str(row) in texts}


def test_each_duty_waits_for_its_role(cast, breach):
    assert waiting(cast.dora) == {"gdpr33", "gdpr34"}
    assert waiting(cast.ivar) == {"cyber5", "cyber6", "cyber8"}
    assert waiting(cast.karin) == set()


def test_one_is_reported_and_another_is_not_needed(cast, breach):
    row = duty("gdpr33")
    told = {"reported_at": acting.now(), "reference": "IMY-7", "report": "As told."}
    incidents.record_report(row, by=cast.dora, **told)
    incidents.decline(fresh(duty("gdpr34")), by=cast.dora, reason="No high risk.")
    assert (duty("gdpr33").status, duty("gdpr34").status) == ("done", "not_needed")
    assert not duty("gdpr33").is_late
    with pytest.raises(PermissionDenied):
        incidents.decline(duty("cyber5"), by=cast.dora, reason="Not mine.")
    lines = LedgerEntry.objects.filter(object_type="requests_app_incidentduty")
    assert {line.authority_id for line in lines} == {cast.gsn.pk}


def test_the_draft_tells_what_is_recorded(breach):
    draft = draft_of(duty("gdpr33"))
    assert "artikel 33" in draft and LOST in draft and ALL in draft
    assert "Integritetsskyddsmyndigheten" in draft and "Lockbox" in draft
    assert LOST not in draft_of(duty("security"))


@pytest.mark.parametrize("who", ["dora", "ivar"])
def test_it_is_recorded_by_the_form(cast, who):
    person = signed_in(getattr(cast, who))
    assert ADD in person.get(reverse("admin:index")).content.decode()
    answer = person.post(ADD, typed(cast))
    breach = Breach.objects.get()
    assert answer.status_code == 302 and answer.url == page(breach)
    shown = words(person.get(page(breach)))
    assert LOST in shown and ALL in shown
    assert "GDPR artikel 33" in shown or "artikel 33" in shown
    own = duty("gdpr33" if who == "dora" else "cyber5")
    assert person.get(page(own)).status_code == 200
    assert person.get(step_url(own, "report")).status_code == 200


def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(cast):
    dora = signed_in(cast.dora)
    answer = dora.post(ADD, typed(cast, **at(acting.now() + timedelta(days=2))))
    assert answer.status_code == 200 and not Breach.objects.exists()
    assert answer.context["form"].errors["known_at"] == ["Tiden ligger i framtiden."]
    assert LOST in answer.content.decode()
    answer = dora.post(ADD, typed(cast, affected=" "))
    assert "affected" in answer.context["form"].errors
    answer = dora.post(ADD, typed(cast, authority=cast.contract.authority_id))
    assert answer.status_code == 200 and not Breach.objects.exists()


def test_nobody_else_records_or_reads_one(cast, breach):
    for who in (cast.karin, cast.per, cast.bo):
        person = signed_in(who)
        assert person.get(ADD).status_code == 403
        assert person.get(page(breach)).status_code in (403, 404)
        assert person.get(page(duty("gdpr33"))).status_code in (403, 404)
    with pytest.raises(PermissionDenied):
        record_breach(
            cast.gsn,
            by=cast.per,
            known_at=acting.now(),
            what_happened="x",
            affected="y",
        )
    with pytest.raises(ValidationError):
        record_breach(
            cast.gsn,
            by=cast.dora,
            known_at=acting.now() + timedelta(hours=1),
            what_happened="x",
            affected="y",
        )


def test_the_database_holds_to_it(cast, breach):
    """Around the workflow: changed, of nothing, by another clock, by somebody else."""
    since, due_at = breach.known_at, duty("gdpr33").due_at

    def changes():
        Breach.objects.filter(pk=breach.pk).update(known_at=acting.now())

    def is_of_nothing():
        IncidentDuty(kind="security", known_at=since, due_at=due_at).save()

    def has_another_clock():
        status = {"kind": "cyber8st", "breach": breach, "due_at": due_at}
        IncidentDuty(known_at=acting.now(), **status).save()

    def is_somebody_elses():
        texts = {"what_happened": breach.what_happened, "affected": breach.affected}
        who = {"authority": cast.gsn, "recorded_by": cast.per}
        Breach(known_at=since, recorded_at=acting.now(), **who, **texts).save()

    refuses("permission denied", changes, cast.dora)
    refuses("incidentduty_of_a_case_or_a_breach", is_of_nothing, cast.dora)
    refuses("a duty begins when", has_another_clock, cast.dora)
    refuses("recorded by who guards data", is_somebody_elses, cast.per)


def test_an_alteration_goes_to_the_data_protection_officer_too(cast):
    report_alterations(
        [NoticedRow("requests_app_authority", str(cast.gsn.pk), cast.gsn)],
        by=cast.karin,
    )
    alteration = Alteration.objects.get()
    for person, acts in ((cast.ivar, True), (cast.dora, False)):
        (item,) = [i for i in everything_for(person) if i.name == str(alteration)]
        assert bool(item.step) == acts
        assert signed_in(person).get(page(alteration)).status_code == 200
