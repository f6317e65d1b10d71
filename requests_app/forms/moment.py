"""A moment or a day in a form, in Swedish time."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit_app import clock
from requests_app.forms.widgets import DayInput, MomentInput
from requests_app.models.days import validate_year


class MomentField(forms.SplitDateTimeField):
    """A day and a time of day in Swedish time, as an instant (UTC).

    Twice a year the clock is moved: an hour that comes twice means the later one that
    is not in the future, and one that does not come is read as the clock goes on.
    """

    def compress(self, data_list: Any) -> datetime | None:
        if not data_list or data_list[0] in (None, "") or data_list[1] in (None, ""):
            return super().compress(data_list)
        moment = datetime.combine(*data_list)
        if not 2000 <= moment.year < 2100:
            raise ValidationError(_("The year must lie between 2000 and 2099."))
        zone = timezone.get_default_timezone()
        first, second = (
            moment.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        )
        return second if first < second <= clock.now() else first

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", MomentInput())
        super().__init__(**kwargs)


def this_minute() -> Any:
    return timezone.localtime(clock.now()).replace(second=0, microsecond=0)


class DayField(forms.DateField):
    """In an input that the browser itself knows, and of a year of ours."""

    widget = DayInput
    default_validators = [validate_year]
