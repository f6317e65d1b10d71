"""Packages: read in as drafts with their origin, and settled by another in one go."""

import json
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from audit_app.acting import acting_as
from requests_app.core.step import SomeHindered
from requests_app.core.two_persons import RegisterChange
from requests_app.organisation.models import DelegationRule
from requests_app.registers.models.cloud import Provider, ProviderProduct
from requests_app.registers.models.information import InformationSet, Origin
from requests_app.registers.models.standing import StandingAssessment
from requests_app.registers.packages import look, package_from
from requests_app.registers.reference import starter
from requests_app.registers.rights import origins_to_settle, origins_waiting
from requests_app.registers.selectors import provenance_of
from requests_app.registers.steps import (
    Typed,
    confirm_taken,
    drafted,
    refuse_taken,
    take,
)
from tests.helpers.packages import SMALL, settled, taken
from tests.helpers.refusals import refused

pytestmark = pytest.mark.django_db


def test_what_is_taken_waits_and_another_confirms_all_of_it(cast):
    rows = taken(cast.ines, cast.gsn, "information-sets")
    assert len(rows) > 40 and not rows[0].errors
    assert not InformationSet.objects.filter(name="Barnavårdsakter").exists()
    assert origins_waiting(cast.gsn).count() == len(rows)
    assert not origins_to_settle(cast.ines, cast.gsn).exists()
    assert not origins_to_settle(cast.karin, cast.gsn).exists()
    assert settled(cast.ivar, cast.gsn) == len(rows)
    made = InformationSet.objects.get(name="Barnavårdsakter")
    codes = {link.provision.code for link in made.provision_links.all()}
    assert codes == {"OSL-26-1", "OSL-21-3-st1", "OSL-21-3a", "OSL-26-5"}
    assert made.protected_identities_possible
    seen = provenance_of(made)
    assert (seen.origin.package, seen.origin.edition) == ("startpaket-liten", 1)
    assert seen.differences == []


def test_a_row_says_where_it_has_left_its_origin(cast):
    taken(cast.ines, cast.gsn, "information-sets")
    settled(cast.ivar, cast.gsn)
    row = InformationSet.objects.get(name="Bibliotek")
    row.personal_data = "special"
    with acting_as(cast.ines):
        row.save()
    (one,) = provenance_of(row).differences
    assert (one.name, one.before, one.after) == (
        "personal_data", "Känsliga (artikel 9)", "Vanliga",
    )  # fmt: skip


def test_what_stands_is_told_and_a_difference_is_a_proposal(cast):
    with acting_as(cast.ines):
        row = InformationSet.objects.create(
            authority=cast.gsn, name="Bibliotek", personal_data="none", process_code="7"
        )
    states = {
        one.entry.key: one for one in look(SMALL, by=cast.ines, authority=cast.gsn)
    }
    assert states["set/bibliotek"].state == "differs"
    assert states["product/azure"].state == "others"
    taken(cast.ines, cast.gsn, keys={"set/bibliotek"})
    change = RegisterChange.objects.get()
    assert (change.act, change.row_id) == ("change", row.pk)
    row.refresh_from_db()
    assert row.personal_data == "none" and not row.provision_links.exists()
    assert provenance_of(row) is None
    settled(cast.ivar, cast.gsn)
    row.refresh_from_db()
    assert (row.personal_data, row.process_code) == ("ordinary", "7")
    assert [link.provision.code for link in row.provision_links.all()] == ["OSL-40-3"]
    again = look(SMALL, by=cast.ines, authority=cast.gsn)
    assert (
        next(one for one in again if one.entry.key == "set/bibliotek").state == "same"
    )


def test_nobody_takes_what_is_for_others(cast):
    refused(
        PermissionDenied, take, SMALL, by=cast.lena, typed=Typed(cast.gsn),
        chosen=frozenset({"set/bibliotek"}),
    )  # fmt: skip
    refused(
        PermissionDenied, take, SMALL, by=cast.ines, typed=Typed(cast.snc),
        chosen=frozenset({"set/bibliotek"}),
    )  # fmt: skip


def test_items_wait_for_the_board_and_for_who_does_not_gain_by_them(cast):
    typed = Typed(cast.gsn, "2026-12-01 § 9", date(2026, 12, 2))
    rows = taken(cast.lena, cast.gsn, "delegations", typed=typed)
    assert [row.errors for row in rows] == [[], [], []]
    items = DelegationRule.objects.filter(item_no__startswith="LB")
    assert {(row.board_decision, row.confirmed_at) for row in items} == {
        ("2026-12-01 § 9", None)
    }
    assert settled(cast.karin, cast.gsn) == 2
    assert settled(cast.bo, cast.gsn) == 1
    assert not items.filter(confirmed_at=None).exists()
    assert provenance_of(items[0]).origin.key.startswith("delegation/")


def test_without_the_boards_decision_no_item_is_drafted(cast):
    rows = take(
        SMALL,
        by=cast.lena,
        typed=Typed(cast.gsn),
        chosen=frozenset({"delegation/answer"}),
    )
    assert any(row.errors for row in rows if row.entry.key == "delegation/answer")
    assert not Origin.objects.exists()


def test_a_standing_assessment_comes_without_contracts_and_with_what_was_looked_up(
    cast,
):
    taken(cast.karin, cast.gsn, "standing-assessments")
    row = StandingAssessment.objects.order_by("-pk").first()
    assert (row.assignment, row.processor_agreement, row.impact_assessment) == ("",) * 3
    assert [one.country for one in row.recipients.all()] == ["IE"]
    assert row.confirmed_at is None and row.made_by == cast.karin
    assert settled(cast.bo, cast.gsn) == 1
    row.refresh_from_db()
    assert row.confirmed_by == cast.bo


def test_a_recipient_in_the_usa_is_taken_on_the_day_it_was_looked_up(cast):
    typed = Typed(cast.gsn, certified_on=date(2026, 11, 20))
    taken(cast.karin, cast.gsn, "standing-assessments", typed=typed)
    row = StandingAssessment.objects.order_by("-pk").first()
    usa = row.recipients.get(country="US")
    assert usa.certification_checked == date(2026, 11, 20)


def test_a_product_is_proposed_and_its_provider_entered(cast):
    body = json.loads(json.dumps(starter("small")))
    new = next(e for e in body["entries"] if e["key"] == "product/azure")
    new["values"] |= {"name": "Molntjänst", "provider": "Molnbolaget"}
    rows = taken(cast.per, cast.gsn, keys={new["key"]}, package=package_from(body))
    assert [row.errors for row in rows] == [[]]
    assert Provider.objects.get(name="Molnbolaget").country == "US"
    assert settled(cast.pia, cast.gsn) == 1
    made = ProviderProduct.objects.get(name="Molntjänst")
    assert (made.answer_minutes, made.access_minutes) == (5760, 480)


def test_a_product_that_others_run_is_not_taken_over(cast):
    (row,) = taken(cast.per, cast.gsn, keys={"product/microsoft-365"})
    assert row.state == "differs" and row.errors
    assert not RegisterChange.objects.exists()


def test_one_is_refused_and_the_rest_confirmed(cast):
    taken(cast.ines, cast.gsn, keys={"set/bibliotek", "set/fardtjanst"})
    rows = {row.key: row for row in origins_waiting(cast.gsn)}
    for row in rows.values():
        row.version = drafted(row).version
    refuse_taken([rows["set/bibliotek"]], by=cast.ivar, reason="Har inget bibliotek")
    assert settled(cast.ivar, cast.gsn) == 1
    assert not InformationSet.objects.filter(name="Bibliotek").exists()
    assert InformationSet.objects.filter(name="Färdtjänst").exists()


def test_all_or_none_is_confirmed(cast):
    taken(cast.ines, cast.gsn, keys={"set/bibliotek", "set/fardtjanst"})
    with acting_as(cast.ines):
        InformationSet.objects.create(
            authority=cast.gsn, name="Bibliotek", personal_data="none"
        )
    rows = list(origins_to_settle(cast.ivar, cast.gsn))
    for row in rows:
        row.version = drafted(row).version
    with pytest.raises(SomeHindered):
        confirm_taken(rows, by=cast.ivar)
    assert not InformationSet.objects.filter(name="Färdtjänst").exists()


def test_a_text_is_kept_and_gives_nothing(cast):
    taken(cast.karin, cast.gsn, keys={"text/board"})
    (kept,) = Origin.objects.all()
    assert kept.row_table == "" and "kommunallagen" in kept.values["text"]
    assert not origins_waiting(cast.gsn).exists()
