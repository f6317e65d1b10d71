"""Going around the application on purpose: what the database itself refuses."""

import hashlib
import json

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import (
    DatabaseError,
    IntegrityError,
    connection,
    connections,
    transaction,
)

from audit_app.acting import acting
from audit_app.history import AuditedModel, UnsignedChange
from audit_app.models import LedgerEntry
from requests_app.models import Authority, Content, Decision
from requests_app.workflow import decision

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


@pytest.fixture
def gsn(cast):
    return cast.gsn


def sql(statement, *values, using="default"):
    with connections[using].cursor() as cursor:
        cursor.execute(statement, values)


def ways(gsn, tmp_path):
    """Every way to change a row that leaves no true history row."""
    fixture = tmp_path / "rows.json"
    fixture.write_text(
        json.dumps(
            [
                {
                    "model": "requests_app.authority",
                    "pk": gsn.pk,
                    "fields": {"code": "GSN", "name": "Forged", "kind": "board"},
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
            [Authority(code="F", name="Forged")]
        ),
        "loaddata": lambda: call_command("loaddata", fixture, verbosity=0),
        "raw update": lambda: sql(
            f"update {table} set name='Forged' where id=%s", gsn.pk
        ),
        "raw insert": lambda: sql(
            f"insert into {table} (code, name, kind, regime)"
            " values ('F', 'Forged', 'board', 'internal')"
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


@pytest.mark.parametrize("way", WAYS)
def test_a_change_without_history_fails_at_commit(cast, gsn, tmp_path, way):
    before = list(Authority.objects.values().order_by("pk"))
    with pytest.raises(IntegrityError, match="without history"), acting(cast.sam):
        ways(gsn, tmp_path)[way]()
    assert list(Authority.objects.values().order_by("pk")) == before


def test_save_and_then_update_in_one_transaction_fails(cast, gsn):
    with pytest.raises(IntegrityError, match="without history"), acting(cast.sam):
        gsn.name = "True"
        gsn.save()
        Authority.objects.filter(pk=gsn.pk).update(name="Forged")
    assert Authority.objects.get(pk=gsn.pk).name == "Grundskolenämnden"


def test_the_proper_way_passes_and_is_in_history_and_ledger(cast, gsn):
    with acting(cast.sam, reason="Renamed by the council"):
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
    }


def test_nobody_saves_without_signing(gsn):
    with pytest.raises(UnsignedChange):
        gsn.save()


def test_what_a_refused_step_wrote_is_gone_from_history_too(cast, gsn):
    versions = gsn.history.count()
    with pytest.raises(ZeroDivisionError), acting(cast.sam):
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
    exempt = {
        "requests_app.Content",
        "requests_app.Arrival",
        "requests_app.UnsentForm",
        "requests_app.Heartbeat",
        "requests_app.AccessEvent",
        "requests_app.IdempotencyKey",
        "requests_app.OutboxAttempt",
        "requests_app.OutboxMessage",
        "audit_app.LedgerEntry",
        "audit_app.LedgerDetail",
    }
    ours = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in ("requests_app", "audit_app", "lockbox_site")
        and not model._meta.object_name.startswith("Historical")
    }
    assert ours - {m._meta.label for m in audited_models()} == exempt


APPEND_ONLY = [
    "audit_app_ledgerentry",
    "audit_app_ledgerdetail",
    "requests_app_content",
    "requests_app_arrival",
    "requests_app_decision",
    "requests_app_correction",
    "requests_app_historicalsecrecyreview",
    "lockbox_site_historicaluser",
]


@pytest.mark.parametrize("using", ["default", "owner"])
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_append_only_rows_are_not_changed_by_the_application_nor_the_owner(
    cast, table, using
):
    decision.correct(cast.decided(), by=cast.bo, text="O-17")
    first = (
        "id"
        if table not in ("audit_app_ledgerdetail", "requests_app_content")
        else None
    )
    column = first or ("body" if "detail" in table else "media_type")
    for statement in (
        f"update {table} set {column} = {column}",
        f"delete from {table}",
        f"truncate {table} cascade",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(using=using):
            sql(statement, using=using)


CLOSED = [
    "auth_group",
    "auth_permission",
    "django_admin_log",
    "django_content_type",
    "guardian_userobjectpermission",
    "guardian_groupobjectpermission",
    "lockbox_site_user_groups",
    "lockbox_site_user_user_permissions",
    "audit_app_ledgerentry",
    "audit_app_ledgerdetail",
]


@pytest.mark.parametrize("table", CLOSED)
def test_tables_that_nobody_shall_write_are_closed_to_the_application(table):
    for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
        with connection.cursor() as cursor:
            cursor.execute(
                "select has_table_privilege('lockbox_app', %s, %s)", [table, right]
            )
            assert cursor.fetchone() == (False,), right


def test_no_application_role_truncates_or_alters_anything():
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = 'public' and c.relkind = 'r'"
            " and (has_table_privilege('lockbox_app', c.oid, 'TRUNCATE')"
            "   or has_table_privilege('lockbox_auditor', c.oid,"
            "        'INSERT,UPDATE,DELETE,TRUNCATE'))"
        )
        assert cursor.fetchall() == []
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("drop table requests_app_authority cascade")
    with pytest.raises(DatabaseError), transaction.atomic():
        sql("alter table requests_app_authority disable trigger all")


def test_the_ledger_takes_no_line_but_through_its_function(cast):
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(
            "insert into audit_app_ledgerdetail (entry_id, salt, body) values (1, '', '')"
        )


def test_a_lines_hash_covers_its_payload_and_the_payload_its_detail(cast):
    cast.registered()
    for line in LedgerEntry.objects.select_related("detail"):
        payload = line.payload.encode()
        assert hashlib.sha256(b"\x00" + payload).digest() == bytes(line.leaf_hash)
        told = json.loads(line.payload)
        assert told["seq"] == line.pk and told["event"] == line.event
        if told["detail"]:
            body = bytes(line.detail.salt) + line.detail.body.encode()
            assert hashlib.sha256(body).hexdigest() == told["detail"]


def test_the_auditors_connection_is_read_only(cast):
    with pytest.raises(DatabaseError), transaction.atomic(using="owner"):
        sql("set local role lockbox_auditor", using="owner")
        sql("update requests_app_authority set name = 'x'", using="owner")


def test_content_is_kept_once_and_named_by_its_digest(cast):
    cast.registered()
    for row in Content.objects.all():
        assert (
            hashlib.sha256(bytes(row.salt) + bytes(row.body)).hexdigest() == row.digest
        )
    assert Decision.objects.count() == 0
