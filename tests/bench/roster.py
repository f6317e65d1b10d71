"""What the staffing page costs whoever manages all: eight weeks of coverage for sixty
authorities and four hundred people."""

import statistics
import time
from datetime import timedelta
from itertools import cycle
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandParser, OutputWrapper
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from audit_app import acting
from audit_app.acting import acting_as
from lockbox_site.scratch import migrated, reusable_database, schema
from requests_app.core.people.models import Absence, Authority, Role
from requests_app.core.step import SYSTEM, as_owner, machine_account
from requests_app.duty.models.roster import RosterGroup
from requests_app.duty.roster.coverage import coverage_of
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudSystem,
    Connection,
    Provider,
    ProviderProduct,
)
from tests.bench.addresses import signed_in
from tests.bench.copies import triggers
from tests.bench.people import engage
from tests.helpers.engagement import add_authority, municipality

WEEKS = 8
# Of an authority: who has which role.
STAFF = (
    *(Role.REGISTRAR, Role.LEGAL_REVIEWER, Role.LEGAL_REVIEWER),
    *(Role.DECISION_MAKER, Role.DECISION_MAKER, Role.LEGAL_REVIEWER),
)
ROLE_OF = {
    "register": Role.REGISTRAR,
    "review": Role.LEGAL_REVIEWER,
    "decide": Role.DECISION_MAKER,
}
SHIFTS = """
insert into requests_app_shift
  (group_id, person_id, begins_at, ends_at, source, made_at, version)
select %s, (%s::bigint[])[1 + n %% cardinality(%s::bigint[])],
  %s::timestamptz + n * interval '12 hours',
  %s::timestamptz + (n + 1) * interval '12 hours', 'typed', now(), 0
from generate_series(0, %s) n where n %% 97 <> 13"""


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--authorities", type=int, default=60)
    parser.add_argument("--people", type=int, default=400)
    parser.add_argument("--repeat", type=int, default=9, help="times for each figure")


def run(options: dict[str, Any], stdout: OutputWrapper) -> None:
    authorities, people = options["authorities"], options["people"]
    made_by = f"{schema()} {authorities} {people} {acting.today()}"
    with reusable_database("lockbox_roster", made_by, template=migrated()) as is_ready:
        if not is_ready:
            _make(authorities, people)
        _measure(options["repeat"], stdout)


def _measure(repeat: int, stdout: OutputWrapper) -> None:
    boss = get_user_model().objects.get(username="boss")
    keys = set(boss.roles.values_list("authority", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from requests_app_shift")
        shifts = cursor.fetchone()[0]
    client = signed_in(boss)
    with override_settings(DEBUG=False), CaptureQueriesContext(connection) as caught:
        answer = client.get("/staffing/")
    queries = [q for q in caught if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    people = get_user_model().objects.filter(is_machine=False).count()
    stdout.write(
        f"{len(keys)} authorities, {people} people, {shifts:,} shifts, {WEEKS} weeks:"
        f" {sum(map(len, coverage_of(keys).gaps.values()))} gaps, {len(queries)} queries,"
        f" {len(answer.content) // 1024} kB."
    )
    stdout.write(f"The page {_told(repeat, lambda: client.get('/staffing/'))}")
    stdout.write(f"Of it coverage {_told(repeat, lambda: coverage_of(keys))}")


def _told(repeat: int, act: Any) -> str:
    """Of a machine that others use too the quickest says more than the median."""
    took, used = [], []
    for _time in range(repeat):
        began, cpu = time.perf_counter(), time.process_time()
        act()
        took.append((time.perf_counter() - began) * 1000)
        used.append((time.process_time() - cpu) * 1000)
    middle, here = statistics.median(took), min(used)
    return (
        f"{middle:.0f} ms, at best {min(took):.0f}; {here:.0f} of them in this process."
    )


def _make(count: int, people: int) -> None:
    with acting_as(machine_account(SYSTEM), reason="bench"):
        run_by = _authority("RUN")
        engage("per", "Per")
        connections_ = _connections(run_by)
        authorities = [_authority(f"B{number}") for number in range(count)]
        boss = [(Role.IT_MANAGER, one) for one in authorities]
        engage("boss", "Boss", *boss, email="boss@bench.example")
        laid = [
            row
            for number, one in enumerate(authorities)
            for row in _staff(number, one, connections_)
        ]
        rest = max(people - count * len(STAFF) - 2, 2)
        executors = [
            _engaged(f"e{number}", Role.EXECUTOR, run_by) for number in range(rest)
        ]
        group = RosterGroup.objects.create(
            authority=run_by, name="execute", acts=["execute"]
        )
        laid.append((group.pk, [one.pk for one in executors]))
    _lay(laid)


def _authority(code: str) -> Authority:
    name = f"Bench {code} (invented)"
    return add_authority(code, name)


def _engaged(name: str, role: Role, authority: Authority) -> Any:
    return engage(name, name, (role, authority), email=f"{name}@bench.example",
                  password="argon2$none")  # fmt: skip


def _connections(run_by: Authority) -> list[CloudSystem]:
    provider = Provider.objects.create(
        municipality=municipality(), name="Bench", country="SE"
    )
    systems = []
    for number, minutes in enumerate((240, 480, 480)):
        product = ProviderProduct.objects.create(
            provider=provider,
            name=f"Bench {number}",
            channel="by_hand",
            answer_minutes=720,
            access_minutes=minutes,
            revocation="no",
        )
        runs = Connection.objects.create(
            product=product, name=product.name, external_id="b", authority=run_by
        )
        systems.append(CloudSystem.objects.create(connection=runs, name=product.name))
    return systems


def _staff(
    number: int, authority: Authority, systems: list[CloudSystem]
) -> list[tuple[int, list[int]]]:
    """The authority's people, what they may decide, who is away; and its rosters."""
    people: dict[Role, list[int]] = {}
    for place, role in enumerate(STAFF):
        person = _engaged(f"p{number}-{place}", role, authority)
        people.setdefault(role, []).append(person.pk)
        if (number + place) % 5 == 0:
            first = acting.today() + timedelta(days=3 * place + number % 40)
            last = first + timedelta(days=4)
            Absence.objects.create(person=person, valid_from=first, valid_to=last)
    for place, system in enumerate(systems):
        CloudObject.objects.create(
            system=system,
            kind="log",
            designation=f"{number}-{place}",
            external_id=f"{number}-{place}",
            authority=authority,
        )
    _delegate(number, authority)
    laid = []
    for act, role in ROLE_OF.items():
        hours = "office" if act == "register" else "always"
        group = RosterGroup.objects.create(
            authority=authority, name=act, acts=[act], hours=hours
        )
        laid.append((group.pk, people[role]))
    return laid


def _delegate(number: int, authority: Authority) -> None:
    ends = acting.today() + timedelta(days=30) if number % 6 == 0 else None
    with as_owner():
        rule = DelegationRule.objects.create(
            authority=authority,
            item_no="4.7",
            title="Access",
            outcomes=["granted", "refused"],
            role="decision_maker",
            board_decision="2020-01-15 § 7",
            made_by=machine_account(SYSTEM),
            valid_from=acting.today() - timedelta(days=900),
            valid_to=ends,
        )
    per = get_user_model().objects.get(username="per")
    with acting_as(per):
        rule.confirmed_by, rule.confirmed_at = per, acting.now()
        rule.save()


def _lay(laid: list[tuple[int, list[int]]]) -> None:
    """Past the triggers, as the owner: what is measured is reading them."""
    begins = timezone.localtime(acting.now()).replace(hour=6, minute=0, second=0)
    with connections["owner"].cursor() as cursor:
        triggers(cursor, ["requests_app_shift"], "disable")
        for (group, people), turn in zip(laid, cycle(range(7)), strict=False):
            turned = [*people[turn % len(people) :], *people[: turn % len(people)]]
            values: list[Any] = [group, turned, turned, begins, begins, WEEKS * 14]
            cursor.execute(SHIFTS, values)
        triggers(cursor, ["requests_app_shift"], "enable")
        cursor.execute("analyze")
