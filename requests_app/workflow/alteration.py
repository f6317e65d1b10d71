"""What was found changed outside the system is told to those who can act, and ended
with a conclusion. What the page shows in red stays red until it is true again."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock
from audit_app.noticing import NoticedRow
from audit_app.reconcile.rounds import agrees_again
from requests_app.models import Alteration
from requests_app.models.alteration import place_of
from requests_app.permissions.alteration import can_conclude_alteration
from requests_app.workflow.step import note, save, step


def _is_concluded(_may: Any, alteration: Alteration) -> str:
    return _("It has been concluded already.") if alteration.concluded_at else ""


@step
def report_alterations(noticed_rows: Iterable[NoticedRow], *, by: Any) -> None:
    """Keep what was noticed, once while nobody has concluded anything about it."""
    for row in noticed_rows:
        names = {"object_type": row.object_type, "object_id": row.object_id}
        if Alteration.objects.filter(concluded_at=None, **names).exists():
            continue
        place = place_of(row.place)
        alteration = Alteration.objects.create(
            **names,
            authority_id=place.authority,
            access_request_id=place.request,
            found_at=clock.now(),
            found_by=by,
        )
        note("alteration.found", on=alteration, by=by, **names)


@step(may=can_conclude_alteration, hindrance=_is_concluded)
def conclude_alteration(
    alteration: Alteration, *, by: Any, outcome: str, conclusion: str
) -> None:
    """Who changed it and why, and what was done about it. What is looked at again and
    does not agree now either is no false alarm."""
    place = alteration.object_type, alteration.object_id
    if outcome == Alteration.Outcome.FALSE_ALARM and not agrees_again(*place):
        raise ValidationError(
            {
                "outcome": _(
                    "It was compared again, and nothing shows that the alarm was false."
                )
            }
        )
    save(
        alteration,
        outcome=outcome,
        conclusion=conclusion,
        concluded_by=by,
        concluded_at=clock.now(),
    )
    note("alteration.concluded", on=alteration, by=by, outcome=outcome)
