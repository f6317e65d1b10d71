"""No change without history and a line in the ledger; history is only added to."""

from django.db import migrations

# Whose a row is, as the ledger finds it ($1 = the row as jsonb).
OWN = ""  # says it itself: authority_id
# A request belongs to several authorities, or to none yet.
NONE = "select null::bigint"
OF_CONTENT_OBJECT = (
    "select authority_id from requests_app_secrecyreview"
    " where id = ($1->>'content_object_id')::bigint"
)
OF_DECISION = (
    "select r.authority_id from requests_app_decision d"
    " join requests_app_secrecyreview r on r.id = d.review_id"
    " where d.id = ($1->>'decision_id')::bigint"
)
OF_REPORT = (
    "select authority_id from requests_app_boardreport"
    " where id = ($1->>'report_id')::bigint"
)
OF_REVIEW = (
    "select authority_id from requests_app_secrecyreview"
    " where id = ($1->>'review_id')::bigint"
)
OF_SET = (
    "select authority_id from requests_app_informationset"
    " where id = ($1->>'information_set_id')::bigint"
)

# A table, its history, whose its rows are.
AUDITED = (
    ("requests_app_absence", "requests_app_historicalabsence", NONE),
    ("requests_app_accessgrant", "requests_app_historicalaccessgrant", NONE),
    ("requests_app_accessrequest", "requests_app_historicalaccessrequest", NONE),
    ("requests_app_arrivalhandled", "requests_app_historicalarrivalhandled", NONE),
    ("requests_app_assessmentanswer", "requests_app_historicalassessmentanswer", OF_REVIEW),
    ("requests_app_assignment", "requests_app_historicalassignment", OF_REVIEW),
    ("requests_app_attachment", "requests_app_historicalattachment", OF_REVIEW),
    ("requests_app_authority", "requests_app_historicalauthority", NONE),
    ("requests_app_boardreport", "requests_app_historicalboardreport", OWN),
    ("requests_app_classificationlabel", "requests_app_historicalclassificationlabel", OWN),
    ("requests_app_cloudobject", "requests_app_historicalcloudobject", OWN),
    ("requests_app_cloudobjectinformationset", "requests_app_historicalcloudobjectinformationset", OF_SET),
    ("requests_app_cloudsystem", "requests_app_historicalcloudsystem", NONE),
    ("requests_app_condition", "requests_app_historicalcondition", OF_REVIEW),
    ("requests_app_conditionfollowup", "requests_app_historicalconditionfollowup", OF_REVIEW),
    ("requests_app_conflictdeclaration", "requests_app_historicalconflictdeclaration", OF_REVIEW),
    ("requests_app_connection", "requests_app_historicalconnection", OWN),
    ("requests_app_consultation", "requests_app_historicalconsultation", OF_REVIEW),
    ("requests_app_contractclient", "requests_app_historicalcontractclient", NONE),
    ("requests_app_correction", "requests_app_historicalcorrection", OF_DECISION),
    ("requests_app_decision", "requests_app_historicaldecision", OF_REVIEW),
    ("requests_app_decisiondocument", "requests_app_historicaldecisiondocument", OF_DECISION),
    ("requests_app_delegationrule", "requests_app_historicaldelegationrule", OWN),
    ("requests_app_delivery", "requests_app_historicaldelivery", NONE),
    ("requests_app_filenote", "requests_app_historicalfilenote", OF_REVIEW),
    ("requests_app_freeze", "requests_app_historicalfreeze", OWN),
    ("requests_app_harmtest", "requests_app_historicalharmtest", OF_REVIEW),
    ("requests_app_informationset", "requests_app_historicalinformationset", OWN),
    ("requests_app_informationsetperson", "requests_app_historicalinformationsetperson", OF_SET),
    ("requests_app_informationsetprovision", "requests_app_historicalinformationsetprovision", OF_SET),
    ("requests_app_message", "requests_app_historicalmessage", OF_REVIEW),
    ("requests_app_proposal", "requests_app_historicalproposal", OF_REVIEW),
    ("requests_app_provider", "requests_app_historicalprovider", NONE),
    ("requests_app_providerproduct", "requests_app_historicalproviderproduct", NONE),
    ("requests_app_provision", "requests_app_historicalprovision", NONE),
    ("requests_app_reporteddecision", "requests_app_historicalreporteddecision", OF_REPORT),
    ("requests_app_requestedobject", "requests_app_historicalrequestedobject", OF_REVIEW),
    ("requests_app_reservation", "requests_app_historicalreservation", OF_REVIEW),
    ("requests_app_roleassignment", "requests_app_historicalroleassignment", OWN),
    ("requests_app_reviewuserpermission", "requests_app_historicalreviewuserpermission", OF_CONTENT_OBJECT),
    ("requests_app_secrecybranch", "requests_app_historicalsecrecybranch", OWN),
    ("requests_app_secrecyreview", "requests_app_historicalsecrecyreview", OWN),
    ("requests_app_securityclassification", "requests_app_historicalsecurityclassification", OF_SET),
    ("requests_app_serviceofdecision", "requests_app_historicalserviceofdecision", OF_REVIEW),
    ("requests_app_standingassessment", "requests_app_historicalstandingassessment", OWN),
    ("requests_app_standingreliance", "requests_app_historicalstandingreliance", OF_REVIEW),
    ("requests_app_statuteparagraph", "requests_app_historicalstatuteparagraph", NONE),
    ("requests_app_webhooksecret", "requests_app_historicalwebhooksecret", NONE),
)
# Insert-only tables are their own history; what was said, noted, decided or drawn up
# stays as it was: more is said beside it.
APPEND_ONLY = (
    "requests_app_accessevent",
    "requests_app_arrival",
    "requests_app_attachment",
    "requests_app_boardreport",
    "requests_app_condition",
    "requests_app_conditionfollowup",
    "requests_app_conflictdeclaration",
    "requests_app_content",
    "requests_app_correction",
    "requests_app_decision",
    "requests_app_decisiondocument",
    "requests_app_filenote",
    "requests_app_outboxattempt",
    "requests_app_reporteddecision",
    "requests_app_reservation",
    "requests_app_serviceofdecision",
    "requests_app_standingreliance",
)
# Without history: the columns the ledger leaves out.
LEDGERED = (
    ("requests_app_accessevent", "{}"),
    ("requests_app_arrival", "{}"),
    ("requests_app_content", "{body,salt}"),
    ("requests_app_outboxattempt", "{}"),
    # A client of the contract API is allauth's row.
    ("allauth_idp_oidc_client", "{secret}"),
)
# Secrets stay out of history and ledger.
HIDDEN = {"requests_app_webhooksecret": "{sealed}"}


def with_history(table, history):
    hidden = HIDDEN.get(table, "{}")
    return migrations.RunSQL(
        f"""
        create constraint trigger audit_history
          after insert or update or delete on {table}
          deferrable initially deferred for each row
          execute function audit_history_matches('{history}', '{hidden}');
        alter table {table} enable always trigger audit_history;
        revoke truncate on {table} from lockbox_app;

        create trigger audit_stamp before insert on {history}
          for each row execute function audit_history_stamp();
        alter table {history} enable always trigger audit_stamp;

        create constraint trigger audit_change after insert on {history}
          deferrable initially deferred for each row
          execute function audit_history_tells_a_change('{table}');
        alter table {history} enable always trigger audit_change;
        """,
        f"""
        drop trigger audit_change on {history};
        drop trigger audit_stamp on {history};
        drop trigger audit_history on {table};
        """,
    )


def ledgered(table, authority, hidden):
    authority = authority.replace("'", "''")
    return migrations.RunSQL(
        f"""
        create trigger audit_ledger after insert or update or delete on {table}
          for each row execute function audit_ledger_change('{hidden}', '{authority}');
        alter table {table} enable always trigger audit_ledger;
        """,
        f"drop trigger audit_ledger on {table};",
    )


def append_only(table):
    return migrations.RunSQL(
        f"""
        create trigger audit_append_only before update or delete on {table}
          for each row execute function audit_append_only();
        alter table {table} enable always trigger audit_append_only;

        create trigger audit_no_truncate before truncate on {table}
          for each statement execute function audit_append_only();
        alter table {table} enable always trigger audit_no_truncate;

        revoke update, delete, truncate on {table} from lockbox_app;
        """,
        f"""
        drop trigger audit_append_only on {table};
        drop trigger audit_no_truncate on {table};
        grant update, delete on {table} to lockbox_app;
        """,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0001_tables"),
        ("lockbox_site", "0002_people_audited"),
        ("audit_app", "0002_ledger"),
        ("allauth_idp_oidc", "0003_client_allow_uri_wildcards"),
        ("sessions", "0001_initial"),
    ]
    operations = [
        *(with_history(table, history) for table, history, _ in AUDITED),
        *(append_only(history) for _, history, _ in AUDITED),
        *(append_only(table) for table in APPEND_ONLY),
        *(
            ledgered(table, authority, HIDDEN.get(table, "{}"))
            for table, _, authority in AUDITED
        ),
        *(ledgered(table, NONE, hidden) for table, hidden in LEDGERED),
        # The auditor reads what happened, not what opens a received_by.
        migrations.RunSQL(
            """
            revoke select on django_session, allauth_idp_oidc_client,
              allauth_idp_oidc_token, requests_app_webhooksecret
            from lockbox_auditor;
            """,
            """
            grant select on django_session, allauth_idp_oidc_client,
              allauth_idp_oidc_token, requests_app_webhooksecret
            to lockbox_auditor;
            """,
        ),
    ]
