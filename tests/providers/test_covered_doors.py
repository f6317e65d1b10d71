"""A side door that a decision covers: by whom, for how long, and no longer."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from audit_app import acting
from audit_app.acting import acting_as
from requests_app.cases.access.outbox import deliver_due
from requests_app.desk.right_now import right_now
from requests_app.oversight.steps import incidents
from tests.helpers.web import signed_in, words
from tests.providers.test_side_doors import (
    cover,
    door,
    later,
    lines,
    nora,
    server,
)

__all__ = ["door", "nora", "server"]

pytestmark = pytest.mark.django_db


def test_a_decision_covers_it_until_its_time_is_out(nora, cast, door):
    client = signed_in(nora)
    day = (acting.today() + timedelta(days=10)).isoformat()
    told = {"decision_number": "NIS 2026-0102", "reason": "May", "seen": door.version}
    told |= {"covered_until_0": day, "covered_until_1": "12:00"}
    page = f"/requests_app/sidedoor/{door.pk}/do/cover/"
    assert client.post(page, told).status_code == 302
    door.refresh_from_db()
    assert door.is_covered and lines(nora) == []
    assert "NIS 2026-0102" in words(client.get("/right-now/"))
    now = right_now(nora)
    assert (now.open_doors, now.undecided) == (1, 0)
    with later(60 * 24 * 11):
        (item,) = lines(nora)
        assert item.since == door.covered_until
        assert right_now(nora).undecided == 1


def test_who_may_cover_it_and_for_how_long(nora, cast, door):
    for person in (cast.eva, cast.nils, cast.per, cast.bo):
        with pytest.raises(PermissionDenied):
            cover(door, person)
    for days in (366, -1):
        with pytest.raises(ValidationError):
            cover(door, nora, days=days)
    cover(door, nora, days=365)


def test_a_door_taken_back_is_covered_no_more(nora, cast, server, door):
    cover(door, nora)
    server.faults["decide"] = ["403"]
    incidents.withdraw(door, by=cast.eva, reason="x")
    deliver_due()
    door.refresh_from_db()
    assert not door.is_covered
    assert len(lines(nora)) == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("covered_until", lambda: acting.now() + timedelta(days=400)),
        ("covered_by_id", lambda: None),
        ("place", lambda: "another"),
        ("closed_at", lambda: None),
    ],
)
def test_the_database_holds_a_cover_to_its_year_and_its_name(
    nora, cast, door, column, value
):
    cover(door, nora)
    if column == "closed_at":
        incidents.note_closed(door, by=cast.intake)
        door.refresh_from_db()
    setattr(door, column, value())
    with (
        pytest.raises((DatabaseError, IntegrityError)),
        transaction.atomic(),
        acting_as(nora),
    ):
        door.save()


def test_nobody_covers_it_in_another_s_name(nora, cast, door):
    cover(door, nora)
    door.covered_until += timedelta(days=1)
    with pytest.raises(DatabaseError), transaction.atomic(), acting_as(cast.eva):
        door.save()
