"""The auditor's nine questions, each answered within four clicks of the start page."""

import os
from datetime import timedelta
from pathlib import Path
from time import sleep

import pytest
from django.utils import timezone
from PIL import Image

from audit_app import acting, ledger
from audit_app.models import LedgerDetail
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.cases.review.steps import decision
from requests_app.core.people.models import RoleAssignment
from requests_app.organisation import steps
from requests_app.organisation.models import DelegationRule
from tests.browser.conftest import (
    chromium,  # noqa: F401
    visit,  # noqa: F401
)
from tests.helpers.people import engage, enter, rewrite
from tests.helpers.sql import sql
from tests.helpers.web import page, signed_in

DATABASES = ["default", "auditor"]
pytestmark = [
    pytest.mark.django_db(transaction=True, databases=DATABASES),
]
MOST = 4
# A folder: what answers each question is pictured there, for docs/revisor.md.
PICTURES = os.environ.get("LOCKBOX_PICTURES")


class Clicks:
    """Agnes at her start page: what she types is free, what she presses is counted."""

    def __init__(self, visitor):
        self.visitor, self.count = visitor, 0

    @property
    def page(self):
        return self.visitor.page

    def start(self):
        self.visitor.page.goto(self.visitor.address + "/")
        self.count = 0
        return self

    def press(self, name):
        self.count += 1
        assert self.count <= MOST, f"{name} is one click too many"
        main = self.page.locator("#content-start, main, #content").first
        main.get_by_role("link", name=name, exact=True).or_(
            main.get_by_role("button", name=name, exact=True)
        ).first.click()
        return self

    def tick(self, label):
        self.count += 1
        self.page.get_by_label(label).check()
        return self

    def type(self, label, value):
        self.page.get_by_label(label).first.fill(value)
        return self

    def choose(self, label, option):
        self.page.get_by_label(label, exact=True).select_option(label=option)
        return self

    def reads(self, *texts):
        text = " ".join(self.page.inner_text("#content").split())
        for wanted in texts:
            assert wanted in text, (wanted, text[:3000])
        return self

    def fits(self, what, start="h1", height=720):
        self.visitor.fits(what)
        if PICTURES:
            top = self.page.locator(start).first.bounding_box()["y"] - 6
            clip = {"x": 0, "y": top, "width": 1280, "height": height}
            path = Path(PICTURES, f"revisor-{what}.png")
            self.page.screenshot(path=path, clip=clip, full_page=True)
            Image.open(path).convert("RGB").quantize(64).save(path, optimize=True)
        return self

    def case(self, review):
        label = "Allt om ärendet med numret"
        return self.start().type(label, review.diary_number).press("Visa")


@pytest.fixture
def agnes(visit, monkeypatch):  # noqa: F811
    monkeypatch.setattr(ledger, "ALIAS", "auditor")
    return Clicks(visit("agnes"))


def changed(cast):
    """Refused, read by Karin, and granted when it was decided anew; last night."""
    evening = timezone.localtime().replace(hour=20, minute=0) - timedelta(days=1)
    with acting.at(evening):
        subject = cast.decided("refused", number="EXSR500")
        signed_in(cast.karin).get(page(subject))
        decision.reconsider(subject, by=cast.bo, reason="New facts")
        again = SecrecyReview.objects.get(pk=subject.pk)
        cast.propose(again)
        decision.decide(again, by=cast.bo, no_conflict=True)
    return again


def test_the_nine_questions(cast, agnes):
    review = changed(cast)
    agnes.start().fits("start", height=600)

    # 1. Who changed the outcome, when, from what to what?
    agnes.case(review).reads("Avslag → efter: Bifall", "Bo Test", "Beslutsfattare, GSN")
    agnes.fits("1-outcome")

    # 2. Who had read it before, and by what right?
    agnes.case(review).press("Vem läste det")
    agnes.reads("Karin Test", "Handläggare, GSN")
    agnes.fits("2-readers", height=560)

    # 3. All that somebody did last month.
    since = timezone.localtime() - timedelta(days=30)
    agnes.start().press("Allt")
    agnes.choose("Person", "Karin Test").type("Från och med", f"{since:%Y-%m-%dT%H:%M}")
    agnes.press("Visa").reads("Karin Test", "Förslag – lades till")
    agnes.fits("3-stream")

    # 4. Decided within ten minutes of arriving, at night.
    agnes.start().press("Beslut").type("Inom så många minuter", "10")
    agnes.tick("Utanför kontorstid (07–18 på arbetsdagar)").press("Visa")
    agnes.reads(review.diary_number, "utanför kontorstid", "Bo Test")
    agnes.fits("4-decisions")

    # 5. Who could see it on a day? Rose's role had ended; later it was said otherwise.
    rose = engage(cast, "rose", "dpo", cast.gsn)
    held = RoleAssignment.objects.get(person=rose)
    steps.end_role(held, by=cast.per, reason="Moved")
    asked = timezone.localtime().replace(microsecond=0) + timedelta(seconds=1)
    sleep(2)
    held = RoleAssignment.objects.get(pk=held.pk)
    rewrite(held, ended_at=None, ended_by=None, stop_reason="")
    agnes.case(review).press("Vem kunde se det en viss dag")
    agnes.type("Vem kunde se det den dagen", f"{asked:%Y-%m-%d}")
    agnes.type("Klockan", f"{asked:%H:%M:%S}").press("Visa")
    red = agnes.page.locator("tr.differs").inner_text()
    assert "rose" in red and "infört i efterhand" in red
    assert agnes.page.locator("tr.differs").count() == 1
    agnes.fits("5-sight", height=1160)

    # 6. All changes of roles, and who approved them.
    given = enter(cast, cast.jonas, "dpo", by=cast.per)
    steps.confirm_role(given, by=cast.pia)
    agnes.start().press("Roller och delegationer")
    agnes.reads(
        "Rollen bekräftades: Jonas Test, Dataskyddsombud", "Pia Test", "Per Test"
    )
    agnes.fits("6-roles")

    # 7. Decisions under a delegation ended since.
    rule = DelegationRule.objects.get(authority=cast.gsn, item_no="4.7")
    rewrite(rule, valid_to=timezone.localdate() - timedelta(days=2))
    agnes.start().press("Beslut")
    agnes.tick("Med stöd av en delegation som senare har upphört").press("Visa")
    agnes.reads(review.diary_number, "före beslutet")
    agnes.fits("7-delegated")

    # 8. What was changed outside the application?
    sql("set role none")
    sql("select set_config('lockbox.actor_id', %s, false)", str(cast.bo.pk))
    sql(
        "insert into requests_app_accessevent (connection_id, access_request_id, external_id,"
        " happened_at, action, object_name, actor, employer, country, act, service,"
        " under, perhaps_under, unasked,"
        " reported_by_id, reported_at, payload_id) select r.connection_id, r.id, 'x', now(),"
        " 'read', 'x', '', '', '', '', '', '[]', '[]', '', %s, now(),"
        " (select digest from requests_app_content limit 1)"
        " from requests_app_secrecyreview v"
        " join requests_app_accessrequest r on r.id = v.access_request_id where v.id = %s",
        cast.bo.pk,
        review.pk,
    )
    agnes.start().press("Utanför systemet").reads("lockbox_owner · none", "Bo Test")
    agnes.fits("8-outside", start="section:has(table)")
    agnes.press("Visa 1 rad").reads("EXSR500")

    # 9. Was history, or the ledger, cut?
    agnes.start().press("Utanför systemet").press("Jämför nu").reads(
        "Ingen skillnad i det som jämfördes"
    )
    for table in ("requests_app_historicaldecision", "audit_app_ledgerdetail"):
        sql(f"alter table {table} disable trigger user")
    sql("delete from requests_app_historicaldecision where review_id = %s", review.pk)
    line = LedgerDetail.objects.order_by("pk")[0].pk
    sql("delete from audit_app_ledgerdetail where entry_id = %s", line)
    agnes.start().press("Utanför systemet").press("Jämför nu")
    agnes.reads("beslut", f"(rad {line})")
    agnes.fits("9-compared", height=560)
