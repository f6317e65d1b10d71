from django.db import migrations

from audit_app.db import append_only, audited, ledgered

# How the authority of a row is found, for tables that do not name it ($1 = the row).
OF_REVIEW = (
    "select authority_id from requests_app_secrecyreview"
    " where id = ($1->>'review_id')::bigint"
)
OF_CONTENT_OBJECT = (
    "select authority_id from requests_app_secrecyreview"
    " where id = ($1->>'content_object_id')::bigint"
)
OF_DECISION = (
    "select r.authority_id from requests_app_decision d"
    " join requests_app_secrecyreview r on r.id = d.review_id"
    " where d.id = ($1->>'decision_id')::bigint"
)
OF_SET = (
    "select authority_id from requests_app_informationset"
    " where id = ($1->>'information_set_id')::bigint"
)
# A request belongs to several authorities, or to none yet.
NONE = "select null::bigint"

OF_REPORT = (
    "select authority_id from requests_app_boardreport"
    " where id = ($1->>'report_id')::bigint"
)

AUDITED = {
    "absence": NONE,
    "accessgrant": NONE,
    "accessrequest": NONE,
    "arrivalhandled": NONE,
    "assessmentanswer": OF_REVIEW,
    "assignment": OF_REVIEW,
    "authority": NONE,
    "boardreport": "",
    "classificationlabel": "",
    "cloudobject": "",
    "cloudobjectinformationset": OF_SET,
    "cloudsystem": NONE,
    "conflictdeclaration": OF_REVIEW,
    "connection": "",
    "contractclient": NONE,
    "correction": OF_DECISION,
    "decision": OF_REVIEW,
    "delegationrule": "",
    "delivery": NONE,
    "freeze": "",
    "harmtest": OF_REVIEW,
    "informationset": "",
    "message": OF_REVIEW,
    "informationsetperson": OF_SET,
    "informationsetprovision": OF_SET,
    "proposal": OF_REVIEW,
    "provider": NONE,
    "providerproduct": NONE,
    "provision": NONE,
    "reporteddecision": OF_REPORT,
    "requestedobject": OF_REVIEW,
    "reviewer": "",
    "reviewuserpermission": OF_CONTENT_OBJECT,
    "secrecybranch": "",
    "secrecyreview": "",
    "securityclassification": OF_SET,
    "statuteparagraph": NONE,
    "webhooksecret": NONE,
}


class Migration(migrations.Migration):
    dependencies = [
        ("requests_app", "0001_initial"),
        ("lockbox_site", "0002_audited"),
        ("audit_app", "0003_ledger_functions"),
        ("allauth_idp_oidc", "0003_client_allow_uri_wildcards"),
        ("sessions", "0001_initial"),
    ]
    operations = [
        *(
            operation
            for name, authority in AUDITED.items()
            for operation in audited(
                f"requests_app_{name}",
                f"requests_app_historical{name}",
                authority=authority,
                hidden=["sealed"] if name == "webhooksecret" else [],
            )
        ),
        # Insert-only tables are their own history.
        append_only("requests_app_content"),
        ledgered("requests_app_content", hidden=["body", "salt"], authority=NONE),
        append_only("requests_app_arrival"),
        ledgered("requests_app_arrival", authority=NONE),
        append_only("requests_app_accessevent"),
        ledgered("requests_app_accessevent", authority=NONE),
        append_only("requests_app_outboxattempt"),
        ledgered("requests_app_outboxattempt", authority=NONE),
        # A client of the contract API is allauth's row: changes go to the ledger.
        ledgered("allauth_idp_oidc_client", hidden=["secret"], authority=NONE),
        migrations.RunSQL(
            """revoke select on django_session, allauth_idp_oidc_client,
                 allauth_idp_oidc_token, requests_app_webhooksecret
               from lockbox_auditor;""",
            migrations.RunSQL.noop,
        ),
        append_only("requests_app_conflictdeclaration"),
        append_only("requests_app_decision"),
        append_only("requests_app_correction"),
        append_only("requests_app_boardreport"),
        append_only("requests_app_reporteddecision"),
    ]
