"""A gap of a log is explained by people: what is known of that time all the same."""

from typing import Any

from django.utils.translation import gettext as _

from audit_app import clock
from requests_app.models import LogGap
from requests_app.permissions.provider_log import can_explain_gap
from requests_app.workflow.content import keep
from requests_app.workflow.step import note, save, step


def _is_explained(_may: Any, gap: LogGap) -> str:
    return "" if gap.is_open else _("It has been explained already.")


@step(may=can_explain_gap, hindrance=_is_explained)
def explain_gap(gap: LogGap, *, by: Any, explanation: str) -> None:
    """What is known of that time. The gap stays: whether access was used then is not
    known by it."""
    save(
        gap,
        explanation=keep(explanation),
        explained_by=by,
        explained_at=clock.now(),
    )
    note("log.gap_explained", on=gap, by=by)
