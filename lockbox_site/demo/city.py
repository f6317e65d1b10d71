"""The whole of Exempelstad, in a database that may be empty."""

import os

from django.core.management.base import CommandError, OutputWrapper
from django.db import connection

from audit_app import clock
from audit_app.acting import acting
from lockbox_site import postgres
from lockbox_site.demo import (
    REASON,
    cases,
    connections,
    doors,
    ends,
    exempelmoln,
    handing_out,
    logs,
    notices,
    town,
)
from lockbox_site.processes import progress
from requests_app.models import AccessRequest, Authority
from requests_app.workflow.machine_accounts import SYSTEM, machine_account


@clock.may_be_set()
def ensure(stdout: OutputWrapper) -> None:
    """Build it, or see to it that there is work. Its documents are drawn up apart."""
    if not Authority.objects.exists():
        _build(stdout)
    elif town.is_finished():
        list(cases.top_up())
    else:
        raise CommandError(
            "The building of Exempelstad was broken off: `make destroy` removes"
            " what there is, and `make run` builds it anew."
        )
    exempelmoln.ensure()
    for product, place in connections.ensure().items():
        progress.say(stdout, f"{product} is asked at {place}.")
    if notices.ensure(os.environ.get("LOCKBOX_MAILBOX", "")):
        progress.say(stdout, "Notices of Microsoft 365 are read from the mailbox.")
    progress.say(stdout, f"{AccessRequest.objects.count()} requests in Exempelstad.")


def _build(stdout: OutputWrapper) -> None:
    label = "Building Exempelstad (invented)"
    progress.say(stdout, f"{label} …")
    # Whatever a crash would lose of it can be built again.
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    with acting(machine_account(SYSTEM), reason=REASON):
        town.build(postgres.secret("demo-password", 9))
    progress.follow(cases.build(), cases.count(), label, stdout)
    town.unfinished()
    logs.tell()
    doors.tell()
    handing_out.ask()
    ends.end_cases()
