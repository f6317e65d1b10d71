"""Objects by the thousand: as the form would write them, with history and ledger."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from audit_app.acting import acting_as
from audit_app.history import UnsignedChange, add_many
from audit_app.models import LedgerEntry
from requests_app.core.two_persons import RegisterChange
from requests_app.registers.models.cloud import (
    CloudObject,
    CloudObjectInformationSet,
    CloudSystem,
)
from requests_app.registers.models.information import InformationSet
from requests_app.registers.steps import ask_objects, bring_in_objects
from requests_app.registers.tables.cloud import CLOUD_OBJECTS
from requests_app.registers.tables.files import lines
from tests.cast import MAILBOX, SITE
from tests.helpers.tables import OBJECTS
from tests.helpers.two_persons import listed_set

pytestmark = pytest.mark.django_db


def row(number, *, sets="Pupil health", authority="GSN", system="M365"):
    cells = (f"T-{number}", f"t{number}@skola.example", sets)
    return f"{authority};;{system};;mailbox;{';'.join(cells)}\n"


def asked(cast, *rows, by=None):
    text = OBJECTS + "".join(rows)
    return ask_objects(lines(text, CLOUD_OBJECTS), by=by or cast.per)


def written(cast, *rows):
    found = asked(cast, *rows)
    assert found.wrong == []
    return list(
        bring_in_objects(found.drafts, by=cast.per, reason="The map", sha256="x")
    )


def test_each_has_its_version_and_its_line_in_the_ledger(cast):
    assert written(cast, row(1), row(2), row(3, sets="")) == [3]
    connection.check_constraints()
    made = CloudObject.objects.filter(designation__startswith="T-")
    assert made.count() == 3
    for one in made:
        version = one.history.get()
        assert version.history_user_name == str(cast.per)
        assert version.history_change_reason == "The map"
        table = one._meta.db_table
        line = LedgerEntry.objects.get(object_type=table, object_id=str(one.pk))
        assert (line.event, line.actor_id) == ("insert", cast.per.pk)
    links = CloudObjectInformationSet.objects.filter(cloud_object__in=made)
    assert links.count() == 2
    assert CloudObjectInformationSet.history.filter(cloud_object__in=made).count() == 2


def test_read_in_again_nothing_is_written(cast):
    written(cast, row(1), row(2))
    again = asked(cast, row(1), row(2), row(3))
    assert (again.same, len(again.drafts)) == (2, 1)


def test_the_number_of_queries_does_not_follow_the_rows(cast):
    with CaptureQueriesContext(connection) as few:
        written(cast, *(row(n) for n in range(10)))
    with CaptureQueriesContext(connection) as many:
        written(cast, *(row(n) for n in range(10, 110)))
    assert len(many) <= len(few) + 1


def test_what_is_wrong_is_told_with_row_and_column_and_nothing_is_written(cast):
    found = asked(
        cast,
        row(1),
        row(2, authority="SNC"),
        row(3, sets="Unknown"),
        row(1),
        "GSN;;M365;;mailbox;O-17;new@skola.example;\n",
        f"GSN;;M365;;mailbox;T-9;{SITE};\n",
        "GSN;;M365;;mailbox;T-8",
    )
    told = {result.number: " ".join(result.errors) for result in found.wrong}
    assert set(told) == {3, 4, 5, 6, 7, 8}
    assert "Socialnämnden" in told[3] or "SNC" in told[3] or str(cast.snc) in told[3]
    assert "Unknown" in told[4]
    assert "2" in told[5]


def test_a_change_of_an_object_goes_through_its_form(cast):
    held = CloudObject.objects.get(external_id=MAILBOX)
    line = f"GSN;;M365;;mailbox;O-170;{MAILBOX.upper()};Pupil health\n"
    assert written(cast, line) == [1]
    held.refresh_from_db()
    assert held.designation == "O-170"
    assert held.history.count() == 2


def test_an_object_in_a_set_on_a_named_list_waits_for_another(cast):
    servers = InformationSet.objects.get(name="Servers")
    listed_set(cast, cast.bo, information_set=servers)
    written(cast, row(1, sets="Servers"))
    made = CloudObject.objects.get(designation="T-1")
    assert not made.information_links.exists()
    assert RegisterChange.objects.filter(confirmed_at=None).count() == 1


def test_who_keeps_no_objects_brings_none(cast):
    with pytest.raises(PermissionDenied):
        asked(cast, row(1), by=cast.karin)


def test_without_a_version_the_database_takes_none(cast, monkeypatch):
    system = CloudSystem.objects.get(name="M365")
    values = {"kind": "mailbox", "system": system, "authority": cast.gsn}
    new = CloudObject(designation="T-1", external_id="t1@x.example", **values)
    with pytest.raises(UnsignedChange):
        add_many([new])
    with (
        pytest.raises(DatabaseError, match="without history"),
        transaction.atomic(),
        acting_as(cast.per),
    ):
        CloudObject._base_manager.bulk_create([new])
        connection.check_constraints()
