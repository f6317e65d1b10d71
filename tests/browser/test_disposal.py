"""Disposal of cases and delivery to the archive, on a desk and on a phone: rules, days, a
list with its answers, what has gone; a package and its receipt. Axe finds nothing and
nothing is wider than the window. With LOCKBOX_PICTURES=docs/pictures the pictures of
docs/gallring.md and docs/arkivering.md are drawn there."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit_app import acting
from requests_app.desk.sweep import sweep
from requests_app.records import steps
from requests_app.records.models import Disposal, DisposedCase
from requests_app.records.steps import end, note_receipt, take_out
from requests_app.records.sweep import carry_out
from tests.browser.conftest import DESKTOP
from tests.browser.looking import (
    look,
    looker,
    shown,
)
from tests.browser.test_pictures import drawn as pictured
from tests.helpers.disposals import (
    ask,
    closed_case,
    disposal_rule,
    fresh_list,
    years_later,
)
from tests.helpers.tampering import behind_our_back
from tests.helpers.web import page, step_url

__all__ = ["look", "looker"]

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]
LISTS = ("disposalrule", "disposaldate", "disposal", "disposedcase")


def lists(cast):
    """One that is answered in part, and one that has been carried out."""
    disposal_rule(cast)
    disposal_rule(cast, matter="documents", years=None)
    closed(cast, range(6))
    with years_later():
        ended = _ended(cast)
    closed(cast, range(6, 10))
    with years_later():
        waits = _waiting(cast)
    # Today is as if that year had come.
    table = "requests_app_disposaldate"
    behind_our_back(table, f"update {table} set due_on = %s", acting.today())
    return ended, waits


def _ended(cast):
    drawn = steps.draw_up(by=cast.lena, authority=cast.gsn, until=acting.today())
    items = list(drawn.items.all())
    steps.retain(drawn, by=cast.dora, items=items[:1], **late())
    steps.answer(fresh_list(drawn), by=cast.lena, items=items[1:], answer="destroy")
    steps.propose(fresh_list(drawn), by=cast.lena)
    steps.confirm(fresh_list(drawn), by=cast.karin)
    stays = carry_out(fresh_list(drawn), ask)
    end(fresh_list(drawn), by=cast.karin, stays=stays)
    return fresh_list(drawn)


def late():
    return {"until": acting.today() + timedelta(days=900), "reason": "Forskning"}


def _waiting(cast):
    waits = steps.draw_up(by=cast.lena, authority=cast.gsn, until=acting.today())
    items = list(waits.items.all())
    steps.answer(fresh_list(waits), by=cast.lena, items=items[:2], answer="destroy")
    steps.answer(fresh_list(waits), by=cast.lena, items=items[2:3], answer="transfer")
    steps.retain(fresh_list(waits), by=cast.karin, items=items[3:], **late())
    return fresh_list(waits)


def closed(cast, numbers):
    for number in numbers:
        closed_case(cast, number=f"EXSR41{number:04}")


def delivered(cast):
    """One package that the archive has receipted, and one that it has not."""
    cases = [closed_case(cast, number=f"EXSR42000{number}") for number in range(2)]
    rows = [
        take_out(by=cast.lena, authority=cast.gsn, number=case.diary_number).delivery
        for case in cases
    ]
    note_receipt(
        rows[0],
        by=cast.lena,
        received_by="Kommunarkivet, Eva Ek",
        receipt="A 2026:17",
        received_at=acting.now(),
        digest=rows[0].digest,
    )
    return rows


def test_the_pages_of_archive_and_disposal_are_so_for_all_who_read_them(cast, look):
    with acting.may_be_set():
        ended, waits = lists(cast)
    rows = delivered(cast)
    for person in (cast.bo, cast.dora, cast.agnes):
        look.sign_in(person)
        for name in (*LISTS, "archivedelivery", "diaryentry"):
            look.if_open(reverse(f"admin:requests_app_{name}_changelist"))
        look.if_open(reverse("admin:diary"))
        for row in (ended, waits, *rows):
            look.case(row)
    look.sign_in(cast.lena)
    for name in ("archivedelivery", "diaryentry"):
        look.at(reverse(f"admin:requests_app_{name}_changelist"))
    shown(look, "archive-new", reverse("admin:requests_app_archivedelivery_add"))
    for name, row in zip(("received", "waits"), rows, strict=True):
        shown(look, f"archive-{name}", page(row))
    shown(look, "archive-receipt", step_url(rows[1], "receive"))


def test_the_pages_of_the_guides_are_whole(cast, visit):
    sweep()
    with acting.may_be_set():
        ended, waits = lists(cast)
    rows = delivered(cast)
    lena = visit("lena")
    pictured(lena, "disposal-list", page(waits), DESKTOP)
    pictured(lena, "disposal-ended", page(ended), DESKTOP)
    new = reverse("admin:requests_app_archivedelivery_add")
    pictured(lena, "archive-new", new, DESKTOP)
    pictured(lena, "archive-delivery", page(rows[0]), DESKTOP)


def test_the_pages_of_disposal_are_readable(cast, look):
    with acting.may_be_set():
        ended, waits = lists(cast)
    look.sign_in(cast.lena)
    for name in LISTS:
        shown(
            look,
            f"disposal-{name}",
            reverse(f"admin:requests_app_{name}_changelist"),
        )
    shown(look, "disposal-rule", page(cast.gsn.disposal_rules.latest("pk")))
    shown(look, "disposal-new", reverse("admin:requests_app_disposal_add"))
    shown(look, "disposal-ended", page(ended))
    shown(look, "disposal-waits", page(waits))
    for name in ("answer", "retain", "receive"):
        shown(look, f"disposal-{name}", step_url(waits, name))
    shown(look, "disposal-gone", page(DisposedCase.objects.earliest("pk")))
    assert Disposal.objects.count() == 2
