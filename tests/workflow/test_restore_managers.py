"""The way back, where nobody is left who could confirm a manager."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from audit_app import acting
from audit_app.models import LedgerEntry
from requests_app.core.people.models import RoleAssignment
from requests_app.core.step import as_owner
from requests_app.organisation import steps
from tests.helpers.people import engage, enter, has, rewrite
from tests.helpers.web import signed_in

pytestmark = pytest.mark.django_db
PROTOCOL = "GSN 2026-12-01 § 14"


def restore(*people, gone=(), protocol=PROTOCOL):
    options = {"gone": list(gone)} if gone else {}
    with as_owner():
        call_command("restore_managers", "GSN", *people, protocol=protocol, **options)


def test_two_manage_again_by_a_decision_and_it_is_on_record(cast):
    rewrite(
        RoleAssignment.objects.get(person=cast.pia),
        ended_by=cast.per,
        ended_at=acting.now(),
    )
    restore("eva", "lena", gone=["per"])
    assert not has(cast.per, "it_manager", cast.gsn)
    assert has(cast.eva, "it_manager", cast.gsn)
    told = LedgerEntry.objects.get(event="authority.managers_restored")
    assert json.loads(told.detail.body) | {"clock": None} == {
        "protocol": PROTOCOL,
        "people": ["eva", "lena"],
        "gone": ["per"],
        "clock": None,
    }
    assert told.authority_id == cast.gsn.pk
    # One gives and the other confirms, as ever.
    row = enter(cast, cast.jonas, "dpo", by=cast.eva, at=acting.now())
    steps.confirm_role(row, by=cast.lena)


def test_the_auditor_sees_it_at_what_was_done_outside(cast):
    restore("eva", "lena", gone=["per", "pia"])
    page = signed_in(cast.agnes).get(reverse("admin:audit_outside"))
    newest = page.context["overview"].acts[0]
    assert (newest.rows, newest.by, newest.tells) == (4, "Lockbox", True)


@pytest.mark.parametrize(
    ("people", "options", "says"),
    [
        (("eva", "lena"), {}, "can confirm roles: "),
        (("eva", "lena"), {"gone": ["per"]}, "nina"),
        (("eva", "eva"), {"gone": ["per", "pia"]}, "Two persons"),
        (("eva", "per"), {"gone": ["per", "pia"]}, "Two persons"),
        (
            ("eva", "nobody"),
            {"gone": ["per", "pia"]},
            "Nobody has the user name nobody",
        ),
        (("eva", "sam"), {"gone": ["per", "pia"]}, "Ingen har två av de här rollerna"),
        (("eva", "lena"), {"gone": ["per", "pia"], "protocol": " "}, "empty"),
    ],
)
def test_it_is_refused_while_two_are_left_and_for_who_can_not(
    cast, people, options, says
):
    if says == "nina":
        engage(cast, "nina", "it_manager", cast.nis)
    before = RoleAssignment.history.count()
    with pytest.raises(CommandError, match=says):
        restore(*people, **options)
    assert RoleAssignment.history.count() == before
