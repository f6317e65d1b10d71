"""What a round of mail to staff costs before any is sent: whom to tell of what, for a
thousand people."""

import time
from typing import Any

from django.contrib.auth.models import Permission
from django.core.management.base import CommandParser, OutputWrapper
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from audit_app.acting import acting_as
from lockbox_site.scratch import reusable_database
from requests_app.cases.intake.models.review import ReviewUserPermission, SecrecyReview
from requests_app.core.people.models import Authority, Role
from requests_app.core.people.rights import VIEW, remember_roles
from requests_app.core.step import SYSTEM, machine_account
from requests_app.desk.queue.everything import work_for
from requests_app.duty.ladders import due_in_queues as notices_due
from requests_app.duty.ladders import due_now as ladders_due
from requests_app.duty.ladders import read_queues
from requests_app.duty.roster.coverage import people_at_work
from tests.bench import load
from tests.bench.people import engage

SERVER = {"host": "127.0.0.1"}  # nothing is sent
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
    with (
        override_settings(MAIL_SERVER=SERVER),
        CaptureQueriesContext(connection) as asked,
    ):
        queues = read_queues()
        walk = len(asked)
        due = len(list(notices_due(queues))) + len(list(ladders_due(queues.waiting)))
    took, used = time.perf_counter() - began, time.process_time() - cpu
    people = people_at_work().count()
    stdout.write(
        f"{people} people, {len(queues.of_people)} queues looked at, {due} notices due:"
        f" {took:.1f} s, {used:.1f} s of them in this process, {len(asked)} queries,"
        f" {walk} of them to read the queues."
    )
    some = list(people_at_work()[:alone])
    began = time.perf_counter()
    for person in some:
        work_for(_forgotten(person))
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
    with acting_as(machine_account(SYSTEM), reason="bench"):
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
