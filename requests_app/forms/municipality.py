"""Fields that say which municipality: one's own, or another by its number, since which
there are is told to nobody."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.models import Municipality


class NumberField(forms.ModelChoiceField):
    """One of the municipalities here, by its organisation number as it is typed."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid_choice": _("No municipality here has this organisation number."),
    }

    def __init__(self, queryset: Any = None, **kwargs: Any) -> None:
        kwargs |= {"to_field_name": "organisation_number", "empty_label": None}
        super().__init__(Municipality.objects.filter(left_at=None), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = Municipality.objects.filter(pk=value).first()
        return super().prepare_value(value)


class OwnField(forms.ModelChoiceField):
    """One of the person's own, which is not asked where there is one alone."""

    def __init__(self, queryset: Any, **kwargs: Any) -> None:
        rows = list(queryset[:2])
        self.alone = rows[0].pk if len(rows) == 1 else None
        kwargs["empty_label"] = None
        if self.alone:
            kwargs |= {"widget": forms.HiddenInput, "initial": self.alone}
        super().__init__(queryset, **kwargs)

    def clean(self, value: Any) -> Any:
        return super().clean(value or self.alone)
