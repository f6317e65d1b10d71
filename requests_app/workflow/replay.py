"""Ordering that earlier decisions are tried anew. The sweep does it."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.law.premise import Premise, parse
from requests_app.models import Authority, ReplayRun, StandingAssessment
from requests_app.permissions.replay import can_order_replay
from requests_app.workflow.step import note, require, step


@step
def order(
    *, by: Any, authority: Authority, premise: str = "", since: date | None = None
) -> ReplayRun:
    """Raises ValidationError where the premise can't be read, or supposes that
    something of another authority is revoked."""
    require(can_order_replay(by, authority.pk))
    return _ordered(by, authority, premise, since)


@step
def order_everywhere(
    *, by: Any, premise: str = "", since: date | None = None
) -> ReplayRun:
    """For whoever operates the installation: the cases of every authority."""
    require(by.is_machine)
    return _ordered(by, None, premise, since)


def _ordered(
    by: Any, authority: Authority | None, premise: str, since: date | None
) -> ReplayRun:
    try:
        supposed = parse(premise)
        _refuse_unknown(supposed, authority)
    except ValidationError as error:
        raise ValidationError({"premise": error.messages}) from error
    run = ReplayRun.objects.create(
        authority=authority,
        premise=str(supposed),
        since=since,
        ordered_by=by,
        ordered_at=clock.now(),
    )
    note("replay.ordered", on=run, by=by, premise=run.premise)
    return run


def _refuse_unknown(premise: Premise, authority: Authority | None) -> None:
    rows = StandingAssessment.objects.filter(
        pk__in=premise.revoked, confirmed_at__isnull=False
    )
    if authority is not None:
        rows = rows.filter(authority=authority)
    if unknown := premise.revoked - set(rows.values_list("pk", flat=True)):
        numbers = ", ".join(str(number) for number in sorted(unknown))
        raise ValidationError(
            _("There is no confirmed standing assessment with the number %(numbers)s.")
            % {"numbers": numbers}
        )
