"""A town of five sets itself up with the starter package, from nothing but its founding:
every press, choice and word typed is counted, and every sitting of a second person."""

from datetime import date

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from requests_app.models import (
    Authority,
    Connection,
    DelegationRule,
    InformationSet,
    ProviderProduct,
    RoleAssignment,
    StandingAssessment,
)
from requests_app.permissions.delegation import someone_decides
from requests_app.workflow.founding import FirstPerson, found_city
from requests_app.workflow.machine_accounts import SYSTEM, as_owner, machine_account
from tests.browser.conftest import Visitor
from tests.cast import PASSWORD
from tests.lockbox_site.test_found_city import bare, nobody

__all__ = ["bare", "nobody"]

pytestmark = [
    *(pytest.mark.long, pytest.mark.browser),
    pytest.mark.django_db(transaction=True),
]

FIRST = [
    FirstPerson("anna", "Anna", "Ek", "it_manager", PASSWORD),
    FirstPerson("bo", "Bo", "Lund", "it_manager", PASSWORD),
    FirstPerson("cia", "Cia", "Falk", "system_administrator", PASSWORD),
]
PEOPLE = """username,first_name,last_name,identity,email,title,phone,language
dan,Dan,Alm,,,jurist,,sv
eva,Eva,Berg,,,förvaltningschef,,sv
ture,Ture,Dahl,,,säkerhetschef,,sv
"""
ROLES = {
    "dan": ["registrar", "legal_reviewer", "information_owner"],
    "eva": ["decision_maker"],
    "ture": ["registrar", "information_security", "security_protection", "executor"],
}
# A link by which a person chooses a password: opened, pressed, sent; twice typed, sent.
OF_A_LINK = 6


class Counting(Visitor):
    """Each press, choice and word typed is one."""

    def __init__(self, browser, address, name, counted):
        super().__init__(browser, address, name)
        self.context.set_default_timeout(15_000)
        self.counted = counted

    def opens(self, path):
        self.counted.append((self.name, "open", path))
        self.page.goto(self.address + path)
        return self

    def types(self, field, value):
        self.counted.append((self.name, "type", field))
        self.page.fill(f"#id_{field}", value)

    def picks(self, field, label):
        self.counted.append((self.name, "pick", field))
        self.page.select_option(f"#id_{field}", label=label)

    def loads(self, field, name, text):
        self.counted.append((self.name, "file", field))
        file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
        self.page.set_input_files(f"#id_{field}", files=[file])

    def presses(self, text):
        self.counted.append((self.name, "press", text))
        self.click(text)
        self.page.wait_for_load_state()


@pytest.fixture
def town(bare, live_server, chromium):
    board = Authority(
        code="KS", name="Kommunstyrelsen", municipality="Exempelstad", kind="board"
    )
    found_city(board, FIRST, by=machine_account(SYSTEM))
    counted, people = [], {}

    def person(name):
        if name not in people:
            people[name] = Counting(chromium, live_server.url, name, counted)
            people[name].sign_in()
            counted.extend(
                (name, "sign in", what) for what in ("name", "word", "press")
            )
        return people[name]

    yield person, counted
    for one in people.values():
        one.leave()


def read_in(person, table, text):
    person.opens(reverse("admin:table", args=[table]))
    person.loads("file", f"{table}.csv", text)
    person.types("reason", "Vi börjar")
    person.presses("Se på raderna först")
    person.presses("Läs in raderna")


def take(person, **typed):
    person.opens(reverse("admin:packages"))
    for field, value in typed.items():
        person.types(field, value)
    person.presses("Se vad som finns i det")
    person.presses("Ta det markerade som utkast")
    assert "väntar på en andra person" in person.text()


def sit(person, path, press):
    """A second person reads all that is theirs, and confirms it."""
    person.opens(f"{path}?all")
    person.presses(press)


def test_a_town_of_five_is_ready_for_its_first_request(town):
    person, counted = town
    board = Authority.objects.get()
    anna, bo, cia = person("anna"), person("bo"), person("cia")
    read_in(cia, "people", PEOPLE)
    for row in get_user_model().objects.filter(username__in=ROLES):
        row.set_password(PASSWORD)
        with as_owner():
            row.save()
        counted.extend((row.username, "link", n) for n in range(OF_A_LINK))
    head = "person,role,authority,branch,employer,basis,valid_from,valid_to,reason,combined_because\n"
    rows = [
        f"{name},{role},KS,,,,{date.today()},,Vi börjar,Vi är fem\n"
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
