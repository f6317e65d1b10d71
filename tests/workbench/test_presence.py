"""Who else is at work on a case: told on the case and on the form, to whoever may know
that they are; and kept nowhere."""

import pytest

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.cases.review.steps import people
from requests_app.core.people.models import FormInUse, RoleAssignment
from tests.cast import MAILBOX, SITE, hours
from tests.helpers.web import page, signed_in, step_url, words

pytestmark = pytest.mark.django_db
SCRIPT = {"X-Lockbox-Desk": "itself"}


def types(person, subject, step):
    sent = {"keep": "draft", "seen": getattr(subject, "version", "")}
    answer = signed_in(person).post(step_url(subject, step), sent, headers=SCRIPT)
    assert answer.status_code == 200


def told_on(person, subject):
    """On the page of the case as it is opened, and as its script asks later."""
    client = signed_in(person)
    first = client.get(page(subject)).context["company"]
    again = client.get(page(subject), headers=SCRIPT).json()["company"]
    assert first == again
    return first


def test_who_writes_is_told_on_the_case_and_on_the_form(cast):
    subject = cast.assessed()
    people.add_reviewer(subject, by=cast.per, person=cast.jonas)
    subject.refresh_from_db()
    assert told_on(cast.bo, subject) == ""
    signed_in(cast.karin).get(step_url(subject, "propose"))
    assert "Karin Test har ”Föreslå beslut” öppet sedan" in told_on(cast.bo, subject)
    types(cast.karin, subject, "propose")
    assert told_on(cast.bo, subject) == "Karin Test skriver nu: Föreslå beslut."
    assert told_on(cast.karin, subject) == ""
    form = words(signed_in(cast.jonas).get(step_url(subject, "propose")))
    assert "Karin Test skriver nu i det här formuläret" in form
    # On another form of the case she is not in company.
    assert "skriver nu" not in words(
        signed_in(cast.jonas).get(step_url(subject, "note"))
    )
    with acting.at(hours(0.03)):
        assert "öppet sedan" in told_on(cast.bo, subject)
    with acting.at(hours(0.1)):
        assert told_on(cast.bo, subject) == ""


def test_a_beat_leaves_no_line_and_no_version(cast):
    subject = cast.assessed()
    signed_in(cast.karin).get(step_url(subject, "propose"))
    lines, versions = LedgerEntry.objects.count(), subject.history.count()
    for _beat in range(3):
        types(cast.karin, subject, "propose")
        told_on(cast.bo, subject)
    # The three times that Bo opened the case, with their signing in, and nothing of Karin's.
    new = LedgerEntry.objects.order_by("-pk")[: LedgerEntry.objects.count() - lines]
    assert not [row for row in new if "formin" in row.event or "draft" in row.event]
    assert not [
        row for row in new if row.actor_id == cast.karin.pk and "step" in row.event
    ]
    assert subject.history.count() == versions
    assert FormInUse.objects.count() == 1


def test_another_authoritys_people_are_told_to_nobody_of_this(cast):
    """A request of two authorities: who works on it for one is not told to the other."""
    request = cast.request(objects=(MAILBOX, SITE))
    signed_in(cast.lena).get(step_url(request, "withdraw"))
    here = RoleAssignment.objects.filter(person=cast.lena).values("authority")
    rows = RoleAssignment.objects.filter(role="registrar").exclude(authority__in=here)
    assert rows.exists()
    told = {
        row.person.username: told_on(row.person, request)
        for row in rows.select_related("person")
        if signed_in(row.person).get(page(request)).status_code == 200
    }
    assert told and not any("Lena" in text for text in told.values()), told


def test_on_a_named_list_only_those_whose_names_stand_there_are_told(cast):
    subject = cast.proposed()
    people.close_list(subject, by=cast.bo, reason="A staff matter")
    signed_in(cast.bo).get(step_url(subject, "decide"))
    assert told_on(cast.karin, subject) == ""
    signed_in(cast.karin).get(step_url(subject, "note"))
    assert "Karin Test" in told_on(cast.bo, subject)
