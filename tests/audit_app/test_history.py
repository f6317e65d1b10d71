"""No change without history: what the database itself refuses."""

import json

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection

from audit_app.acting import acting_as
from audit_app.history import AuditedModel, UnsignedChange
from audit_app.models import LedgerEntry
from requests_app.core.people.models import Authority
from tests.helpers.sql import sql

pytestmark = pytest.mark.django_db


@pytest.fixture
def gsn(cast):
    return cast.gsn


def ways(gsn, tmp_path):
    """Every way to change a row that leaves no true history row."""
    fixture = tmp_path / "rows.json"
    fixture.write_text(
        json.dumps(
            [
                {
                    "model": "requests_app.authority",
                    "pk": gsn.pk,
                    "fields": {
                        "code": "GSN",
                        "name": "Forged",
                        "kind": "board",
                        "municipality": gsn.municipality_id,
                    },
                }
            ]
        )
    )
    table = Authority._meta.db_table
    return {
        "update": lambda: Authority.objects.filter(pk=gsn.pk).update(name="Forged"),
        "update that changes nothing": lambda: Authority.objects.update(kind="board"),
        "bulk_update": lambda: Authority.objects.bulk_update(
            [Authority(pk=gsn.pk, name="Forged")], ["name"]
        ),
        "bulk_create": lambda: Authority.objects.bulk_create(
            [Authority(code="F", name="Forged", municipality=gsn.municipality)]
        ),
        "loaddata": lambda: call_command("loaddata", fixture, verbosity=0),
        "raw update": lambda: sql(
            f"update {table} set name='Forged' where id=%s", gsn.pk
        ),
        "raw insert": lambda: sql(
            f"insert into {table} select (jsonb_populate_record(a, jsonb_build_object("
            f"'id', 99, 'code', 'F', 'name', 'Forged'))).* from {table} a limit 1"
        ),
    }


WAYS = [
    "update",
    "update that changes nothing",
    "bulk_update",
    "bulk_create",
    "loaddata",
    "raw update",
    "raw insert",
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", WAYS)
def test_a_change_without_history_fails_at_commit(cast, gsn, tmp_path, way):
    before = list(Authority.objects.values().order_by("pk"))
    with pytest.raises(IntegrityError, match="without history"), acting_as(cast.sam):
        ways(gsn, tmp_path)[way]()
    assert list(Authority.objects.values().order_by("pk")) == before


@pytest.mark.django_db(transaction=True)
def test_save_and_then_update_in_one_transaction_fails(cast, gsn):
    with pytest.raises(IntegrityError, match="without history"), acting_as(cast.sam):
        gsn.name = "True"
        gsn.save()
        Authority.objects.filter(pk=gsn.pk).update(name="Forged")
    assert Authority.objects.get(pk=gsn.pk).name == "Grundskolenämnden"


def test_the_proper_way_passes_and_is_in_history_and_ledger(cast, gsn):
    with acting_as(cast.sam, reason="Renamed by the council"):
        gsn.name = "Utbildningsnämnden"
        gsn.save()
    version = gsn.history.first()
    assert version.history_user_name == "Sam Test"
    assert version.history_change_reason == "Renamed by the council"
    line = LedgerEntry.objects.filter(object_type=Authority._meta.db_table).first()
    assert (line.actor_id, line.event, line.db_role) == (
        cast.sam.pk,
        "update",
        "lockbox_app",
    )
    assert json.loads(line.detail.body) == {
        "old": {"name": "Grundskolenämnden"},
        "new": {"name": "Utbildningsnämnden"},
        "reason": "Renamed by the council",
    }
    assert version.history_date == line.at


def test_nobody_saves_without_signing(gsn):
    with pytest.raises(UnsignedChange):
        gsn.save()


def test_what_a_refused_step_wrote_is_gone_from_history_too(cast, gsn):
    versions = gsn.history.count()
    with pytest.raises(ZeroDivisionError), acting_as(cast.sam):
        gsn.name = "Half"
        gsn.save()
        raise ZeroDivisionError
    assert gsn.history.count() == versions


def audited_models():
    return [m for m in apps.get_models() if issubclass(m, AuditedModel)]


@pytest.mark.parametrize("model", audited_models(), ids=lambda m: m._meta.label)
def test_every_audited_model_has_its_triggers(model):
    history = model.history.model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "select tgrelid::regclass::text, tgname, tgenabled from pg_trigger"
            " where tgrelid in (%s::regclass, %s::regclass) and not tgisinternal",
            [model._meta.db_table, history],
        )
        found = {(table, name): enabled for table, name, enabled in cursor.fetchall()}
    for table, name in (
        (model._meta.db_table, "audit_history"),
        (model._meta.db_table, "audit_ledger"),
        (history, "audit_append_only"),
        (history, "audit_no_truncate"),
    ):
        assert found.get((table, name)) == "A", (table, name)


def test_every_model_of_ours_is_audited_or_says_why_not():
    # Contents, arrivals, events and attempts are insert-only; the ledger is the audit;
    # heartbeats, leases and idempotency keys are noise. A draft is working paper (TF
    # 2:12): nobody but its author sees it, and it is gone when the step is taken.
    # What somebody was told of is only added; an address that is refused is gone when
    # it is taken.
    # What must be in place at a provider is asked anew every hour; each turn is told.
    # A replay is reckoned from rows with history: only added, and decides nothing.
    # What acts came out as, and whether access was used, are only added to; how far a
    # log is read is written at each reading.
    exempt = {
        "requests_app.AccessUse",
        "requests_app.DeviationEvent",
        "requests_app.EventOutcome",
        "requests_app.LogPosition",
        "requests_app.ReplayBatch",
        "requests_app.ReplayRun",
        "requests_app.ReplayedCase",
        "requests_app.Content",
        "requests_app.Arrival",
        "requests_app.DisposalDate",
        "requests_app.DisposedCase",
        "requests_app.Draft",
        "requests_app.WorkingDay",
        "requests_app.FormInUse",
        "requests_app.Heartbeat",
        "requests_app.AccessEvent",
        "requests_app.SentNotice",
        "requests_app.Readiness",
        "requests_app.RefusedAddress",
        "requests_app.MailboxPosition",
        "requests_app.ReceivedMail",
        "requests_app.ChannelNotice",
        "requests_app.LadderNotice",
        "requests_app.CoverageGap",
        "requests_app.IdempotencyKey",
        "requests_app.OutboxAttempt",
        "requests_app.OutboxMessage",
        "requests_app.SandboxRequest",
        "audit_app.LedgerEntry",
        "audit_app.LedgerDetail",
        "audit_app.SealedLeaf",
        "audit_app.Checkpoint",
        "audit_app.Cosignature",
        "audit_app.Disagreement",
        "audit_app.Stamp",
        "audit_app.FoldedLine",
        "audit_app.RefusalCount",
        "audit_app.Receipt",
        "audit_app.KeyStatement",
        "lockbox_site.SignInBrake",
        "lockbox_site.SecondFactor",
        "lockbox_site.ScimToken",
        "requests_app.RegisterToken",
    }
    ours = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in ("requests_app", "audit_app", "lockbox_site")
        and not model._meta.object_name.startswith("Historical")
    }
    assert ours - {m._meta.label for m in audited_models()} == exempt
