"""Which requests may be the same one, and what is near about them."""

from datetime import UTC, datetime, timedelta

import pytest

from audit_app import acting
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.selectors import (
    NEAR_DAYS,
    NEAR_MINUTES,
    SHOWN,
    near_doubles,
)
from requests_app.cases.intake.steps import request
from requests_app.providers.application import Application
from tests.cast import MAILBOX

pytestmark = pytest.mark.django_db
SENT = datetime(2026, 3, 4, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
# Of nobody's objects: the registrar of whoever runs the connection reads of them.
ONE, OTHER = "one@nobody.example", "other@nobody.example"


def received(cast, number, *, connection=None, by_machine=False, at=SENT, **terms):
    """Of an object of its own, unless one is named."""
    terms = {"object_ids": (f"only-{number}",), **terms}
    with acting.at(at):
        found = request.receive(
            connection or cast.m365,
            Application(external_id=number, **terms),
            by=cast.intake if by_machine else cast.lena,
            payload=number.encode(),
            received_by="poll" if by_machine else "manual",
        )
    return found.access_request


def reasons(cast, request, person=None):
    found = near_doubles(person or cast.nils, request)
    return {row.external_id: row.reasons for row in found}


def test_the_same_support_case_is_near_however_it_is_written(cast):
    received(cast, "1", support_case="SR 7", at=SENT - timedelta(days=90))
    other = received(cast, "2", support_case="sr 7")
    assert reasons(cast, other) == {"1": ["samma supportärende"]}


def test_no_support_case_is_not_the_same_one(cast):
    received(cast, "1", support_case="", at=SENT - timedelta(days=90))
    assert reasons(cast, received(cast, "2", support_case="")) == {}


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize(("beyond", "found"), [(0, ["samma objekt"]), (1, None)])
def test_the_same_object_is_near_within_a_week(cast, sign, beyond, found):
    away = sign * (NEAR_DAYS + beyond * SECOND)
    received(cast, "1", object_ids=(ONE.upper(), OTHER), at=SENT + away)
    other = received(cast, "2", object_ids=(ONE,))
    assert reasons(cast, other).get("1") == found


def test_an_object_that_is_no_longer_named_is_not_the_same(cast):
    received(cast, "1", object_ids=(ONE,), at=SENT - timedelta(days=1))
    other = received(cast, "2", object_ids=(ONE, OTHER))
    received(cast, "2", object_ids=(OTHER,))
    other.refresh_from_db()
    assert reasons(cast, other) == {}


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize(
    ("beyond", "found"), [(0, ["skickad vid samma tid"]), (1, None)]
)
def test_what_was_sent_at_the_same_time_is_near(cast, sign, beyond, found):
    sent = SENT + sign * (NEAR_MINUTES + beyond * SECOND)
    received(cast, "1", requested_at=sent, at=SENT + timedelta(days=1))
    other = received(cast, "2", requested_at=SENT, at=SENT + timedelta(days=1))
    assert reasons(cast, other).get("1") == found


def test_without_a_time_of_sending_the_time_it_came_in_is_meant(cast):
    received(cast, "1", requested_at=SENT + NEAR_MINUTES)
    other = received(cast, "2")
    assert list(reasons(cast, other)) == ["1"]


@pytest.mark.parametrize(
    ("first", "second", "is_near"),
    [
        (False, False, True),
        (True, False, True),
        (False, True, True),
        (True, True, False),
    ],
)
def test_two_that_a_machine_told_of_are_two(cast, first, second, is_near):
    """Each is told once, by its number: only people type one in twice."""
    received(cast, "1", by_machine=first, requested_at=SENT)
    other = received(cast, "2", by_machine=second, requested_at=SENT)
    assert ("1" in reasons(cast, other)) == is_near


def test_another_connections_is_another(cast):
    received(cast, "1", support_case="SR 7", connection=cast.azure)
    assert reasons(cast, received(cast, "2", support_case="SR 7")) == {}


def test_what_was_merged_is_a_double_no_more(cast):
    first = received(cast, "1", support_case="SR 7", object_ids=(ONE,))
    second = received(cast, "2", support_case="SR 7", object_ids=(ONE,))
    third = received(cast, "3", support_case="SR 7")
    request.merge(first, by=cast.nils, into=second, reason="x")
    assert AccessRequest.objects.get(pk=first.pk).status == "merged"
    assert list(reasons(cast, third)) == ["2"]


def test_who_does_not_read_the_other_is_told_of_none(cast):
    received(cast, "1", support_case="SR 7", object_ids=(MAILBOX,))
    other = received(cast, "2", support_case="SR 7", object_ids=(MAILBOX,))
    assert list(reasons(cast, other, cast.lena)) == ["1"]
    assert reasons(cast, other, cast.rut) == {}


def test_the_newest_are_shown(cast):
    for number in range(SHOWN + 1):
        received(cast, str(number), support_case="SR 7")
    other = received(cast, "last", support_case="SR 7")
    assert list(reasons(cast, other)) == [str(n) for n in range(SHOWN, 0, -1)]
