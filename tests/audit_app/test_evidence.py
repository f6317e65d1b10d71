"""Every table that is evidence, and what the database lets become of its rows."""

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection

from audit_app.history import AuditedModel

pytestmark = pytest.mark.django_db

# Whom a row is about, or who will do something.
ABOUT = {
    "requests_app_absence.person_id": "who is away",
    "requests_app_absence.substitute_id": "who stands in",
    "requests_app_assignment.person_id": "who is to work it",
    "requests_app_consultation.person_id": "who is asked; the answer has a guard",
    "requests_app_contractclient.account_id": "the client's own account",
    "requests_app_datasubjectrequest.account_id": "who asks",
    "requests_app_decision.rapporteur_id": "is who proposed, by lockbox_guard",
    "requests_app_delegationrule.person_id": "who gains by it",
    "requests_app_firstmanagers.first_id": "who is to manage",
    "requests_app_firstmanagers.second_id": "who is to manage",
    "requests_app_forminuse.person_id": "who has a form open; forgotten in minutes",
    "requests_app_informationsetperson.person_id": "who is named",
    "requests_app_recertification.person_id": "who has the power; only the sweep asks",
    "requests_app_refusedaddress.person_id": "whose address; gone when it is taken",
    "requests_app_registertoken.person_id": "who answers; only the owner writes",
    "requests_app_reviewuserpermission.user_id": "who is named",
    "requests_app_roleassignment.person_id": "who has the role",
    "requests_app_rosterpattern.person_id": "who is put on duty",
    "requests_app_shift.person_id": "who is put on duty",
    "requests_app_shiftoffer.made_by_id": "its event has who offered",
    "requests_app_shiftoffer.offered_to_id": "who is asked",
    "requests_app_secrecyreview.case_officer_id": "who is to work it",
    "requests_app_sentnotice.person_id": "who is told; only the sweep tells",
    "requests_app_draft.person_id": "working paper, gone when it is sent",
}


def by(table, *names):
    return {f"requests_app_{table}.{name}_by_id" for name in names}


# In one's own name by the guard of the table.
GUARDED = {
    "lockbox_site_secondfactor.person_id",
    "lockbox_site_user.made_by_id",
    *(f"requests_app_alteration.{name}_by_id" for name in ("concluded", "found")),
    "requests_app_comparison.concluded_by_id",
    *(f"requests_app_consent.{name}recorded_by_id" for name in ("", "withdrawal_")),
    "requests_app_datasubjectrequest.settled_by_id",
    "requests_app_delegationrule.confirmed_by_id",
    *(f"requests_app_deviation.{name}_id" for name in ("concluded_by", "owner")),
    *(f"requests_app_disposal.{name}_by_id" for name in ("confirmed", "proposed")),
    *by("disclosuredecision", "served"),
    *by("disclosurerequest", "made", "looked", "delivered"),
    *(f"requests_app_drill{name}_id" for name in (".ended_by", "call.person")),
    *by("firstmanagers", "confirmed", "proposed", "refused"),
    *(f"requests_app_freeze.{name}_by_id" for name in ("lift_asked", "lifted")),
    "requests_app_incidentduty.settled_by_id",
    *(f"requests_app_lapse.{name}_by_id" for name in ("closed", "confirmed", "given")),
    "requests_app_noticechannel.made_by_id",
    "requests_app_recertification.settled_by_id",
    *by("registerchange", "confirmed", "proposed", "refused"),
    "requests_app_requestforreasons.answered_by_id",
    "requests_app_returncomment.settled_by_id",
    "requests_app_revocation.decided_by_id",
    "requests_app_revocation.served_recorded_by_id",
    *by("roleassignment", "confirmed", "ended", "given", "refused", "suspended"),
    "requests_app_savedaudit.ended_by_id",
    *by("secrecyreview", "list_confirmed", "listed"),
    *(f"requests_app_sidedoor.{name}_by_id" for name in ("covered", "withdrawn")),
    *by("standingassessment", "confirmed", "made"),
    "requests_app_subsequentreview.concluded_by_id",
    "requests_app_textmask.lifted_by_id",
}
GOES_AWAY = {
    "requests_app_accessibilityfault": "it is mended; history has it",
    "requests_app_informationsetperson": "a name is taken off a list; history has it",
    "requests_app_phonenumber": "by the rules of retention; history never had it",
    "requests_app_pushdevice": "by the rules of retention; its address is sealed",
    "requests_app_reviewuserpermission": "a right is taken away; history has it",
    "requests_app_rosterauthority": "a roster is shared no more; history has it",
    "requests_app_standingrecipient": "until confirmed, by lockbox_guard",
}
# Written over: what stood there is in history, and no case is decided by it later.
BY_TWO = (
    "disclosuretariff disposalrule noticeladder processingpaper providerlog publisher readinglimit"
    " reconciliationrule registerpage retentionrule"
)
WRITTEN_OVER = {
    **{f"requests_app_{name}": "a register" for name in BY_TWO.split()},
    "lockbox_site_user": "people are renamed and leave",
    "requests_app_absence": "a register",
    "requests_app_assessmentanswer": "while it is made, by lockbox_guard",
    "requests_app_alteration": "only concluded, by lockbox_guard",
    "requests_app_accessibilityfault": "a register",
    "requests_app_accessibilitystatement": "a register",
    "requests_app_authority": "a register",
    "requests_app_classificationlabel": "a register",
    "requests_app_cloudobject": "a register",
    "requests_app_cloudsystem": "a register",
    "requests_app_connection": "a register",
    "requests_app_consent": "only withdrawn, by lockbox_guard",
    "requests_app_consultation": "only answered, by lockbox_guard",
    "requests_app_delegationrule": "until confirmed, by lockbox_guard",
    "requests_app_freeze": "only lifted, by lockbox_guard",
    "requests_app_harmtest": "while it is made, by lockbox_guard",
    "requests_app_informationset": "a register",
    "requests_app_informationsetperson": "a register",
    "requests_app_informationsetprovision": "a register",
    "requests_app_mailrule": "a register",
    "requests_app_municipality": "by the owner of the tables, by lockbox_municipality",
    "requests_app_proposal": "only its status, by lockbox_guard",
    "requests_app_provider": "a register",
    "requests_app_providerproduct": "a register; a decision has its copy",
    "requests_app_provision": "the law, loaded",
    "requests_app_registerchange": "only settled, by lockbox_guard",
    "requests_app_roleassignment": "only confirmed and stopped, by lockbox_guard",
    "requests_app_rostergroup": "a register",
    "requests_app_secrecybranch": "a register",
    "requests_app_standingassessment": "until confirmed, by lockbox_guard",
    "requests_app_standingrecipient": "until confirmed, by lockbox_guard",
    "requests_app_statuteparagraph": "the law, loaded",
}


def triggers():
    """Table → the names and arguments of its triggers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select tgrelid::regclass::text, tgname, encode(tgargs, 'escape'),"
            " tgdeferrable, tgenabled from pg_trigger where not tgisinternal"
        )
        found = {}
        for table, *trigger in cursor.fetchall():
            found.setdefault(table, []).append(trigger)
    return found


def audited():
    kinds = [kind for kind in apps.get_models() if issubclass(kind, AuditedModel)]
    return {kind._meta.db_table for kind in kinds}


def has(table_triggers, *names):
    return any(name in names for name, *_ in table_triggers)


def test_whoever_did_something_is_named_by_themselves():
    found, missing = triggers(), set()
    for model in apps.get_models():
        table = model._meta.db_table
        ours = table.startswith(("requests_app_", "lockbox_site_"))
        if not ours or "_historical" in table:
            continue
        for field in model._meta.concrete_fields:
            if field.related_model is not get_user_model():
                continue
            named = any(
                name.startswith("lockbox_own_name") and column == f"{field.column}\\000"
                for name, column, *_ in found.get(table, ())
            )
            if not named:
                missing.add(f"{table}.{field.column}")
    through = {"lockbox_site_user_groups.user_id", "lockbox_site_user_user_permissions.user_id"}  # fmt: skip
    assert missing - through == ABOUT.keys() | GUARDED


def test_what_is_evidence_never_goes_away():
    found = triggers()
    goes = {
        table
        for table in audited()
        if not has(found[table], "lockbox_kept", "audit_append_only")
    }
    assert goes == GOES_AWAY.keys()


def test_what_is_evidence_is_not_written_over():
    found = triggers()
    written_over = {
        table
        for table in audited()
        if not has(found[table], "lockbox_only", "audit_append_only")
    }
    assert written_over == WRITTEN_OVER.keys()


def test_history_is_asked_at_once_and_no_guard_is_set_aside():
    for table, rows in triggers().items():
        for name, _arguments, is_deferrable, enabled in rows:
            if name == "audit_change":
                assert not is_deferrable, table
            if name.startswith(("audit_", "lockbox_")):
                assert enabled == "A", (table, name)


# The ledger proves itself by its leaves and checkpoints, which are signed; a release
# writes what it has and how its models are called, and nothing is decided by that.
NOT_WATCHED = {
    "audit_app_applicationlogin": "only added to, with an event, by audit_its_line",
    "audit_app_checkpoint": "signed",
    "audit_app_cosignature": "signed",
    "audit_app_disagreement": "only added to, by the rounds",
    "audit_app_keystatement": "signed",
    "audit_app_ledgerdetail": "the ledger",
    "audit_app_ledgerentry": "the ledger",
    "audit_app_receipt": "signed",
    "audit_app_sealedleaf": "the ledger",
    "audit_app_setclock": "where a demo or test says the time; lines give it away",
    "audit_app_stamp": "signed",
    "audit_app_subtree": "the ledger",
    "audit_app_unsealedentry": "the ledger",
    "auth_permission": "written by a release",
    "django_content_type": "written by a release",
    "django_migrations": "written by a release",
    "requests_app_replaybatch": "only added to; decides nothing",
    "requests_app_replayedcase": "only added to; decides nothing",
    "requests_app_workingday": "written by a release",
}


def test_whoever_writes_any_table_leaves_a_line():
    """Of histories too: nothing is added to one without a change of its row."""
    found = triggers()
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c where c.relkind in ('r', 'p')"
            " and c.relnamespace = 'public'::regnamespace"
        )
        tables = {table for (table,) in cursor.fetchall()}
    leaves_none = {
        table
        for table in tables
        if not has(
            found.get(table, ()), "audit_ledger", "audit_outside", "audit_change"
        )
    }
    assert leaves_none == NOT_WATCHED.keys()
    for table in tables - leaves_none:
        emptied = has(found[table], "audit_outside") and not has(
            found[table], "audit_no_truncate"
        )
        assert not emptied, table
        for name, _arguments, _deferrable, enabled in found[table]:
            assert enabled == "A" or not name.startswith("audit_"), (table, name)
