"""A town of five sets itself up with the starter package, from nothing but its founding,
and answers its first request."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from requests_app.cases.intake.models.request import AccessRequest
from requests_app.core.people.models import Authority, RoleAssignment
from requests_app.core.step import as_owner
from requests_app.organisation.models import DelegationRule
from requests_app.organisation.rights import someone_decides
from requests_app.registers.models.cloud import Connection, ProviderProduct
from requests_app.registers.models.information import InformationSet
from requests_app.registers.models.standing import StandingAssessment
from tests.browser.town import (
    OF_A_LINK,
    PEOPLE,
    ROLES,
    bare,
    counted,
    nobody,
    person,
    read_in,
    sit,
    take,
)
from tests.cast import PASSWORD

__all__ = ["bare", "counted", "nobody", "person"]

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True),
]
REQUEST = {
    "external_id": "EXSR419002",
    "service": "Exchange",
    "object_ids": "elevhalsan@exempelstad.example",
    "justification": "Reparera ett skadat objekt som stoppar en flytt",
    "hours": "4",
    "employer_entity": "Microsoft Ireland Operations Limited",
}
# What the lawyer says of it at once.
KNOWN = {
    "answer_N0": "yes",
    "answer_N3": "no",
    "confirmed": None,
}


def test_a_town_of_five_answers_its_first_request(person, counted):
    board = Authority.objects.get()
    anna, bo, cia = person("anna"), person("bo"), person("cia")
    read_in(cia, "people", PEOPLE)
    for row in get_user_model().objects.filter(username__in=ROLES):
        row.set_password(PASSWORD)
        with as_owner():
            row.save()
        counted.extend((row.username, "link", n) for n in range(OF_A_LINK))
    head = "person,role,authority,branch,employer,basis,valid_from,valid_to,decided_on,reason,combined_because\n"
    rows = [
        f"{name},{role},KS,,,,{date.today()},,,Vi börjar,Vi är fem\n"
        for name, roles in ROLES.items()
        for role in roles
    ]
    read_in(anna, "roles", head + "".join(rows))
    sittings = 1
    sit(
        bo, reverse("admin:waiting_roles", args=[board.pk]), "Bekräfta markerade roller"
    )
    assert RoleAssignment.objects.filter(confirmed_at=None).count() == 0

    waiting = reverse("admin:taken", args=[board.pk])
    press = "Bekräfta de markerade"
    take(anna)
    sittings += 1
    sit(bo, waiting, press)
    assert ProviderProduct.objects.count() == 2
    anna.opens("/requests_app/connection/add/")
    anna.picks("product", "Microsoft 365")
    anna.types("name", "Exempelstad")
    anna.types("external_id", "exempelstad.example")
    anna.picks("authority", "Kommunstyrelsen")
    anna.presses("Spara")
    assert Connection.objects.exists(), anna.text()

    dan, eva, ture = person("dan"), person("eva"), person("ture")
    take(dan, board_decision="2026-11-25 § 9", certified_on="2026-11-20")
    sittings += 1
    sit(ture, waiting, press)
    assert InformationSet.objects.count() > 40
    draft = StandingAssessment.objects.get()
    dan.opens(f"/requests_app/standingassessment/{draft.pk}/change/")
    dan.types("assignment", "Molnavtal 2026-01-01, KS § 4")
    dan.types("processor_agreement", "PUB-avtal 2026-01-01")
    dan.presses("Spara")
    # What the lawyer gains by, the decision-maker confirms with the rest.
    sittings += 1
    sit(eva, waiting, press)
    draft.refresh_from_db()
    rules = DelegationRule.objects.filter(confirmed_at=None)
    assert draft.confirmed_by is not None, eva.text()
    assert not rules.exists()
    assert someone_decides(board.pk, date.today())
    assert [row.country for row in draft.recipients.all()] == ["IE", "US"]
    print(len(counted), "interactions", sittings, "sittings")
    assert len(counted) <= 75
    assert sittings <= 4
    first_request(person)
    minutes = sum(one.minutes for one in (anna, bo, cia, dan, eva, ture))
    print(len(counted), "interactions to the answer,", round(minutes), "minutes")
    assert len(counted) <= 120
    assert minutes <= 90


def first_request(person):
    dan, eva, ture = person("dan"), person("eva"), person("ture")
    ture.opens("/requests_app/accessrequest/add/")
    for field, value in REQUEST.items():
        ture.types(field, value)
    ture.picks("engineer_country", "Irland")
    ture.sends("on")
    ture.presses("Fördela")
    ture.picks("authority", "Kommunstyrelsen")
    ture.sends()
    dan.opens("/")
    dan.presses("Registrera")
    dan.types("protected_subject", "Elevhälsans brevlåda")
    dan.sends()
    dan.presses("Ta ärendet")
    dan.presses("Ta ärendet och pröva")
    for name, value in KNOWN.items():
        dan.checks(name, value)
    dan.presses("Nej på alla N5-frågor")
    dan.fills("presumed")
    health = dan.page.locator("fieldset.provision").filter(has_text="Elevhälsa:")
    for value in ("applies", "osl-10-2a"):
        dan.checks("", value, within=health)
    dan.checks("answer_N7.10-2a.technical", "yes")
    dan.writes("motivation_N7.10-2a.technical", "Rättning är teknisk bearbetning.")
    dan.fills("weights")
    dan.checks("answer_N7.10-2a.alternatives", "for")
    dan.fills("rest")
    dan.checks("answer_N7.10-2a.suitable", "not_unsuitable")
    dan.checks("answer_N9.special", "yes")
    dan.checks("answer_N9.dpia", "not_needed")
    dan.checks("answer_N10", "none")
    dan.checks("no_conflict")
    dan.sends("on")
    dan.sends()
    eva.opens("/")
    eva.presses("Besluta")
    eva.checks("no_conflict")
    eva.sends()
    ture.opens("/")
    ture.presses("Lämna svaret")
    ture.checks("no_conflict")
    ture.sends()
    assert AccessRequest.objects.get().status == "access_open", ture.text()
