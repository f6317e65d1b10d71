"""A scratch database of very many cases, kept for the next run of `bench pages`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management.base import CommandParser, OutputWrapper
from django.db import connection, connections
from django.utils import timezone

from audit_app import acting
from audit_app.acting import acting_as
from lockbox_site import processes
from lockbox_site.demo import city
from lockbox_site.scratch import migrated, reusable_database, schema
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.people import rights
from requests_app.core.people.models import Authority, Role, RoleAssignment
from requests_app.core.people.rights import VIEW
from requests_app.core.step import SYSTEM, machine_account
from tests.bench.copies import triggers
from tests.bench.multiplying import Multiplication
from tests.bench.people import engage
from tests.helpers.engagement import add_authority

AUTHORITIES = 20
BENCH = "BENCH"
SMALL = "SMALL"
CITY = "lockbox_load_city"
PATTERNS = """
create table bench_ended as
  select q.id from requests_app_accessrequest q
  where not exists (select from requests_app_secrecyreview v
      where v.access_request_id = q.id and v.status = any(%(open)s))
    and q.status <> all(%(awaiting)s) and {alone};
create table bench_open as
  select q.id from requests_app_accessrequest q
  where exists (select from requests_app_secrecyreview v
      where v.access_request_id = q.id and v.status = any(%(open)s)) and {alone};
"""
# A request that others lean on, or that leans on one, is not made again.
ALONE = """
q.merged_into_id is null and q.narrows_id is null and q.extends_id is null
and not exists (select from requests_app_accessrequest o
  where q.id in (o.merged_into_id, o.narrows_id, o.extends_id))
"""
RIGHTS = [
    "requests_app_reviewuserpermission",
    "requests_app_historicalreviewuserpermission",
]
NAMED = """
with named as (
  insert into requests_app_reviewuserpermission
      (user_id, permission_id, content_object_id)
    select %s, %s, id from requests_app_secrecyreview where id %%
      greatest(1, (select count(*) from requests_app_secrecyreview) / %s) = 0
    order by id desc limit %s on conflict do nothing returning *)
insert into requests_app_historicalreviewuserpermission
    (id, user_id, permission_id, content_object_id,
     history_user_id, history_date, history_type)
  select id, user_id, permission_id, content_object_id, %s, now(), '+' from named
"""


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--reviews", type=int, default=1_000_000, help="there shall be")


def run(options: dict[str, Any], stdout: OutputWrapper) -> None:
    with loaded(options["reviews"], stdout):
        _say_sizes(stdout)


@contextmanager
def loaded(reviews: int, stdout: OutputWrapper) -> Iterator[None]:
    """Inside, every alias points at a database with about so many reviews."""
    mark = make_city(stdout)
    with reusable_database(f"lockbox_load_{reviews}", mark, template=CITY) as is_ready:
        if not is_ready:
            _fill(reviews, stdout)
        rights.forget_sizes()  # those of another database
        yield


def make_city(stdout: OutputWrapper) -> str:
    """The database CITY, which others are copies of. What it was made by, in words."""
    mark = schema()
    with reusable_database(CITY, mark, template=migrated()) as is_ready:
        if not is_ready:
            _build(stdout)
    return mark


def people() -> dict[str, Any]:
    """Six who see little, much and everything, by what they see; and one of a small
    authority among the large."""
    named = {
        "a small authority": "small",
        "5 rights": "few",
        "5,000 rights": "many",
        "two authorities": "whole",
        "one and 5,000 rights": "both",
        "auditor of all": "auditor",
        "manager of all": "manager",
    }
    users = get_user_model().objects.in_bulk(named.values(), field_name="username")
    return {label: users[name] for label, name in named.items()}


def city_people() -> dict[str, Any]:
    """Who works in the invented city, by username: their forms are open to none of the
    others."""
    users = get_user_model().objects.filter(is_active=True, is_machine=False)
    engaged = [person.pk for person in people().values()]
    working = RoleAssignment.objects.standing().values("person")
    return (
        users.filter(pk__in=working)
        .exclude(pk__in=engaged)
        .in_bulk(field_name="username")
    )


def _build(stdout: OutputWrapper) -> None:
    """The cases that the others are like, made by the steps themselves."""
    city.ensure_city(stdout)
    with acting_as(machine_account(SYSTEM), reason="bench"):
        authorities = [
            add_authority(f"{BENCH}{n}", f"Bench {n} (invented)")
            for n in range(AUTHORITIES)
        ]
        small = add_authority(SMALL, "Small (invented)")
        _make_people(authorities, small)


def _fill(reviews: int, stdout: OutputWrapper) -> None:
    authorities = Authority.objects.filter(code__startswith=BENCH)
    with connections["owner"].cursor() as cursor:
        statuses: dict[str, Any] = {
            "open": list(SecrecyReview.OPEN),
            "awaiting": list(AccessRequest.AWAITING),
        }
        cursor.execute("set maintenance_work_mem = '1GB'; set work_mem = '256MB'")
        cursor.execute(PATTERNS.format(alone=ALONE), statuses)
        cursor.execute(
            "select count(*) from requests_app_secrecyreview where access_request_id"
            " in (select id from bench_ended)"
        )
        copies = -(-reviews // cursor.fetchone()[0])
        keys = [row.pk for row in authorities]
        small = Authority.objects.get(code=SMALL).pk
        work = Multiplication(cursor, copies, keys, small)
        processes.follow(work.pieces(), work.count, f"{reviews:,} reviews", stdout)
        _name(cursor)
        cursor.execute("vacuum (analyze)")


def _make_people(authorities: list[Authority], small: Authority) -> None:
    all_of_them = list(Authority.objects.all())
    does_all = (Role.REGISTRAR, Role.LEGAL_REVIEWER, Role.IT_MANAGER, Role.AUDITOR)
    engage("small", "small", *((role, small) for role in does_all))
    engage("few", "few", (Role.EXECUTOR, authorities[0]))
    engage("many", "many", (Role.EXECUTOR, authorities[0]))
    engage("whole", "whole", *((Role.LEGAL_REVIEWER, row) for row in authorities[:2]))
    engage("both", "both", (Role.LEGAL_REVIEWER, authorities[0]))
    engage("auditor", "auditor", *((Role.AUDITOR, row) for row in all_of_them))
    engage("manager", "manager", *((Role.IT_MANAGER, row) for row in all_of_them))


def _name(cursor: Any) -> None:
    """Rights on single reviews, evenly spread over all of them."""
    right = Permission.objects.get(codename=VIEW).pk
    users = get_user_model().objects
    by = machine_account(SYSTEM)
    triggers(cursor, RIGHTS, "disable")
    for name, count in (("few", 5), ("many", 5_000), ("both", 5_000)):
        user = users.get(username=name).pk
        cursor.execute(NAMED, [user, right, count, count, by.pk])
    triggers(cursor, RIGHTS, "enable")


def _say_sizes(stdout: OutputWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname, reltuples::bigint, pg_total_relation_size(oid)"
            " from pg_class where relkind = 'r' and reltuples > 1000"
            " and relnamespace = 'public'::regnamespace order by 3 desc limit 25"
        )
        for name, rows, size in cursor.fetchall():
            stdout.write(f"  {name:45} {rows:12,} rows {size / 2**20:9,.0f} MB")
    stdout.write(f"At {timezone.localtime(acting.now()):%Y-%m-%d %H:%M}.")
