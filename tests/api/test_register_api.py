"""Registers filled by another system, with a token that a person answers for."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from lockbox_site.models import User
from requests_app.core import two_persons
from requests_app.core.people.models import RoleAssignment
from requests_app.core.two_persons import RegisterChange
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudSystem,
    ProviderProduct,
)
from requests_app.registers.models.standing import Factor, StandingAssessment
from tests.api.registers import complete, mailbox, only, send, states
from tests.cast import MAILBOX
from tests.helpers.people import engage
from tests.workbench.choices import shown_to

pytestmark = pytest.mark.django_db


def test_what_a_machine_brings_is_signed_by_who_answers_for_it(cast, machine):
    client = machine(cast.per)
    assert states(send(client, "objects", mailbox(1), mailbox(2))) == only(new=2)
    assert states(send(client, "objects", mailbox(1), mailbox(3))) == only(
        new=1, same=1
    )
    version = CloudObject.objects.get(designation="T-1").history.get()
    assert version.history_user_name == str(cast.per)
    assert version.history_change_reason == "The map of the city: Nightly"
    line = LedgerEntry.objects.filter(event="table.imported").latest("pk")
    assert (line.actor_id, json.loads(line.detail.body)["rows"]) == (cast.per.pk, 1)


def test_each_register_takes_rows(cast, machine):
    sam, per, karin = map(machine, (cast.sam, cast.per, cast.karin))
    person = {"username": "anna", "last_name": "Provad", "language": "sv"}
    assert states(send(sam, "people", person)) == only(new=1)
    anna = User.objects.get(username="anna")
    assert (anna.made_by, anna.has_usable_password()) == (cast.sam, False)
    board = {"code": "BYN", "name": "Byggnämnden", "kind": "board"}
    board["municipality"] = "Exempelstad"
    board["regime"] = "internal"
    assert states(send(sam, "authorities", board)) == only(new=1)
    assert states(send(sam, "providers", {"name": "Molnet", "country": "SE"})) == only(
        new=1
    )
    product = {
        "provider": "Molnet",
        "name": "Molnet Drive",
        "channel": "by_hand",
        "access_is_fixed": False,
        "can_answer_partly": "no",
        "revocation": "no",
        "can_extend": "no",
        "answer_minutes": 60,
        "approve_label": "Godkänn",
        "deny_label": "Neka",
    }
    assert states(send(sam, "products", product)) == only(new=1)
    assert ProviderProduct.objects.get(name="Molnet Drive").answer_minutes == 60
    nina = machine(engage(cast, "nina", "it_manager", cast.nis))
    connection = {
        "authority": "NIS",
        "product": "Molnet Drive",
        "name": "City",
        "external_id": "tenant-9",
        "is_active": True,
        "is_automatic": False,
    }
    assert states(send(nina, "connections", connection)) == only(new=1)
    system = {"authority": "NIS", "connection": "tenant-9", "name": "Drive"}
    assert states(send(nina, "systems", system)) == only(new=1)
    assert states(send(nina, "systems", system)) == only(same=1)
    assert CloudSystem.objects.get(name="Drive").connection.name == "City"
    assert states(
        send(per, "branches", {"authority": "GSN", "name": "Elevhälsan"})
    ) == (only(new=1))
    about = {"authority": "GSN", "provider": "Molnet", "valid_from": "2026-01-01"}
    weights = {f"factor_{factor}": "neutral" for factor in Factor.values}
    standing = {**about, **weights, "review_due": "2027-01-01", "is_suitable": "yes"}
    standing |= {"reasons": "A duty of silence.", "factor_silence": "for"}
    assert states(send(karin, "standing-assessments", standing)) == only(new=1)
    assert states(send(karin, "standing-assessments", standing)) == only(same=1)
    row = StandingAssessment.objects.get(provider__name="Molnet")
    assert (row.made_by, row.confirmed_by) == (cast.karin, None)
    assert row.factors["silence"] == "for"
    assert row.suitability.text == "A duty of silence."
    recipient = {
        **about,
        "legal_entity": "Molnet",
        "country": "se",
        "relation": "provider",
        "purpose": "Repair",
        "highest_class": 3,
        "transfer_ground": "not_needed",
        "covers_staff_data": "no",
    }
    assert states(send(karin, "standing-recipients", recipient)) == only(new=1)
    assert states(send(karin, "standing-recipients", recipient)) == only(same=1)
    assert row.recipients.get().country == "SE"
    jonas = machine(cast.jonas)
    another = {**recipient, "legal_entity": "Underleverantören"}
    another |= {"relation": "subcontractor"}
    refused = send(jonas, "standing-recipients", another)
    assert "Another has made it" in refused.json()["errors"][0]["detail"]


def test_rows_that_are_wrong_are_named_and_nothing_is_written(cast, machine):
    client = machine(cast.per)
    odd = mailbox(2, authority="SNC")
    answer = send(client, "objects", mailbox(1), odd, {**mailbox(3), "colour": "red"})
    assert answer.status_code == 422
    body = answer.json()
    assert body["code"] == "invalid_fields"
    assert [row["pointer"] for row in body["errors"]] == ["#/rows/1", "#/rows/2"]
    assert "colour" in body["errors"][1]["detail"]
    assert not CloudObject.objects.filter(designation="T-1").exists()
    branches = send(client, "branches", {"authority": "GSN", "name": ""})
    assert branches.json()["errors"][0]["detail"].startswith("Name:")


def test_a_preview_writes_nothing(cast, machine):
    client = machine(cast.per)
    for register, row in (
        ("objects", mailbox(1)),
        ("branches", {"authority": "GSN", "name": "X"}),
    ):
        assert states(send(client, register, row, preview=True)) == only(new=1)
        assert states(send(client, register, row, preview=True)) == only(new=1)


def test_what_waits_of_one_delivery_is_confirmed_together(cast, machine):
    nina = engage(cast, "nina", "it_manager", cast.nis)
    rows = [
        {
            "authority": "NIS",
            "product": "Azure",
            "name": f"S{n}",
            "external_id": f"sub-{n}",
            "is_active": True,
            "is_automatic": False,
        }
        for n in range(3)
    ]
    client = machine(nina)
    assert states(send(client, "connections", *rows)) == only(new=3)
    closed = [{**row, "is_active": False} for row in rows]
    assert states(send(client, "connections", *closed)) == only(waits=3)
    assert states(send(client, "connections", *closed)) == only(waits=3)
    changes = RegisterChange.objects.order_by("pk")
    assert changes.count() == 3
    assert len({row.came_with for row in changes}) == 1
    first = changes[0]
    vera = engage(cast, "vera", "it_manager", cast.nis)
    with pytest.raises(PermissionDenied):
        two_persons.confirm_file(first, by=nina, as_read="")
    two_persons.confirm_file(first, by=vera, as_read=shown_to(vera, first))
    assert {row.confirmed_by for row in changes.all()} == {vera}
    assert not any(
        row.is_active
        for row in changes[0].row_model.objects.filter(name__startswith="S")
    )


def test_what_a_complete_export_leaves_out_is_proposed_as_gone(cast, machine):
    client = machine(cast.per)
    send(client, "objects", mailbox(1), mailbox(2), mailbox(3))
    kept = CloudObject.objects.filter(authority=cast.gsn, system__name="M365")
    there = [row.external_id for row in kept.exclude(designation__in=["T-1", "T-2"])]
    assert complete(client, *there).json() == {"proposed": 2, "left": 0}
    assert complete(client, *there).json() == {"proposed": 0, "left": 0}
    change = RegisterChange.objects.first()
    two_persons.confirm_file(change, by=cast.ines, as_read=shown_to(cast.ines, change))
    gone = CloudObject.objects.exclude(gone_on=None)
    assert sorted(row.designation for row in gone) == ["T-1", "T-2"]
    # What comes back is there again, when another has confirmed it.
    assert states(send(client, "objects", mailbox(1), mailbox(3))) == only(
        waits=1, same=1
    )
    back = RegisterChange.objects.filter(confirmed_at=None).get()
    two_persons.confirm(back, by=cast.ines)
    assert CloudObject.objects.get(designation="T-1").gone_on is None


def test_an_export_of_nothing_takes_nothing_away(cast, machine):
    client = machine(cast.per)
    assert complete(client, " ").status_code == 422
    assert complete(client, MAILBOX, system="Odd").json()["errors"][0]["pointer"] == (
        "#/system"
    )
    assert complete(machine(cast.bo), MAILBOX).status_code == 403
    assert not RegisterChange.objects.exists()


def test_nobody_says_alone_that_an_object_is_gone(cast):
    row = CloudObject.objects.get(external_id=MAILBOX)
    row.gone_on = acting.today()
    with (
        pytest.raises(DatabaseError, match="changed by two persons"),
        transaction.atomic(),
        acting_as(cast.per),
    ):
        row.save()


def test_a_batch_that_takes_the_last_ones_away_writes_nothing(cast, machine):
    """One token gave eight people another identity, and nobody was left
    who managed, decided or guarded."""
    engage(cast, "petra", "it_manager", cast.gsn)
    names = ("karin", "petra", "per", "pia", "bo", "ivar")
    rows = [
        {"username": name, "language": "sv", "identity": f"oid-{name}"}
        for name in names
    ]
    answer = send(machine(cast.sam), "people", *rows)
    assert answer.status_code == 422
    told = {row["pointer"]: row["detail"] for row in answer.json()["errors"]}
    assert set(told) == {"#/rows/2", "#/rows/3", "#/rows/4", "#/rows/5"}
    assert "a third person" in told["#/rows/2"]
    assert "as Decision-maker" in told["#/rows/4"]
    assert not User.objects.exclude(identity=None).exists()
    waiting = RoleAssignment.objects.filter(confirmed_at=None)
    assert not waiting.exists()
