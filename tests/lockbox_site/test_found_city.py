"""The first people of a city, entered by a process of its own, as people run it."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.urls import reverse

from lockbox_site.scratch import environment, fresh_copy, from_outside
from requests_app.core.people.models import Authority, Role, RoleAssignment
from requests_app.core.people.rights import has_role
from tests.helpers import databases
from tests.helpers.web import fetch, signed_in

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]
MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
PEOPLE = [
    *("--manager", "anna", "Anna", "Ek"),
    *("--manager", "bo", "Bo", "Lund"),
    *("--administrator", "cia", "Cia", "Falk"),
]
CHOSEN = ("Lösenord för Anna",) * 2 + ("Eget för Bo nu",) * 2 + ("Cias eget ord!",) * 2
BOARD = ["--code", "KS", "--name", "Kommunstyrelsen", "--municipality", "Exempelstad"]
BOARD += ["--number", "999900-0004"]


@pytest.fixture(scope="module")
def nobody(django_db_setup, django_db_blocker):
    """The name of a database with nobody in it, to be copied."""
    name = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        databases.make_bare(f"{name}_nobody")
        databases.connect_to(name)
        yield f"{name}_nobody"
        from_outside(f"DROP DATABASE {name}_nobody WITH (FORCE)")


@pytest.fixture
def bare(transactional_db, nobody):
    name = connection.settings_dict["NAME"]
    fresh_copy(f"{name}_bare", nobody)
    databases.connect_to(f"{name}_bare")
    yield f"{name}_bare"
    databases.connect_to(name)
    from_outside(f"DROP DATABASE {name}_bare WITH (FORCE)")


def run(database, *arguments, keyboard=(), **more):
    """Its exit code and what the terminal showed; the keyboard answers each question."""
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, MANAGE, "found_city", *arguments],
        env={**environment(database), "LC_ALL": "C.UTF-8", **more},
        stdin=child,
        stdout=child,
        stderr=child,
        start_new_session=True,
        preexec_fn=lambda: os.close(os.open(os.ttyname(child), os.O_RDWR)),
    )
    os.close(child)
    shown, answers = "", list(keyboard)
    while True:
        try:
            piece = os.read(parent, 1000).decode()
        except OSError:  # the terminal is gone with its process
            break
        if not piece:
            break
        shown += piece
        if shown.endswith(": "):
            # Whoever asks once more than is expected meets the end of the input.
            answer = f"{answers.pop(0)}\n" if answers else "\x04"
            os.write(parent, answer.encode())
    os.close(parent)
    return process.wait(), shown


def test_it_enters_the_first_authority_and_three_people(bare):
    asked = (
        "Exempelstad",
        "999900-0004",
        "KS",
        "Kommunstyrelsen",
        "sommar",
        "Anna valde detta",
        "Anna valde annat",
    )
    anna = ("Anna valde detta", "Anna valde detta")
    bo = ("bo", "", "Bo", "Lund", "Bo har sitt eget", "Bo har sitt eget")
    cia = ("cia", "Cia", "Falk", "Cia har ett annat", "Cia har ett annat")
    code, shown = run(bare, *PEOPLE[:4], keyboard=(*asked, *anna, *bo, *cia))

    assert code == 0, shown
    assert "They differ." in shown
    assert "It can not be empty." in shown
    assert "Anna valde" not in shown
    board = Authority.objects.get()
    assert (board.code, board.name) == ("KS", "Kommunstyrelsen")
    assert str(board.municipality) == "Exempelstad"
    people = {row.username: row for row in get_user_model().objects.all()}
    roles = {row.person.username: row.role for row in RoleAssignment.objects.all()}
    assert roles == {
        "anna": Role.IT_MANAGER,
        "bo": Role.IT_MANAGER,
        "cia": Role.SYSTEM_ADMINISTRATOR,
    }
    assert people["anna"].check_password("Anna valde detta")
    assert has_role(people["bo"], Role.IT_MANAGER, authority=board.pk)
    assert people["anna"].history.earliest().history_user_name == "Lockbox"


def test_what_a_password_is_stands_before_the_first_and_to_break_off_is_no_fault(bare):
    code, shown = run(bare, *BOARD, *PEOPLE)

    told, asked, end = shown.partition("anna, choose a password: ")
    assert "at least 12 char" in told and asked
    assert "Broken off: nothing has been written." in end and "Traceback" not in end
    assert code == 1 and not Authority.objects.exists()


def test_a_form_with_nothing_to_choose_yet_leads_to_what_comes_first(bare):
    """The finding: an empty list, in a form that nobody could fill in."""
    assert run(bare, *BOARD, *PEOPLE, keyboard=CHOSEN)[0] == 0
    anna = get_user_model().objects.get(username="anna")

    def form(model):
        url = reverse(f"admin:requests_app_{model}_add")
        response, queries = fetch(signed_in(anna), url)
        assert len(queries) <= 12
        return response.content.decode()

    assert f'<a href="{reverse("admin:product_presets")}">produkt</a>' in form(
        "connection"
    )
    system = reverse("admin:requests_app_cloudsystem_add")
    assert f'<a href="{system}">molnsystem</a>' in form("cloudobject")
    # She keeps authorities' rows, and what she may choose from needs nothing first.
    assert "inget att välja" not in form("roleassignment")


def test_it_is_not_done_twice(bare):
    assert run(bare, *BOARD, *PEOPLE, keyboard=CHOSEN)[0] == 0
    code, shown = run(bare, *BOARD, *PEOPLE)

    assert code != 0
    assert "The municipality is there" in shown
    assert Authority.objects.count() == 1


@pytest.mark.parametrize(
    ("people", "says"),
    [
        ([*PEOPLE[:4], *PEOPLE[:4], *PEOPLE[8:]], "Three persons"),
        ([*PEOPLE, *PEOPLE[8:]], "no more"),
    ],
)
def test_three_persons_and_no_fewer(bare, people, says):
    keyboard = ("Lösenord för Anna",) * 2
    code, shown = run(bare, *BOARD, *people, keyboard=keyboard)

    assert code != 0
    assert says in shown
    assert not Authority.objects.exists()


def test_it_speaks_the_language_of_the_terminal(bare):
    """The finding: it asked half in Swedish, half in English."""
    for locale, words, others in (
        ("sv_SE.UTF-8", ("Kommunens namn", "Vem är It-chef?", "lösenord"), "Who is"),
        ("C.UTF-8", ("Name of the municipality", "Who is", "password"), "Vem är"),
    ):
        typed = ("Exempelstad", "999900-0004", "KS", "Kommunstyrelsen", "anna")
        code, shown = run(bare, keyboard=(*typed, "Anna", "Ek", "x"), LC_ALL=locale)
        assert code == 1 and all(word in shown for word in words), shown
        assert others not in shown
