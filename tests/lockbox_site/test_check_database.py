"""check_database: what the database holds to is what the migrations make, or it is said."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from lockbox_site.management.commands.migrate import refuse_older
from lockbox_site.schema import close_database, differences
from tests.helpers.sql import sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_owner(db):
    """A copy of a database does not have its rights: the tests' is one."""
    sql("set local role none")
    sql("delete from audit_app_setclock")
    close_database("default")


def test_the_file_is_what_the_migrations_make(as_owner):
    assert list(differences("default")) == []
    call_command("check_database")


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("insert into audit_app_setclock default values", "audit_app_setclock"),
        ("insert into auth_group (name) values ('x')", "auth_group"),
        ("delete from requests_app_workingday where day < '2016-01-01'",
         "requests_app_workingday"),
        ("update auth_permission set codename = 'x' where id ="
         " (select max(id) from auth_permission)", "auth_permission"),
        ("update django_content_type set model = 'x' where id ="
         " (select max(id) from django_content_type)", "django_content_type"),
        ("delete from django_migrations where name = '0002_guards'",
         "django_migrations"),
        ("insert into account_emailaddress (email, verified, \"primary\", user_id)"
         " select 'x@y.example', true, true, min(id) from lockbox_site_user",
         "account_emailaddress"),
    ],
)  # fmt: skip
def test_what_only_a_release_writes_is_as_it_wrote_it(
    as_owner, capsys, statement, table
):
    for guarded in ("auth_group", "requests_app_workingday", "account_emailaddress"):
        sql(f"alter table {guarded} disable trigger user")
    sql(statement)
    with pytest.raises(CommandError):
        call_command("check_database")
    assert table in capsys.readouterr().out


def test_what_a_copy_lacks_is_said_and_mended_by_migrate(db):
    """The finding: after a restore anybody could make temporary tables."""
    said = ["unexpected right: temporary on database to public — `migrate` mends it"]
    assert list(differences("default")) == said
    sql("set local role none")
    close_database("default")
    assert list(differences("default")) == []


DAMAGE = {
    "drop trigger audit_append_only on requests_app_decision": (
        "missing trigger: audit_append_only on requests_app_decision"
    ),
    "alter table requests_app_decision disable trigger audit_ledger": (
        "other trigger: audit_ledger on requests_app_decision is “off: "
    ),
    # Left on for whom replicates only, it looks like one that is there.
    "alter table requests_app_decision enable trigger audit_ledger": (
        "other trigger: audit_ledger on requests_app_decision is “CREATE"
    ),
    "create or replace function audit_append_only() returns trigger"
    " language plpgsql set search_path = pg_catalog, public, pg_temp"
    " as 'begin return null; end'": (
        "other body: audit_append_only is “begin return null; end”, expected “begin"
    ),
    "alter table requests_app_decision drop constraint decision_four_eyes": (
        "missing constraint: decision_four_eyes on requests_app_decision"
    ),
    "grant truncate on requests_app_decision to lockbox_app": (
        "unexpected right: truncate on table requests_app_decision to lockbox_app"
        " — `revoke truncate on table requests_app_decision from lockbox_app`"
    ),
    "grant update on audit_app_ledgerentry to public": (
        "unexpected right: update on table audit_app_ledgerentry to public"
        " — `revoke update on table audit_app_ledgerentry from public`"
    ),
    "revoke select on requests_app_decision from lockbox_auditor": (
        "missing right: select on table requests_app_decision to lockbox_auditor"
        " — `grant select on table requests_app_decision to lockbox_auditor`"
    ),
    "grant select (password) on lockbox_site_user to lockbox_auditor": (
        "unexpected right: select on column lockbox_site_user.password to"
        " lockbox_auditor — `revoke select (password) on table lockbox_site_user"
        " from lockbox_auditor`"
    ),
    "create trigger mine before insert on requests_app_decision"
    " for each row execute function audit_append_only()": (
        "unexpected trigger: mine on requests_app_decision"
    ),
    "alter function audit_ledger_change() security invoker": (
        "other function: audit_ledger_change() is "
    ),
}


@pytest.mark.parametrize(
    ("damage", "said"), [(key, text) for key, text in DAMAGE.items() if text]
)
def test_damage_is_said(as_owner, damage, said):
    sql(damage)
    (found,) = differences("default")
    assert found.startswith(said)
    with pytest.raises(CommandError, match="differs in 1 places"):
        call_command("check_database")
    if "`" in said:
        sql(found.split("`")[1])
        assert list(differences("default")) == []
    assert connection.in_atomic_block


def test_a_local_database_that_is_as_it_must_be_is_not_taken_for_an_older_one(as_owner):
    """`make run`, a second time."""
    refuse_older("default")
