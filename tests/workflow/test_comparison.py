"""After a restore: what a client of the contract API knows and we have lost."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.models import (
    AccessGrant,
    Comparison,
    Delivery,
    OutboxMessage,
)
from requests_app.cases.access.restore import (
    conclude_comparison,
    tell_comparison,
    to_be_asked,
)
from requests_app.cases.access.steps import delivery
from requests_app.core.step import WrongState
from requests_app.desk.sweep import sweep
from requests_app.providers.contract import moment
from tests.api.conftest import (
    caller,
    other,
)
from tests.cast import hours
from tests.helpers.cases import decide
from tests.helpers.people import engage
from tests.helpers.web import signed_in, words

__all__ = ["caller", "other"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(cast):
    """Manages where the connection is run."""
    return engage(cast, "olga", "it_manager", cast.nis)


def approved(cast, caller):
    """An answer that the client has not acknowledged, as far as we know."""
    assert caller.apply("P-1").status_code == 201
    return decide(cast)


def restored(lost_from):
    """As `restore` leaves the database: marked, before any round."""
    to_be_asked(lost_from, using="default")


def known(number, status, **more):
    return {"number": number, "status": status, **more}


def test_nothing_is_acknowledged_from_the_restore_to_the_conclusion(
    cast, caller, other, olga
):
    approved(cast, caller)
    restored(acting.now() - timedelta(hours=1))
    refused = caller.post("/requests/P-1/acknowledge", b"")
    assert (refused.status_code, refused.json()["code"]) == (409, "being_compared")
    assert caller.get("/comparison").status_code == 404
    sweep()
    sweep()
    rows = Comparison.objects.all()
    assert {row.connection for row in rows} == {
        caller.client.connection,
        other.client.connection,
    }
    mine = rows.get(connection=caller.client.connection)
    for _time in (1, 2):
        refused = caller.post("/requests/P-1/acknowledge", b"")
        assert refused.json()["code"] == "being_compared"
    assert not AccessGrant.objects.exists()
    conclude_comparison(mine, by=olga, conclusion="The provider had read nothing.")
    assert caller.post("/requests/P-1/acknowledge", b"").status_code == 200
    assert AccessGrant.objects.get().opens_at > acting.now() - timedelta(minutes=5)


def test_what_was_acknowledged_in_the_lost_time_opens_no_second_window(
    cast, caller, olga
):
    subject = approved(cast, caller)
    task = Delivery.objects.get()
    at = task.created_at + (acting.now() - task.created_at) / 2
    restored(at)
    sweep()
    told = [known("p-1", "access_open", acknowledged_at=moment(acting.now()))]
    with acting.at(hours(0.5)):
        answer = caller.post("/comparisons", {"requests": told})
        assert answer.status_code == 201, answer.content
        assert answer.json()["differences"] == [
            {"number": "p-1", "told": "access_open", "here": "answer_ready"}
        ]
        conclude_comparison(
            Comparison.objects.get(), by=olga, conclusion="It ran from then."
        )
        assert caller.post("/requests/P-1/acknowledge", b"").status_code == 200
    grant = AccessGrant.objects.get()
    assert moment(grant.opens_at) == told[0]["acknowledged_at"]
    assert grant.ends_at - grant.opens_at == timedelta(minutes=60)
    assert subject.access_request.grants.count() == 1
    # It was that answer, and none that came later.
    with acting.at(hours(0.6)):
        delivery.revoke(
            grant,
            by=cast.bo,
            reason="Suspicion",
            reason_for_recipient="Access is revoked.",
            no_conflict=True,
        )
    with acting.at(hours(0.9)):
        assert caller.post("/requests/P-1/acknowledge", b"").status_code == 200
    stopped = Delivery.objects.get(answer="revoke")
    assert stopped.given_at == stopped.confirmed_at > hours(0.8)


def test_where_they_differ_is_work_for_who_manages_the_connection(cast, caller, olga):
    caller.apply("P-1")
    caller.apply("P-2")
    restored(hours(-9))
    sweep()
    row = Comparison.objects.get()
    start = words(signed_in(olga).get("/"))
    assert "Stäm av med leverantören" in start and "inte berättat än" in start
    assert "Stäm av med leverantören" not in words(signed_in(cast.per).get("/"))
    assert caller.get("/comparison").json() == {
        "since": moment(row.lost_from),
        "told_at": None,
        "differences": [],
    }
    told = [known("P-1", "in_review"), known("LOST", "answer_ready")]
    caller.post("/comparisons", {"requests": told})
    differences = caller.get("/comparison").json()["differences"]
    assert differences == [
        {"number": "LOST", "told": "answer_ready", "here": None},
        {"number": "P-2", "told": None, "here": "in_review"},
    ]
    page = reverse("admin:requests_app_comparison_change", args=[row.pk])
    shown = words(signed_in(olga).get(page))
    bare = " ".join(re.sub(r"<[^>]+>", " ", shown).split())
    assert "LOST Ska besvaras inte känd" in bare and "P-2 inte nämnd" in bare
    # What the client mends is gone from the list at once.
    caller.apply("LOST")
    caller.post("/comparisons", {"requests": [*told, known("P-2", "in_review")]})
    (left,) = caller.get("/comparison").json()["differences"]
    assert left == {"number": "LOST", "told": "answer_ready", "here": "in_review"}
    conclude_comparison(row_now(row), by=olga, conclusion="LOST is decided anew.")
    assert "Stäm av med leverantören" not in words(signed_in(olga).get("/"))
    late = caller.post("/comparisons", {"requests": told})
    assert (late.status_code, late.json()["code"]) == (409, "nothing_compared")


def row_now(row):
    return Comparison.objects.get(pk=row.pk)


def test_whoever_was_comparing_at_the_backup_is_asked_again(cast, caller):
    for _time in range(2):
        restored(hours(-9))
        sweep()
    assert Comparison.objects.count() == 1
    assert OutboxMessage.objects.filter(event="service.restored").count() == 2


def test_each_client_is_told_since_when(cast, caller):
    restored(hours(-9))
    sweep()
    message = OutboxMessage.objects.get(event="service.restored")
    assert message.client == caller.client and message.result == "cancelled"
    with acting.at(hours(0.1)):
        (event,) = caller.get("/notifications").json()["notifications"]
    since = moment(Comparison.objects.get().lost_from)
    assert (event["type"], event["data"]) == ("service.restored", {"since": since})


@pytest.mark.parametrize(
    "wrong, pointer",
    [
        ([known("P-1", "open")], "#/requests/0/status"),
        ([known("P-1", "denied"), known("p-1", "denied")], "#/requests"),
        (
            [known("P-1", "denied", acknowledged_at="2999-01-01T00:00:00Z")],
            "#/requests/0/acknowledged_at",
        ),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(caller, wrong, pointer):
    restored(hours(-9))
    sweep()
    refused = caller.post("/comparisons", {"requests": wrong})
    assert refused.status_code == 422
    assert [row["pointer"] for row in refused.json()["errors"]] == [pointer]
    assert Comparison.objects.get().told_at is None


def test_nobody_tells_for_another_nor_concludes_without_the_role(
    cast, caller, other, olga
):
    restored(hours(-9))
    sweep()
    row = Comparison.objects.get(connection=caller.client.connection)
    with pytest.raises(PermissionDenied):
        tell_comparison(row, by=other.client.account, requests=[])
    for person in (cast.nils, cast.per, caller.client.account):
        with pytest.raises(PermissionDenied):
            conclude_comparison(row, by=person, conclusion="x")
    conclude_comparison(row, by=olga, conclusion="x")
    with pytest.raises(WrongState):
        conclude_comparison(row_now(row), by=olga, conclusion="y")


def test_the_database_holds_it(cast, caller, other, olga):
    subject = approved(cast, caller)
    restored(acting.now() - timedelta(hours=1))
    sweep()
    row = Comparison.objects.get(connection=caller.client.connection)
    task, machine = Delivery.objects.get(), caller.client.account
    grant = {
        "access_request": subject.access_request,
        "delivery": task,
        "opens_at": acting.now(),
        "ends_at": hours(1),
    }
    for by, act, why in (
        (cast.sweeper, lambda: AccessGrant.objects.create(**grant), "compared"),
        (other.client.account, lambda: rewritten(row, told_at=acting.now()), "machine"),
        (cast.nils, lambda: concluded(row, olga), "own name"),
        (machine, lambda: concluded(row, machine), "own name"),
        (olga, lambda: rewritten(row, lost_from=hours(-1)), "as it was written"),
        (olga, lambda: row_now(row).delete(), "is kept"),
    ):
        with (
            acting_as(by),
            pytest.raises(DatabaseError, match=why),
            transaction.atomic(),
        ):
            act()


def rewritten(row, **values):
    row = row_now(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def concluded(row, person):
    rewritten(row, conclusion="x", concluded_by=person, concluded_at=acting.now())
