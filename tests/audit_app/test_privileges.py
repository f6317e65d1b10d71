"""What neither the application nor the owner may write."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit_app.changes import names_by_model
from audit_app.sealing import sealer
from requests_app.cases.review.steps import decision
from tests.cast import Cast
from tests.helpers.sql import sql

pytestmark = pytest.mark.usefixtures("undone")

APPEND_ONLY = [
    "audit_app_ledgerentry",
    "audit_app_ledgerdetail",
    "audit_app_sealedleaf",
    "audit_app_subtree",
    "audit_app_checkpoint",
    "audit_app_cosignature",
    "requests_app_content",
    "requests_app_arrival",
    "requests_app_decision",
    "requests_app_correction",
    "requests_app_historicalsecrecyreview",
    "lockbox_site_historicaluser",
]
# Of tables without a column `id`.
COLUMNS = {
    "audit_app_ledgerdetail": "body",
    "audit_app_sealedleaf": "entry_id",
    "audit_app_subtree": "hash",
    "audit_app_checkpoint": "note",
    "requests_app_content": "media_type",
}

# Where one column may change, by rules of its own, another value of one that may not.
OTHER = {"requests_app_content": "'text/forged'"}
REFUSED = "append-only|permission denied|stays as it was written|is kept"


@pytest.fixture(scope="module")
def corrected(once):
    """A row in each of the tables."""
    cast = Cast()
    decision.correct(cast.decided(), by=cast.bo, text="O-17")
    sealer.seal()
    sql("select audit_ledger_checkpoint(1, sha256(''), 'note')")
    sql("select audit_ledger_cosigned(1, 'witness', 'line')")
    # A TRUNCATE would be refused for what these are still to check.
    connection.check_constraints()


@pytest.mark.parametrize("using", ["default", "owner"])
@pytest.mark.parametrize("table", APPEND_ONLY)
def test_append_only_rows_are_not_changed_by_the_application_nor_the_owner(
    corrected, table, using
):
    column = COLUMNS.get(table, "id")
    for statement in (
        f"update {table} set {column} = {OTHER.get(table, column)}",
        f"delete from {table}",
        f"truncate {table} cascade",
    ):
        refusal = pytest.raises(DatabaseError, match=REFUSED)
        with refusal, transaction.atomic():
            if using == "owner":
                # The owner is who signed in, before taking the application's role.
                sql("set local role none")
            sql(statement)


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
    "audit_app_unsealedentry",
    "audit_app_sealedleaf",
    "audit_app_subtree",
    "audit_app_checkpoint",
    "audit_app_cosignature",
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


def test_the_auditors_connection_is_read_only(cast):
    with pytest.raises(DatabaseError), transaction.atomic(using="owner"):
        sql("set local role lockbox_auditor", using="owner")
        sql("update requests_app_authority set name = 'x'", using="owner")


def test_whatever_history_calls_by_name_the_auditor_may_read_the_name_of():
    """As `audit_app.changes.look_up` asks, for each model that has a name."""
    refused = []
    for model, name in names_by_model.items():
        try:
            with transaction.atomic(using="owner"):
                sql("set local role lockbox_auditor", using="owner")
                sql(
                    f"select {model._meta.pk.column}, {name.sql}"
                    f" from {model._meta.db_table} limit 0",
                    using="owner",
                )
        except DatabaseError as error:
            refused.append(str(error))
    assert not refused, "\n".join(refused)
