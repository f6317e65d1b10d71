"""The field in which people type a one-time code."""

from typing import Any

from django import forms


class OneTimeCodeField(forms.CharField):
    def __init__(self, **more: Any) -> None:
        attributes = {"autocomplete": "one-time-code", "inputmode": "numeric"}
        widget = forms.TextInput(attrs=attributes)
        super().__init__(max_length=6, widget=widget, **more)
