"""A municipality leaves, and takes what it had with it; an authority moves to another.
Whole, by two, and nothing is lost."""

import hashlib
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from audit_app import acting
from audit_app.acting import acting_as
from audit_app.models import LedgerEntry
from audit_app.sealing import sealer
from lockbox_site.models import ScimToken, User
from requests_app.cases.intake.models.request import AccessRequest
from requests_app.cases.intake.models.review import SecrecyReview
from requests_app.core.municipality import Municipality
from requests_app.core.people.models import RoleAssignment
from requests_app.core.step import as_owner, machine_account
from requests_app.organisation.rights import who_can_confirm
from requests_app.registers.models.cloud import Connection
from tests.cast import Cast
from tests.helpers.ledgers import nobody
from tests.helpers.people import engage, has, rewrite
from tests.helpers.web import page, signed_in
from tests.lockbox_site.test_municipality_export import (
    OURS,
    SMALLEST,
    THEIRS,
    by_a_stranger,
    taken_out,
    towns,
)
from tests.signin.scim import TOKEN, USERS, send

__all__ = ["towns"]

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner", "auditor"]),
]
DECISION = "KS 2031-0117 § 5"


def town(number):
    return Municipality.objects.get(organisation_number=number)


def seal():
    while sealer.seal_round(nobody):
        pass


def leave(number, path, manager, decision=DECISION):
    with transaction.atomic(), as_owner():
        call_command(
            "municipality_leave",
            str(path),
            municipality=number,
            manager=manager,
            decision=decision,
        )


def move(code, to, released_by, received_by, decision=DECISION):
    with transaction.atomic(), as_owner():
        call_command(
            "authority_move",
            code,
            to=to,
            released_by=released_by,
            received_by=received_by,
            decision=decision,
        )


def keys_in(folder, table):
    path = folder / "tables" / f"{table}.jsonl"
    lines = path.read_text("utf-8").splitlines()
    return {json.loads(line)["id"] for line in lines}


@pytest.fixture
def directory(towns):
    with transaction.atomic(), acting_as(machine_account("system")), as_owner():
        ScimToken.objects.create(
            name="t",
            digest=hashlib.sha256(TOKEN.encode()).hexdigest(),
            made_at=acting.now(),
            municipality=town(SMALLEST),
        )
    return Client(headers={"Authorization": f"Bearer {TOKEN}"})


def end_what_runs(number):
    """No request waits for an answer any more."""
    for request in AccessRequest.objects.filter(
        connection__authority__municipality=town(number)
    ):
        rewrite(request, status="withdrawn")


def test_it_leaves_with_what_it_has_and_nothing_of_it_goes_on(
    towns, directory, tmp_path
):
    place = town(SMALLEST)
    end_what_runs(SMALLEST)
    seal()
    folder = taken_out(SMALLEST, tmp_path)
    rows = {model: model.objects.count() for model in (User, RoleAssignment)}
    leave(SMALLEST, tmp_path / f"{SMALLEST}.tar", "byxle0")
    assert {model: model.objects.count() for model in rows} == rows
    assert not place.people.filter(is_active=True).exists()
    assert not RoleAssignment.objects.standing().filter(authority__municipality=place)
    assert not Connection.objects.filter(
        authority__municipality=place, is_active=True
    ).exists()
    answer = send(directory, "get", USERS)
    assert answer.status_code == 401
    assert answer.json()["detail"] == "The municipality has left this Lockbox."
    told = json.loads(LedgerEntry.objects.get(event="municipality.left").detail.body)
    file = (tmp_path / f"{SMALLEST}.tar").read_bytes()
    assert told["digest"] == hashlib.sha256(file).hexdigest()
    assert (told["manager"], told["decision"]) == ("byxle0", DECISION)
    # What it took with it is whole, whatever becomes of this installation.
    assert by_a_stranger(folder, towns).returncode == 0
    # Another cares for nothing of that.
    assert User.objects.get(username="per").is_active


def test_who_has_left_comes_back_by_no_way(towns, tmp_path):
    end_what_runs(SMALLEST)
    seal()
    place = town(SMALLEST)
    taken_out(SMALLEST, tmp_path)
    leave(SMALLEST, tmp_path / f"{SMALLEST}.tar", "byxle0")
    person, board = place.people.first(), place.authorities.get()
    connection = Connection.objects.get(authority=board)
    for row, values in (
        (person, {"is_active": True}),
        (connection, {"is_active": True}),
    ):
        with pytest.raises(IntegrityError, match="the municipality has left"):
            rewrite(row, **values)
    with pytest.raises(IntegrityError, match="the municipality has left"):
        engage(Cast(), "ny", "registrar", board)


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("file of another", "The file is"),
        ("nobody's manager", "per is no IT manager of Byxle"),
        ("no decision", "The decision is empty"),
        ("requests", "1 requests wait for an answer"),
        ("changed", "Something has changed since the file was written"),
        ("damaged", "no manifest.json that can be read"),
    ],
)
def test_who_can_not_leave_is_told_why(towns, tmp_path, case, says):
    if case != "requests":
        end_what_runs(SMALLEST)
    seal()
    taken_out(SMALLEST, tmp_path)
    path, manager, decision = tmp_path / f"{SMALLEST}.tar", "byxle0", DECISION
    if case == "file of another":
        taken_out(THEIRS, tmp_path)
        path = tmp_path / f"{THEIRS}.tar"
    elif case == "nobody's manager":
        manager = "per"
    elif case == "no decision":
        decision = " "
    elif case == "changed":
        board = town(SMALLEST).authorities.get()
        rewrite(board, phone="0000-00 00 00")
    elif case == "damaged":
        path.write_bytes(path.read_bytes()[:20000])
    with pytest.raises(CommandError, match=says):
        leave(SMALLEST, path, manager, decision)
    assert town(SMALLEST).left_at is None
    assert town(SMALLEST).people.filter(is_active=True).count() == 3


def test_an_authority_moves_with_all_it_has(cast, towns, tmp_path):
    """GSN comes to Byxle, which has one of that code already: it is renamed first."""
    board = town(SMALLEST).authorities.get()
    with pytest.raises(CommandError, match="already: give one of them another name"):
        move(f"{OURS}/GSN", SMALLEST, "per", "byxle0")
    rewrite(board, code="BYX", name="Byxles nämnd")
    gsn = town(OURS).authorities.get(code="GSN")
    review = SecrecyReview.objects.get(authority=gsn)
    seal()
    before = {number: taken_out(number, tmp_path / "1") for number in (OURS, SMALLEST)}
    move(f"{OURS}/GSN", SMALLEST, "per", "byxle0")
    seal()
    after = {number: taken_out(number, tmp_path / "2") for number in (OURS, SMALLEST)}
    for table in ("requests_app_secrecyreview", "requests_app_decision"):
        then, now = keys_in(before[OURS], table), keys_in(after[SMALLEST], table)
        assert then and then <= now and not keys_in(after[OURS], table) & then
    for folder in after.values():
        seen = by_a_stranger(folder, towns)
        assert seen.returncode == 0, seen.stdout
    # Whoever worked for it is lent to it; managers belong where the authority does.
    role = RoleAssignment.objects.get(person=cast.karin, authority=gsn)
    assert (role.basis, role.employer) == (DECISION, "Exempelstad")
    assert has(cast.karin, "legal_reviewer", gsn)
    assert not has(cast.per, "it_manager", gsn)
    people, _stand_in = who_can_confirm(role)
    assert {person.username for person in people} >= {"byxle0"}
    assert signed_in(cast.karin).get(page(review)).status_code == 200
    told = LedgerEntry.objects.get(event="authority.moved")
    assert told.authority_id == gsn.pk
    assert json.loads(told.detail.body)["received_by"] == "byxle0"


@pytest.mark.parametrize(
    ("code", "to", "released", "received", "says"),
    [
        ("SNC", OURS, "per", "pia", "is of Exempelstad already"),
        ("SNC", SMALLEST, "byxle0", "byxle1", "byxle0 is no IT manager of Exempelstad"),
        ("SNC", SMALLEST, "per", "pia", "pia is no IT manager of Byxle"),
        ("NIS", SMALLEST, "per", "byxle0", "It runs connections: "),
        ("SNC", "1", "per", "byxle0", "No municipality has the number 1"),
    ],
)
def test_what_does_not_move_is_told_why(
    cast, towns, code, to, released, received, says
):
    with pytest.raises(CommandError, match=says):
        move(f"{OURS}/{code}", to, released, received)
    assert town(OURS).authorities.count() == 3
