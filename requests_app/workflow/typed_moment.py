"""When something was done, as somebody types it: a part of steps."""

from datetime import datetime

from django.core.exceptions import ValidationError

from audit_app import clock


def refuse_outside(field: str, moment: datetime, since: datetime, text: str) -> None:
    """It lies after what came before it, and not in the future. Whoever types a time
    types whole minutes. Raises ValidationError at the field."""
    if not since.replace(second=0, microsecond=0) <= moment <= clock.now():
        raise ValidationError({field: text})
