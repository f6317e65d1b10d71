"""Who the pages say could see a case, at an instant or today."""

from datetime import datetime, time, timedelta
from urllib.parse import quote

from django.utils import timezone

from audit_app import acting
from requests_app.cases.review.rights.involvement import (
    who_answers,
    who_can_see,
    who_oversees,
)
from requests_app.core.people.models import RoleAssignment
from tests.helpers.web import fetch, lines, signed_in


def days(count):
    """So many days from now, at the same hour."""
    return acting.at(timezone.now() + timedelta(days=count))


def noon(count):
    day = timezone.localdate() + timedelta(days=count)
    return timezone.make_aware(datetime.combine(day, time(12)))


def sight(reader, review, **asked):
    """Who could see it, by name, as the page says it."""
    number = quote(review.diary_number)
    response, queries = fetch(
        signed_in(reader),
        f"/revision/case/{number}/sight/"
        + ("?" + "&".join(f"{k}={v}" for k, v in asked.items()) if asked else ""),
    )
    assert len(queries) <= 12, lines(queries)
    (found,) = response.context["seen"]
    return {row.person: row for row in found.people}, response


def on(reader, review, moment):
    """At an instant, asked ten days from now."""
    with days(10):
        return sight(
            reader, review, at=f"{timezone.localtime(moment):%Y-%m-%dT%H:%M:%S}"
        )[0]


def role_of(person):
    return RoleAssignment.objects.get(person=person)


def saw(people, name):
    return people[name].saw if name in people else "nothing"


def todays_page(review):
    found = {}
    for one in who_can_see(review):
        extent = "stub" if one.only_stub else "whole" if one.reads else "outer"
        labels = {str(row.get_role_display()) for row in one.roles}
        found[str(one.person)] = labels, one.is_named, extent
    for extent, rows in (
        ("number", who_oversees(review)),
        ("answer", who_answers(review)),
    ):
        for row in rows:
            found.setdefault(str(row.person), (set(), False, extent))[0].add(
                str(row.get_role_display())
            )
    return found
