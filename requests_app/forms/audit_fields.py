"""What the forms of auditors are made of."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext

FORMATS = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"]


class InstantField(forms.DateTimeField):
    """A day, or a day and a time of day, in one box that the browser itself knows.

    Twice a year the clock is moved. What a time of an hour that comes twice, or not at
    all, may mean are two instants: time begins with the earlier one, and where it
    `ends`, it ends with the later one, so that nothing is left out.
    """

    def __init__(self, *, ends: bool = False, **kwargs: Any) -> None:
        self.choose = max if ends else min
        attrs = {"type": "datetime-local", "step": "1"}
        box = forms.DateTimeInput(attrs=attrs, format="%Y-%m-%dT%H:%M:%S")
        super().__init__(widget=box, input_formats=FORMATS, required=False, **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
        with timezone.override(UTC):
            typed: Any = super().to_python(value)
        zone = timezone.get_default_timezone()
        return self.choose(
            typed.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)
        )

    def clean(self, value: Any) -> datetime | None:
        moment = super().clean(value)
        if moment is not None and not 2000 <= moment.year < 2100:
            raise forms.ValidationError(gettext("Give a year from 2000 to 2099."))
        return moment


class NarrowingForm(forms.Form):
    """Every field narrows; none is needed, and so none says that it is optional."""

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="")
        self.needed = tuple(self.fields)

    def query(self) -> dict[str, str]:
        """What was filled in, for the record of the page and for the next page."""
        return {
            name: str(self.data[name])[:200]
            for name in self.fields
            if self.data.get(name)
        }

    def in_words(self) -> dict[str, str]:
        """What was asked for as people read it, by the labels of the fields."""
        return {
            str(self.fields[name].label): _in_words(self.fields[name], text)
            for name, text in self.query().items()
        }


def _in_words(field: Any, text: str) -> str:
    if isinstance(field, forms.BooleanField):
        return gettext("Yes")
    labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    return labels.get(text, text)
