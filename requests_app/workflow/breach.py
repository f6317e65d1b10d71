"""A breach of Lockbox itself is recorded, and what the law asks of it begins."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import Authority, Breach
from requests_app.permissions.breach import can_record_breach
from requests_app.workflow.content import keep
from requests_app.workflow.incident_duty import begin_of_breach
from requests_app.workflow.step import note, require, save, step


@step
def record_breach(
    authority: Authority,
    *,
    by: Any,
    known_at: datetime,
    what_happened: str,
    affected: str,
) -> Breach:
    """The clocks run from when it was known, and not from when it was recorded. Raises
    ValidationError for a time to come."""
    require(can_record_breach(by, authority.pk))
    if known_at > clock.now():
        raise ValidationError({"known_at": _("This time lies in the future.")})
    breach = Breach(
        authority=authority,
        known_at=known_at,
        what_happened=keep(what_happened),
        affected=keep(affected),
        recorded_by=by,
        recorded_at=clock.now(),
    )
    save(breach)
    begin_of_breach(breach)
    note("breach.recorded", on=breach, by=by)
    return breach
