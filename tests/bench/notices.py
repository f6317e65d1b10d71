"""What a round of mail to staff costs before any is sent: whom to tell of what, for a
thousand people."""

import time
from typing import Any

from django.contrib.auth.models import Permission
from django.core.management.base import CommandParser, OutputWrapper
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit_app.acting import acting
from lockbox_site.scratch.databases import reusable_database
from requests_app.models import (
    Authority,
    ReviewUserPermission,
    Role,
    SecrecyReview,
)
from requests_app.permissions.roles import VIEW, remember_roles
from requests_app.selectors.ladders.waiting import due_now
from requests_app.selectors.notice import due_to, groups_to_tell, people_to_tell
from requests_app.workflow.machine_accounts import SYSTEM, machine_account
from tests.bench import load
from tests.bench.people import engage

# One in so many is named by an open case; the others have their roles and no more.
NAMED = 5
ROLES = (
    *(Role.INFORMATION_OWNER, Role.LEGAL_REVIEWER, Role.DECISION_MAKER),
    *(Role.REGISTRAR, Role.EXECUTOR, Role.AUDITOR),
)


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--people", type=int, default=1_000, help="who can be told")
    parser.add_argument("--alone", type=int, default=50, help="looked at one by one")


def run(options: dict[str, Any], stdout: OutputWrapper) -> None:
    people = options["people"]
    made_by = f"{load.make_city(stdout)} {people}"
    with reusable_database("lockbox_notices", made_by, template=load.CITY) as is_ready:
        if not is_ready:
            _engage(people)
        _measure(options["alone"], stdout)


def _measure(alone: int, stdout: OutputWrapper) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as caught:
        groups = groups_to_tell()
        due = sum(len(list(due_to(*group))) for group in groups)
        due += len(list(due_now()))
    took, used = time.perf_counter() - began, time.process_time() - cpu
    people = people_to_tell().count()
    stdout.write(
        f"{people} people, {len(groups)} queues looked at, {due} notices due:"
        f" {took:.1f} s, {used:.1f} s of them in this process, {len(caught)} queries."
    )
    some = list(people_to_tell()[:alone])
    began = time.perf_counter()
    for person in some:
        list(due_to(_forgotten(person)))
    each = (time.perf_counter() - began) / len(some)
    stdout.write(
        f"One by one {each * 1000:.0f} ms each, {each * people:.0f} s for all;"
        f" together {each * people / took:.1f} times as fast."
    )


def _forgotten(person: Any) -> Any:
    remember_roles(person)
    return person


def _engage(count: int) -> None:
    authorities = list(Authority.objects.order_by("pk"))
    cases = list(SecrecyReview.objects.filter(status__in=SecrecyReview.OPEN))
    view = Permission.objects.get(codename=VIEW)
    with acting(machine_account(SYSTEM), reason="bench"):
        for number in range(count):
            authority = authorities[number % len(authorities)]
            role = ROLES[number // 7 % len(ROLES)]
            person = engage(
                f"n{number}",
                f"N {number}",
                (role, authority),
                email=f"n{number}@bench.example",
            )
            if number % NAMED == 0:
                ReviewUserPermission.objects.create(
                    user=person,
                    permission=view,
                    content_object=cases[number // NAMED % len(cases)],
                )
