"""Who is on duty for an act: the roster's answer, where a roster is laid."""

from datetime import datetime

from django.db.models import Q

from requests_app.models import Act, RosterGroup
from requests_app.selectors.roster.coverage import who_may_act


def is_rostered(authority: int, act: str) -> bool:
    """Is a roster laid for the act at the authority, its own or a shared one?"""
    laid = RosterGroup.objects.filter(is_active=True, acts__contains=[act])
    theirs = Q(authority=authority) | Q(shared__authority=authority)
    return laid.filter(theirs).exists()


def on_duty(
    authority: int, product: int | None, act: str, at: datetime
) -> set[int] | None:
    """Keys of the people on duty who may and can act then; None where no roster is
    laid, and so everybody who may is as much on duty as another."""
    if not is_rostered(authority, act):
        return None
    return set(who_may_act(authority, Act(act), product, at))
