"""A town of five people, and what it costs them: every press, choice and word typed is
counted, and every sitting of a second person."""

import pytest
from django.urls import reverse

from requests_app.core.municipality import Municipality
from requests_app.core.people.models import Authority
from requests_app.core.step import SYSTEM, machine_account
from requests_app.registers.reference import FirstPerson, found_city
from tests.browser.conftest import PATIENCE, Visitor
from tests.cast import PASSWORD
from tests.lockbox_site.test_found_city import (
    bare,
    nobody,
)

__all__ = ["bare", "nobody"]

# Invented, as no real number begins so.
NUMBER = "999900-0004"
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

# Words read and characters typed in a minute, and minutes of an interaction: slowly.
READ, TYPED, ACT = 200, 150, 4 / 60


class Counting(Visitor):
    """Each press, choice and word typed is one; what it takes of the person's time, by
    every word of each page they come to, is reckoned."""

    def __init__(self, browser, address, name, counted):
        super().__init__(browser, address, name)
        self.context.set_default_timeout(PATIENCE)
        self.counted, self.minutes, self._read = counted, 0.0, set()

    def _count(self, what, which, text=""):
        self.counted.append((self.name, what, which))
        self.minutes += ACT + len(text) / TYPED

    def _reads(self):
        """A page that one has read already is not read again."""
        self.page.wait_for_load_state()
        path = self.page.url.partition("?")[0]
        if path not in self._read:
            self._read.add(path)
            self.minutes += len(self.page.inner_text("main").split()) / READ

    def opens(self, path):
        self._count("open", path)
        self.page.goto(self.address + path)
        self._reads()
        return self

    def types(self, field, value):
        self._count("type", field, value)
        self.page.fill(f"#id_{field}", value)

    def picks(self, field, label):
        self._count("pick", field)
        self.page.select_option(f"#id_{field}", label=label)

    def loads(self, field, name, text):
        self._count("file", field, text)
        file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
        self.page.set_input_files(f"#id_{field}", files=[file])

    def presses(self, text):
        self._count("press", text)
        self.click(text)
        self._reads()

    def sends(self, name="do"):
        """The button by its name."""
        self._count("press", name)
        self.page.locator(f"button[name={name}]").first.click()
        self._reads()

    def fills(self, what):
        """The button that answers several questions at once."""
        self._count("press", what)
        self.page.click(f"button[name=fill][value={what}]")

    def checks(self, name, value=None, within=None):
        at = f"[name='{name}']" if name else ""
        at += f"[value='{value}']" if value else ""
        self._count("check", name or value)
        (within or self.page).locator(f"input{at}").check()

    def writes(self, name, text):
        self._count("type", name, text)
        self.page.fill(f"textarea[name='{name}']", text)


@pytest.fixture
def counted():
    return []


@pytest.fixture
def person(bare, live_server, chromium, counted):
    town = Municipality(name="Exempelstad", organisation_number=NUMBER)
    board = Authority(
        code="KS", name="Kommunstyrelsen", municipality=town, kind="board"
    )
    found_city(board, FIRST, by=machine_account(SYSTEM))
    people = {}

    def signed_in(name):
        if name not in people:
            people[name] = Counting(chromium, live_server.url, name, counted)
            people[name].sign_in()
            counted.extend(
                (name, "sign in", what) for what in ("name", "word", "press")
            )
        return people[name]

    yield signed_in
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
