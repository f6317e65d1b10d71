"""What the demonstration's Microsoft is said to have done, as its audit log would tell:
invented, in the form of the records that Microsoft documents."""

import json
from datetime import datetime, timedelta
from typing import Any

from audit_app import clock
from audit_app.acting import acting
from lockbox_site.demo import REASON
from requests_app.models import AccessGrant, Connection
from requests_app.models.provider_log import FILE
from requests_app.providers.exchange_online import audit, audit_file
from requests_app.workflow.machine_accounts import INTAKE, SWEEP, machine_account
from requests_app.workflow.provider_log import Record, keep_records, log_named
from requests_app.workflow.reconciliation import BACK, reconcile

TENANT = "demo-tenant"
ADDRESS = "192.0.2.17:17584"


def tell() -> None:
    """Most of what was granted lately was used, within its time; one act was after it,
    and one was nobody's."""
    connection = Connection.objects.get(external_id=TENANT)
    grants = AccessGrant.objects.filter(access_request__connection=connection)
    lately = list(grants.order_by("-opens_at").select_related("access_request")[:4])
    rows = [row for grant in lately[1:] for row in _within(grant)]
    last = lately[-1]
    rows.append(_row(last, last.ends_at + timedelta(hours=2), "Get-MailboxStatistics"))
    raw = json.dumps(rows).encode()
    by = machine_account(INTAKE)
    with acting(by, reason=REASON):
        log = log_named(connection, FILE)
        records = [
            Record(piece.raw, list(audit.events(FILE, TENANT, piece.value)))
            for piece in audit_file.records(raw, "granskningslogg.json")
        ]
        keep_records(log, records, by=by)
    reconcile(connection, by=machine_account(SWEEP), since=clock.now() - BACK)


def _within(grant: AccessGrant) -> list[dict[str, Any]]:
    begins = grant.opens_at
    return [
        _row(grant, begins + timedelta(minutes=minutes), operation)
        for minutes, operation in ((4, "Get-Mailbox"), (11, "Get-MailboxStatistics"))
    ]


def _row(grant: AccessGrant, at: datetime, operation: str) -> dict[str, Any]:
    request = grant.access_request
    name = request.requested_objects.values_list("external_id", flat=True).first()
    return {
        "Id": f"demo-{grant.pk}-{operation}-{at:%H%M}",
        "CreationTime": at.strftime("%Y-%m-%dT%H:%M:%S"),
        "Operation": operation,
        "OrganizationId": TENANT,
        "RecordType": 1,
        "ResultStatus": "True",
        "UserKey": "Microsoft Operator",
        "UserType": 3,
        "Workload": request.service,
        "ClientIP": ADDRESS,
        "ObjectId": name,
        "UserId": "Microsoft Operator",
        "ExternalAccess": True,
    }
