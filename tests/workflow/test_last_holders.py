"""Every door by which a role, a person, an identity or a password is changed, against
every role of which too few may be left: the last who had it have it still. The code
makes the list of doors: a new one that is not named here is red.
"""

import pkgutil

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from lockbox_site import oidc
from lockbox_site.management import commands as site_commands
from lockbox_site.models import User
from lockbox_site.oidc import Refused
from lockbox_site.scim import PeopleStorage
from requests_app.core.people.models import RoleAssignment
from requests_app.core.step import (
    DIRECTORY,
    SomeHindered,
    Step,
    WrongState,
    as_owner,
    machine_account,
)
from requests_app.duty import powers
from requests_app.duty.powers import recertify
from requests_app.management import commands
from requests_app.organisation import steps as account
from requests_app.organisation.models import FirstManagers
from requests_app.organisation.steps import confirm_roles, refuse_roles
from requests_app.registers.steps import bring_in
from requests_app.registers.tables.information import REGISTERS
from tests.helpers.people import has, rewrite
from tests.helpers.raw_writes import columns_of, write
from tests.helpers.recertified import by_time_alone, role_of
from tests.helpers.tables import PEOPLE, ROLES
from tests.helpers.web import post_form
from tests.workbench.words import WORDS

pytestmark = pytest.mark.django_db
TABLES = (User, RoleAssignment, FirstManagers)
HOLDERS = ("bo", "per", "ivar", "sixten")
REFUSALS = (
    WrongState,
    ValidationError,
    PermissionDenied,
    DatabaseError,
    CommandError,
    Refused,
)


def row_of(person):
    return RoleAssignment.objects.get(person=person)


def other_manager(cast, person):
    return cast.pia if person == cast.per else cast.per


def by_step(model, name):
    """Whoever could take it, on the person or the person's role."""

    def act(cast, person):
        rows = {User: person, RoleAssignment: row_of(person)}
        if model not in rows:
            return
        by_admin = model is User and name != "lend"
        by = cast.sam if by_admin else other_manager(cast, person)
        step = admin.site._registry[model].steps[name].act
        subject = rows[model]
        step(subject, by=by, **WORDS[model._meta.model_name][name](subject, by))

    return act


def several(step, **fields):
    def act(cast, person):
        step([row_of(person)], by=other_manager(cast, person), **fields)

    return act


def password(cast, person):
    chosen = {"token": account.LINKS.make_token(person), "password": "mitt eget ord!"}
    account.choose_password(person, **chosen)


def identity_in_form(cast, person):
    post_form(cast.sam, person, identity="oid-another")


def last_day_in_form(cast, person):
    post_form(other_manager(cast, person), row_of(person), valid_to=acting.today())


def people_file(cast, person):
    text = f"{PEOPLE}{person.username};;;oid-x;;;;sv\n"
    bring_in(text, by=cast.sam, register=REGISTERS["people"], reason="x")


def roles_file(cast, person):
    text = f"{ROLES}{person.username};auditor;GSN;;;;;2026-01-01;;x;Nobody else can\n"
    by = other_manager(cast, person)
    bring_in(text, by=by, register=REGISTERS["roles"], reason="x")


def scim(call):
    def act(cast, person):
        rewrite(person, identity="oid-x")
        storage = PeopleStorage(cast.gsn.municipality_id)
        with acting_as(machine_account(DIRECTORY)):
            call(storage, storage.get(None, str(person.pk)))

    return act


def scim_update(storage, resource):
    resource.active = False
    storage.update(None, resource)


def signed_in_without_roles(cast, person):
    oidc._write_down(person, ["executor"])


def not_confirmed_anew(act):
    """The year of the role is over, and whoever answers for it ends it."""

    def end(cast, person):
        recertify(cast.sweeper)
        row = role_of(person.username, row_of(person).role)
        act(row, other_manager(cast, person), cast)

    return end


def command(name, *arguments, **options):
    def act(cast, person):
        with as_owner():
            call_command(name, person.username, *arguments, **options)

    return act


DOORS = {
    "step confirm_roles": several(confirm_roles),
    "step refuse_roles": several(refuse_roles, reason="x"),
    "step make_links": lambda cast, it: account.make_links([it], by=cast.sam),
    "step end_one": not_confirmed_anew(
        lambda row, by, _cast: powers.end_one(row, by=by, reason="x")
    ),
    "step end_all": not_confirmed_anew(
        lambda row, by, _cast: powers.end_all([row], by=by, reason="x")
    ),
    "step end_unconfirmed": not_confirmed_anew(by_time_alone),
    "page choose_password": password,
    "form of User": identity_in_form,
    "form of RoleAssignment": last_day_in_form,
    "form of FirstManagers": by_step(FirstManagers, "refuse"),
    "register people": people_file,
    "register roles": roles_file,
    "scim create": scim(lambda storage, resource: storage.create(None, resource)),
    "scim update": scim(scim_update),
    "scim delete": scim(lambda storage, resource: storage.delete(None, resource.id)),
    "sign-in elsewhere": signed_in_without_roles,
    "command link_identity": command("link_identity", "oid-new"),
    "command password_link": command("password_link"),
    **{
        f"page {model.__name__}.{name}": by_step(model, name)
        for model in TABLES
        for name in admin.site._registry[model].steps
    },
}
# Of neither people nor roles, or by a door above.
OTHER_COMMANDS = """archive_package backup changepassword check_advisories check_database check_record createsuperuser demo
    demo_witnesses dispose_cases dispose_details found_city guard import_register import_requests
    authority_move ledger_key ledger_restart migrate municipality_export municipality_leave poll practice publish_packages register_token replay_law restore restore_managers scim_token sealing_key send_outbox serve simulate_provider simulate_year sweep verify_ledger verify_package watch web_push_key"""


def doors_of_the_code():
    for model in TABLES:
        its = admin.site._registry[model]
        yield f"form of {model.__name__}"
        yield from (f"page {model.__name__}.{name}" for name in its.steps)
    for name, register in REGISTERS.items():
        if register.model in TABLES:
            yield f"register {name}"
    for name in ("create", "update", "delete"):
        assert name in vars(PeopleStorage)
        yield f"scim {name}"
    others = set(OTHER_COMMANDS.split())
    for package in (site_commands, commands):
        for found in pkgutil.iter_modules(package.__path__):
            if found.name not in others:
                yield f"command {found.name}"
    yield from _steps_of_several()
    yield from _ends_of_power()
    yield from ("sign-in elsewhere", "page choose_password")


def _ends_of_power():
    for name, step in vars(powers).items():
        if isinstance(step, Step) and name.startswith("end"):
            yield f"step {name}"


# Of delegation, of a plan of roles and of the first managers: each has tests of its own.
OF_OTHERS = {"confirm_delegation", "give_plan", "propose_first_managers"}


def _steps_of_several():
    """Steps of people and roles that no page of one row offers."""
    from requests_app.organisation import steps as role

    offered = {
        page.act.function.__name__
        for model in TABLES
        for page in admin.site._registry[model].steps.values()
    }
    for module in (role, account):
        for name, step in vars(module).items():
            is_own = isinstance(step, Step) and step.__module__ == module.__name__
            if is_own and name not in offered | OF_OTHERS:
                yield f"step {name}"


def test_every_door_is_tried():
    assert set(doors_of_the_code()) == set(DOORS)


@pytest.mark.parametrize("name", HOLDERS)
@pytest.mark.parametrize("door", DOORS)
def test_the_last_who_have_a_role_have_it_still(cast, door, name):
    person = getattr(cast, name)
    held = row_of(person).role
    try:
        with transaction.atomic():
            DOORS[door](cast, person)
    except (SomeHindered, *REFUSALS) as error:
        assert getattr(error, "why", str(error))
    except Exception as error:
        assert type(error).__module__.startswith("scim2_models"), error
    assert has(User.objects.get(pk=person.pk), held, cast.gsn)


@pytest.mark.parametrize("name", HOLDERS)
@pytest.mark.parametrize(("model", "column"), columns_of(User, RoleAssignment))
def test_no_column_is_written_by_which_they_lose_it(cast, model, column, name):
    """By the application's login, past every step, in anybody's name."""
    person = getattr(cast, name)
    held = row_of(person).role
    for by in (cast.pia, cast.per, cast.sam, person, machine_account(DIRECTORY)):
        write(person if model is User else row_of(person), column, by)
        assert has(User.objects.get(pk=person.pk), held, cast.gsn), by
