"""check_database: what the database holds to is what the migrations make, or it is said."""

import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from lockbox_site import watch
from lockbox_site.management.commands.migrate import refuse_older
from lockbox_site.postgres import cluster
from lockbox_site.schema import QUERIES, close_database, differences
from lockbox_site.scratch import copied, outside
from requests_app.cases.review.models.afterwards import Alteration
from requests_app.core.queue import by_clock
from requests_app.desk.queue.everything import everything_for
from requests_app.oversight.steps.incidents import conclude_alteration
from requests_app.oversight.sweep import reconcile
from tests.helpers.sql import sql
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import page

pytestmark = pytest.mark.django_db
CATALOGUE = QUERIES.read_text()


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


def test_what_a_dump_lacks_is_said_and_mended_by_migrate(db):
    """The finding: after a restore anybody could make temporary tables."""
    sql("set local role none")
    sql(OPENED)
    said = ["unexpected right: temporary on database to public — `migrate` mends it"]
    assert [str(one) for one in differences("default")] == said
    sql("set local role none")
    close_database("default")
    assert list(differences("default")) == []


# As a database is that was made by CREATE DATABASE and filled from a dump.
OPENED = """do $d$ begin execute format('grant temporary on database %%I to public',
  current_database()); end $d$"""
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
    "drop index audit_disagreement_once": (
        "missing unique index: audit_disagreement_once on audit_app_disagreement"
    ),
    "grant create on schema public to lockbox_auditor;"
    " alter table requests_app_decision owner to lockbox_auditor": (
        "unexpected owner: table requests_app_decision"
    ),
    "alter table requests_app_decision enable row level security": (
        "unexpected row security: requests_app_decision"
    ),
    "create policy hidden on requests_app_decision for select using (id > 3)": (
        "unexpected policy: hidden on requests_app_decision"
    ),
    "create rule quiet as on delete to requests_app_decision do instead nothing": (
        "unexpected rule: quiet on requests_app_decision"
    ),
    "alter table requests_app_decision alter outcome set default 'granted'": (
        "unexpected default: outcome on requests_app_decision"
    ),
    "do $d$ begin execute format('alter database %%I set search_path = elsewhere',"
    " current_database()); end $d$": "unexpected setting: search_path of the database",
    "create schema elsewhere": "unexpected schema: elsewhere",
    "create operator public.<#> (leftarg = jsonb, rightarg = jsonb,"
    " function = jsonb_ne)": "unexpected operator: <#>(jsonb,jsonb)",
    "create type own as (a integer); create cast (own as jsonb) with inout": (
        "unexpected cast: own as jsonb"
    ),
    "create publication outward": "unexpected publication: outward",
    "create extension tablefunc": "unexpected extension: tablefunc",
}
# What takes a superuser, and how it is undone.
BY_SUPERUSER = {
    "create function pg_catalog.mine() returns int language sql as 'select 1'": (
        "unexpected function beside PostgreSQL's own: mine()",
        "drop function pg_catalog.mine()",
    ),
    "create function pg_catalog.seen() returns event_trigger language plpgsql"
    " as 'begin end'; create event trigger watching on ddl_command_end"
    " execute function seen()": (
        "unexpected event trigger: watching",
        "drop event trigger watching; drop function pg_catalog.seen()",
    ),
}


def as_superuser(statement, database=None):
    database = connection.settings_dict | ({"NAME": database} if database else {})
    command = [cluster.programs(user := cluster.server_user())[0] / "psql", "-qX"]
    command += ["-h", database["HOST"], "-U", cluster.SUPERUSER, "-d", database["NAME"]]
    cluster.run([*map(str, command), "-c", statement], user)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("damage", BY_SUPERUSER)
def test_so_is_that_of_a_superuser(damage):
    said, undo = BY_SUPERUSER[damage]
    as_superuser("set allow_system_table_mods = on; " + damage)
    try:
        assert said in map(str, differences("default"))
    finally:
        as_superuser("set allow_system_table_mods = on; " + undo)


@pytest.mark.django_db(transaction=True)
def test_a_database_is_dropped_as_soon_as_a_superuser_has_left_it():
    own = connection.settings_dict["NAME"]
    name = f"{own}_left"
    is_there = f"select 1 from pg_stat_activity where datname = '{name}'"
    with ThreadPoolExecutor() as pool:
        with copied(name, own):
            superuser = pool.submit(as_superuser, "select pg_sleep(5)", name)
            while not outside(is_there):
                time.sleep(0.05)
            assert not superuser.done()
        superuser.result()  # nobody has terminated it
    assert not outside(f"select 1 from pg_database where datname = '{name}'")


def test_each_kind_that_the_catalogue_reads_is_damaged_once():
    kinds = set(re.findall(r"^select (?:distinct )?'((?:[^']|'')+)',", CATALOGUE, re.M))
    told = [*DAMAGE.values(), *(said for said, _undo in BY_SUPERUSER.values())]
    said = {text.partition(": ")[0].partition(" ")[2] for text in told}
    assert {kind.replace("''", "'") for kind in kinds} == said


def test_the_sweep_looks_once_an_hour_and_it_is_trouble_until_somebody_concludes(cast):
    """The finding: guards were compared by hand alone, and /healthz was ok meanwhile."""
    reconcile(cast.sweeper, seconds=0)
    assert watch.findings()["record"].state == "ok"
    sql("set local role none")
    sql("drop trigger audit_append_only on requests_app_decision")
    sql("set local role lockbox_app")
    assert reconcile(cast.sweeper, seconds=0) == []
    hour = (
        "update audit_app_reconciled set came_round_at = now() - interval '61 minutes'"
    )
    behind_our_back("audit_app_reconciled", hour)
    gone = "trigger audit_append_only on requests_app_decision"
    assert [one for one in reconcile(cast.sweeper, seconds=0) if gone in one]
    assert watch.findings()["record"].state == "altered"
    alteration = Alteration.objects.get(object_id=gone)
    first, *_others = sorted(everything_for(cast.ivar), key=by_clock)
    assert first.alarm and page(alteration) in {
        one.url for one in everything_for(cast.ivar) if one.first
    }
    wrong = {"outcome": "changed", "conclusion": "Någon tog bort den."}
    for alteration in Alteration.objects.all():
        conclude_alteration(alteration, by=cast.ivar, **wrong)
    assert watch.findings()["record"].state == "ok"


@pytest.mark.parametrize(
    ("damage", "said"), [(key, text) for key, text in DAMAGE.items() if text]
)
def test_damage_is_said(as_owner, capsys, damage, said):
    sql(damage)
    with pytest.raises(CommandError, match="differs in"):
        call_command("check_database")
    found = capsys.readouterr().out.splitlines()
    (found,) = (one for one in found if one.startswith(said))
    if "`" in said:
        sql(found.split("`")[1])
        assert list(differences("default")) == []
    assert connection.in_atomic_block


def test_a_local_database_that_is_as_it_must_be_is_not_taken_for_an_older_one(as_owner):
    """`make run`, a second time."""
    refuse_older("default")
