"""What somebody does who holds a key, and what whoever sits at the workbench does with
people and roles. Each is given a person, how to find another by a number, a number, and
a choice; and says whether it was taken."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.test import Client

from audit_app import acting
from audit_app.models import LedgerEntry
from lockbox_site import oidc
from requests_app.core.people.models import Role, RoleAssignment
from requests_app.core.people.rights import CLOUD_KEEPERS
from requests_app.core.step import machine_account
from requests_app.organisation import steps as account
from requests_app.registers.steps import bring_in
from requests_app.registers.tables.information import REGISTERS
from tests.api.registers import send as send_rows
from tests.attack.moves import STEPS, row_of, try_step
from tests.helpers.disposing import dispose
from tests.helpers.raw_writes import columns_of, write
from tests.helpers.sql import sql
from tests.helpers.tables import PEOPLE, ROLES
from tests.helpers.web import page, signed_in
from tests.signin.scim import USERS, send

PERSON = get_user_model()
WANTED = ("roleassignment", "user", "firstmanagers", "registerchange", "delegationrule")
STEPS_OF_PEOPLE = [step for step in STEPS if step[0] in WANTED]
COLUMNS = columns_of(PERSON, RoleAssignment)
KEY = "a key of the tests alone"


def keepers():
    """Whoever ever had a role by which people and roles are entered."""
    return PERSON.objects.filter(roles__role__in=CLOUD_KEEPERS).distinct()


def with_key(text):
    return Client(headers={"Authorization": f"Bearer {text}"})


def by_token(person, other, what, is_more):
    others = [other(what + n) for n in range(4 if is_more else 1)]
    rows = [
        {
            "username": row.username,
            "language": "sv",
            "identity": f"x{what}-{row.pk}",
        }
        for row in {row.pk: row for row in (person, *others)}.values()
    ]
    return send_rows(with_key(f"{KEY} sam"), "people", *rows).status_code == 200


def by_directory(person, other, what, is_more):
    address, client = f"{USERS}/{person.pk}", with_key(KEY)
    if what % 5 == 0:
        return send(client, "delete", address).status_code == 204
    read = send(client, "get", address).json()
    change = [
        {"active": is_more},
        {"roles": [{"value": list(Role)[what % len(Role)]}]},
        {"externalId": f"y{what}"},
        {"title": "Chef"},
    ][what % 4]
    return send(client, "put", address, {**read, **change}).status_code == 200


def by_file(person, other, what, is_more):
    if is_more:
        name, text = "people", f"{PEOPLE}{person.username};;;z{what};;;;sv\n"
    else:
        role = list(Role)[what % len(Role)]
        name, text = (
            "roles",
            f"{ROLES}{person.username};{role};GSN;;;;;2026-01-01;;x;y\n",
        )
    return any(_is_brought_in(text, name, by) for by in keepers())


def _is_brought_in(text, name, by):
    try:
        rows = bring_in(text, by=by, register=REGISTERS[name], reason="x")
    except PermissionDenied:
        return False
    return not any(row.errors for row in rows)


def by_link(person, other, what, is_more):
    if is_more:
        account.make_link(person, by=other(what))
    token = account.LINKS.make_token(person)
    account.choose_password(person, token=token, password="en helt annan mening")
    return True


def by_disposal(person, other, what, is_more):
    if is_more:
        entry = LedgerEntry.objects.order_by("-pk")[what % 40]
        # By their names of now: the application's login renames people.
        dispose([entry], by=person.username, second=other(what).username)
        return True
    sql("set local role lockbox_disposal")
    try:
        sql("update requests_app_roleassignment set ended_at = now()")
    finally:
        sql("set local role lockbox_app")
    return True


def by_sql(person, other, what, is_more):
    model, column = COLUMNS[(what * 7 + person.pk) % len(COLUMNS)]
    rows = RoleAssignment.objects.filter(person=person)
    row = person if model is PERSON else rows.order_by("pk").last()
    by = other(what) if is_more else machine_account("directory")
    return row is not None and write(row, column, by)


def at_the_workbench(person, other, what, is_more):
    step = STEPS_OF_PEOPLE[what % len(STEPS_OF_PEOPLE)]
    subject = row_of(step[0], what * 3 + is_more)
    people = [person, *keepers()] if subject else []
    return any(try_step(*step, subject, by) for by in people)


def by_last_day(person, other, what, is_more):
    row = row_of("roleassignment", what)
    day = acting.today() + timedelta(days=what % 3)
    typed = {"valid_to": f"{day:%Y-%m-%d}"}
    return any(
        signed_in(by).post(page(row), typed).status_code == 302
        for by in (person, *keepers())
    )


def by_sign_in(person, other, what, is_more):
    oidc._write_down(person, [list(Role)[what % len(Role)].value])
    return True


# The application's login can most: it is tried as often as two others.
MOVES = (
    by_token,
    by_directory,
    by_file,
    by_link,
    by_disposal,
    by_sql,
    by_sql,
    at_the_workbench,
    by_last_day,
    by_sign_in,
)
