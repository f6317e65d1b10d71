"""When something was done, as somebody types it: a part of steps."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from audit_app import clock


def refuse_outside(field: str, moment: datetime, since: datetime, text: str) -> None:
    """It lies after what came before it, and not in the future. Whoever types a time
    types whole minutes. Raises ValidationError at the field."""
    if not is_after(since, moment) or moment > clock.now():
        raise ValidationError({field: text})


def refuse_future(field: str, moment: datetime) -> None:
    """What is recorded has happened. Raises ValidationError at the field."""
    if moment > clock.now():
        raise ValidationError({field: _("That has not happened yet.")})


def is_after(since: datetime, moment: datetime) -> bool:
    """In the same minute it may have been."""
    return since.replace(second=0, microsecond=0) <= moment
