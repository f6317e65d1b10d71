"""What a person may see among very many reviews: lists, counts and single checks."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management.base import CommandParser
from django.db import connections
from django.db.models import QuerySet
from django.test import RequestFactory

from audit_app.acting import acting
from lockbox_site.bench import many_reviews, plans
from lockbox_site.bench.database import own_database
from lockbox_site.demo import town
from requests_app import permissions
from requests_app.models import (
    Authority,
    CloudObject,
    Connection,
    Role,
    RoleAssignment,
    SecrecyReview,
)
from requests_app.providers.application import Application
from requests_app.workbench.lists import PAGE
from requests_app.workflow import intake
from requests_app.workflow.machine_accounts import SYSTEM, as_owner, machine_account
from requests_app.workflow.role import deliver

Say = Callable[[str], None]
AUTHORITIES = 20
OTHERS = 50


def add_arguments(parser: CommandParser) -> None:
    parser.add_argument("--reviews", type=int, default=1_000_000, help="there are")
    parser.add_argument("--repeat", type=int, default=21, help="times for each figure")


def run(options: dict[str, Any], say: Say) -> None:
    with own_database():
        count = options["reviews"]
        say(f"Making {count} reviews of {AUTHORITIES} authorities …")
        with acting(machine_account(SYSTEM), reason="bench"):
            town.build("of no use outside the bench")
            authorities = [_authority(number) for number in range(AUTHORITIES)]
            people = _people(authorities)
            others = [_person(f"other{number}") for number in range(OTHERS)]
        _first_review(authorities[0])
        _fill(count, authorities, people, others)
        for label, person in people.items():
            _measure(label, person, options["repeat"], say)


def _authority(number: int) -> Authority:
    return Authority.objects.create(code=f"B{number}", name=f"Bench {number}")


def _person(name: str, *roles: tuple[str, Authority]) -> Any:
    person = get_user_model()(username=name, last_name=name)
    with as_owner():
        person.save()
    for role, authority in roles:
        deliver(
            RoleAssignment(
                person=person,
                role=role,
                authority=authority,
                valid_from=date(2020, 1, 1),
                reason="bench",
            ),
            given_by=machine_account(SYSTEM),
            confirmed_by=get_user_model().objects.get(username="per"),
            at=datetime(2020, 1, 1, tzinfo=UTC),
        )
    return person


def _people(authorities: list[Authority]) -> dict[str, Any]:
    elsewhere = (Role.EXECUTOR, authorities[0])
    whole = [(Role.LEGAL_REVIEWER, authority) for authority in authorities[:2]]
    return {
        "5 named rights": _person("few", elsewhere),
        "5,000 named rights": _person("many", elsewhere),
        "two whole authorities": _person("whole", *whole),
        "an authority and 5,000 rights": _person("both", whole[0]),
    }


def _first_review(authority: Authority) -> None:
    """One request through intake, for the others to be like."""
    system = machine_account(SYSTEM)
    connection = Connection.objects.order_by("pk")[0]
    with acting(system, reason="bench"):
        cloud_object = CloudObject.objects.create(
            system=connection.systems.order_by("pk")[0],
            kind=CloudObject.Kind.LOG,
            designation="B-1",
            external_id="bench/1",
            authority=authority,
        )
    application = Application(
        external_id="BENCH",
        service="Bench",
        justification="Bench",
        duration_minutes=60,
        object_ids=(cloud_object.external_id,),
    )
    intake.receive(
        connection, application, by=system, payload=b"bench", received_by="contract"
    )


def _fill(
    count: int, authorities: list[Authority], people: dict[str, Any], others: list[Any]
) -> None:
    right = Permission.objects.get(codename=permissions.VIEW).pk
    few, many, _whole, both = people.values()
    with connections["owner"].cursor() as cursor:
        many_reviews.multiply(cursor, count, [row.pk for row in authorities])
        many_reviews.name_on(cursor, few.pk, right, 5)
        many_reviews.name_on(cursor, many.pk, right, 5_000)
        many_reviews.name_on(cursor, both.pk, right, 5_000)
        many_reviews.name_others(cursor, [row.pk for row in others], right)
        declared = [person.pk for person in (*people.values(), *others)]
        many_reviews.declare(cursor, declared, 20)
        cursor.execute("vacuum (analyze)")


def _measure(label: str, person: Any, repeat: int, say: Say) -> None:
    permissions.remember_roles(person)
    one = permissions.visible_to(person).order_by("-pk")[0]
    plain = _figures(lambda: SecrecyReview.objects.get(pk=one.pk), repeat)
    say(f"\nA person with {label} (plain WHERE id = …: {plain.median:.2f} ms)")
    say(f"  {'':28}  {'ms':>8}  {'× plain':>8}")
    all_rows = _list(person, {})
    open_only = _list(person, {"status__exact": SecrecyReview.Status.REGISTERED})
    acts: dict[str, Callable[[], Any]] = {
        "first page of the list": lambda: list(all_rows[:PAGE]),
        "its count": lambda: all_rows.count(),
        "first page, by status": lambda: list(open_only[:PAGE]),
        "one review, visible_to": lambda: permissions.visible_to(person).get(pk=one.pk),
        "one review, involvement": lambda: permissions.involvement(person, one),
    }
    for name, act in acts.items():
        figures = _figures(act, repeat)
        ratio = figures.median / plain.median
        say(f"  {name:28}  {figures.median:8.2f}  {ratio:8.1f}")
        say(f"      {', '.join(figures.scans)}")
        for whole in figures.whole:
            say(f"      READS THE WHOLE TABLE: {whole}")


def _figures(act: Callable[[], Any], repeat: int) -> plans.Figures:
    return plans.measured(plans.asked(act), repeat)


def _list(person: Any, chosen: dict[str, str]) -> QuerySet[SecrecyReview]:
    """The list of reviews as its page makes it, filtered and in order."""
    request = RequestFactory().get("/", chosen)
    request.user = person
    page = admin.site._registry[SecrecyReview].get_changelist_instance(request)
    return page.queryset
