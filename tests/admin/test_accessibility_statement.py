"""The accessibility statement: filled in by who answers for the service, and read by
everybody in the words of Digg's template."""

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.desk.go_live import people_at, standing_of, with_facts
from requests_app.privacy.models import AccessibilityFault, AccessibilityStatement
from tests.helpers.web import signed_in, words

pytestmark = pytest.mark.django_db
ADD = "admin:requests_app_accessibilitystatement_add"
FAULT = {
    "criterion": "WCAG 2.2.1 Justerbar tidsgräns",
    "what": "Inloggningen slutar efter åtta timmar.",
    "reason": "fault",
    "alternative": "Spara utkastet.",
    "mended_by": "2027-06-30",
}


def typed(cast, faults=(FAULT,), **terms):
    rows = {
        f"faults-{number}-{name}": value
        for number, fault in enumerate(faults)
        for name, value in fault.items()
    }
    return {
        "authority": cast.nis.pk,
        "operator": "Exempelstads kommun",
        "status": "partly",
        "tested_how": "Vi har gjort en egen granskning.",
        "tested_on": "2026-11-02",
        "documents": "Beslut är taggade PDF-filer.",
        "contact_email": "tillganglighet@example.se",
        "contact_phone": "010-123 45 67",
        "contact_address": "",
        "answered_within": "inom två arbetsdagar",
        "published_on": "2026-11-03",
        "revised_on": "2026-11-04",
        "faults-TOTAL_FORMS": len(faults),
        "faults-INITIAL_FORMS": 0,
        **rows,
        **terms,
    }


def read():
    return words(Client().get(reverse("accessibility"), HTTP_ACCEPT_LANGUAGE="sv"))


def test_everybody_reads_what_the_act_asks_for(cast):
    assert "Exempelstads kommun" not in read()
    answer = signed_in(cast.sam).post(reverse(ADD), typed(cast))
    assert answer.status_code == 302
    page = read()
    # MDFFS 2019:2: who, how far, which faults with why and what instead, whom to tell
    # and when they answer, the supervision, how and when it was tested, and the dates.
    for told in (
        "Exempelstads kommun står bakom",
        "delvis förenlig med lagens krav",
        "WCAG 2.2.1 Justerbar tidsgräns",
        "uppfyller inte lagens krav ännu. Det är åtgärdat senast 30 juni 2027",
        "Så kan du göra i stället: Spara utkastet.",
        "tillganglighet@example.se",
        "Vi svarar inom två arbetsdagar",
        "https://www.digg.se/tdosanmalan",
        "Vi har gjort en egen granskning.",
        "Senaste bedömningen gjordes den 2 november 2026",
        "publicerades den 3 november 2026",
        "uppdaterades senast den 4 november 2026",
    ):
        assert told in page, told


def test_what_is_not_fully_compliant_says_in_what(cast):
    sam = signed_in(cast.sam)
    for terms in ({"faults": ()}, {"status": "fully"}):
        answer = sam.post(reverse(ADD), typed(cast, **terms))
        assert answer.status_code == 200 and answer.context["errors"]
        assert "Exempelstads kommun" in words(answer)
    assert not AccessibilityStatement.objects.exists()


def test_dates_come_in_their_order(cast):
    late = typed(cast, revised_on="2026-11-01")
    answer = signed_in(cast.sam).post(reverse(ADD), late)
    assert answer.status_code == 200 and answer.context["errors"]
    signed_in(cast.sam).post(reverse(ADD), typed(cast))
    statement = AccessibilityStatement.objects.get()
    statement.revised_on = "2026-01-01"
    with pytest.raises(IntegrityError), acting_as(cast.sam):
        statement.save()


def test_what_it_said_before_stays_in_its_history(cast):
    signed_in(cast.sam).post(reverse(ADD), typed(cast))
    statement, fault = (
        AccessibilityStatement.objects.get(),
        AccessibilityFault.objects.get(),
    )
    change = reverse(
        "admin:requests_app_accessibilitystatement_change", args=[statement.pk]
    )
    mended = {
        "faults-INITIAL_FORMS": 1,
        "faults-0-id": fault.pk,
        "faults-0-statement": statement.pk,
        "faults-0-DELETE": "on",
        "status": "fully",
    }
    answer = signed_in(cast.sam).post(change, typed(cast, **mended))
    assert answer.status_code == 302, answer.context["errors"]
    assert not AccessibilityFault.objects.exists()
    assert [row.status for row in statement.history.all()] == ["fully", "partly"]
    assert fault.history.model.objects.filter(criterion=FAULT["criterion"]).count() == 2


def test_a_new_authority_is_asked_for_it(cast):
    def needs():
        (authority,) = with_facts(
            type(cast.gsn).objects.filter(pk=cast.gsn.pk), acting.now()
        )
        people = people_at(authority)
        rows = standing_of(
            authority, cast.sam, people, lambda model: model.objects.all()
        )
        return {row.need.fact: row for row in rows}

    assert not needs()["stated"].is_met
    assert needs()["stated"].page == ADD
    signed_in(cast.sam).post(reverse(ADD), typed(cast))
    assert needs()["stated"].is_met
