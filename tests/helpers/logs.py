"""A log that somebody has read, an act and a gap in it, and a rule for it."""

from datetime import timedelta

from audit_app import acting
from requests_app.cases.intake.models.file import AccessEvent
from requests_app.oversight.models import ProviderLog, ReconciliationRule
from requests_app.oversight.steps.acts import Record, file_log, take_in_page
from requests_app.providers.application import Event
from requests_app.providers.protocol import LogPage, Missing
from tests.helpers.people import engage
from tests.helpers.two_persons import by_two
from tests.helpers.worlds import reused


@reused
def log_of(cast):
    """With one act, and one gap that nobody has explained."""
    log, now = file_log(cast.m365, by=cast.intake), acting.now()
    gone = Missing(now - timedelta(days=2), now - timedelta(days=1), "Not kept.")
    event = Event(external_id="L-1", happened_at=now, action="read", object_name="x")
    page = LogPage([], "1", now, (gone,))
    records = [Record(b"{}", [event])]
    take_in_page(log, log.position, page, records, [], by=cast.intake)
    return ProviderLog.objects.get()


def act_of(log):
    return AccessEvent.objects.get(log=log)


@reused
def reconciliation_rule(cast):
    """By two who guard where the connections are run."""
    guards = [
        engage(cast, name, "information_security", cast.nis)
        for name in ("gerd", "gunborg")
    ]
    row = ReconciliationRule(authority=cast.nis, effect="mark", reason="x", name="All")
    by_two(row, *guards)
    return ReconciliationRule.objects.get()
